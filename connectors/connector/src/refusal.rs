//! Why a row was turned away at the door: where, by which rule, and what its owner can do. It
//! never holds a value of the row.

use std::fmt;

/// The rule a row broke. Each has a code, the words of the rule, and a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The row has more or fewer cells than the header.
    Cells,
    /// The row is not UTF-8.
    Encoding,
    /// A required cell is empty.
    Required,
    /// The object id is missing, too long, or holds a control character.
    Object,
    /// The operation is none the mapping knows.
    Operation,
    /// Not an organisation number.
    OrgNumber,
    /// Not a municipality number.
    Municipality,
    /// Not a date of the mapping's pattern, or no such day.
    Date,
    /// Not a point in time with its offset.
    Time,
    /// Not a whole number within the mapping's bounds.
    Integer,
    /// Not an amount in kroner.
    Amount,
    /// Not a word of the code list.
    Code,
    /// Text too long, or with a control character.
    Text,
    /// Too many elements in a list.
    List,
    /// A key stands twice in one object.
    Twice,
    /// An object is nested too deeply, or holds too much.
    Depth,
    /// A value stands where an object or a list is expected, or the other way round.
    Form,
    /// The mapping has no kind for these objects.
    Unmapped,
    /// The finding does not fit the contract.
    Contract,
    /// The record is not complete, by a rule of the contract; with its fix.
    Record(records::Rule, &'static str),
}

impl Rule {
    /// The stable code of the rule.
    pub const fn code(self) -> &'static str {
        match self {
            Rule::Cells => "CONN-010",
            Rule::Encoding => "CONN-011",
            Rule::Required => "CONN-012",
            Rule::Object => "CONN-013",
            Rule::Operation => "CONN-014",
            Rule::OrgNumber | Rule::Municipality => "CONN-015",
            Rule::Date | Rule::Time => "CONN-016",
            Rule::Integer | Rule::Amount => "CONN-017",
            Rule::Code => "CONN-018",
            Rule::Text | Rule::List => "CONN-019",
            Rule::Contract => "CONN-020",
            Rule::Twice => "CONN-021",
            Rule::Depth => "CONN-022",
            Rule::Form => "CONN-023",
            Rule::Unmapped => "CONN-024",
            Rule::Record(rule, _) => rule.code(),
        }
    }

    /// The rule in words.
    pub const fn rule(self) -> &'static str {
        match self {
            Rule::Cells => "a row has as many cells as the header",
            Rule::Encoding => "text is UTF-8",
            Rule::Required => "this field may not be empty",
            Rule::Object => "an object id is 1 to 128 bytes without control characters",
            Rule::Operation => "the operation is one of the words in the mapping",
            Rule::OrgNumber => "an organisation number is nine digits with a valid check digit",
            Rule::Municipality => "a municipality number is four digits",
            Rule::Date => "a date follows the pattern in the mapping and names a real day",
            Rule::Time => "a time is written as RFC 3339, with its offset",
            Rule::Integer => "a whole number within the bounds of the mapping",
            Rule::Amount => "an amount in kroner with at most two decimals",
            Rule::Code => "a word of the code list in the mapping",
            Rule::Text => "text is at most 32 KiB and has no control characters",
            Rule::List => "a list has at most 64 elements",
            Rule::Twice => "an object has each key once, whatever the case of its letters",
            Rule::Depth => "an object is at most 12 deep, its lists at most 1,000 long",
            Rule::Form => "objects, lists and values stand where the mapping has them",
            Rule::Unmapped => "the mapping has a kind for every list of objects",
            Rule::Contract => "the finding fits the contract",
            Rule::Record(rule, _) => match rule {
                records::Rule::Required => "a complete record has this field",
                records::Rule::Range => "the value lies within the field's range",
                records::Rule::Contradiction => "two fields do not contradict each other",
                records::Rule::IdentityNumber => "no national identity number stands as an id",
                records::Rule::Length => "texts and lists stay within the contract's length",
            },
        }
    }

    /// What the owner of the row can do.
    pub const fn fix(self) -> &'static str {
        match self {
            Rule::Cells => {
                "quote cells that hold the delimiter, and fill missing cells with nothing"
            }
            Rule::Encoding => "save the file as UTF-8",
            Rule::Required => "fill in the cell",
            Rule::Object => "give the object its id from the source system",
            Rule::Operation => "use a known operation, or add the word to the mapping",
            Rule::OrgNumber => {
                "correct the number against Enhetsregisteret, or leave the cell empty"
            }
            Rule::Municipality => "write all four digits, the leading zero too",
            Rule::Date => "write the date in the mapping's pattern",
            Rule::Time => "write the time as 2026-03-17T06:56:43Z",
            Rule::Integer => "correct the number",
            Rule::Amount => "write the amount as 12500,00",
            Rule::Code => "use a word of the list, or add it to the mapping's table",
            Rule::Text => "shorten the text and remove control characters",
            Rule::List => "split the record",
            Rule::Twice => "leave out one of the two",
            Rule::Depth => "split the object",
            Rule::Form => "compare the object with the mapping",
            Rule::Unmapped => "leave the list out, or ask for a mapping that has it",
            Rule::Contract => "compare the mapping with the contract; this is the mapping's fault",
            Rule::Record(_, fix) => fix,
        }
    }

    /// The rule as a metric label: closed, short.
    pub const fn reason(self) -> &'static str {
        match self {
            Rule::Cells => "cells",
            Rule::Encoding => "encoding",
            Rule::Required => "required",
            Rule::Object => "object",
            Rule::Operation => "operation",
            Rule::OrgNumber => "organisation_number",
            Rule::Municipality => "municipality",
            Rule::Date => "date",
            Rule::Time => "time",
            Rule::Integer => "integer",
            Rule::Amount => "amount",
            Rule::Code => "code",
            Rule::Text => "text",
            Rule::List => "list",
            Rule::Twice => "twice",
            Rule::Depth => "depth",
            Rule::Form => "form",
            Rule::Unmapped => "unmapped",
            Rule::Contract => "contract",
            Rule::Record(rule, _) => match rule {
                records::Rule::Required => "incomplete",
                records::Rule::Range => "range",
                records::Rule::Contradiction => "contradiction",
                records::Rule::IdentityNumber => "identity_number",
                records::Rule::Length => "length",
            },
        }
    }
}

/// One refused row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    row: u64,
    column: String,
    path: String,
    rule: Rule,
}

// === impl Refusal ===

impl Refusal {
    /// A refusal of `row` (as a spreadsheet counts: the header is row 1) at a column of the source
    /// and a path of the contract; either may be empty when the whole row is at fault.
    pub fn new(row: u64, column: &str, path: &str, rule: Rule) -> Self {
        Refusal { row, column: column.to_owned(), path: path.to_owned(), rule }
    }

    /// The row, as a spreadsheet counts.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// The source's column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The contract's path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The rule that was broken.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { row, column, path, rule } = self;
        write!(f, "{} row {row} column `{column}` path `{path}`: {}", rule.code(), rule.rule())
    }
}

//! Reads one cell of a source's table as a checked value. It knows forms (dates, numbers, codes),
//! never what a column or a field is called.

mod address;
mod date;
#[cfg(test)]
mod tests;

use crate::{limits, refusal::Rule};
pub use address::Part;
pub use date::Pattern;
use serde::Deserialize;
use std::collections::BTreeMap;
use vocabulary::{MunicipalityNumber, OrgNumber};

/// How a cell is read. In a mapping: `read = "orgnr"`, `read = { date = "ddmmyyyy" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Reader {
    /// Text as it stands, without surrounding blanks.
    #[default]
    Text,
    /// An organisation number; blanks between digit groups are tolerated.
    Orgnr,
    /// A municipality number; a lost leading zero is not guessed.
    Municipality,
    /// A date of the given pattern; year 1 means unset.
    Date(Pattern),
    /// A date, or a point in time whose day in Norway is meant; year 1 means unset.
    Day,
    /// A point in time, RFC 3339 with offset.
    Time,
    /// A whole number within bounds.
    Integer {
        /// The least allowed.
        min: i64,
        /// The greatest allowed.
        max: i64,
    },
    /// An amount in kroner, read as øre.
    Kroner,
    /// A word of a table: the source's word, in any case, to the contract's.
    Code(BTreeMap<String, String>),
    /// One of the field's own symbols, in any case.
    Symbol,
    /// Yes or no: `ja`, `nei`, `true`, `false`, `1`, `0`, in any case.
    YesNo,
    /// One part of an address written as `street number, postcode, place`.
    Address(Part),
    /// Several values in one cell.
    List {
        /// What stands between two values.
        separator: char,
        /// How each is read.
        #[serde(default)]
        of: Box<Reader>,
    },
}

/// A checked value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, also a word of a code list.
    Text(String),
    /// A whole number; amounts are in øre.
    Whole(i64),
    /// Days since 1970-01-01.
    Days(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Micros(i64),
    /// Yes or no.
    Flag(bool),
    /// Values of a list cell.
    List(Vec<Value>),
}

// === impl Reader ===

impl Reader {
    /// Reads a cell: nothing when it is empty or says unset.
    pub fn read(&self, cell: &str) -> Result<Option<Value>, Rule> {
        let cell = cell.trim();
        if cell.is_empty() {
            return Ok(None);
        }
        match self {
            Reader::Text => text(cell).map(Some),
            Reader::Orgnr => org_number(cell).map(Some),
            Reader::Municipality => {
                let number: MunicipalityNumber = cell.parse().map_err(|_| Rule::Municipality)?;
                Ok(Some(Value::Text(number.to_string())))
            }
            Reader::Date(pattern) => Ok(pattern.read(cell)?.map(Value::Days)),
            Reader::Day => Ok(date::day(cell)?.map(Value::Days)),
            Reader::Time => date::time(cell).map(|micros| Some(Value::Micros(micros))),
            Reader::Integer { min, max } => whole(cell, *min, *max).map(Some),
            Reader::Kroner => kroner(cell).map(|amount| Some(Value::Whole(amount))),
            Reader::Code(table) => code(cell, table).map(Some),
            // INVARIANT: a checked mapping holds the symbols as a code table.
            Reader::Symbol => Err(Rule::Code),
            Reader::YesNo => yes_no(cell).map(Some),
            Reader::Address(part) => part.read(cell).map(text).transpose(),
            Reader::List { separator, of } => list(cell, *separator, of).map(Some),
        }
    }

    /// The same reader with its code tables keyed by lower-case words; the field's `symbols` become
    /// one.
    pub(crate) fn resolved(self, symbols: &[String]) -> Reader {
        match self {
            Reader::Symbol => Reader::Code(
                symbols.iter().map(|word| (word.to_lowercase(), word.clone())).collect(),
            ),
            Reader::Code(table) => Reader::Code(
                table
                    .into_iter()
                    .map(|(word, symbol)| (word.trim().to_lowercase(), symbol))
                    .collect(),
            ),
            Reader::List { separator, of } => {
                Reader::List { separator, of: Box::new(of.resolved(symbols)) }
            }
            other => other,
        }
    }
}

/// Whether a character may stand in text: line breaks and tabs, but no other control character.
fn printable(letter: char) -> bool {
    !letter.is_control() || matches!(letter, '\n' | '\r' | '\t')
}

fn text(cell: &str) -> Result<Value, Rule> {
    if cell.len() > limits::CELL_BYTES || !cell.chars().all(printable) {
        return Err(Rule::Text);
    }
    Ok(Value::Text(cell.to_owned()))
}

fn org_number(cell: &str) -> Result<Value, Rule> {
    let digits: String = cell.chars().filter(|letter| !letter.is_whitespace()).collect();
    let number: OrgNumber = digits.parse().map_err(|_| Rule::OrgNumber)?;
    Ok(Value::Text(number.to_string()))
}

fn whole(cell: &str, min: i64, max: i64) -> Result<Value, Rule> {
    match cell.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(Value::Whole(number)),
        _ => Err(Rule::Integer),
    }
}

/// `12 500,50` or `12500.5` as øre.
fn kroner(cell: &str) -> Result<i64, Rule> {
    let plain: String = cell.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (kroner, decimals) = plain.split_once([',', '.']).unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = kroner.strip_prefix('-').unwrap_or(kroner);
    if unsigned.is_empty() || !digits(unsigned) || !digits(decimals) || decimals.len() > 2 {
        return Err(Rule::Amount);
    }
    format!("{kroner}{decimals:0<2}").parse().map_err(|_| Rule::Amount)
}

fn code(cell: &str, table: &BTreeMap<String, String>) -> Result<Value, Rule> {
    let symbol = table.get(&cell.to_lowercase()).ok_or(Rule::Code)?;
    Ok(Value::Text(symbol.clone()))
}

fn yes_no(cell: &str) -> Result<Value, Rule> {
    match cell.to_lowercase().as_str() {
        "ja" | "true" | "1" => Ok(Value::Flag(true)),
        "nei" | "false" | "0" => Ok(Value::Flag(false)),
        _ => Err(Rule::Code),
    }
}

fn list(cell: &str, separator: char, of: &Reader) -> Result<Value, Rule> {
    let mut values = Vec::new();
    for part in cell.split(separator) {
        values.extend(of.read(part)?);
        if values.len() > limits::LIST {
            return Err(Rule::List);
        }
    }
    Ok(Value::List(values))
}

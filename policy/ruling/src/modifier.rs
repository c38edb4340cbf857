//! Modifiers: how facts change the class of a field, read from `modifiers.toml`.
//! A frozen field and an unclassified one keep what the contract says, whatever a modifier says.

use crate::error::{Cause, Error};
use crate::limits::MAX_MODIFIERS;
use crate::part::{Part, Parts};
use crate::text;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use vocabulary::{FieldClass, RecordType};

/// One modifier. Modifiers apply in the order of the file, each to the class so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modifier {
    /// Its id.
    pub id: String,
    /// The law behind it.
    pub law: String,
    /// Record types it applies to; empty is every one.
    pub record_types: Vec<RecordType>,
    /// Facts and the values under which it applies, all at once; empty is always.
    pub when: BTreeMap<String, Vec<String>>,
    /// Parts a field must have one of; empty is any field.
    pub parts: Vec<Part>,
    /// Classes it changes.
    pub classes: Vec<FieldClass>,
    /// The class they become.
    pub becomes: FieldClass,
    pub(crate) line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    modifier: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Spanned<String>,
    law: String,
    #[serde(default)]
    record_types: Vec<RecordType>,
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    parts: Vec<Part>,
    classes: Vec<FieldClass>,
    becomes: FieldClass,
}

/// The file modifiers stand in.
pub(crate) const FILE: &str = "modifiers.toml";

// === impl Modifier ===

impl Modifier {
    /// Whether it applies to the record type at all.
    pub(crate) fn concerns(&self, record_type: RecordType) -> bool {
        self.record_types.is_empty() || self.record_types.contains(&record_type)
    }

    /// Whether its facts hold, by the value of each fact; a fact the record lacks never does.
    pub(crate) fn holds<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.when.iter().all(|(fact, values)| {
            value(fact).is_some_and(|value| values.iter().any(|word| word == value))
        })
    }

    /// Whether it changes a field of this class and these parts.
    pub(crate) fn changes(&self, class: FieldClass, parts: Parts) -> bool {
        self.classes.contains(&class)
            && (self.parts.is_empty() || self.parts.iter().any(|part| parts.has(*part)))
    }
}

/// Reads the file.
pub(crate) fn read(text: &str, errors: &mut Vec<Error>) -> Vec<Modifier> {
    let Some(file) = text::toml::<File>(FILE, text, errors) else { return Vec::new() };
    if file.modifier.len() > MAX_MODIFIERS {
        errors.push(Error::at(FILE, 1, Cause::Limit { what: "modifiers", limit: MAX_MODIFIERS }));
        return Vec::new();
    }
    let rows = file.modifier.into_iter();
    rows.map(|row| Modifier {
        line: text::line(text, row.id.span().start),
        id: row.id.into_inner(),
        law: row.law,
        record_types: row.record_types,
        when: row.when,
        parts: row.parts,
        classes: row.classes,
        becomes: row.becomes,
    })
    .collect()
}

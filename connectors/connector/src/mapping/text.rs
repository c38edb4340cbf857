//! A mapping as its file has it, before any check against the contract. Unknown keys are refused.

use crate::{Error, cell::Reader, limits};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use vocabulary::{OrgNumber, RecordType, SourceId};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MappingText {
    pub(super) source: SourceId,
    pub(super) producer: OrgNumber,
    pub(super) delimiter: Option<char>,
    /// The form of export it shares with others, and which of its kinds it sends.
    pub(super) form: Option<String>,
    #[serde(default)]
    pub(super) kinds: Vec<String>,
    #[serde(default)]
    pub(super) kind: Vec<KindText>,
}

/// The file of a form: kinds that several sources send in the same columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormText {
    pub(super) delimiter: Option<char>,
    pub(super) kind: Vec<KindText>,
}

/// `[[kind]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindText {
    pub(super) name: String,
    pub(super) record_type: RecordType,
    #[serde(default)]
    pub(super) files: Vec<String>,
    #[serde(default)]
    pub(super) lists: Vec<String>,
    pub(super) object: ColumnText,
    pub(super) operation: Option<OperationText>,
    pub(super) collected: Option<ColumnText>,
    #[serde(default)]
    pub(super) stamp: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub(super) field: Vec<FieldText>,
}

/// A column and its other spellings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnText {
    pub(super) column: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) optional: bool,
}

/// `[kind.operation]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationText {
    pub(super) column: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) state: Vec<String>,
    #[serde(default)]
    pub(super) gone: Vec<String>,
}

/// `[[kind.field]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldText {
    pub(super) column: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) to: String,
    #[serde(default)]
    pub(super) read: Reader,
    #[serde(default)]
    pub(super) unset: Vec<String>,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default = "yes")]
    pub(super) content: bool,
}

const fn yes() -> bool {
    true
}

/// Parses the file of a mapping.
pub(super) fn mapping(text: &str) -> Result<MappingText, Error> {
    parse(text)
}

/// Parses the file of a form.
pub(super) fn form(text: &str) -> Result<FormText, Error> {
    parse(text)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    if text.len() > limits::MAPPING_BYTES {
        return Err(Error::Limit { what: "bytes of a mapping" });
    }
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(0, |before| before.matches('\n').count() + 1);
        Error::Text { line, reason: error.message().to_owned() }
    })
}

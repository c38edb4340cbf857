//! Answers of the API, read strictly: a status that the request does not have, or a body that does
//! not say what it must, is no answer.

use crate::{Answer, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// No such subject, no such version, no such schema: the API's own words for "unknown".
const UNKNOWN: [u32; 3] = [40_401, 40_402, 40_403];
/// No rule of its own stands for a subject.
const NO_LEVEL: u32 = 40_408;

#[derive(Deserialize)]
struct Problem {
    error_code: u32,
}

/// `POST …/versions`.
#[derive(Deserialize)]
pub(crate) struct IdRow {
    id: i64,
}

/// `GET /schemas/ids/…`.
#[derive(Deserialize)]
pub(crate) struct TextRow {
    pub(crate) schema: String,
    #[serde(default, rename = "schemaType")]
    kind: Option<String>,
    #[serde(default)]
    references: Vec<serde::de::IgnoredAny>,
}

/// `POST /subjects/…`, `GET …/versions/latest`.
#[derive(Deserialize)]
pub(crate) struct VersionRow {
    pub(crate) subject: String,
    pub(crate) version: u32,
    id: i64,
    #[serde(flatten)]
    pub(crate) text: TextRow,
}

/// `POST /compatibility/…`.
#[derive(Deserialize)]
pub(crate) struct CompatibleRow {
    pub(crate) is_compatible: bool,
}

/// `PUT` and `GET /config/…`. Confluent's own registry has another word for the same after a `PUT`.
#[derive(Deserialize)]
pub(crate) struct LevelRow {
    #[serde(rename = "compatibilityLevel", alias = "compatibility")]
    pub(crate) level: String,
}

/// The body of a 200.
pub(crate) fn found<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    match answer.status {
        200 => serde_json::from_slice(&answer.body).map_err(|_| Error::Answer),
        _ => Err(failed(answer)),
    }
}

/// The body of a 200, or none where the API says in its own words that there is no such thing. A
/// bare 404 may be anybody's.
pub(crate) fn sought<T: DeserializeOwned>(answer: &Answer) -> Result<Option<T>, Error> {
    if answer.status == 404 {
        return match serde_json::from_slice(&answer.body) {
            Ok(Problem { error_code }) if UNKNOWN.contains(&error_code) => Ok(None),
            Ok(Problem { error_code: NO_LEVEL }) => Ok(None),
            _ => Err(Error::Answer),
        };
    }
    found(answer).map(Some)
}

/// What a status that is not 200 says.
fn failed(answer: &Answer) -> Error {
    match answer.status {
        409 => Error::Incompatible,
        408 | 425 | 429 | 500..=599 => Error::Away,
        404 => Error::Answer,
        status @ 400..=499 => Error::Refused(status),
        _ => Error::Answer,
    }
}

/// An id as it stands in a frame: positive.
fn id(id: i64) -> Result<u32, Error> {
    u32::try_from(id).ok().filter(|id| *id > 0).ok_or(Error::Answer)
}

// === impl IdRow ===

impl IdRow {
    pub(crate) fn id(&self) -> Result<u32, Error> {
        id(self.id)
    }
}

// === impl VersionRow ===

impl VersionRow {
    pub(crate) fn id(&self) -> Result<u32, Error> {
        id(self.id)
    }
}

// === impl TextRow ===

impl TextRow {
    /// Whether the text is Avro and whole in itself; any other can be none of ours.
    pub(crate) fn is_ours(&self) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == "AVRO") && self.references.is_empty()
    }
}

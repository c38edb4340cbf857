//! What the exchange tells a source of a record of its own, as a message of the receipt lane and
//! back: where its free texts point to a person. It never holds what stands there.

use crate::Message;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use vocabulary::{RecordId, SourceId, Timestamp, Trace};

/// The header that only a notice has: whose it is.
pub const NOTICE: &str = "samsyn_notice";

/// Why no free text of a version leaves until its source has corrected it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The record.
    pub record: RecordId,
    /// Its version.
    pub version: u64,
    /// When the exchange ruled it.
    pub at: Timestamp,
    /// Where, and what sort of thing.
    pub traces: Vec<Traced>,
}

/// One field that points to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traced {
    /// The field's path in the contract.
    pub path: String,
    /// What was found in it.
    pub trace: Trace,
}

// === impl Notice ===

impl Notice {
    /// The notice as a message to its source.
    pub fn message(&self, source: &SourceId) -> Message {
        Message {
            key: format!("notice/{source}/{}", self.record).into_bytes(),
            value: serde_json::to_vec(self).ok(),
            headers: vec![(Cow::Borrowed(NOTICE), source.as_str().as_bytes().to_vec())],
        }
    }

    /// Whose notice a message of the receipt lane is, and the notice; none where it is another
    /// thing, or nothing that can be read.
    pub fn of(message: &Message) -> Option<(SourceId, Notice)> {
        let source = str::from_utf8(message.header(NOTICE)?).ok()?.parse().ok()?;
        Some((source, serde_json::from_slice(message.value.as_ref()?).ok()?))
    }
}

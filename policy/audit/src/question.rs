//! Questions put to the memory, as they stand in an access entry. Answering them is the vault's.

use crate::limits::MAX_REASON_BYTES;
use crate::{Entry, EntryKind, Error};
use serde::{Deserialize, Serialize};
use vocabulary::{EntryId, OrgNumber, ViewId};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Question {
    /// Who got what about this subject (organisation number or object id)?
    WhoGot {
        /// The subject.
        subject: String,
    },
    /// What does this entry say?
    Explain {
        /// The entry.
        entry: EntryId,
    },
    /// The receipt of one recipient's row.
    Receipt {
        /// The entry.
        entry: EntryId,
        /// The view of the row.
        view: ViewId,
        /// The recipient of the row, for an addressed view.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recipient: Option<OrgNumber>,
    },
}

/// A question, who asks and why: the detail of an access entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inquiry {
    /// What is asked.
    pub question: Question,
    /// Who asks.
    pub asker: String,
    /// Why, in the asker's words.
    pub reason: String,
}

// === impl Question ===

impl Question {
    /// The subject asked about, if the question names one.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Question::WhoGot { subject } => Some(subject),
            Question::Explain { .. } | Question::Receipt { .. } => None,
        }
    }
}

// === impl Inquiry ===

impl Inquiry {
    /// What an access entry recorded; none for other kinds and for a gateway's answers.
    pub fn of(entry: &Entry) -> Option<Self> {
        match entry.kind() {
            EntryKind::Access => serde_json::from_str(entry.detail()?).ok(),
            EntryKind::Release | EntryKind::Withheld | EntryKind::Change => None,
        }
    }

    pub(crate) fn to_json(&self) -> Result<String, Error> {
        if self.asker.len() > MAX_REASON_BYTES || self.reason.len() > MAX_REASON_BYTES {
            return Err(Error::Limit);
        }
        serde_json::to_string(self).map_err(|_| Error::Malformed)
    }
}

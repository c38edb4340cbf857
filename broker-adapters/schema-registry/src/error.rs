//! Why the registry's client did not do as asked. Errors name paths of fields at most, never a
//! text, a subject or an address.

use crate::limits::NAMED;
use avro_tree::{Finding, Verdict};
use std::fmt;

/// Why the registry's client did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The registry could not be reached, or did not answer in time, or said that it cannot now.
    #[error("the schema registry does not answer")]
    Away,
    /// The answer is not one that the API has.
    #[error("the schema registry's answer is not of its API")]
    Answer,
    /// The answer is longer than any that is needed.
    #[error("the schema registry's answer is larger than the limit")]
    Large,
    /// The registry refuses: no standing, or no such request.
    #[error("the schema registry refuses the request with status {0}")]
    Refused(u16),
    /// The name of a subject is too long or has other letters than a topic's.
    #[error("the subject's name is too long or has letters that a topic's name cannot have")]
    Subject,
    /// The text is no schema of ours.
    #[error("the text is no schema of the house: {0}")]
    Schema(avro_tree::Error),
    /// A field has no class, so nobody could say who may see it.
    #[error("the schema has a field without a class: `{0}`")]
    Unclassified(String),
    /// What stands under the subject is no schema of ours, so nothing can be held against it.
    #[error("the newest schema of the subject is none of the house")]
    Foreign,
    /// It may not follow the newest of its subject, by our own rules.
    #[error("the schema may not follow the newest of its subject: {0}")]
    Breaking(Breaking),
    /// It may not follow, by the registry's rules.
    #[error("the schema registry finds the schema incompatible with what stands under its subject")]
    Incompatible,
    /// The registry gives another schema back for an id than was registered under it.
    #[error("the schema registry gives another schema back than was registered")]
    Disagrees,
}

/// The changes that forbid a schema to follow another: the first few of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaking {
    named: Vec<Finding>,
    more: usize,
}

// === impl Error ===

impl Error {
    /// The code of the error's page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Away => "REG-001",
            Error::Answer => "REG-002",
            Error::Large => "REG-003",
            Error::Refused(_) => "REG-004",
            Error::Subject => "REG-005",
            Error::Schema(_) => "REG-006",
            Error::Unclassified(_) => "REG-007",
            Error::Foreign => "REG-008",
            Error::Breaking(_) => "REG-009",
            Error::Incompatible => "REG-010",
            Error::Disagrees => "REG-011",
        }
    }

    /// Whether trying again may help without anybody changing a schema or a setting.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Error::Away | Error::Answer | Error::Large)
    }
}

// === impl Breaking ===

impl Breaking {
    /// Of a verdict that forbids the step.
    pub(crate) fn of(verdict: &Verdict) -> Breaking {
        let named: Vec<Finding> = verdict.breaking().take(NAMED).cloned().collect();
        let more = verdict.breaking().count() - named.len();
        Breaking { named, more }
    }

    /// The first changes, by path.
    pub fn named(&self) -> &[Finding] {
        &self.named
    }
}

impl fmt::Display for Breaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<String> = self.named.iter().map(Finding::to_string).collect();
        f.write_str(&named.join(", "))?;
        if self.more > 0 { write!(f, ", and {} more", self.more) } else { Ok(()) }
    }
}

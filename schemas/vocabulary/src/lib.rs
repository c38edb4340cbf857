//! The words of the house: checked identifiers, confidentiality classes, time, digests and secrets.
//!
//! Every other crate speaks in these types. Each is parsed once, at the door, and trusted after.
//! The crate has no house dependencies, performs no I/O and never asks what time it is.
//!
//! | word | type | source |
//! |---|---|---|
//! | organisation number | [`OrgNumber`] | Enhetsregisteret, mod 11 |
//! | national identity number, D-number | [`NationalId`] | Skatteetaten, two check digits |
//! | municipality number | [`MunicipalityNumber`] | SSB, four digits |
//! | authority, source, view, group, basis, purpose | [`AuthorityId`] … [`Purpose`] | settings |
//! | what in a text gives a person away | [`Trace`] | check digits, ways of writing |
//! | consent, contract or case | [`EntitlementId`], [`EntitlementKind`] | its source |
//! | confidentiality class | [`FieldClass`] | the contract |
//! | what may change a class | [`SubjectKind`], [`AlreadyPublished`] … | the contract's facts |

mod class;
mod digest;
mod facts;
mod kinds;
mod municipality;
mod names;
mod national_id;
mod org_number;
mod record_id;
mod secret;
mod time;
mod traces;

#[cfg(test)]
mod tests;

pub use class::FieldClass;
pub use digest::Digest;
pub use facts::{AlreadyPublished, MajorAccidentDuty, OrgForm, RetentionState, SubjectKind};
pub use kinds::{ChangeKind, EntitlementKind, RecordType};
pub use municipality::MunicipalityNumber;
pub use names::{AuthorityId, BasisId, EntitlementId, GroupId, Purpose, SourceId, ViewId};
pub use national_id::NationalId;
pub use org_number::OrgNumber;
pub use record_id::{EntryId, RecordId};
pub use secret::Secret;
pub use time::Timestamp;
pub use traces::{Trace, trace};

/// Why a word was refused. Holds no part of the refused text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text has the wrong length.
    #[error("expected {expected} characters, found {found}")]
    Length {
        /// Characters a valid word has; for words with a range, the most it may have.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// A character outside the word's alphabet.
    #[error("character {position} is not allowed here")]
    Character {
        /// Zero-based position of the first offending character.
        position: usize,
    },
    /// The check digit (mod 11) does not match.
    #[error("the check digit does not match")]
    CheckDigit,
    /// The word is not in its closed list.
    #[error("not a known word")]
    Unknown,
}

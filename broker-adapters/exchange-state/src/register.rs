//! Register entries as they lie on the register lane, and what kind of subject they make of an
//! organisation number. Where entries come from is the connector's affair.

use crate::limits::MAX_REGISTER_TEXT;
use crate::{Error, Permanent};
use serde::{Deserialize, Serialize};
use vocabulary::{
    MajorAccidentDuty, MunicipalityNumber, OrgForm, OrgNumber, SubjectKind, Timestamp,
};

/// What a register says about an organisation. Key on the lane: the organisation number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterEntry {
    /// The organisation.
    pub orgnr: OrgNumber,
    /// Its form.
    pub form: OrgForm,
    /// The unit above a sub-unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OrgNumber>,
    /// Its industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nace: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<MunicipalityNumber>,
    /// Active, bankrupt, deleted …, in the register's words.
    pub status: String,
    /// Its duty under the major-accident regulation; none where the register does not say. It
    /// reclassifies nothing, so a change of it rules nothing again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storulykke: Option<MajorAccidentDuty>,
    /// When the register said so.
    pub as_of: Timestamp,
}

/// What the register's copy makes of an organisation number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// What kind of subject it is: its own form's, or for a sub-unit that of the legal entity
    /// above it; unknown when any entry on the way is missing or stale.
    pub kind: SubjectKind,
    /// Where it is; none when its own entry is missing or stale.
    pub municipality: Option<MunicipalityNumber>,
    /// The oldest entry that this rests on; none when an entry is missing.
    pub as_of: Option<Timestamp>,
}

// === impl RegisterEntry ===

impl RegisterEntry {
    /// Reads a value of the register lane.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let entry: Self = serde_json::from_slice(bytes).map_err(|_| Permanent::Malformed)?;
        let texts = entry.status.len().max(entry.nace.as_ref().map_or(0, String::len));
        if texts > MAX_REGISTER_TEXT { Err(Permanent::TooLarge.into()) } else { Ok(entry) }
    }

    /// Whether the difference matters to any ruling.
    pub(crate) fn rules_as(&self, other: &Self) -> bool {
        (self.form, self.parent, self.municipality)
            == (other.form, other.parent, other.municipality)
    }
}

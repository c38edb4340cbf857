//! Register facts of organisations, and what they make of a subject. The register's own file is
//! the connector's work.

use serde::{Deserialize, Serialize};
use vocabulary::{MunicipalityNumber, OrgForm, OrgNumber, SubjectKind, Timestamp};

/// One organisation, as the register lane holds it (JSON under its organisation number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterEntry {
    /// The organisation.
    pub orgnr: OrgNumber,
    /// Its form.
    pub form: OrgForm,
    /// The legal entity a sub-unit belongs to.
    #[serde(default)]
    pub parent: Option<OrgNumber>,
    /// Industry code (NACE).
    #[serde(default)]
    pub nace: Option<String>,
    /// Municipality.
    #[serde(default)]
    pub municipality: Option<MunicipalityNumber>,
    /// Status in the register.
    pub status: String,
    /// When the register said so.
    pub as_of: Timestamp,
}

/// What our own copy makes of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// Its kind; unknown when it, or a sub-unit's parent, is missing.
    pub kind: SubjectKind,
    /// Its municipality.
    pub municipality: Option<MunicipalityNumber>,
    /// The oldest of the entries it rests on; none when unknown.
    pub as_of: Option<Timestamp>,
}

// === impl Resolved ===

impl Resolved {
    /// A subject that the register copy does not know.
    pub const UNKNOWN: Resolved =
        Resolved { kind: SubjectKind::Unknown, municipality: None, as_of: None };

    /// A subject by its own entry and, for a sub-unit, its parent's.
    pub(crate) fn of(own: &RegisterEntry, parent: Option<&RegisterEntry>) -> Resolved {
        if !own.form.is_sub_unit() {
            return Resolved {
                kind: own.form.subject_kind(),
                municipality: own.municipality,
                as_of: Some(own.as_of),
            };
        }
        match parent {
            Some(parent) => Resolved {
                kind: parent.form.subject_kind(),
                municipality: own.municipality,
                as_of: Some(own.as_of.min(parent.as_of)),
            },
            None => Resolved::UNKNOWN,
        }
    }
}

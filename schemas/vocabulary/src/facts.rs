//! Facts of a finding that reclassify its fields. How they do so is the bundle's
//! knowledge, not ours.

use crate::Error;
use crate::kinds::words;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words!(
    /// What kind of subject a finding is about. Everything but [`SubjectKind::Legal`] and
    /// [`SubjectKind::Facility`] is a natural person in the eyes of the rules.
    SubjectKind {
        /// A legal entity.
        Legal = "legal",
        /// A sole proprietorship (ENK).
        SoleProprietor = "sole_prop",
        /// A form tied to one or two persons (ANS, DA, TVAM, KBO, some NUF).
        PersonalLinked = "personal_linked",
        /// A natural person.
        Person = "person",
        /// A petroleum facility (NPDID).
        Facility = "facility",
        /// Not known: treated as a sole proprietorship.
        Unknown = "unknown",
    }
);

words!(
    /// Whether the record may be routed at all.
    RetentionState {
        /// May be routed.
        Live = "live",
        /// Processing restricted (GDPR Art. 18).
        Restricted = "restricted",
        /// Past its retention time.
        Expired = "expired",
    }
);

words!(
    /// Whether the values are on the open web already (forvaltningsloven § 13 a no. 3).
    AlreadyPublished {
        /// Stamped by the mapping of an open register that the bundle names.
        Yes = "ja",
        /// Everything else.
        No = "nei",
    }
);

words!(
    /// Which section of the major-accident regulation (storulykkeforskriften) an establishment is
    /// under: what a register says of it, not of a finding.
    MajorAccidentDuty {
        /// § 6: it notifies.
        Notifies = "paragraf6",
        /// § 9: it reports.
        Reports = "paragraf9",
        /// None.
        None = "none",
    }
);

/// An organisation form of Enhetsregisteret (`AS`, `ENK`, `BEDR` …): one to four capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgForm {
    bytes: [u8; 5],
    len: u8,
}

impl OrgForm {
    /// The form as text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        // INVARIANT: built from text in `from_str`, cut at its end.
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// Whether the form is that of a sub-unit, whose legal form is its parent's.
    pub fn is_sub_unit(&self) -> bool {
        matches!(self.as_str(), "BEDR" | "AAFY")
    }

    /// The kind of subject a legal entity of this form is. A form not in the
    /// closed lists, and a sub-unit's own, is [`SubjectKind::Unknown`].
    pub fn subject_kind(&self) -> SubjectKind {
        match self.as_str() {
            "ENK" => SubjectKind::SoleProprietor,
            "PERS" => SubjectKind::Person,
            "ANS" | "DA" | "NUF" | "TVAM" | "KBO" => SubjectKind::PersonalLinked,
            "AS" | "ASA" | "KS" | "SA" | "BA" | "FLI" | "STI" | "BRL" | "ESEK" | "SAM" | "SF"
            | "KF" | "FKF" | "IKS" | "KOMM" | "FYLK" | "STAT" | "ORGL" | "ADOS" | "SÆR" | "SPA"
            | "SE" | "PK" | "KIRK" | "GFS" | "PRE" => SubjectKind::Legal,
            _ => SubjectKind::Unknown,
        }
    }
}

// === impl OrgForm ===

impl fmt::Display for OrgForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrgForm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; 5];
        let length = Error::Length { expected: 5, found: text.len() };
        if text.is_empty() {
            return Err(length);
        }
        if let Some(position) = text.chars().position(|letter| !letter.is_uppercase()) {
            return Err(Error::Character { position });
        }
        bytes.get_mut(..text.len()).ok_or(length)?.copy_from_slice(text.as_bytes());
        Ok(OrgForm { bytes, len: u8::try_from(text.len()).map_err(|_| length)? })
    }
}

impl TryFrom<String> for OrgForm {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<OrgForm> for String {
    fn from(form: OrgForm) -> String {
        form.as_str().to_owned()
    }
}

//! Entitlements as they lie on the entitlement lane: consents, contracts and cases, each of one
//! subject for one recipient, and until when one is live. What it opens is the bundle's knowledge.

use crate::limits::{MAX_DAYS, MAX_ENTITLEMENT, MAX_EVIDENCE, WORD_DAYS};
use crate::{Error, Permanent};
use serde::{Deserialize, Serialize};
use vocabulary::{
    BasisId, EntitlementId, EntitlementKind, OrgNumber, Purpose, SourceId, Timestamp,
};

/// What a source says of an entitlement; [`Entitlement`] is the same, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Its source's name for it; the message's key.
    pub id: EntitlementId,
    /// What it is.
    pub kind: EntitlementKind,
    /// The organisation it is about.
    pub subject: OrgNumber,
    /// Who is entitled, and nobody else.
    pub recipient: OrgNumber,
    /// What for.
    pub purpose: Purpose,
    /// The legal basis that requires it.
    pub basis: BasisId,
    /// First day, in days since 1970-01-01 (UTC).
    pub from: i32,
    /// Last day.
    pub to: i32,
    /// Where its source keeps the proof; a reference, never its content.
    pub evidence: String,
    /// Whether it was ended before its time.
    #[serde(default)]
    pub ended: bool,
}

/// Terms that hold together and keep the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement(Terms);

/// An entitlement as its source has sealed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The entitlement.
    pub entitlement: Entitlement,
    /// Who vouches for it.
    pub source: SourceId,
    /// The last day on which it is live.
    pub until: i32,
}

/// Why a message of the entitlement lane was passed over. Nothing is opened by it; an entitlement
/// that its own source has made unreadable is closed besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unheard {
    /// No seal, or one that does not hold for the source named, or another source's entitlement.
    Unsealed,
    /// Sealed before what is held, or so long before it came that it may be an old one once more.
    Replayed,
    /// No entitlement, larger than one may be, or not the one its key names.
    Unreadable,
    /// Its last day had passed when it came.
    Expired,
    /// The subject, or the subject and recipient, have as many as they may.
    TooMany,
}

// === impl Entitlement ===

impl Entitlement {
    /// Checks the terms: days in order and not too many, evidence named and short.
    pub fn new(terms: Terms) -> Result<Entitlement, Error> {
        let length = i64::from(terms.to) - i64::from(terms.from);
        if !(0..=MAX_DAYS).contains(&length) || terms.evidence.len() > MAX_EVIDENCE {
            return Err(Permanent::TooLarge.into());
        }
        if terms.evidence.trim().is_empty() || terms.evidence.chars().any(char::is_control) {
            return Err(Permanent::Malformed.into());
        }
        Ok(Entitlement(terms))
    }

    /// Reads a value of the entitlement lane.
    pub fn decode(bytes: &[u8]) -> Result<Entitlement, Error> {
        if bytes.len() > MAX_ENTITLEMENT {
            return Err(Permanent::TooLarge.into());
        }
        Entitlement::new(serde_json::from_slice(bytes).map_err(|_| Permanent::Malformed)?)
    }

    /// The value as it is sealed.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let bytes = serde_json::to_vec(&self.0).map_err(|_| Permanent::Malformed)?;
        if bytes.len() > MAX_ENTITLEMENT { Err(Permanent::TooLarge.into()) } else { Ok(bytes) }
    }

    /// The same, ended.
    pub fn end(self) -> Entitlement {
        Entitlement(Terms { ended: true, ..self.0 })
    }

    /// What it says.
    pub fn terms(&self) -> &Terms {
        &self.0
    }
}

// === impl Granted ===

impl Granted {
    /// As sealed at a time. A source that is silent about it for [`WORD_DAYS`] is taken to have
    /// ended it, since its word that it did may be what is missing.
    pub(crate) fn new(entitlement: Entitlement, source: SourceId, sealed: Timestamp) -> Granted {
        let word = sealed.days().saturating_add(WORD_DAYS);
        let terms = entitlement.terms();
        let until = match terms.ended {
            true => i32::MIN,
            false => i32::try_from(word).unwrap_or(i32::MAX).min(terms.to),
        };
        Granted { entitlement, source, until }
    }

    /// Whether it is live on a day.
    pub fn is_live(&self, day: i32) -> bool {
        self.entitlement.terms().from <= day && day <= self.until
    }

    /// Whether the difference to another matters to any ruling on a day.
    pub(crate) fn rules_as(&self, other: &Granted, day: i32) -> bool {
        let terms = |of: &Granted| Terms {
            evidence: String::new(),
            to: 0,
            ..of.entitlement.terms().clone()
        };
        let both_live = self.is_live(day) && other.is_live(day);
        let same_end = self.until == other.until;
        self.source == other.source && terms(self) == terms(other) && (both_live || same_end)
    }
}

// === impl Unheard ===

impl Unheard {
    /// Every reason.
    pub const ALL: [Unheard; 5] = [
        Unheard::Unsealed,
        Unheard::Replayed,
        Unheard::Unreadable,
        Unheard::Expired,
        Unheard::TooMany,
    ];

    /// The code of the page that tells an operator what to do.
    pub const fn code(self) -> &'static str {
        match self {
            Unheard::Unsealed => "STATE-205",
            Unheard::Replayed => "STATE-206",
            Unheard::Unreadable => "STATE-207",
            Unheard::Expired => "STATE-208",
            Unheard::TooMany => "STATE-209",
        }
    }
}

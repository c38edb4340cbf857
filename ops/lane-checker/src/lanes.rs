//! The seam to a carrier: lanes read from their beginning, positions, schemas. How is the reader's
//! own affair; nothing is ever written.

use crate::Error;
use std::collections::BTreeMap;
use vocabulary::{EntryId, OrgNumber, SourceId, Timestamp, ViewId};

/// What every topic's name ends in.
const VERSION: &str = ".v1";

/// A lane that the checker looks at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What a source submitted.
    Intake(SourceId),
    /// What a view released; with a recipient, the lane of that one.
    Release(ViewId, Option<OrgNumber>),
    /// Entries.
    Disclosure,
    /// What was set aside, by authority.
    Quarantine(String),
    /// A source's records and numbers.
    State(SourceId),
    /// The register.
    Register,
    /// Consents, contracts and cases.
    Entitlement,
}

/// A message as it lies on its lane.
pub struct Message {
    /// The partition; 0 where a lane has one.
    pub partition: u32,
    /// The offset.
    pub at: u64,
    /// When the carrier took it in, in microseconds.
    pub appended: i64,
    /// The key.
    pub key: Vec<u8>,
    /// The value; none for a tombstone.
    pub value: Option<Vec<u8>>,
    /// The headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Reads lanes. All answers are of one moment; what is of a later one can be told from it.
pub trait Lanes {
    /// The lanes there are, of the kinds that [`Lane`] has.
    fn lanes(&self) -> Result<Vec<Lane>, Error>;

    /// Shows every committed message of a lane, in order within a partition.
    fn walk(
        &self,
        lane: &Lane,
        visit: &mut dyn FnMut(Message) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// The offset before which all of a lane was deleted by age; 0 if nothing was.
    fn begins(&self, lane: &Lane) -> Result<u64, Error>;

    /// When the oldest message of a lane was taken in.
    fn oldest(&self, lane: &Lane) -> Result<Option<Timestamp>, Error>;

    /// The exchange's position on each intake lane: all before it was judged before the moment.
    fn positions(&self) -> Result<BTreeMap<SourceId, u64>, Error>;

    /// A position that nothing which was judged before the moment lies behind.
    fn reached(&self) -> Result<BTreeMap<SourceId, u64>, Error> {
        self.positions()
    }

    /// The offset on the disclosure lane from which on entries came after the moment; what is
    /// theirs is on the lanes too, or some of it.
    fn moment(&self) -> u64 {
        u64::MAX
    }

    /// The text of a schema id.
    fn schema(&self, id: u32) -> Result<Option<String>, Error>;
}

// === impl Lane ===

impl Lane {
    /// The lane of a topic's name; none for a lane that is not looked at, or no lane at all.
    pub fn of_topic(prefix: &str, topic: &str) -> Option<Lane> {
        let inner = topic.strip_prefix(prefix)?.strip_suffix(VERSION)?;
        let mut parts = inner.split('.');
        let lane = match (parts.next()?, parts.next(), parts.next()) {
            ("intake", Some(source), None) => Lane::Intake(source.parse().ok()?),
            ("state", Some(source), None) => Lane::State(source.parse().ok()?),
            ("release", Some(view), None) => Lane::Release(view.parse().ok()?, None),
            ("release", Some(view), Some(recipient)) => {
                Lane::Release(view.parse().ok()?, Some(recipient.parse().ok()?))
            }
            ("quarantine", Some(authority), None) => Lane::Quarantine(authority.to_owned()),
            ("disclosure", None, None) => Lane::Disclosure,
            ("register", None, None) => Lane::Register,
            ("entitlement", None, None) => Lane::Entitlement,
            _ => return None,
        };
        parts.next().is_none().then_some(lane)
    }

    /// The topic's name.
    pub fn topic(&self, prefix: &str) -> String {
        format!("{prefix}{self}{VERSION}")
    }
}

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lane::Intake(source) => write!(f, "intake.{source}"),
            Lane::Release(view, None) => write!(f, "release.{view}"),
            Lane::Release(view, Some(recipient)) => write!(f, "release.{view}.{recipient}"),
            Lane::Disclosure => f.write_str("disclosure"),
            Lane::Quarantine(authority) => write!(f, "quarantine.{authority}"),
            Lane::State(source) => write!(f, "state.{source}"),
            Lane::Register => f.write_str("register"),
            Lane::Entitlement => f.write_str("entitlement"),
        }
    }
}

// === impl Message ===

impl Message {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The same, as text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        str::from_utf8(self.header(name)?).ok()
    }

    /// The entry under which it left.
    pub(crate) fn entry(&self) -> Option<EntryId> {
        self.text("samsyn_entry")?.parse().ok()
    }
}

/// The schema id and the datum of a framed value.
pub(crate) fn unframed(value: &[u8]) -> Option<(u32, &[u8])> {
    let ([0, id @ ..], datum) = value.split_first_chunk::<5>()? else { return None };
    Some((u32::from_be_bytes(*id), datum))
}

//! Lanes and their topic names. Who may read or write one is the broker's ACL, not
//! ours.

use crate::{Permanent, limits};
use std::fmt;
use vocabulary::{AuthorityId, OrgNumber, SourceId, ViewId};

/// The prefix of every topic unless settings say otherwise.
pub const PREFIX: &str = "samsyn.";
/// Every topic's last part: the major version of what lies on it.
const VERSION: &str = ".v1";

/// An ordered sequence of messages; one partition on Kafka unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// What one source submitted: raw, read by the exchange only.
    Intake(SourceId),
    /// What a view released; with a recipient, the lane of an addressed view's one reader.
    Release {
        /// The view.
        view: ViewId,
        /// The one recipient of an addressed view's lane.
        recipient: Option<OrgNumber>,
    },
    /// Disclosure entries.
    Disclosure,
    /// Acknowledgements of recipients' connectors, and the exchange's notices to sources.
    Receipt,
    /// What could not be verified or ruled, by authority.
    Quarantine(AuthorityId),
    /// Version and holders of each record of a source, and the source's own sequence.
    State(SourceId),
    /// Signed policy bundles; the newest is the fence.
    Bundle,
    /// Organisation number to form, parent, municipality; sealed by the register's source.
    Register,
    /// Entitlement id to consent, contract or case; sealed by the sources that the bundle names.
    Entitlement,
    /// Data keys of a view, wrapped to its members.
    Keys(ViewId),
}

/// What sort of lane it is: the unit of retention and of metric labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LaneKind {
    /// [`Lane::Intake`].
    Intake,
    /// [`Lane::Release`].
    Release,
    /// [`Lane::Disclosure`].
    Disclosure,
    /// [`Lane::Receipt`].
    Receipt,
    /// [`Lane::Quarantine`].
    Quarantine,
    /// [`Lane::State`].
    State,
    /// [`Lane::Bundle`], [`Lane::Register`], [`Lane::Entitlement`] and [`Lane::Keys`].
    Control,
}

// === impl Lane ===

impl Lane {
    /// The topic's name: `prefix`, the kind, whose it is, and the major version.
    pub fn topic(&self, prefix: &str) -> String {
        format!("{prefix}{self}{VERSION}")
    }

    /// The lane of a topic's name, made with the same prefix.
    pub fn from_topic(prefix: &str, topic: &str) -> Result<Lane, Permanent> {
        let unknown = Permanent::UnknownTopic;
        if topic.len() > limits::MAX_TOPIC {
            return Err(unknown);
        }
        let inner = topic.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(VERSION));
        let mut parts = inner.ok_or(unknown)?.split('.');
        let lane = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("intake"), Some(source), None, None) => source.parse().map(Lane::Intake),
            (Some("state"), Some(source), None, None) => source.parse().map(Lane::State),
            (Some("release"), Some(view), None, None) => {
                view.parse().map(|view| Lane::Release { view, recipient: None })
            }
            (Some("release"), Some(view), Some(recipient), None) => {
                recipient.parse().and_then(|recipient| {
                    Ok(Lane::Release { view: view.parse()?, recipient: Some(recipient) })
                })
            }
            (Some("quarantine"), Some(authority), None, None) => {
                authority.parse().map(Lane::Quarantine)
            }
            (Some("keys"), Some(view), None, None) => view.parse().map(Lane::Keys),
            (Some("disclosure"), None, ..) => Ok(Lane::Disclosure),
            (Some("receipt"), None, ..) => Ok(Lane::Receipt),
            (Some("bundle"), None, ..) => Ok(Lane::Bundle),
            (Some("register"), None, ..) => Ok(Lane::Register),
            (Some("entitlement"), None, ..) => Ok(Lane::Entitlement),
            _ => return Err(unknown),
        };
        lane.map_err(|_| unknown)
    }

    /// What sort of lane it is.
    pub const fn kind(&self) -> LaneKind {
        match self {
            Lane::Intake(_) => LaneKind::Intake,
            Lane::Release { .. } => LaneKind::Release,
            Lane::Disclosure => LaneKind::Disclosure,
            Lane::Receipt => LaneKind::Receipt,
            Lane::Quarantine(_) => LaneKind::Quarantine,
            Lane::State(_) => LaneKind::State,
            Lane::Bundle | Lane::Register | Lane::Entitlement | Lane::Keys(_) => LaneKind::Control,
        }
    }

    /// Whether the lane keeps the newest message of each key, whatever its age.
    pub const fn is_compacted(&self) -> bool {
        matches!(self.kind(), LaneKind::Release | LaneKind::State | LaneKind::Control)
    }

    /// Whether only [`crate::Carrier::commit`] writes it.
    pub const fn is_committed(&self) -> bool {
        !matches!(self.kind(), LaneKind::Intake) && !self.is_published()
    }

    /// Whether [`crate::Carrier::publish`] may write it: control lanes and receipts.
    pub const fn is_published(&self) -> bool {
        matches!(self.kind(), LaneKind::Receipt | LaneKind::Control)
    }

    /// Largest value of a message on this lane, in bytes.
    pub const fn max_value(&self) -> usize {
        match self {
            Lane::Bundle => limits::MAX_BUNDLE,
            _ => limits::MAX_VALUE,
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Intake(source) => write!(f, "intake.{source}"),
            Lane::Release { view, recipient: None } => write!(f, "release.{view}"),
            Lane::Release { view, recipient: Some(recipient) } => {
                write!(f, "release.{view}.{recipient}")
            }
            Lane::Disclosure => f.write_str("disclosure"),
            Lane::Receipt => f.write_str("receipt"),
            Lane::Quarantine(authority) => write!(f, "quarantine.{authority}"),
            Lane::State(source) => write!(f, "state.{source}"),
            Lane::Bundle => f.write_str("bundle"),
            Lane::Register => f.write_str("register"),
            Lane::Entitlement => f.write_str("entitlement"),
            Lane::Keys(view) => write!(f, "keys.{view}"),
        }
    }
}

// === impl LaneKind ===

impl LaneKind {
    /// The kind as a metric label.
    pub const fn as_str(self) -> &'static str {
        match self {
            LaneKind::Intake => "intake",
            LaneKind::Release => "release",
            LaneKind::Disclosure => "disclosure",
            LaneKind::Receipt => "receipt",
            LaneKind::Quarantine => "quarantine",
            LaneKind::State => "state",
            LaneKind::Control => "control",
        }
    }
}

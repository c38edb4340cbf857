//! Figures for people, as of the last commit: metadata only.

use ruling::Retention;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::{Digest, OrgNumber, SourceId, Timestamp, ViewId};

/// A shared view of the figures.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Mutex<Snapshot>>);

/// Everything at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The bundle in force.
    pub bundle: Option<BundleInForce>,
    /// Errors of a newer bundle that was refused; nothing is released while there are any.
    pub refused_bundle: Vec<String>,
    /// By source.
    pub sources: BTreeMap<SourceId, SourceFigures>,
    /// By view.
    pub views: BTreeMap<ViewId, ViewFigures>,
    /// Releases by view and recipient of addressed lanes.
    pub addressed: BTreeMap<(ViewId, OrgNumber), u64>,
    /// Messages of the entitlement lane that opened nothing, by code.
    pub unheard: BTreeMap<&'static str, u64>,
    /// Commits since the start.
    pub commits: u64,
    /// Held records still to be ruled again after a change of bundle or register.
    pub reruling: bool,
    /// Whether every intake lane was read to its end at the last step.
    pub idle: bool,
    /// Steps since the start that found nothing to do on any lane. Two more than at some moment
    /// say that whatever lay on the lanes at that moment has been ruled and committed.
    pub idle_steps: u64,
}

/// The bundle in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleInForce {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// Its digest.
    pub digest: Digest,
    /// How long it lets things be kept.
    pub retention: Retention,
    /// When it took force here.
    pub since: Timestamp,
    /// Milliseconds its loading took.
    pub load_millis: u64,
    /// Distinct plans compiled.
    pub plans: usize,
}

/// Figures of a source since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFigures {
    /// Findings read.
    pub read: u64,
    /// Findings ruled.
    pub ruled: u64,
    /// Findings set aside.
    pub quarantined: u64,
    /// Sequence numbers accepted before.
    pub duplicates: u64,
    /// Versions not newer than the one held.
    pub stale: u64,
    /// Versions whose free texts do not leave, of which the source was told.
    pub told: u64,
    /// Gaps opened in the sequence.
    pub gaps: u64,
    /// When the newest finding was read.
    pub last: Option<Timestamp>,
    /// Whether the lane stopped for too many open gaps.
    pub stopped: bool,
    /// The shadow's code, where it did not agree and the lane is stopped for it.
    pub disputed: Option<&'static str>,
}

/// Figures of a view since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewFigures {
    /// Records released.
    pub released: u64,
    /// Records withheld.
    pub withheld: u64,
    /// Records withdrawn.
    pub withdrawn: u64,
}

// === impl Watch ===

impl Watch {
    /// The figures now.
    pub fn snapshot(&self) -> Snapshot {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut Snapshot) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

//! All that one step of the exchange does to the lanes, to happen together or not at all. What a
//! release is made of is not looked at: it comes recorded, or it can not be handed in.

use crate::{Lane, Message, Offset, Permanent, limits};
use std::collections::BTreeMap;
use vocabulary::{AuthorityId, SourceId};

/// A commit being built: releases with their entries, states, quarantined records, positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    bundle: Option<Offset>,
    appends: Vec<(Lane, Message)>,
    advances: Vec<Advance>,
    bytes: usize,
}

/// A position to move on: from where the work began to where it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Whose intake lane.
    pub source: SourceId,
    /// Where the position must still be; if it is not, another exchange has moved it.
    pub from: Offset,
    /// The next message to read.
    pub to: Offset,
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// For each state lane written, the position after its last message of this commit.
    pub states: BTreeMap<SourceId, Offset>,
}

// === impl Commit ===

impl Commit {
    /// An empty commit. `bundle` is the offset of the newest bundle that the work was done under;
    /// none only while the bundle lane is empty. This is the fence.
    pub const fn new(bundle: Option<Offset>) -> Self {
        Commit { bundle, appends: Vec::new(), advances: Vec::new(), bytes: 0 }
    }

    /// Writes a record's or the source's own state.
    pub fn state(&mut self, source: SourceId, message: Message) {
        self.append(Lane::State(source), message);
    }

    /// Sets a record aside that could not be verified or ruled.
    pub fn quarantine(&mut self, authority: AuthorityId, message: Message) {
        self.append(Lane::Quarantine(authority), message);
    }

    /// Tells a connector something on the receipt lane, once the rest has happened.
    pub fn receipt(&mut self, message: Message) {
        self.append(Lane::Receipt, message);
    }

    /// Moves a source's position, if it is still at `from`. Several moves of one source apply in
    /// the order they were handed in.
    pub fn advance(&mut self, source: SourceId, from: Offset, to: Offset) {
        self.advances.push(Advance { source, from, to });
    }

    /// The bundle the work was done under.
    pub const fn bundle(&self) -> Option<Offset> {
        self.bundle
    }

    /// The messages to append, in order.
    pub fn appends(&self) -> &[(Lane, Message)] {
        &self.appends
    }

    /// The positions to move, in order.
    pub fn advances(&self) -> &[Advance] {
        &self.advances
    }

    /// Bytes of all messages.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing has been put in.
    pub fn is_empty(&self) -> bool {
        self.appends.is_empty() && self.advances.is_empty()
    }

    /// Holds the commit against the limits; every carrier does so before it writes any of it.
    pub fn check(&self) -> Result<(), Permanent> {
        if self.appends.len() > limits::MAX_COMMIT || self.bytes > limits::MAX_COMMIT_BYTES {
            return Err(Permanent::BatchTooLarge);
        }
        if self.advances.iter().any(|advance| advance.to < advance.from) {
            return Err(Permanent::Position);
        }
        self.appends.iter().try_for_each(|(lane, message)| message.check(lane))
    }

    /// The messages and positions, for a carrier that sends them on.
    pub fn into_parts(self) -> (Vec<(Lane, Message)>, Vec<Advance>) {
        (self.appends, self.advances)
    }

    pub(crate) fn append(&mut self, lane: Lane, message: Message) {
        self.bytes = self.bytes.saturating_add(message.bytes());
        self.appends.push((lane, message));
    }
}

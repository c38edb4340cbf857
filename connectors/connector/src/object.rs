//! The life of one object of a source: which version of which record the next row makes, if any.
//! It holds no map of objects; the daemon keeps that beside the spool.

#[cfg(test)]
mod tests;

use vocabulary::{ChangeKind, Digest, RecordId};

/// What is remembered of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The record that all versions of the object are versions of.
    pub record: RecordId,
    /// The newest version; 1 is the first.
    pub version: u64,
    /// Digest of the content columns of the newest version that had any.
    pub content: Digest,
    /// Whether the newest version is not a retraction.
    pub alive: bool,
}

/// What a row says of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// This is the object as it now stands.
    State(Digest),
    /// The object is gone.
    Gone,
}

/// What follows from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A version of the record, and what is remembered after it.
    Version(ChangeKind, Held),
    /// The object stands as it is held: nothing follows.
    Unchanged,
    /// A removal of an object that was never seen: nothing to retract.
    NeverSeen,
    /// A removal of an object that is gone already.
    AlreadyGone,
}

/// The step from what is held and what is said. `record` is the id a first version takes.
///
/// An object that comes back after its removal is the next version of the same record; one
/// never seen before its removal starts at its first.
pub fn step(held: Option<&Held>, said: Said, record: RecordId) -> Step {
    let next = |held: &Held, content, alive| Held {
        record: held.record,
        version: held.version.saturating_add(1),
        content,
        alive,
    };
    match (held, said) {
        (None, Said::State(content)) => {
            Step::Version(ChangeKind::Create, Held { record, version: 1, content, alive: true })
        }
        (None, Said::Gone) => Step::NeverSeen,
        (Some(held), Said::State(content)) if held.alive && held.content == content => {
            Step::Unchanged
        }
        (Some(held), Said::State(content)) => {
            Step::Version(ChangeKind::Correct, next(held, content, true))
        }
        (Some(held), Said::Gone) if held.alive => {
            Step::Version(ChangeKind::Retract, next(held, held.content, false))
        }
        (Some(_), Said::Gone) => Step::AlreadyGone,
    }
}

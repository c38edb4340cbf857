//! What callers ask of the writer, and what it answers.

use carrier::{Commit, CommitError, Committed, Error, Lane, Message, Offset, Retention, Temporary};
use std::sync::mpsc::SyncSender;

/// A request and where its answer goes.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) reply: SyncSender<Result<Done, CommitError>>,
}

/// What is asked.
pub(crate) enum Request {
    /// Append to one lane.
    Append(Lane, Vec<Message>),
    /// Commit.
    Commit(Commit),
    /// Register a schema: subject, text.
    Schema(String, String),
    /// Retention may take this lane's messages before the offset, and none from there on.
    Floor(Lane, Offset),
    /// New retention times.
    Retention(Retention),
    /// A new bound on the file's bytes.
    Bound(Option<u64>),
    /// Do all maintenance that is due now.
    Maintain,
}

/// What was done.
pub(crate) enum Done {
    Appended(Offset),
    Committed(Committed),
    Registered(u32),
    Nothing,
}

// === impl Request ===

impl Request {
    /// Bytes it holds while it waits.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Request::Append(_, messages) => messages.iter().map(Message::bytes).sum(),
            Request::Commit(commit) => commit.bytes(),
            Request::Schema(subject, text) => subject.len() + text.len(),
            _ => 0,
        }
    }
}

/// The error of a request other than a commit.
pub(crate) fn plain(error: CommitError) -> Error {
    match error {
        CommitError::Carrier(error) => error,
        _ => Error::Temporary(Temporary::Unavailable),
    }
}

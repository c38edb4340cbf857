//! What the carrier counts. Turning counts into metrics is the daemon's work.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts since the carrier was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Transactions committed by requests.
    pub transactions: u64,
    /// Requests answered, well or not.
    pub requests: u64,
    /// Messages appended.
    pub appended: u64,
    /// Messages deleted by retention.
    pub deleted: u64,
    /// Requests refused for want of space.
    pub full: u64,
    /// Times the clock was found behind the newest message.
    pub clock_backwards: u64,
    /// Times another process had written.
    pub foreign_writes: u64,
}

/// The same, counted by the writer and read by anyone.
#[derive(Default)]
pub(crate) struct Live {
    pub(crate) transactions: AtomicU64,
    pub(crate) requests: AtomicU64,
    pub(crate) appended: AtomicU64,
    pub(crate) deleted: AtomicU64,
    pub(crate) full: AtomicU64,
    pub(crate) clock_backwards: AtomicU64,
    pub(crate) foreign_writes: AtomicU64,
}

// === impl Live ===

impl Live {
    pub(crate) fn snapshot(&self) -> Counts {
        Counts {
            transactions: self.transactions.load(Relaxed),
            requests: self.requests.load(Relaxed),
            appended: self.appended.load(Relaxed),
            deleted: self.deleted.load(Relaxed),
            full: self.full.load(Relaxed),
            clock_backwards: self.clock_backwards.load(Relaxed),
            foreign_writes: self.foreign_writes.load(Relaxed),
        }
    }
}

/// Adds to a count.
pub(crate) fn add(count: &AtomicU64, by: u64) {
    count.fetch_add(by, Relaxed);
}

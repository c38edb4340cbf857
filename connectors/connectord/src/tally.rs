//! What the rows of a file, or of all files of a source, came to.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Counts of rows by what followed from each. Every row is in `rows` and in one other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Rows read.
    pub rows: u64,
    /// First versions of records.
    pub first: u64,
    /// Later versions.
    pub next: u64,
    /// Retractions.
    pub retracted: u64,
    /// Rows that say what is held already.
    pub unchanged: u64,
    /// Removals of objects never seen.
    pub never_seen: u64,
    /// Removals of objects that were gone already.
    pub already_gone: u64,
    /// Rows refused.
    pub refused: u64,
}

// === impl Tally ===

impl Tally {
    /// Versions accepted: first, later and retracting.
    pub const fn accepted(&self) -> u64 {
        self.first + self.next + self.retracted
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.rows += other.rows;
        self.first += other.first;
        self.next += other.next;
        self.retracted += other.retracted;
        self.unchanged += other.unchanged;
        self.never_seen += other.never_seen;
        self.already_gone += other.already_gone;
        self.refused += other.refused;
    }
}

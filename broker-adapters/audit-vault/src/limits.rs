//! The bounds of the vault, in one place. Settings may tighten them, never widen.

use std::time::Duration;

/// Most entries integrated in one transaction.
pub const MAX_BATCH: usize = 16_384;

/// Most full files written since the last settling before one is due.
pub const MAX_UNSETTLED: usize = 8_192;

/// Most answers to one question; the rest follow page by page.
pub const MAX_ANSWERS: usize = 1_000;

/// Threads that settle files side by side.
pub const SETTLERS: usize = 16;

/// Longest wait for another process's lock on the index.
pub const BUSY: Duration = Duration::from_secs(5);

/// Longest wait for the writer before to let go of the vault, and how often that is looked at.
pub const LOCK: Duration = Duration::from_millis(500);
/// See [`LOCK`].
pub const LOOK: Duration = Duration::from_millis(10);

/// Most data keys held in memory.
pub const MAX_CACHED_KEYS: usize = 4_096;

/// Rows cleared in one transaction of the retention.
pub const SHRED_ROWS: u64 = 4_096;

/// Threads that prepare the entries of one batch side by side.
pub const MAX_PREPARERS: usize = 4;

/// Entries that one thread prepares alone before a second one is worth its start.
pub const ALONE: usize = 256;

//! The bounds of the ledger's daemon, in one place. Settings may tighten them, never widen.

use std::time::Duration;

/// Most entries read and integrated at once.
pub const MAX_BATCH: usize = 16_384;

/// Time between two integrations while much comes: a large one writes each page of the index once.
pub const GATHER: Duration = Duration::from_millis(200);

/// Entries of an integration from which much comes.
pub const MUCH: usize = 500;

/// Most bytes of entries read at once.
pub const MAX_BATCH_BYTES: usize = 32 << 20;

/// Longest time between an entry and the checkpoint that covers it, unless settings say less.
pub const CHECKPOINT: Duration = Duration::from_millis(1_000);

/// Pause after a failure that may pass.
pub const RETRY: Duration = Duration::from_millis(500);

/// Quiet time after which written files are made durable for good.
pub const SETTLE_AFTER: Duration = Duration::from_secs(5);

/// Longest wait for something new before the word to stop is looked at again.
pub const LISTEN: Duration = Duration::from_millis(200);

/// Time between two looks for what is past its retention, in microseconds.
pub const SHRED_EVERY_MICROS: i64 = 60_000_000;

/// Time between two words to the carrier about what is integrated.
pub const TELL_EVERY: Duration = Duration::from_secs(10);

/// Pause between two looks whether a question is recorded.
pub const ASK_AGAIN: Duration = Duration::from_millis(20);

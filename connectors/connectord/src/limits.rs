//! The bounds of the agency daemon, each named once. Settings may only tighten them.

/// Rows taken in one transaction of a spool.
pub const CHUNK_ROWS: usize = 1_000;
/// Bytes of findings taken in one transaction of a spool.
pub const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Records submitted at once.
pub const SUBMIT_RECORDS: u32 = 2_000;
/// Bytes submitted at once.
pub const SUBMIT_BYTES: usize = 8 * 1024 * 1024;
/// Threads that take in for all sources, and as many that hand on.
pub const WORKERS: usize = 4;
/// Records of one source that the exchange has not taken are counted anew after this long, in
/// microseconds.
pub const BEHIND_MICROS: i64 = 1_000_000;
/// Passes a source that could not be opened sits out before it is tried again.
pub const RETRY_PASSES: u32 = 8;
/// Answers kept for one source under their idempotency keys; the oldest are forgotten.
pub const ANSWERS: u32 = 1_000;
/// Longest sleep of a webhook that waits, so that the word to stop is heard.
pub const HOOK_LOOK: std::time::Duration = std::time::Duration::from_millis(250);
/// Records a webhook reads ahead.
pub const HOOK_RECORDS: usize = 256;
/// Bytes a webhook reads ahead.
pub const HOOK_BYTES: usize = 4 * 1024 * 1024;
/// Records a webhook delivers between two notes of its position on disk.
pub const HOOK_NOTE: u64 = 64;
/// Parked records that are listed at once.
pub const PARKED_LISTED: u32 = 1_000;
/// Files whose tallies are remembered for a source.
pub const TAKEN: u32 = 100;
/// Refused rows remembered of one file; the rest are counted.
pub const REFUSED_ROWS: u64 = 100_000;
/// Bytes of a mapping or key file.
pub const FILE_BYTES: u64 = 256 * 1024;
/// Bytes of the register file.
pub const REGISTER_BYTES: u64 = 1024 * 1024 * 1024;
/// Register entries published at once.
pub const REGISTER_BATCH: usize = 1_000;
/// Fields that a source is told of at once and that are kept for it; the oldest are forgotten.
pub const TOLD: u32 = 1_000;
/// Fields in a source's file up to which each new one is told at once.
pub const TOLD_AT_ONCE: u64 = 100;
/// Time between two tellings of a source whose file is longer.
pub const TELL: std::time::Duration = std::time::Duration::from_secs(10);
/// Messages of the receipt lane read at once.
pub const RECEIPTS: usize = 1_000;
/// Messages of the receipt lane read between two notes of the position on disk, where none is a
/// notice of ours.
pub const RECEIPTS_NOTE: u64 = 4_096;
/// A clock that goes back less than this is not worth a word, in microseconds.
pub const CLOCK_SLACK_MICROS: i64 = 1_000_000;

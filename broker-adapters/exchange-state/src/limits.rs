//! Every bound of the exchange's copy, named once.

use std::time::Duration;

/// Most open gaps of a source; one more stops its lane.
pub const MAX_GAPS: usize = 1_024;
/// Most holders of one record.
pub const MAX_HOLDERS: usize = 8_192;
/// Longest subject text kept in a state, in bytes.
pub const MAX_SUBJECT: usize = 256;
/// Largest encoded state, in bytes.
pub const MAX_STATE: usize = 1024 * 1024;
/// Longest status text of a register entry, in bytes.
pub const MAX_REGISTER_TEXT: usize = 64;
/// Most links followed from a sub-unit to the legal entity.
pub const MAX_PARENTS: usize = 4;
/// Records kept in memory, in each of two generations.
pub const CACHED_RECORDS: usize = 8_192;
/// Register entries kept in memory, in each of two generations.
pub const CACHED_ENTRIES: usize = 32_768;
/// Largest entitlement on the lane, in bytes.
pub const MAX_ENTITLEMENT: usize = 2 * 1024;
/// Longest reference to an entitlement's evidence, in bytes.
pub const MAX_EVIDENCE: usize = 256;
/// Most days from an entitlement's first to its last: ten years.
pub const MAX_DAYS: i64 = 3_653;
/// Days that a source's word stands: it says again what holds well within them.
pub const WORD_DAYS: i64 = 45;
/// Most live entitlements about one subject.
pub const MAX_OF_SUBJECT: i64 = 512;
/// Most live entitlements of one recipient about one subject.
pub const MAX_OF_PAIR: i64 = 64;
/// Longest way of an entitlement from its seal to the lane, in microseconds: a day. An older seal
/// may be somebody's second use of it.
pub const MAX_UNDERWAY: i64 = 86_400_000_000;
/// Furthest a source's clock may be ahead of the lane's, in microseconds: an hour.
pub const MAX_AHEAD: i64 = 3_600_000_000;
/// Days for which an entitlement that is over is remembered: longer than one can be under way.
pub const REMEMBERED_DAYS: i64 = 3;
/// Subjects whose entitlements, or want of any, are kept in memory, in each of two generations.
pub const CACHED_SUBJECTS: usize = 32_768;
/// Most messages taken from a lane in one step.
pub const STEP_RECORDS: usize = 5_000;
/// Most bytes taken from a lane in one step.
pub const STEP_BYTES: usize = 16 * 1024 * 1024;
/// Most records one question returns.
pub const MAX_ANSWER: usize = 10_000;
/// Page cache, in KiB.
pub const CACHE_KIB: i64 = 24 * 1024;
/// Pages in the write-ahead log after which it is folded into the file, 64 MiB of them. Places
/// among ids are written again with nearly every step; only the last of them goes into the file.
pub const CHECKPOINT_PAGES: u32 = 8_000;
/// How long SQLite waits for another connection.
pub const BUSY: Duration = Duration::from_secs(5);

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
/// Most messages taken from a lane in one step.
pub const STEP_RECORDS: usize = 5_000;
/// Most bytes taken from a lane in one step.
pub const STEP_BYTES: usize = 16 * 1024 * 1024;
/// Most records one question returns.
pub const MAX_ANSWER: usize = 10_000;
/// Page cache, in KiB.
pub const CACHE_KIB: i64 = 24 * 1024;
/// How long SQLite waits for another connection.
pub const BUSY: Duration = Duration::from_secs(5);

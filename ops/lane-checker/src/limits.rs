//! Every bound of the checker, named once.

/// Most findings listed one by one; more are counted.
pub const LISTED: usize = 1_000;
/// Largest file of a matrix, in bytes.
pub const MAX_MATRIX: u64 = 64 << 20;
/// Most matrices.
pub const MATRICES: usize = 256;
/// Largest entry read, in bytes.
pub const MAX_ENTRY: usize = 1 << 20;
/// Most rows of an entry.
pub const MAX_ROWS: usize = 2_048;
/// Most open gaps of one source that are told apart.
pub const MAX_GAPS: usize = 1_024;
/// Largest file of the ledger, in bytes.
pub const MAX_LEDGER_FILE: u64 = (65_535 + 2) * 256;
/// Page cache of the notebook, in KiB.
pub const CACHE_KIB: i64 = 16 * 1024;
/// Most schema ids remembered.
pub const SCHEMAS: usize = 4_096;
/// Units above a sub-unit that are looked through.
pub const PARENTS: usize = 4;
/// How old a register entry may be and still count, in microseconds.
pub const REGISTER_AGE: i64 = 45 * 86_400_000_000;
/// How long the exchange may take to follow the register and the entitlements, in microseconds.
pub const FOLLOW_LAG: i64 = 60_000_000;
/// How much later than an entry's time an entitlement may have come that it rests on, in
/// microseconds: the exchange asks the time before it follows the lane, by a clock of its own.
pub const ENTITLED_LEAD: i64 = 30_000_000;
/// Days that a source's word on an entitlement stands.
pub const WORD_DAYS: i64 = 45;
/// Days for which an entitlement that is over is remembered.
pub const REMEMBERED_DAYS: i64 = 3;
/// Longest way of an entitlement from its seal to the lane, in microseconds.
pub const MAX_UNDERWAY: i64 = 86_400_000_000;
/// Furthest a source's clock may be ahead of the lane's, in microseconds.
pub const MAX_AHEAD: i64 = 3_600_000_000;
/// Most hashes of a seal's path: a batch has at most 4,096 leaves.
pub const MAX_PATH: usize = 12;
/// How long brokers may take to answer.
pub const ANSWER: std::time::Duration = std::time::Duration::from_secs(30);
/// How long SQLite waits for the writer of the lanes.
pub const BUSY: std::time::Duration = std::time::Duration::from_secs(5);
/// How long transactions that are open may take to be decided: longer than brokers let one be open.
pub const SETTLED: std::time::Duration = std::time::Duration::from_secs(120);
/// How often it is asked whether they are.
pub const TICK: std::time::Duration = std::time::Duration::from_millis(10);

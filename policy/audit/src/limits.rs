//! The bounds of the memory, in one place. Settings may tighten them, never widen.

/// Most rows (views and recipients) of one entry.
pub const MAX_ROWS: usize = 2048;

/// Most entitlements that one row names: one for each basis that a view requires one under.
pub const MAX_UNDER: usize = 4;

/// Largest detail of an entry, in bytes.
pub const MAX_DETAIL_BYTES: usize = 512 << 10;

/// Longest subject of an entry (an organisation number or a source's own object id), in bytes.
pub const MAX_SUBJECT_BYTES: usize = 256;

/// Largest encoded entry, in bytes: most rows and the largest detail fit, and so does a lane.
pub const MAX_ENTRY_BYTES: usize = 1 << 20;

/// Longest name of a writer, in bytes.
pub const MAX_WRITER_BYTES: usize = 64;

/// Longest name of who asks, and longest reason given, in bytes.
pub const MAX_REASON_BYTES: usize = 1024;

/// Largest signed note read, in bytes.
pub const MAX_NOTE_BYTES: usize = 256 << 10;

/// Most signature lines of a note read.
pub const MAX_NOTE_SIGNATURES: usize = 16;

/// Most runs that stand in a checkpoint line by line; earlier ones stand under one digest.
pub const MAX_RUN_LINES: usize = 256;

/// Most runs a ledger knows.
pub const MAX_RUNS: usize = 1_000_000;

/// Most hashes in a proof.
pub const MAX_PROOF: usize = 63;

/// Most leaves of a ledger.
pub const MAX_LEAVES: u64 = 1 << 40;

/// Largest receipt read, in bytes.
pub const MAX_RECEIPT_BYTES: usize = 512 << 10;

/// Most open gaps of one run, and most findings, that the offline check lists one by one.
pub const MAX_FINDINGS: usize = 1000;

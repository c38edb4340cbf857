//! The bounds of the checker, in one place.

/// Largest key file read, in bytes.
pub(crate) const MAX_KEY_BYTES: u64 = 16 << 10;

/// Largest receipt or checkpoint file read, in bytes.
pub(crate) const MAX_RECEIPT_BYTES: u64 = 512 << 10;

/// Longest line of a file of records, in bytes: a value of 1 MiB as JSON and as bytes.
pub(crate) const MAX_LINE_BYTES: u64 = 16 << 20;

/// Most problems printed; the rest are counted.
pub(crate) const MAX_PROBLEMS: usize = 1_000;

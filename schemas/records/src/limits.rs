//! The bounds of a record. Settings may only tighten them.

/// Bytes of one encoded record.
pub const RECORD_BYTES: usize = 256 * 1024;

/// Bytes of one text.
pub const TEXT_BYTES: usize = 32 * 1024;

/// Elements of one list.
pub const LIST_ITEMS: usize = 1_000;

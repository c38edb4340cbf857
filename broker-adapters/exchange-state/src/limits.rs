//! Bounds of this crate.

/// Open gaps a source may have before its lane stops (design.md §2).
pub(crate) const GAPS: usize = 1_024;
/// Holders one record may have: views, and recipients of addressed ones.
pub(crate) const HOLDERS: usize = 4_096;
/// Longest text naming a subject, in bytes.
pub(crate) const SUBJECT: usize = 256;
/// Messages read from a lane at once while the copy is brought forward.
pub(crate) const PAGE: usize = 2_000;
/// Entries kept in memory of each kind; the rest is read from disk.
pub(crate) const CACHE: usize = 8_192;
/// Sub-units of one parent looked at when the parent changes.
pub(crate) const UNITS: usize = 10_000;
/// Pages SQLite may keep in memory, in KiB.
pub(crate) const PAGES_KIB: i64 = 32 * 1024;

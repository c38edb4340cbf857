//! The bounds of files in and out, each named once. Settings may only tighten them.

/// Most entries of a drop folder that one look takes in; the rest wait for the next.
pub const ENTRIES: usize = 10_000;
/// Longest name of a dropped file, in bytes.
pub const NAME_BYTES: usize = 200;
/// Bytes of one dropped file.
pub const FILE_BYTES: u64 = 1024 * 1024 * 1024;
/// Bytes of one row.
pub const ROW_BYTES: usize = 1024 * 1024;
/// Most lines one row may span.
pub const ROW_LINES: usize = 200;
/// Most cells of one row.
pub const CELLS: usize = 512;
/// Most records of one delivered segment.
pub const SEGMENT_RECORDS: usize = 4_000;
/// Most bytes read into one delivered segment.
pub const SEGMENT_BYTES: usize = 4 * 1024 * 1024;
/// Most files of one delivered segment: one for each schema, and one for what could not be read.
pub const SEGMENT_FILES: usize = 64;
/// Bytes of a folder's position file.
pub const POSITION_BYTES: u64 = 64 * 1024;

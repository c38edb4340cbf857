//! The bounds of the machine, each named once. It does not say what a door does when one is
//! reached: that is the refusal's code.

/// Longest mapping file, in bytes.
pub const MAPPING_BYTES: usize = 256 * 1024;
/// Most kinds of record in one mapping.
pub const KINDS: usize = 16;
/// Most mapped fields, stamps included, of one kind.
pub const FIELDS: usize = 512;
/// Most aliases of one column.
pub const ALIASES: usize = 16;
/// Most entries of one code table.
pub const CODES: usize = 512;
/// Deepest contract path, in steps.
pub const PATH_STEPS: usize = 12;
/// Highest element index a mapping may write to.
pub const ELEMENT: usize = 63;
/// Most columns of a table.
pub const COLUMNS: usize = 256;
/// Longest cell, in bytes.
pub const CELL_BYTES: usize = 32 * 1024;
/// Longest object id, in bytes.
pub const OBJECT_BYTES: usize = 128;
/// Most elements a list cell may hold.
pub const LIST: usize = 64;

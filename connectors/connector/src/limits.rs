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
/// Most objects one submission holds.
pub const ITEMS: usize = 1_000;
/// Most values of one submission, containers among them.
pub const NODES: usize = 500_000;
/// Deepest nesting of one object of a submission.
pub const DEPTH: usize = 12;
/// Most elements of one list of an object.
pub const ELEMENTS: usize = 1_000;
/// Most values of one object.
pub const LEAVES: usize = 20_000;
/// Longest key of an object, in bytes.
pub const KEY_BYTES: usize = 128;
/// Most elements a list cell may hold.
pub const LIST: usize = 64;

//! Every bound of a schema, named once. Reaching one is [`crate::Error::Limit`]; nothing is cut.

/// Most bytes of one schema text, and of all named types handed in with it.
pub const MAX_TEXT: usize = 1 << 20;
/// Deepest nesting of types, the root record being 1.
pub const MAX_DEPTH: usize = 24;
/// Most fields after references are expanded; a field of a type used twice counts twice.
pub const MAX_FIELDS: usize = 2048;
/// Most nodes after references are expanded.
pub const MAX_NODES: usize = 16_384;
/// Most symbols of one enum.
pub const MAX_SYMBOLS: usize = 1024;
/// Most branches of one union; below 64, so that a branch is always one byte.
pub const MAX_BRANCHES: usize = 16;
/// Largest fixed.
pub const MAX_FIXED: usize = 65_536;
/// Most named types of one schema and the files beside it.
pub const MAX_NAMED: usize = 1024;
/// Longest full name of a type.
pub const MAX_NAME: usize = 256;
/// Longest path of a field.
pub const MAX_PATH: usize = 512;
/// Most facts of one schema.
pub const MAX_FACTS: usize = 8;
/// Most combinations of facts of one schema.
pub const MAX_COMBINATIONS: usize = 512;

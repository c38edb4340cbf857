//! Every bound of the registry's client, named once.

/// Largest text of a schema, in bytes; as large as a schema can be at all.
pub const MAX_TEXT: usize = avro_tree::limits::MAX_TEXT;
/// Largest answer, in bytes: the largest text with every character escaped, and what is around it.
pub const MAX_ANSWER: usize = 2 * MAX_TEXT + 4 * 1024;
/// Longest subject, in bytes: as long as a topic's name, a dash, and a record's full name.
pub const MAX_SUBJECT: usize = 249 + 1 + avro_tree::limits::MAX_NAME;
/// Most schemas kept in memory; the one that came first goes first.
pub const CACHED: usize = 1_024;
/// Most bytes of texts kept in memory.
pub const CACHED_BYTES: usize = 32 * 1024 * 1024;
/// How often one request is sent before its caller is told.
pub const ATTEMPTS: usize = 2;
/// Most findings that a refusal names.
pub const NAMED: usize = 8;

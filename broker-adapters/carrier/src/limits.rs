//! Every bound of the carriers, named once. Settings may tighten one; nothing grows at run time.

/// Longest key of a message, in bytes.
pub const MAX_KEY: usize = 256;
/// Largest value of a message, in bytes: as much as one record may be sealed with.
pub const MAX_VALUE: usize = 1024 * 1024;
/// Largest value on the bundle lane, in bytes; its topic is provisioned with room for it.
pub const MAX_BUNDLE: usize = 8 * 1024 * 1024;
/// Most headers of a message.
pub const MAX_HEADERS: usize = 64;
/// Longest name of a header, in bytes.
pub const MAX_HEADER_NAME: usize = 64;
/// Most bytes of all headers of a message, names and values.
pub const MAX_HEADER_BYTES: usize = 48 * 1024;
/// Most messages of one batch handed to `submit` or `publish`.
pub const MAX_BATCH: usize = 4_096;
/// Most messages of one commit: 10,000 findings of 20 views, each with its entry and state.
pub const MAX_COMMIT: usize = 262_144;
/// Most bytes of one batch or commit.
pub const MAX_COMMIT_BYTES: usize = 256 * 1024 * 1024;
/// Longest topic name a Kafka broker takes.
pub const MAX_TOPIC: usize = 249;
/// Longest subject under which a schema is registered.
pub const MAX_SCHEMA_SUBJECT: usize = MAX_TOPIC;
/// Largest text of a schema, in bytes.
pub const MAX_SCHEMA_TEXT: usize = 1024 * 1024;

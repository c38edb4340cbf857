//! Every bound of a process, named once.

use std::time::Duration;

/// Most parts (threads under watch) of one process.
pub const PARTS: usize = 2_048;
/// Most pages of one admin server.
pub const PAGES: usize = 64;
/// Most admin requests answered at once; more are told to come back.
pub const REQUESTS: usize = 16;
/// Most open admin connections.
pub const CONNECTIONS: usize = 64;
/// Longest an admin answer may take.
pub const ANSWER: Duration = Duration::from_secs(10);
/// Longest query of an admin request, in bytes.
pub const QUERY_BYTES: usize = 2_048;
/// Longest an admin connection may last.
pub const CONNECTION: Duration = Duration::from_secs(300);
/// Largest key or secret file, in bytes.
pub const KEY_FILE_BYTES: u64 = 16 * 1024;

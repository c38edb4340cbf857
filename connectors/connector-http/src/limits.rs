//! The bounds of HTTP in and out, each named once. Settings may only tighten them.

use std::time::Duration;

/// Headers of one request.
pub const HEADERS: usize = 64;
/// Bytes of a request's head.
pub const HEAD_BYTES: usize = 16 * 1024;
/// Longest a connection may last.
pub const CONNECTION: Duration = Duration::from_secs(300);
/// Longest an open request is waited for when the process ends.
pub const DRAIN: Duration = Duration::from_secs(3);
/// Most threads that hand findings over to the sources.
pub const THREADS: usize = 256;
/// Longest idempotency key, in bytes.
pub const KEY_BYTES: usize = 128;
/// Longest name of a kind in a path, in bytes.
pub const KIND_BYTES: usize = 64;
/// Refusals of one answer that are told in words; the rest bear their code.
pub const TOLD: usize = 200;
/// Refusals of one object that are told.
pub const TOLD_OF_ONE: usize = 8;
/// Seconds after which a caller that was told to wait may come back.
pub const RETRY_AFTER: u64 = 2;
/// Least time between two readings of an issuer's keys, in microseconds.
pub const KEYS_MICROS: i64 = 10_000_000;
/// Bytes of an issuer's key file.
pub const KEYS_BYTES: u64 = 256 * 1024;
/// Ranges of an `Accept-Language` that are looked at.
pub const LANGUAGES: usize = 16;
/// Addresses of a webhook's host that are looked at.
pub const ADDRESSES: usize = 16;
/// Bytes of a webhook's answer that are read; the rest is left.
pub const ANSWER_BYTES: usize = 16 * 1024;
/// Bytes of a webhook's answer's head.
pub const ANSWER_HEAD_BYTES: usize = 32 * 1024;
/// Longest time to a connection with a webhook's host.
pub const CONNECT: Duration = Duration::from_secs(10);
/// Slowest pace a webhook's recipient may ask for: requests a minute.
pub const LEAST_RATE: u32 = 1;

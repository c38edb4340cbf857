//! Every bound of this crate.

/// Most groups of a bundle.
pub const MAX_GROUPS: usize = 64;
/// Most members of all groups together; the country has about 400 authorities.
pub const MAX_MEMBERS: usize = 20_000;
/// Deepest nesting of groups within groups.
pub(crate) const MAX_DEPTH: usize = 8;
/// Longest token, in bytes.
pub(crate) const TOKEN_BYTES: usize = 8 * 1024;
/// Most keys of an issuer.
pub(crate) const TOKEN_KEYS: usize = 32;
/// Longest text of an issuer's keys, in bytes.
pub(crate) const KEYS_BYTES: usize = 256 * 1024;
/// Least length of an RSA modulus, in bytes.
pub(crate) const MODULUS_BYTES: usize = 256;
/// Greatest length of an RSA modulus, in bytes: a longer one costs too much to check.
pub(crate) const MODULUS_MOST: usize = 1024;
/// Seconds by which an issuer's clock may differ from ours.
pub(crate) const CLOCK_SECONDS: i64 = 10;
/// Longest life of a token, in seconds: one cannot be called back.
pub(crate) const LIFE_SECONDS: i64 = 3_600;

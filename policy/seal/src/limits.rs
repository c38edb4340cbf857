//! The bounds of seals, in one place. Settings may tighten them, never widen.

/// Most records under one signature.
pub const MAX_BATCH: usize = 4096;

/// Most hashes in an inclusion path: log2 of [`MAX_BATCH`].
pub const MAX_PATH: usize = 12;

/// Largest framed value that is sealed, in bytes.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// Largest encoded seal, in bytes: head, signature and the longest path.
pub const MAX_SEAL_BYTES: usize = 1 + 8 + 8 + 2 + 2 + 1 + 64 + MAX_PATH * 32;

/// Most verified roots a [`crate::Verifier`] remembers; the oldest is forgotten first.
pub const MAX_ROOTS: usize = 4096;

/// Most (source, key) pairs in a [`crate::Keyring`].
pub const MAX_KEYS: usize = 8192;

/// Largest key file read, in bytes.
pub const MAX_PEM_BYTES: usize = 16 << 10;

/// Largest plaintext encrypted in one piece, in bytes.
pub const MAX_PLAIN_BYTES: usize = 4 << 20;

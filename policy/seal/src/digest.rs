//! SHA-256 and HMAC-SHA-256 over parts, and random bytes. Which bytes mean what is the caller's.

use crate::Error;
use crate::provider::{self, Sha256};
use vocabulary::{Digest, Secret};

/// SHA-256 of the parts, one after the other; the caller makes their borders unambiguous.
pub fn sha256(parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// HMAC-SHA-256 of the parts, one after the other, under a 32-byte key (RFC 2104).
///
/// Built on the plain hash: a provider's own HMAC costs more to set up than to compute here.
pub fn hmac_sha256(key: &Secret<[u8; 32]>, parts: &[&[u8]]) -> Digest {
    let mut inner = Hasher::new();
    inner.update(padded(key, 0x36).expose());
    for part in parts {
        inner.update(part);
    }
    sha256(&[padded(key, 0x5c).expose(), inner.finish().as_bytes()])
}

/// Random bytes fit for keys, nonces and salts.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    provider::random(&mut bytes)?;
    Ok(bytes)
}

/// A random key.
pub fn random_key() -> Result<Secret<[u8; 32]>, Error> {
    random().map(Secret::new)
}

/// A running SHA-256.
#[derive(Clone)]
pub struct Hasher(Sha256);

// === impl Hasher ===

impl Hasher {
    /// Starts over nothing.
    pub fn new() -> Self {
        Hasher(Sha256::new())
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes taken in.
    pub fn finish(self) -> Digest {
        Digest::new(self.0.finish())
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

fn padded(key: &Secret<[u8; 32]>, pad: u8) -> Secret<[u8; 64]> {
    let mut block = [pad; 64];
    for (byte, key) in block.iter_mut().zip(key.expose()) {
        *byte ^= key;
    }
    Secret::new(block)
}

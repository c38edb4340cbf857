//! SHA-256 and HMAC-SHA-256 over parts, and random bytes. Which bytes mean what is the caller's.

use crate::Error;
use crate::provider::{self, Sha256};
use std::fmt;
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

/// Random salts, drawn many at a time: one at a time costs more than what is salted.
#[derive(Default)]
pub struct Salts(Vec<[u8; SALT]>);

/// A random key.
pub fn random_key() -> Result<Secret<[u8; 32]>, Error> {
    random().map(Secret::new)
}

const SALT: usize = 16;
const DRAWN: usize = 64;

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

// === impl Salts ===

impl Salts {
    /// A salt that was not given before.
    pub fn draw(&mut self) -> Result<[u8; SALT], Error> {
        if self.0.is_empty() {
            self.0.extend(random::<{ SALT * DRAWN }>()?.as_chunks::<SALT>().0);
        }
        self.0.pop().ok_or(Error::Provider)
    }
}

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salts(…)")
    }
}

fn padded(key: &Secret<[u8; 32]>, pad: u8) -> Secret<[u8; 64]> {
    let mut block = [pad; 64];
    for (byte, key) in block.iter_mut().zip(key.expose()) {
        *byte ^= key;
    }
    Secret::new(block)
}

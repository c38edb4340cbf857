//! Encryption of bodies under a data key (AES-256-GCM). Where keys are kept, and when one is
//! shredded, is the vault's.

use crate::digest::{random, random_key};
use crate::limits::MAX_PLAIN_BYTES;
use crate::{Error, provider};
use vocabulary::Secret;

const VERSION: u8 = 1;
const NONCE: usize = 12;

/// A key for bodies. Deleting its last copy shreds everything under it.
#[derive(Debug)]
pub struct DataKey(Secret<[u8; DataKey::LEN]>);

/// Seals many bodies under one key; each as [`DataKey::seal`] would.
pub struct Sealer {
    key: provider::Encryptor,
    /// Random nonces drawn ahead; each is used once.
    nonces: Vec<[u8; NONCE]>,
}

// === impl DataKey ===

impl DataKey {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// A new random key.
    pub fn generate() -> Result<Self, Error> {
        random_key().map(DataKey)
    }

    /// Takes a key that was kept.
    pub const fn new(key: Secret<[u8; Self::LEN]>) -> Self {
        DataKey(key)
    }

    /// Lends the key out to whoever keeps it.
    pub const fn expose(&self) -> &[u8; Self::LEN] {
        self.0.expose()
    }

    /// Encrypts: version, random 96-bit nonce, ciphertext, tag. `place` (additional data) must be
    /// given again to open.
    pub fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
        self.sealer()?.seal(place, plain)
    }

    /// The key made ready once for many bodies.
    pub fn sealer(&self) -> Result<Sealer, Error> {
        let key = provider::Encryptor::new(self.0.expose())?;
        Ok(Sealer { key, nonces: Vec::new() })
    }

    /// Decrypts what [`DataKey::seal`] gave, for the same place.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
        match sealed.split_first() {
            Some((&VERSION, rest)) => {
                let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(Error::Decrypt)?;
                provider::decrypt(self.0.expose(), nonce, place, body)
            }
            Some(_) => Err(Error::Version),
            None => Err(Error::Decrypt),
        }
    }
}

// === impl Sealer ===

impl Sealer {
    /// Encrypts: version, random 96-bit nonce, ciphertext, tag.
    pub fn seal(&mut self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
        if plain.len() > MAX_PLAIN_BYTES {
            return Err(Error::ValueSize);
        }
        let nonce = self.nonce()?;
        let mut sealed = Vec::with_capacity(1 + NONCE + plain.len() + 32);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        self.key.append(&nonce, place, plain, &mut sealed)?;
        Ok(sealed)
    }

    fn nonce(&mut self) -> Result<[u8; NONCE], Error> {
        if self.nonces.is_empty() {
            let drawn = random::<{ NONCE * 64 }>()?;
            self.nonces.extend(drawn.as_chunks::<NONCE>().0);
        }
        self.nonces.pop().ok_or(Error::Provider)
    }
}

//! Ed25519 keys in PEM, and detached signatures. Where a key file lies and who may read it is the
//! daemon's; which key may seal for which source is [`crate::Keyring`]'s.

use crate::Error;
use crate::digest::sha256;
use crate::limits::MAX_PEM_BYTES;
use crate::provider::{self, PrivateKey, PublicKey};
use std::fmt;
use vocabulary::Secret;

/// Names a key: the first 8 bytes of SHA-256 over its SubjectPublicKeyInfo (DER).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KeyId::LEN]);

/// A private key that signs. It has no printable form.
pub struct SigningKey {
    private: PrivateKey,
    public: VerifyingKey,
}

/// A public key that verifies.
#[derive(Clone)]
pub struct VerifyingKey {
    public: PublicKey,
    raw: [u8; 32],
    id: KeyId,
}

/// A detached Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; Signature::LEN]);

// === impl KeyId ===

impl KeyId {
    /// Length in bytes.
    pub const LEN: usize = 8;

    /// Wraps 8 bytes.
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        KeyId(bytes)
    }

    /// The 8 bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

// === impl SigningKey ===

impl SigningKey {
    /// A new random key.
    pub fn generate() -> Result<Self, Error> {
        Self::of(provider::generate()?)
    }

    /// Reads an unencrypted PKCS #8 key in PEM.
    pub fn from_pem(pem: &[u8]) -> Result<Self, Error> {
        if pem.len() > MAX_PEM_BYTES {
            return Err(Error::KeyForm);
        }
        Self::of(provider::private_from_pem(pem)?)
    }

    /// The key as PKCS #8 in PEM.
    pub fn to_pem(&self) -> Result<Secret<Vec<u8>>, Error> {
        provider::private_to_pem(&self.private).map(Secret::new)
    }

    /// The public half.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        self.public.id
    }

    /// Signs the bytes.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, Error> {
        provider::sign(&self.private, message).map(Signature)
    }

    fn of(private: PrivateKey) -> Result<Self, Error> {
        let public = VerifyingKey::of(provider::public_of(&private)?)?;
        Ok(SigningKey { private, public })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.id)
    }
}

// === impl VerifyingKey ===

impl VerifyingKey {
    /// Reads a SubjectPublicKeyInfo in PEM.
    pub fn from_pem(pem: &[u8]) -> Result<Self, Error> {
        if pem.len() > MAX_PEM_BYTES {
            return Err(Error::KeyForm);
        }
        Self::of(provider::public_from_pem(pem)?)
    }

    /// Takes the 32 raw bytes.
    pub fn from_raw(raw: &[u8; 32]) -> Result<Self, Error> {
        Self::of(provider::public_from_raw(raw)?)
    }

    /// The key in PEM.
    pub fn to_pem(&self) -> Result<String, Error> {
        let pem = provider::public_to_pem(&self.public)?;
        String::from_utf8(pem).map_err(|_| Error::Provider)
    }

    /// The 32 raw bytes.
    pub fn raw(&self) -> &[u8; 32] {
        &self.raw
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether the signature is this key's over the bytes.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        provider::verify(&self.public, message, &signature.0)
    }

    fn of(public: PublicKey) -> Result<Self, Error> {
        let (der, raw) = provider::public_forms(&public)?;
        let digest = sha256(&[&der]);
        let id = digest.as_bytes().first_chunk::<8>().copied().ok_or(Error::Provider)?;
        Ok(VerifyingKey { public, raw, id: KeyId(id) })
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.id)
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for VerifyingKey {}

// === impl Signature ===

impl Signature {
    /// Length in bytes.
    pub const LEN: usize = 64;

    /// Wraps 64 bytes.
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Signature(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Signature {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Signature).map_err(|_| Error::Malformed)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", hex::encode(self.0))
    }
}

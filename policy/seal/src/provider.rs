//! The one module that calls openssl: SHA-256, Ed25519, AES-256-GCM and random bytes. It knows no
//! format and no rule; callers give and take fixed-size bytes.

use crate::Error;
use openssl::cipher_ctx::CipherCtx;
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::{cipher, rand, sha, sign, symm};

pub(crate) type PrivateKey = PKey<Private>;
pub(crate) type PublicKey = PKey<Public>;

/// A running SHA-256.
#[derive(Clone)]
pub(crate) struct Sha256(sha::Sha256);

impl Sha256 {
    pub(crate) fn new() -> Self {
        Sha256(sha::Sha256::new())
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    rand::rand_bytes(bytes).map_err(failed)
}

pub(crate) fn generate() -> Result<PrivateKey, Error> {
    PKey::generate_ed25519().map_err(failed)
}

pub(crate) fn private_from_pem(pem: &[u8]) -> Result<PrivateKey, Error> {
    // The empty passphrase keeps openssl from asking a terminal for one.
    let key = PKey::private_key_from_pem_passphrase(pem, b"").map_err(|_| Error::KeyForm)?;
    if key.id() == Id::ED25519 { Ok(key) } else { Err(Error::KeyForm) }
}

pub(crate) fn private_to_pem(key: &PrivateKey) -> Result<Vec<u8>, Error> {
    key.private_key_to_pem_pkcs8().map_err(failed)
}

pub(crate) fn public_of(key: &PrivateKey) -> Result<PublicKey, Error> {
    let raw = key.raw_public_key().map_err(failed)?;
    public_from_raw(&raw)
}

pub(crate) fn public_from_raw(raw: &[u8]) -> Result<PublicKey, Error> {
    PKey::public_key_from_raw_bytes(raw, Id::ED25519).map_err(|_| Error::KeyForm)
}

pub(crate) fn public_from_pem(pem: &[u8]) -> Result<PublicKey, Error> {
    let key = PKey::public_key_from_pem(pem).map_err(|_| Error::KeyForm)?;
    if key.id() == Id::ED25519 { Ok(key) } else { Err(Error::KeyForm) }
}

pub(crate) fn public_to_pem(key: &PublicKey) -> Result<Vec<u8>, Error> {
    key.public_key_to_pem().map_err(failed)
}

/// The SubjectPublicKeyInfo in DER, and the 32 raw bytes.
pub(crate) fn public_forms(key: &PublicKey) -> Result<(Vec<u8>, [u8; 32]), Error> {
    let der = key.public_key_to_der().map_err(failed)?;
    let raw = key.raw_public_key().map_err(failed)?;
    Ok((der, raw.try_into().map_err(|_| Error::KeyForm)?))
}

pub(crate) fn sign(key: &PrivateKey, message: &[u8]) -> Result<[u8; 64], Error> {
    let mut signer = sign::Signer::new_without_digest(key).map_err(failed)?;
    let mut signature = [0; 64];
    match signer.sign_oneshot(&mut signature, message).map_err(failed)? {
        64 => Ok(signature),
        _ => Err(Error::Provider),
    }
}

pub(crate) fn verify(key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
    let mut verifier = sign::Verifier::new_without_digest(key).map_err(failed)?;
    match verifier.verify_oneshot(signature, message) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Error::Signature),
    }
}

/// An AES-256-GCM key made ready once for many messages.
pub(crate) struct Encryptor(CipherCtx);

impl Encryptor {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, Error> {
        let mut context = CipherCtx::new().map_err(failed)?;
        let cipher = cipher::Cipher::aes_256_gcm();
        context.encrypt_init(Some(cipher), Some(key), None).map_err(failed)?;
        Ok(Encryptor(context))
    }

    /// Appends ciphertext and 16-byte tag.
    pub(crate) fn append(
        &mut self,
        nonce: &[u8; 12],
        aad: &[u8],
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let context = &mut self.0;
        context.encrypt_init(None, None, Some(nonce)).map_err(failed)?;
        context.cipher_update(aad, None).map_err(failed)?;
        context.cipher_update_vec(plain, out).map_err(failed)?;
        context.cipher_final_vec(out).map_err(failed)?;
        let mut tag = [0; 16];
        context.tag(&mut tag).map_err(failed)?;
        out.extend_from_slice(&tag);
        Ok(())
    }
}

pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 12],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    let (body, tag) = sealed.split_last_chunk::<16>().ok_or(Error::Decrypt)?;
    let cipher = symm::Cipher::aes_256_gcm();
    symm::decrypt_aead(cipher, key, Some(nonce), aad, body, tag).map_err(|_| Error::Decrypt)
}

/// The provider's own words may name inputs; only the fact is kept.
fn failed(_: ErrorStack) -> Error {
    Error::Provider
}

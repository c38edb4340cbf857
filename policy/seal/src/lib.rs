//! Sign, verify, encrypt: the only crate that knows cryptography, by its one provider openssl.
//!
//! ```text
//! source:    Unsealed ──seal_batch──▶ Sealed ──carrier──▶ Sealed ──Verifier──▶ Authentic
//! exchange:  release_leaf ──seal_leaves──▶ Seal  ···  verify_leaf by anyone, offline
//! vault:     DataKey seals bodies; deleting the key shreds them
//! ```
//!
//! One Ed25519 signature covers a Merkle root over at most 4,096 records; each record carries it
//! with a path of at most 12 hashes and so verifies alone. Formats are versioned and bounded
//! ([`limits`]); malformed bytes are errors, never panics. Performs no I/O, reads no clock.
//!
//! **Invariant:** [`Authentic`] has one maker, [`Verifier::verify`].

mod batch;
mod cipher;
mod digest;
mod error;
mod keys;
pub mod limits;
mod provider;
mod released;
mod sealed;
#[cfg(test)]
mod tests;
pub mod tree;
mod verifier;

pub use batch::{Seal, seal_leaves, verify_leaf};
pub use cipher::{DataKey, Sealer};
pub use digest::{Hasher, Salts, hmac_sha256, random, random_key, sha256};
pub use error::Error;
pub use keys::{KeyId, Signature, SigningKey, VerifyingKey};
pub use released::release_leaf;
pub use sealed::{Sealed, Unsealed, seal_batch};
pub use verifier::{Authentic, Keyring, Refused, Verifier};

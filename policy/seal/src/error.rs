//! Why sealing, verifying or decrypting was refused. Holds no part of what was refused.

/// Why a seal, a key or a ciphertext was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no seal: wrong length, trailing bytes or a field out of bounds.
    #[error("the seal is malformed")]
    Malformed,
    /// A seal of a version this build does not know.
    #[error("the seal has an unknown version")]
    Version,
    /// The key the seal names may not seal for this source.
    #[error("the seal's key is not registered for this source")]
    UnknownKey,
    /// The record, the path or the signature was changed, or never belonged together.
    #[error("the seal does not match the record")]
    Signature,
    /// No record at all, or more than one signature may cover.
    #[error("a batch holds between one and 4,096 records")]
    BatchSize,
    /// A value larger than the bound.
    #[error("the value is larger than one record may be")]
    ValueSize,
    /// The key is no Ed25519 key in PEM or raw form.
    #[error("the key is not an Ed25519 key in the expected form")]
    KeyForm,
    /// The keyring is full, or another key with the same id is in it.
    #[error("the keyring cannot take this key")]
    Keyring,
    /// The ciphertext was changed, or belongs to another key or another place.
    #[error("the ciphertext does not open under this key and place")]
    Decrypt,
    /// The cryptographic provider itself failed.
    #[error("the cryptographic provider failed")]
    Provider,
}

impl Error {
    /// The code of the error's page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Malformed => "SEAL-001",
            Error::Version => "SEAL-002",
            Error::UnknownKey => "SEAL-003",
            Error::Signature => "SEAL-004",
            Error::BatchSize => "SEAL-005",
            Error::ValueSize => "SEAL-006",
            Error::KeyForm => "SEAL-007",
            Error::Keyring => "SEAL-008",
            Error::Decrypt => "SEAL-009",
            Error::Provider => "SEAL-010",
        }
    }
}

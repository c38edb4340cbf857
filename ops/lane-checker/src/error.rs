//! Why a check could not be done at all. What is wrong with a site is a finding, not an error.

/// Why a check could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The lanes' file is not there, is another program's, or of a version not known here.
    #[error("the lanes are not of a carrier and version that is known here")]
    Foreign,
    /// The lanes could not be read.
    #[error("the lanes could not be read")]
    Lanes(#[source] rusqlite::Error),
    /// The brokers, or the registry, do not answer.
    #[error("the brokers or the schema registry do not answer")]
    Away,
    /// A message of a lane is torn.
    #[error("lane {lane}, offset {at}: the message is torn")]
    Torn {
        /// The lane.
        lane: String,
        /// Where.
        at: u64,
    },
    /// A file of the ledger, or a matrix, could not be read.
    #[error("a file could not be read")]
    File(#[from] std::io::Error),
    /// The notebook, a file of the checker's own, failed.
    #[error("the checker's own notebook failed")]
    Notebook(#[from] rusqlite::Error),
    /// A matrix cannot be read, is too large, or is one too many.
    #[error("a matrix cannot be read")]
    Matrix,
    /// A public key of a source is none that can be used.
    #[error("a public key is no Ed25519 key in PEM")]
    Key,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Digest,
}

// === impl Error ===

impl Error {
    /// The code of the error's page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Foreign | Error::Away | Error::Lanes(_) | Error::Torn { .. } => "LANE-001",
            Error::File(_) | Error::Notebook(_) | Error::Digest => "LANE-002",
            Error::Matrix => "LANE-003",
            Error::Key => "LANE-004",
        }
    }
}

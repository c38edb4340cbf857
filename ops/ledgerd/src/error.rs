//! Why the ledger stopped. Holds no value and no subject.

/// Why the ledger stopped, or could not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The vault will not go on.
    #[error("the vault refused")]
    Vault(#[from] audit_vault::Error),
    /// The disclosure lane cannot be read.
    #[error("the disclosure lane cannot be read")]
    Carrier(#[from] carrier::Error),
    /// An entry is of a newer form than this build knows.
    #[error("the disclosure lane holds an entry of an unknown version")]
    Version,
    /// A question's entry was not integrated in time.
    #[error("the question was recorded, but the ledger does not hold it yet")]
    Slow,
    /// A metric could not be registered.
    #[error("a metric could not be registered")]
    Metrics(#[from] telemetry::Error),
}

impl Error {
    /// The code of the error's page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Vault(error) => error.code(),
            Error::Carrier(_) => "LEDG-001",
            Error::Version => "LEDG-002",
            Error::Slow => "LEDG-003",
            Error::Metrics(_) => "LEDG-004",
        }
    }

    /// Whether trying again may help.
    pub const fn is_temporary(&self) -> bool {
        match self {
            Error::Vault(error) => error.is_transient(),
            Error::Carrier(error) => matches!(error, carrier::Error::Temporary(_)),
            Error::Slow => true,
            Error::Version | Error::Metrics(_) => false,
        }
    }
}

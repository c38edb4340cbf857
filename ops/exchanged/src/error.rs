//! Why the exchange stops, and why a finding is set aside.

/// Errors that stop the exchange until an operator has acted, or its next try.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The carrier refused or is out of reach.
    #[error("the carrier failed: {0}")]
    Carrier(#[from] carrier::Error),
    /// The outcome of a commit is not known, so nothing may be built on it.
    #[error("the outcome of a commit is not known: {0}")]
    Commit(#[from] carrier::CommitError),
    /// The exchange's own copy of state failed.
    #[error("the copy of state failed: {0}")]
    State(#[from] exchange_state::Error),
    /// A plan could not be compiled or applied.
    #[error("a plan failed: {0}")]
    Release(#[from] release::Error),
    /// An entry could not be made.
    #[error("an entry failed: {0}")]
    Audit(#[from] audit::Error),
    /// A key or seal failed.
    #[error("a seal failed: {0}")]
    Seal(#[from] seal::Error),
    /// A metric could not be registered.
    #[error("a metric failed: {0}")]
    Telemetry(#[from] telemetry::Error),
    /// The bundle's matrix is not one the shadow reads.
    #[error("the shadow failed: {0}")]
    Shadow(#[from] shadow::Error),
    /// The contract could not be read.
    #[error("the contract failed: {0}")]
    Contract(#[from] avro_tree::Error),
}

/// Why one finding is set aside in its authority's quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Quarantine {
    /// The record's schema id is not one of the contract's.
    #[error("the schema is not one of the contract's")]
    Schema,
    /// The producer inside the record is not the authority of its lane.
    #[error("the producer is not the authority of the lane")]
    Producer,
    /// The record id is another producer's, or of another type.
    #[error("the record id belongs to another producer or type")]
    Taken,
    /// The seal, frame or headers do not hold; the code tells which.
    #[error("seal, frame or structure do not hold")]
    Broken(&'static str),
}

// === impl Error ===

impl Error {
    /// The operator's code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Carrier(error) => error.code(),
            Error::Commit(error) => error.code(),
            Error::State(_) => "EXCH-001",
            Error::Release(error) => error.code(),
            Error::Audit(_) => "EXCH-002",
            Error::Seal(_) => "EXCH-003",
            Error::Telemetry(_) => "EXCH-004",
            Error::Shadow(error) => error.code(),
            Error::Contract(_) => "EXCH-005",
        }
    }

    /// Whether the same step may succeed later.
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self,
            Error::Carrier(carrier::Error::Temporary(_))
                | Error::Commit(carrier::CommitError::Carrier(carrier::Error::Temporary(_)))
        )
    }
}

// === impl Quarantine ===

impl Quarantine {
    /// The operator's code of this reason.
    pub const fn code(self) -> &'static str {
        match self {
            Quarantine::Schema => "EXCH-101",
            Quarantine::Producer => "EXCH-102",
            Quarantine::Taken => "EXCH-103",
            Quarantine::Broken(code) => code,
        }
    }
}

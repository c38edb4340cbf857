//! Why the copy of state could not be read or written.

/// Errors of the copy. None holds a key or a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// SQLite failed; the copy may be deleted while the exchange is stopped.
    #[error("the copy of state could not be used: {0}")]
    Store(#[from] rusqlite::Error),
    /// A carrier failed while the copy was brought forward.
    #[error("the lanes could not be read: {0}")]
    Carrier(#[from] carrier::Error),
    /// A message of a state lane does not decode.
    #[error("a message of a state lane is malformed")]
    Malformed,
    /// A state is larger than a lane may hold.
    #[error("a state is larger than the limit")]
    TooLarge,
}

// === impl Error ===

impl Error {
    /// The operator's code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Store(_) => "STATE-001",
            Error::Carrier(error) => error.code(),
            Error::Malformed => "STATE-002",
            Error::TooLarge => "STATE-003",
        }
    }
}

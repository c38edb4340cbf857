//! Why the copy could not answer or follow. Errors hold no keys, values or names.

/// It may go well later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Temporary {
    /// No space is left for the copy; the lanes have everything.
    #[error("no space is left for the exchange's copy of its state")]
    Full,
    /// The copy's storage answered with an error.
    #[error("the exchange's copy of its state is not available")]
    Unavailable,
    /// The copy is behind its lanes or was found torn: catch up before asking.
    #[error("the exchange's copy is behind its lanes")]
    Behind,
}

/// It will never go well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Permanent {
    /// What lies on a state lane is not a state.
    #[error("a state can not be read")]
    Malformed,
    /// What lies on a state lane was written by a newer version.
    #[error("a state was written by a newer version")]
    Newer,
    /// A state has more holders or a longer text than it may.
    #[error("a state is larger than the limit")]
    TooLarge,
}

/// The code told when messages of the register lane are passed over for want of a valid seal.
pub const UNSEALED: &str = "STATE-204";

/// Why the copy could not answer or follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It may go well later.
    #[error(transparent)]
    Temporary(#[from] Temporary),
    /// It will never go well.
    #[error(transparent)]
    Permanent(#[from] Permanent),
    /// The carrier did not give the lanes.
    #[error(transparent)]
    Carrier(#[from] carrier::Error),
}

// === impl Error ===

impl Error {
    /// The code of the page that tells an operator what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Temporary(Temporary::Full) => "STATE-101",
            Error::Temporary(Temporary::Unavailable) => "STATE-102",
            Error::Temporary(Temporary::Behind) => "STATE-103",
            Error::Permanent(Permanent::Malformed) => "STATE-201",
            Error::Permanent(Permanent::Newer) => "STATE-202",
            Error::Permanent(Permanent::TooLarge) => "STATE-203",
            Error::Carrier(error) => error.code(),
        }
    }
}

impl From<carrier::Permanent> for Error {
    fn from(error: carrier::Permanent) -> Self {
        Error::Carrier(error.into())
    }
}

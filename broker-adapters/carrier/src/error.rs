//! Why a carrier did not do what was asked. Whether trying again helps is in the type; what was
//! asked for is not: no error holds a key, a value or a name.

/// The carrier can not do it now; the same request may succeed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Temporary {
    /// No space is left for what was asked; nothing of it was written.
    #[error("the carrier has no space left")]
    Full,
    /// The queue to the carrier stayed full for as long as the caller may be held.
    #[error("the carrier takes in more than it can write")]
    Busy,
    /// The carrier can not be reached, or its storage answered with an error.
    #[error("the carrier is not available")]
    Unavailable,
    /// An earlier commit lies on a lane without its end: nothing may be added to it.
    #[error("an earlier commit has no end on a lane")]
    Undecided,
}

/// The carrier will never do it; trying again is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Permanent {
    /// A key, value, header or name is larger than `limits` allow.
    #[error("the message is larger than the limit")]
    TooLarge,
    /// More messages or bytes at once than `limits` allow.
    #[error("the batch is larger than the limit")]
    BatchTooLarge,
    /// The lane is filled by `submit` or `commit`, not by `publish`.
    #[error("the lane takes nothing that is published on its own")]
    NotPublished,
    /// The lane keeps no newest message by key.
    #[error("the lane is not compacted")]
    NotCompacted,
    /// A submitted batch holds records of more than one source.
    #[error("the batch holds more than one source")]
    MixedSources,
    /// A topic name that no lane has.
    #[error("no lane has this topic name")]
    UnknownTopic,
    /// A header that the lane demands is missing or malformed.
    #[error("a header is missing or malformed")]
    Header,
    /// A record names another source than the one whose lane it came on.
    #[error("the record names another source than its lane")]
    ForeignSource,
    /// A position would move backwards, or past the end of its lane.
    #[error("the position lies outside its lane")]
    Position,
    /// The storage belongs to something else, or to a newer version.
    #[error("the storage is not this carrier's, or of a newer version")]
    ForeignStorage,
    /// The schema registry refuses the schema.
    #[error("the schema registry refuses the schema")]
    Schema,
    /// The storage is damaged.
    #[error("the storage is damaged")]
    Damaged,
}

/// Why a carrier did not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Trying again may help.
    #[error(transparent)]
    Temporary(#[from] Temporary),
    /// Trying again is of no use.
    #[error(transparent)]
    Permanent(#[from] Permanent),
}

/// Why nothing of a commit happened, or why that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The bundle lane holds a newer bundle than the work was done under: rule again.
    #[error("a newer bundle has been published")]
    StaleBundle,
    /// A position is no longer where the work began: somebody else has committed it.
    #[error("a position was moved by another exchange")]
    Moved,
    /// The answer was lost: read the positions anew before any further work.
    #[error("it is not known whether the commit happened")]
    Unknown,
    /// The carrier did not do it; nothing of it happened.
    #[error(transparent)]
    Carrier(#[from] Error),
}

// === impl Temporary ===

impl Temporary {
    /// The code of the page that tells an operator what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Temporary::Full => "CARR-101",
            Temporary::Busy => "CARR-102",
            Temporary::Unavailable => "CARR-103",
            Temporary::Undecided => "CARR-104",
        }
    }
}

// === impl Permanent ===

impl Permanent {
    /// The code of the page that tells an operator what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Permanent::TooLarge => "CARR-201",
            Permanent::BatchTooLarge => "CARR-202",
            Permanent::NotPublished => "CARR-203",
            Permanent::NotCompacted => "CARR-204",
            Permanent::MixedSources => "CARR-205",
            Permanent::UnknownTopic => "CARR-206",
            Permanent::Header => "CARR-207",
            Permanent::ForeignSource => "CARR-208",
            Permanent::Position => "CARR-211",
            Permanent::ForeignStorage => "CARR-209",
            Permanent::Damaged => "CARR-210",
            Permanent::Schema => "CARR-212",
        }
    }
}

// === impl Error ===

impl Error {
    /// The code of the page that tells an operator what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Temporary(error) => error.code(),
            Error::Permanent(error) => error.code(),
        }
    }
}

// === impl CommitError ===

impl CommitError {
    /// The code of the page that tells an operator what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            CommitError::StaleBundle => "CARR-301",
            CommitError::Moved => "CARR-302",
            CommitError::Unknown => "CARR-303",
            CommitError::Carrier(error) => error.code(),
        }
    }
}

impl From<Temporary> for CommitError {
    fn from(error: Temporary) -> Self {
        CommitError::Carrier(Error::Temporary(error))
    }
}

impl From<Permanent> for CommitError {
    fn from(error: Permanent) -> Self {
        CommitError::Carrier(Error::Permanent(error))
    }
}

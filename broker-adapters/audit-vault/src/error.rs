//! Why the vault could not do as asked. Holds no subject and no path of a person's choosing.

/// Why the vault could not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written; a full disk is told by the cause.
    #[error("a file of the vault could not be read or written")]
    File(#[from] std::io::Error),
    /// The index or key table failed; a full disk is told by the cause.
    #[error("the index of the vault failed")]
    Index(#[source] rusqlite::Error),
    /// Another process writes to this vault.
    #[error("another process is writing to this vault")]
    Busy,
    /// The public files go further than the index: one of them was restored from elsewhere.
    #[error("the public files are ahead of the index")]
    Ahead,
    /// The leaves in the index do not give the root stored with them.
    #[error("the index does not give its own root")]
    Torn,
    /// A vault of another layout version, another log or another key.
    #[error("the vault belongs to another log, key or version")]
    Foreign,
    /// More entries at once than the bound.
    #[error("a batch holds more entries than the vault takes at once")]
    Batch,
    /// A position that is not ahead of the stored one.
    #[error("the lane's position goes backwards")]
    Position,
    /// There is no such entry, view or recipient, or it was shredded.
    #[error("there is no such entry, or its time is over")]
    Unknown,
    /// The ledger does not hold the access entry that asks this.
    #[error("the question is not recorded in the ledger")]
    Unrecorded,
    /// An entry, a proof or a checkpoint did not hold.
    #[error("the ledger's evidence was refused")]
    Audit(#[from] audit::Error),
    /// A body or key could not be sealed or opened.
    #[error("a body could not be sealed or opened")]
    Seal(#[from] seal::Error),
}

impl Error {
    /// The code of the error's page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::File(_) => "VAULT-001",
            Error::Index(_) => "VAULT-002",
            Error::Busy => "VAULT-003",
            Error::Ahead => "VAULT-004",
            Error::Torn => "VAULT-005",
            Error::Foreign => "VAULT-006",
            Error::Batch => "VAULT-007",
            Error::Position => "VAULT-008",
            Error::Unknown => "VAULT-009",
            Error::Unrecorded => "VAULT-010",
            Error::Audit(error) => error.code(),
            Error::Seal(error) => error.code(),
        }
    }

    /// Whether trying again may help: the disk may have room, the lock may be free.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Error::File(_) | Error::Index(_) | Error::Busy)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Index(error)
    }
}

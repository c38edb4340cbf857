//! SQLite's errors in the carrier's words. Only codes are logged: a message could quote a value.

use carrier::{CommitError, Error, Permanent, Temporary};
use rusqlite::ErrorCode;

/// Why a step of the writer or a reader failed.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// The carrier refuses.
    Refused(CommitError),
}

// === impl Fault ===

impl Fault {
    /// What the caller is told.
    pub(crate) fn answer(&self) -> CommitError {
        match self {
            Fault::Refused(error) => *error,
            Fault::Sqlite(error) => CommitError::Carrier(error_of(error)),
        }
    }
}

impl Fault {
    /// The fault of a failed COMMIT. Without space its end mark was never written; after any
    /// other failure it may lie in the log and count after a crash.
    pub(crate) fn of_commit(error: rusqlite::Error) -> Self {
        match error_of(&error) {
            Error::Temporary(Temporary::Full | Temporary::Busy) => Fault::Sqlite(error),
            _ => Fault::Refused(CommitError::Unknown),
        }
    }

    /// Whether the transaction may have happened.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Fault::Refused(CommitError::Unknown))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::Sqlite(error)
    }
}

impl From<rusqlite::types::FromSqlError> for Fault {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Fault::Sqlite(error.into())
    }
}

impl From<CommitError> for Fault {
    fn from(error: CommitError) -> Self {
        Fault::Refused(error)
    }
}

impl From<Permanent> for Fault {
    fn from(error: Permanent) -> Self {
        Fault::Refused(error.into())
    }
}

/// The carrier's word for an error of SQLite.
pub(crate) fn error_of(error: &rusqlite::Error) -> Error {
    let Some(failure) = error.sqlite_error() else {
        return Error::Permanent(Permanent::Damaged);
    };
    let answer = match failure.code {
        ErrorCode::DiskFull => Error::Temporary(Temporary::Full),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Temporary(Temporary::Busy),
        ErrorCode::NotADatabase => Error::Permanent(Permanent::ForeignStorage),
        ErrorCode::DatabaseCorrupt => Error::Permanent(Permanent::Damaged),
        ErrorCode::TooBig => Error::Permanent(Permanent::TooLarge),
        _ => Error::Temporary(Temporary::Unavailable),
    };
    tracing::warn!(code = answer.code(), sqlite = failure.extended_code, "sqlite failed");
    answer
}

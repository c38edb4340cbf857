//! Why bytes were no record, or a record could not become bytes. Holds no value of either.

/// A closed list; each has a page in `ops/codes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no datum of the record type.
    #[error("the bytes are no record of this type")]
    Malformed,
    /// Bytes follow the end of the record.
    #[error("{0} bytes follow the end of the record")]
    Trailing(usize),
    /// The record, or the bytes, are larger than [`crate::limits::RECORD_BYTES`].
    #[error("the record has {0} bytes, more than it may have")]
    Size(usize),
    /// A value has no place in the contract.
    #[error("the record does not fit the contract")]
    Unfit,
}

impl Error {
    /// The code of the page that explains it.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Malformed => "REC-001",
            Error::Trailing(_) => "REC-002",
            Error::Size(_) => "REC-003",
            Error::Unfit => "REC-004",
        }
    }
}

//! Why an entry, a proof or a checkpoint was refused. Holds no part of what was refused.

/// Why something of the memory was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no entry or leaf: cut short, trailing bytes or a word not known.
    #[error("the entry is malformed")]
    Malformed,
    /// An entry or receipt of a version this build does not know.
    #[error("the entry has an unknown version")]
    Version,
    /// More rows, bytes, runs or leaves than the bound.
    #[error("a bound of the ledger is reached")]
    Limit,
    /// A writer's name with other than small letters, digits and dashes.
    #[error("the writer's name is not allowed")]
    Writer,
    /// Rows and what they cover are not the same views and recipients, one to one.
    #[error("the rows do not match what they cover")]
    Rows,
    /// A row's commitment is not to the bytes it covers.
    #[error("a row does not commit to the bytes it covers")]
    Commitment,
    /// A rewind to a number that was committed, or never given out.
    #[error("the counter cannot be rewound to this number")]
    Rewind,
    /// Text that is not a signed note.
    #[error("the signed note is malformed")]
    Note,
    /// A note without a valid signature of the expected key.
    #[error("the note is not signed by the expected key")]
    NoteSignature,
    /// A signed note that is no checkpoint of this log.
    #[error("the checkpoint is malformed or of another log")]
    Checkpoint,
    /// A proof that does not lead to the root.
    #[error("the proof does not hold")]
    Proof,
    /// A file that is no receipt.
    #[error("the receipt is malformed")]
    Receipt,
    /// A tile that is missing or of the wrong size.
    #[error("a tile is missing or of the wrong size")]
    Tile,
    /// A receipt's row is not one of its entry's.
    #[error("the row is not part of the entry")]
    RowProof,
    /// Random bytes or a signature could not be had.
    #[error("the cryptographic provider failed")]
    Provider,
}

impl Error {
    /// The code of the error's page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Malformed => "AUDIT-001",
            Error::Version => "AUDIT-002",
            Error::Limit => "AUDIT-003",
            Error::Writer => "AUDIT-004",
            Error::Rows => "AUDIT-005",
            Error::Commitment => "AUDIT-006",
            Error::Rewind => "AUDIT-007",
            Error::Note => "AUDIT-008",
            Error::NoteSignature => "AUDIT-009",
            Error::Checkpoint => "AUDIT-010",
            Error::Proof => "AUDIT-011",
            Error::Receipt => "AUDIT-012",
            Error::Tile => "AUDIT-013",
            Error::Provider => "AUDIT-014",
            Error::RowProof => "AUDIT-015",
        }
    }
}

impl From<seal::Error> for Error {
    fn from(_: seal::Error) -> Self {
        Error::Provider
    }
}

//! What the shadow cannot work out, and what it does not agree with. No values.

/// Why a record was not found to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The matrix is not one that this version reads.
    #[error("the matrix cannot be read")]
    Matrix,
    /// The matrix has no such view, record type or combination of facts.
    #[error("the matrix does not answer for this record")]
    Unknown,
    /// The record does not follow its schema.
    #[error("the record cannot be decoded by its schema")]
    Datum,
    /// The matrix asks for a form that the shadow does not make.
    #[error("the matrix asks for a form that is not made here")]
    Form,
    /// What is kept cannot be encoded by the view's schema.
    #[error("what leaves does not fit the view's schema")]
    View,
    /// Something was released that the matrix keeps back, or the other way round.
    #[error("released where it must be withheld, or withheld where it must be released")]
    Outcome,
    /// Both release, but not the same bytes.
    #[error("the released bytes differ")]
    Bytes,
    /// A text that is withheld stands in the released bytes.
    #[error("a withheld text is in the released bytes")]
    Leak,
}

// === impl Error ===

impl Error {
    /// The operator's code.
    pub const fn code(self) -> &'static str {
        match self {
            Error::Matrix => "SHADOW-001",
            Error::Unknown => "SHADOW-002",
            Error::Datum => "SHADOW-003",
            Error::Form => "SHADOW-004",
            Error::View => "SHADOW-005",
            Error::Outcome => "SHADOW-101",
            Error::Bytes => "SHADOW-102",
            Error::Leak => "SHADOW-103",
        }
    }
}

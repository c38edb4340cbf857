//! Why a finding could not be verified or a plan could not be compiled.

/// Errors of this crate. None holds a value of a finding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The contract's schema lacks a field every record must have.
    #[error("the schema has no field `{path}`")]
    MissingField {
        /// Path of the field.
        path: &'static str,
    },
    /// The ruling needs more plans than are allowed.
    #[error("more than {limit} distinct plans for one record type")]
    TooManyPlans {
        /// The limit.
        limit: usize,
    },
    /// A transform or predicate of a ruling cannot be carried out on its field.
    #[error("field `{path}` cannot be transformed as ruled")]
    Unenforceable {
        /// Path of the field.
        path: String,
    },
    /// The bytes are not a datum of the schema.
    #[error("the datum does not follow its schema: {0}")]
    Datum(#[from] avro_span::Error),
    /// A view schema could not be derived.
    #[error("no view schema could be derived: {0}")]
    ViewSchema(#[from] avro_tree::Error),
    /// A frozen field of the envelope is not what it must be.
    #[error("envelope field `{path}` is not valid")]
    Envelope {
        /// Path of the field.
        path: &'static str,
    },
    /// The sealed record id and the one inside differ.
    #[error("the sealed record id is not the record's own")]
    RecordIdDiffers,
}

// === impl Error ===

impl Error {
    /// The operator's code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::MissingField { .. } => "REL-001",
            Error::TooManyPlans { .. } => "REL-002",
            Error::Unenforceable { .. } => "REL-003",
            Error::Datum(_) => "REL-004",
            Error::ViewSchema(_) => "REL-005",
            Error::Envelope { .. } => "REL-006",
            Error::RecordIdDiffers => "REL-007",
        }
    }
}

//! What can be wrong with a mapping, or with a table as a whole. A wrong row is a
//! [`crate::Refusal`], not one of these.

/// Why a mapping, or a table under it, was turned away. Names of kinds, paths and columns come
/// from the mapping; no value of any row is held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not the TOML of a mapping.
    #[error("line {line}: {reason}")]
    Text {
        /// The line, from 1; 0 when the reader could not tell.
        line: usize,
        /// What the reader said.
        reason: String,
    },
    /// The contract has no such field.
    #[error("kind `{kind}`: the contract has no field `{path}`")]
    Path {
        /// The kind of record.
        kind: String,
        /// The path in the mapping.
        path: String,
    },
    /// The field cannot hold what the reader or the stamp gives.
    #[error("kind `{kind}`: field `{path}` cannot hold {gives}")]
    Shape {
        /// The kind of record.
        kind: String,
        /// The path in the mapping.
        path: String,
        /// What it was to hold.
        gives: &'static str,
    },
    /// A field is written twice, or is one that the machine fills in itself.
    #[error("kind `{kind}`: field `{path}` is written twice, or is the machine's own")]
    Taken {
        /// The kind of record.
        kind: String,
        /// The path in the mapping.
        path: String,
    },
    /// More than the machine takes.
    #[error("too many or too long: {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
    },
    /// The table lacks a column, or has it twice.
    #[error("kind `{kind}`: the table does not have column `{column}` exactly once")]
    Column {
        /// The kind of record.
        kind: String,
        /// The column in the mapping.
        column: String,
    },
    /// The form of export is not there, or lacks a kind that the mapping wants.
    #[error("form `{form}` is missing, or lacks a kind that the mapping wants")]
    Form {
        /// The form in the mapping.
        form: String,
    },
    /// No kind of the mapping takes a file of this name.
    #[error("no kind of the mapping takes a file of this name")]
    Kind,
}

impl Error {
    /// The stable code, which has a page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Text { .. } => "CONN-001",
            Error::Path { .. } => "CONN-002",
            Error::Shape { .. } => "CONN-003",
            Error::Taken { .. } => "CONN-004",
            Error::Limit { .. } => "CONN-005",
            Error::Column { .. } => "CONN-006",
            Error::Kind => "CONN-007",
            Error::Form { .. } => "CONN-008",
        }
    }
}

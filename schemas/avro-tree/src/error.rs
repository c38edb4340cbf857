//! Why a schema was refused. Names schema paths, never a value of a finding.

/// A refusal, with the path in the schema it is about (empty: the schema as a whole).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not JSON.
    #[error("the schema is not JSON: line {line}, column {column}")]
    Json {
        /// One-based line.
        line: usize,
        /// One-based column.
        column: usize,
    },
    /// JSON, but not a schema.
    #[error("`{path}`: {rule}")]
    Shape {
        /// Where.
        path: String,
        /// The rule that does not hold.
        rule: &'static str,
    },
    /// A name that is no Avro name, or is too long.
    #[error("`{path}`: not an Avro name")]
    Name {
        /// Where.
        path: String,
    },
    /// A type is referred to that no text declares.
    #[error("`{path}`: type `{name}` is not declared")]
    Undeclared {
        /// Where.
        path: String,
        /// The type.
        name: String,
    },
    /// A name is declared twice.
    #[error("`{name}` is declared twice")]
    Duplicate {
        /// The type or path.
        name: String,
    },
    /// A type contains itself.
    #[error("`{path}`: type `{name}` contains itself")]
    Recursive {
        /// Where.
        path: String,
        /// The type.
        name: String,
    },
    /// A bound of [`crate::limits`] is reached.
    #[error("`{path}`: more than {limit} {what}")]
    Limit {
        /// Where.
        path: String,
        /// What there are too many of.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// A confidentiality class that is none of the eleven.
    #[error("`{path}`: unknown confidentiality class")]
    Class {
        /// Where.
        path: String,
    },
    /// A fact that its field does not bear out.
    #[error("fact `{fact}`: {rule}")]
    Fact {
        /// The fact.
        fact: String,
        /// The rule that does not hold.
        rule: &'static str,
    },
    /// A frozen field where it cannot be kept in every view.
    #[error("`{path}`: a frozen field must be a leaf, reached through records alone")]
    Frozen {
        /// Where.
        path: String,
    },
}

impl Error {
    /// The code of the page that says what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Json { .. } => "SCHEMA-001",
            Error::Shape { .. } => "SCHEMA-002",
            Error::Name { .. } => "SCHEMA-003",
            Error::Undeclared { .. } => "SCHEMA-004",
            Error::Duplicate { .. } => "SCHEMA-005",
            Error::Recursive { .. } => "SCHEMA-006",
            Error::Limit { .. } => "SCHEMA-007",
            Error::Class { .. } => "SCHEMA-008",
            Error::Fact { .. } => "SCHEMA-009",
            Error::Frozen { .. } => "SCHEMA-010",
        }
    }

    pub(crate) fn shape(path: &str, rule: &'static str) -> Error {
        Error::Shape { path: path.to_owned(), rule }
    }

    pub(crate) fn limit(path: &str, what: &'static str, limit: usize) -> Error {
        Error::Limit { path: path.to_owned(), what, limit }
    }
}

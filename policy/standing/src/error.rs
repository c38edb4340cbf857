//! Why a list of groups was refused. Holds names of groups and lines, never a member's number.

/// A refusal, with the line of `groups.toml` it stands on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no TOML of the expected shape.
    #[error("not a list of groups: {reason}")]
    Shape {
        /// Line, counted from 1.
        line: usize,
        /// What the TOML reader said.
        reason: String,
    },
    /// Two rows with one id, code or organisation number.
    #[error("a {what} stands twice")]
    Twice {
        /// Line, counted from 1.
        line: usize,
        /// Group, authority code or organisation number.
        what: &'static str,
    },
    /// A row names a group that no row declares.
    #[error("group `{group}` is not declared")]
    UnknownGroup {
        /// Line, counted from 1.
        line: usize,
        /// The group named.
        group: String,
    },
    /// Groups lie within each other in a ring, or too deep.
    #[error("group `{group}` lies within itself, or deeper than the limit")]
    Ring {
        /// Line, counted from 1.
        line: usize,
        /// The group.
        group: String,
    },
    /// A member with neither a code nor a number, or without a group.
    #[error("a member needs a group, and a code or an organisation number")]
    Bare {
        /// Line, counted from 1.
        line: usize,
    },
    /// More rows than the limit.
    #[error("more than {limit} {what}")]
    TooMany {
        /// The limit.
        limit: usize,
        /// Groups or members.
        what: &'static str,
    },
}

impl Error {
    /// The code of the page that explains it.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Shape { .. } => "STAND-001",
            Error::Twice { .. } => "STAND-002",
            Error::UnknownGroup { .. } => "STAND-003",
            Error::Ring { .. } => "STAND-004",
            Error::Bare { .. } => "STAND-005",
            Error::TooMany { .. } => "STAND-006",
        }
    }

    /// Line of `groups.toml`, counted from 1.
    pub const fn line(&self) -> usize {
        match self {
            Error::Shape { line, .. }
            | Error::Twice { line, .. }
            | Error::UnknownGroup { line, .. }
            | Error::Ring { line, .. }
            | Error::Bare { line } => *line,
            Error::TooMany { .. } => 1,
        }
    }
}

//! Why bytes, a plan or a JSON value were refused. Holds no part of a value.

use crate::limits::{MAX_DEPTH, MAX_EMPTY_ITEMS, MAX_MARKS};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes end before the schema does.
    #[error("the datum ends early")]
    Truncated,
    /// The schema ends before the bytes do.
    #[error("bytes are left after the datum")]
    Trailing,
    /// A number is longer than it need be, or than 64 bits.
    #[error("a number is not in its shortest form, or too long")]
    Varint,
    /// A length, count or block size is below zero, or larger than the bytes left.
    #[error("a length is negative or beyond the datum")]
    Length,
    /// A boolean is neither 0 nor 1.
    #[error("a boolean is neither 0 nor 1")]
    Boolean,
    /// An int does not fit 32 bits.
    #[error("an int does not fit 32 bits")]
    Int,
    /// An enum's index names no symbol.
    #[error("an enum index names no symbol")]
    Symbol,
    /// A union's index names no branch.
    #[error("a union index names no branch")]
    Branch,
    /// A block's byte size is not that of its items.
    #[error("a block is not as long as it says")]
    BlockSize,
    /// Text is not UTF-8.
    #[error("text is not UTF-8")]
    Text,
    /// A bound of [`crate::limits`] is reached.
    #[error("more than {limit} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// Spans of another datum or projector.
    #[error("the spans are not of this datum and projector")]
    Spans,
    /// No plan of that number.
    #[error("no such plan")]
    NoPlan,
    /// The frame is not the registry's: a zero byte and a schema id.
    #[error("no frame of zero byte and schema id")]
    Frame,
    /// A plan asks for what cannot be done to its field.
    #[error("`{path}`: {rule}")]
    Plan {
        /// The field.
        path: String,
        /// The rule that does not hold.
        rule: &'static str,
    },
    /// A JSON value does not follow the schema.
    #[error("`{path}`: {rule}")]
    Json {
        /// Where in the value.
        path: String,
        /// The rule that does not hold.
        rule: &'static str,
    },
}

impl Error {
    /// The code of the page that says what to do.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Truncated | Error::Trailing => "AVRO-001",
            Error::Varint | Error::Length | Error::BlockSize => "AVRO-002",
            Error::Boolean | Error::Int | Error::Symbol | Error::Branch => "AVRO-003",
            Error::Text => "AVRO-004",
            Error::Limit { .. } => "AVRO-005",
            Error::Spans | Error::NoPlan => "AVRO-006",
            Error::Frame => "AVRO-007",
            Error::Plan { .. } => "AVRO-008",
            Error::Json { .. } => "AVRO-009",
        }
    }
}

/// What is wrong with bytes, in one byte: an [`Error`] is too large to hand up at every step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Truncated,
    Trailing,
    Varint,
    Length,
    Boolean,
    Int,
    Symbol,
    Branch,
    BlockSize,
    Text,
    Depth,
    EmptyItems,
    Marks,
    Spans,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        match fault {
            Fault::Truncated => Error::Truncated,
            Fault::Trailing => Error::Trailing,
            Fault::Varint => Error::Varint,
            Fault::Length => Error::Length,
            Fault::Boolean => Error::Boolean,
            Fault::Int => Error::Int,
            Fault::Symbol => Error::Symbol,
            Fault::Branch => Error::Branch,
            Fault::BlockSize => Error::BlockSize,
            Fault::Text => Error::Text,
            Fault::Depth => Error::Limit { what: "levels", limit: MAX_DEPTH },
            Fault::EmptyItems => Error::Limit { what: "items of no bytes", limit: MAX_EMPTY_ITEMS },
            Fault::Marks => Error::Limit { what: "marks", limit: MAX_MARKS },
            Fault::Spans => Error::Spans,
        }
    }
}

//! The shadow: what a view may release of a record, worked out a second time and differently, by
//! values instead of bytes, from the matrix that a bundle exports.
//!
//! ```text
//! matrix as JSON ─▶ Oracle ─▶ Checker ── record, view, kind ──▶ Expected ── ours the same? ──▶ ()
//! ```
//!
//! It shares no code with the exchange but the vocabulary: a well-kept Avro library decodes the
//! whole record, a walk over the values keeps what the matrix lets leave, and the library encodes
//! it by the view's schema. It is slow, and that is its strength: nothing in it is clever.
//!
//! Invariants: what the matrix does not list as leaving stays; what it cannot work out is an error,
//! never agreement; no error holds a value of a record.

mod checker;
mod error;
mod facts;
mod filter;
mod matrix;
#[cfg(test)]
mod tests;

pub use checker::{Case, Checker, Expected};
pub use error::Error;
pub use facts::{strictness, version, word};
pub use matrix::Oracle;

//! The ledger on disk: `audit`'s tree as tiles that any static file server can serve, and beside
//! it, apart, the encrypted index for questions. One writer, any number of readers.
//!
//! ```text
//! FOLDER/public/    checkpoint, tile/…            commitments only; may be served to anyone
//! FOLDER/private/   index.sqlite  keys.sqlite     bodies under one key per authority and month
//! ```
//!
//! **Invariants:** the lane's position commits with its leaves. A checkpoint is never ahead of
//! the index, nor its tiles of what the index can give again. Deleting a row of the key table
//! shreds that month's bodies and its subjects' tags; tiles and proofs are untouched. A question
//! is answered only if the ledger holds the entry that records it. Reads no lane and no clock.

mod error;
mod files;
mod growth;
mod index;
mod keys;
pub mod limits;
mod prepare;
mod reader;
mod steps;
#[cfg(test)]
mod tests;
mod vault;

pub use error::Error;
pub use files::PublicFiles;
pub use keys::{Month, Period};
pub use reader::{Access, Answer, Answers, Explained, Reader};
pub use vault::{Integrated, Opening, Vault};

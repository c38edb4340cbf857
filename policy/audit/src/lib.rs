//! The memory of who got what and why: disclosure entries, the Merkle tree over them, checkpoints
//! and proofs. Pure: files, lanes and clocks are the vault's and the daemons'.

mod entry;
mod error;
mod leaf;
pub mod limits;
mod question;
mod recorder;
mod row;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;
mod wire;

pub use entry::{Entry, EntryKind, Shared};
pub use error::Error;
pub use leaf::{Leaf, WriterName, entry_id};
pub use question::{Inquiry, Question};
pub use recorder::{Disclosed, Recorded, Recorder};
pub use row::{Outcome, Row, SALT_LEN};

//! The memory of who got what and why: disclosure entries, the Merkle tree over them, checkpoints
//! and proofs. Pure: files, lanes and clocks are the vault's and the daemons'.
//!
//! ```text
//! Shared + Rows + what leaves ──Recorder──▶ Recorded ──carrier's commit──▶ disclosure lane
//!   Row ─┐                                                                     │ ledgerd
//!   Row ─┼▶ rows root ─┐                                                       ▼
//!   Row ─┘             ├▶ Leaf ──Frontier──▶ tiles, root ──▶ Checkpoint (signed note)
//!   salted body hash ──┘
//!   one Row + two paths + Leaf + Checkpoint = Receipt, checked offline
//! ```
//!
//! **Invariants:** [`Recorded`] has one maker, [`Recorder`]. A leaf holds commitments only. An
//! entry's id follows from writer, run and counter. Hashing is RFC 6962, files are C2SP
//! tlog-tiles, checkpoints C2SP signed notes: other people's tools verify them.

mod checkpoint;
mod entry;
mod error;
mod frontier;
mod leaf;
pub mod limits;
mod note;
mod proof;
mod question;
mod receipt;
mod recorder;
mod row;
mod runs;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;
#[cfg(test)]
mod tests;
pub mod tiles;
mod vault;
mod walk;
mod wire;

pub use checkpoint::{Checkpoint, Earlier, RunLine};
pub use entry::{Entry, EntryKind, Shared};
pub use error::Error;
pub use frontier::Frontier;
pub use leaf::{Leaf, WriterName, entry_id};
pub use note::{is_name, open_note, sign_note, verifier_key};
pub use proof::{consistency, inclusion, verify_consistency, verify_inclusion};
pub use question::{Inquiry, Question};
pub use receipt::{Proven, Receipt};
pub use recorder::{Disclosed, Leaving, Recorded, Recorder, plan_subject};
pub use row::{Outcome, Row, SALT_LEN, Under};
pub use runs::{Run, Runs, Seen};
pub use vault::{Vault, read_checkpoint, read_leaves, read_tile};
pub use walk::{Finding, Report, check_ledger};

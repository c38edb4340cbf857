//! All lanes in one SQLite file, for one machine: the carrier port without a broker. It has no
//! protocol of its own: whoever needs daemons on several machines runs Kafka.
//!
//! ```text
//! callers ──bounded queue──▶ one writer thread: a group of requests = one transaction, fsynced
//!    │                        ├─ each request under a savepoint: one that fails sinks no other
//!    │                        └─ between groups: index of newest keys, retention, vacuum
//!    └──read-only connections (write-ahead log: readers never wait for the writer)
//! ```
//!
//! Invariants: what was answered is on the disk; a commit is one SQLite transaction (or a
//! savepoint of one); offsets of a lane are dense as appended; the time of a lane's messages never
//! goes back. Another process may open the same file: the writer looks for its commits in every
//! transaction and at idle moments.

mod book;
mod counts;
mod embedded;
mod fault;
mod known;
mod layout;
pub mod limits;
mod options;
mod queue;
mod reader;
mod request;
mod row;
#[cfg(test)]
mod tests;
mod writer;

pub use counts::Counts;
pub use embedded::Embedded;
pub use options::{Clock, Options};

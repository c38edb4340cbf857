//! All lanes as topics of Apache Kafka: the carrier port over librdkafka, for daemons on machines
//! of their own.
//!
//! ```text
//! submit, publish ──▶ idempotent producer ──all reports──▶ answered
//! commit ──▶ is the last one readable to its end? if not: ended as it was decided
//!            └─ one transaction: releases, entry, state, quarantine, positions of the group
//!            └─ bundle lane's end asked before, and again if that is older than the lease
//! read, end ──▶ one queue a lane, filled ahead by a few consumers outside any group
//! share ──▶ alone: fences off whoever had this name; in a group: takes and gives up lanes
//! sweep ──▶ intake and disclosures, a time after they were committed or integrated
//! ```
//!
//! Invariants: what was answered has been acknowledged by every replica in sync; nothing of an
//! aborted transaction is ever read; no transaction begins while the last one lacks its end; two
//! processes with one exchange's number never both commit; no broker with the transaction protocol
//! from before KIP-890 is used. Each lane is one topic of one partition. Only this crate knows
//! Kafka, and only `queue.rs` of the whole house holds unsafe code.
//!
//! Deliberately absent: a schema registry's protocol ([`Schemas`] is handed in), TLS of its own
//! ([`Dial`] is handed in for one question; librdkafka does the rest), and any decision.

mod blank;
mod client;
mod cursor;
mod delivery;
mod ends;
mod error;
mod fault;
mod fetcher;
mod figures;
mod group;
mod kafka;
pub mod limits;
mod marks;
mod membership;
mod newest;
mod notes;
mod options;
mod patience;
mod positions;
mod protocol;
#[expect(unsafe_code, reason = "librdkafka's batch calls have no safe wrapper")]
mod queue;
mod readers;
mod retention;
mod schemas;
mod signal;
mod submitter;
mod sweeper;
#[cfg(test)]
mod tests;
mod topics;
mod transactions;
mod visits;

pub use error::Error;
pub use figures::{Client, Figures, Listener};
pub use kafka::{Clock, Kafka};
pub use options::Options;
pub use protocol::{Dial, Stream};
pub use schemas::Schemas;

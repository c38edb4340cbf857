//! The agency daemon: many authorities in one process, each with its own key, spool, bounds and map
//! of objects; and deliveries to recipients' folders.
//!
//! ```text
//! request ─▶ objects ─┐
//! inbox ─▶ rows ──────┴─▶ finding ─▶ sequence, seal ─▶ spool (one fsynced commit) ─▶ carrier
//! carrier ─read─▶ segment ─▶ folder (exactly once) ─▶ receipt lane
//! carrier ─read─▶ record ─▶ webhook (at least once, in order per record) ─▶ receipt lane
//! register file ─▶ entry ─▶ seal ─▶ register lane
//! carrier ─read─▶ receipt lane ─▶ what concerns a source ─▶ its folder, or who asks over HTTP
//! ```
//!
//! [`Connector::open`] takes settings and a carrier, [`Connector::run`] serves until it is stopped,
//! [`Connector::snapshot`] tells how it stands. Plain threads; nothing here rules or releases.
//!
//! Invariants: nothing is accepted that was not fsynced with its sequence number and its object's
//! version; a record leaves the spool only when the carrier has it; what holds one source or one
//! delivery back, holds no other; no value is logged or counted.

mod connector;
mod delivery;
mod error;
mod hook;
mod keys;
pub mod limits;
mod metrics;
mod mount;
mod register;
mod secret;
mod source;
mod spool;
mod status;
mod tally;
mod told;

pub use crate::connector::Connector;
pub use error::{CLOCK_WENT_BACK, Error};
pub use hook::{Parked, ParkedLine};
pub use mount::mount;
pub use status::{DeliveryStatus, RegisterStatus, Snapshot, SourceStatus, TakenFile};
pub use tally::Tally;

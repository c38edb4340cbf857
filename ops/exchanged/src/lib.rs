//! The exchange: intake lane to release lanes, with every disclosure recorded in the same commit.
//!
//! ```text
//! intake ─▶ seal, sequence ─▶ schema, structure ─▶ standing, version ─▶ views ─▶ one commit
//!              └──────────── quarantine ◀──────────────┘
//! ```
//!
//! [`Exchange::step`] takes an equal share from every lane that has data, rules it, and commits
//! releases, entries, states and positions together. The same step follows the bundle lane (the
//! fence), rules held records again when bundle or register changed, and records people's
//! look-ups. One thread; it decides nothing that a compiled plan has not decided.
//!
//! - INVARIANT: what is not committed is forgotten whole; numbers of its entries are given back.
//! - INVARIANT: no bundle in force, nothing is released.
//! - INVARIANT: where the shadow does not agree, nothing of that finding leaves.

mod assemble;
mod batch;
mod error;
mod exchange;
mod judge;
mod limits;
mod look_up;
mod metrics;
mod open;
mod policy;
mod rerule;
mod settle;
mod snapshot;
mod targets;
mod watchman;

pub use assemble::{assemble, follow_retention};
pub use error::{Error, Quarantine};
pub use exchange::{Exchange, Progress};
pub use look_up::{Desk, Refusal};
pub use open::{Keys, Parts};
pub use policy::{BundleLane, Ground, Policy};
pub use snapshot::{BundleInForce, Snapshot, SourceFigures, ViewFigures, Watch};

use metrics::Counts;

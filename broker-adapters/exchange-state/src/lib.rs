//! The exchange's own copy of what lies on the register, entitlement and state lanes, on its disk,
//! so that a record's path asks no broker. It holds no content of records and makes no decision.
//!
//! ```text
//! register lane ──▶ RegisterEntry ──▶ resolve: organisation number → kind, municipality
//! entitlement lane ▶ Granted: who is entitled about an organisation, until which day
//! state lanes ────▶ RecordState: version and holders of a record    ┐ written in the commit,
//!                   SourceState: what was accepted of its sequence  ┘ applied after it
//! ```
//!
//! Invariants: never ahead of the lanes, since [`State::apply`] needs what a commit returned; a
//! file that is torn, foreign or of other lanes is begun anew; while it is behind it answers
//! nothing. A missing or stale register entry makes a subject's kind unknown, never legal; one that
//! the register's source has not sealed, or had sealed before, is passed over and counted. So is an
//! entitlement; a missing one, or one its source has been silent about for long, entitles nobody.

mod cache;
mod entitle;
mod entitlement;
mod error;
mod follow;
pub mod limits;
mod record;
mod register;
mod source;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod wire;

pub use entitlement::{Entitlement, Granted, Terms, Unheard};
pub use error::{Error, Permanent, Temporary, UNSEALED};
pub use follow::{Changes, Followed};
pub use record::{Holder, RecordState};
pub use register::{RegisterEntry, Resolved};
pub use source::{SOURCE_KEY, Sequence, SourceState};
pub use state::{Page, Place, RecordKey, State};

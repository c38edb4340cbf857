//! The port between the house and whatever carries its messages: lanes, positions, and one atomic
//! commit. It knows no broker, no database and no file; carriers do, behind [`Carrier`].
//!
//! ```text
//! connector ──submit(Sealed)──▶ intake ──read──▶ exchange
//! operator ──publish──▶ bundle, register … ──read──▶  │  commit(Recorded, state, positions)
//! connector ──publish──▶ receipt                      └──▶ release, disclosure, state,
//!                                                             quarantine, receipt
//! ```
//!
//! Invariants: a release enters only as [`audit::Recorded`]; a commit happens wholly or not at
//! all; it is refused if a newer bundle lies on the bundle lane or a position is not where the
//! work began. Offsets rise along a lane; they need not be dense (a broker's own marks take some),
//! so a reader goes on from the last offset it saw, and knows the end by reading nothing.
//!
//! The contract suite of feature `suite` states all this as tests; every carrier mounts it.

mod carrier;
mod commit;
mod entitlement;
mod error;
mod headers;
mod lane;
pub mod limits;
mod message;
mod notice;
mod recorded;
mod register;
mod retention;
mod share;
#[cfg(feature = "suite")]
pub mod suite;
#[cfg(test)]
mod tests;

pub use carrier::{Carrier, whole_lane};
pub use commit::{Advance, Commit, Committed};
pub use entitlement::{entitlement_message, entitlement_sealed, entitlement_unsealed};
pub use error::{CommitError, Error, Permanent, Temporary};
pub use headers::{
    AVRO, CONTENT_TYPE, LISTED, RECORD, SEAL, SEQUENCE, SOURCE, message_of, sealed_of,
};
pub use lane::{Lane, LaneKind, PREFIX};
pub use message::{Fetched, Headers, Limit, Message, Offset};
pub use notice::{NOTICE, Notice, Traced};
pub use register::{REGISTER_SOURCE, register_message, register_sealed, register_unsealed};
pub use retention::Retention;
pub use share::Share;

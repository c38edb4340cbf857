//! HTTP as a door: findings as JSON in, released records to webhooks out.
//!
//! ```text
//! request ─▶ caller (token, certificate) ─▶ bounds ─▶ Intake::hand_in ─▶ answer, object by object
//! released record ─Event─▶ Hook: allowed? signed, posted ─▶ Heard ─▶ (connector: courier)
//! ```
//!
//! It knows who calls and how bytes travel. What an object means is the mapping's, what is durable
//! the spool's, what a recipient may have was decided before it came onto the lane.
//!
//! Entry types: [`Server`] over an [`Intake`], [`Hook`] with its [`Event`]s.
//!
//! Invariants: nobody is heard before it is known who they are; nothing is read without a bound in
//! bytes and time; an answer says "accepted" only of what is on disk; no problem holds a value; no
//! redirect is followed, and no private address called unless the settings say so.

mod answer;
mod delivery;
mod error;
mod intake;
mod language;
pub mod limits;
mod metrics;
#[cfg(test)]
mod tests;
mod told;

pub use answer::{Answer, Came};
pub use delivery::{Called, Event, Hook, Post};
pub use error::{Error, HookError};
pub use intake::{Handed, Intake, Server};
pub use language::Language;
pub use told::{Told, told_lines};

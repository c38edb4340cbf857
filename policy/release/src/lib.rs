//! From ruling to bytes: compiles what `ruling` decided into plans, and applies a plan to one
//! verified finding.
//!
//! ```text
//! Bundle, contract ──▶ Plans::compile            (when a bundle or schema loads)
//! Authentic ──verify──▶ Verified ──release──▶ Released (Disclosed)  (for each finding)
//!                                 └─withdraw─▶ Released, frozen fields only
//! ```
//!
//! This crate is the only maker of [`Verified`] and [`Released`]. It decides nothing: which field
//! leaves is read from a compiled table. It knows neither lanes nor time.
//!
//! - INVARIANT: a [`Released`] value is one datum of its view's schema, framed.
//! - INVARIANT: no plan is compiled in a record's path.

mod actions;
mod describe;
mod error;
mod facts;
mod limits;
mod plans;
mod released;
mod secrets;
mod verified;
mod withdrawal;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use facts::{Standing, stricter};
pub use plans::{Plan, PlanId, Plans, TypePlans, ViewPlans};
pub use released::{Envelope, Released, Stamp, Whom};
pub use secrets::LaneSecrets;
pub use verified::{Header, Refused, Verified};
pub use withdrawal::Held;

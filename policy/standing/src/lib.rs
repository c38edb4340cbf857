//! Who asks and who sends: organisations in groups, as the bundle's `groups.toml` lists them.
//!
//! A recipient is an organisation number in one or more groups; a sender is an authority's code.
//! What a group may see is the work of `ruling`. [`token`] proves by a bearer token which
//! organisation somebody is; purpose and basis are never read from it.
//!
//! | word | type |
//! |---|---|
//! | the whole file | [`Groups`] |
//! | an organisation that may receive | [`Recipient`] |
//! | authorities that the law treats alike when they send | [`SenderClass`], from [`Senders`] |
//!
//! INVARIANT: an organisation that no row names is in no group, and an authority that no row names
//! has no sender class; both are refused, never given a default.

pub mod development;
mod error;
mod groups;
mod limits;
mod parse;
mod senders;
#[cfg(test)]
mod tests;
pub mod token;

pub use error::Error;
pub use groups::{Group, Groups, Member, Recipient};
pub use limits::{MAX_GROUPS, MAX_MEMBERS};
pub use senders::{SenderClass, Senders};

//! The only writer of the ledger: reads the disclosure lane, lets the vault integrate, publishes a
//! signed checkpoint within a second. Shares no lock with traffic; holds the checkpoint key only.
//!
//! ```text
//! disclosure lane ──read──▶ Entry ──Vault::integrate──▶ leaves + position, one transaction
//!                                  ──Vault::publish───▶ tiles, then checkpoint (≤ 1 s)
//! ```
//!
//! **Invariants:** a failure that may pass is tried again from the stored position; any other
//! stops the daemon. A message that is no entry is passed over with an alarm, and its number shows
//! as missing to everyone who checks. An entry of a newer version stops the ledger: upgrade first.

mod assemble;
mod error;
mod ledger;
pub mod limits;
mod metrics;
mod questions;
mod retention;
#[cfg(test)]
mod tests;

pub use assemble::{Assembled, assemble};
pub use error::Error;
pub use ledger::{Ledger, Standing, Watch};
pub use questions::recorded;
pub use retention::Keeping;

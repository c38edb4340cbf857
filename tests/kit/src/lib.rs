//! Synthetic traffic for the demo and the tests: authorities, organisations, records, drop files,
//! planted secrets and the figures to expect of them.
//!
//! Everything follows from a seed; nothing here decides what may be seen, starts a process or asks
//! what time it is. `README.md` beside it lists the headers of the drop files.

mod authorities;
mod organisations;
mod planted;
mod random;
mod traffic;

pub use authorities::{Authority, authorities};
pub use organisations::Organisation;
pub use planted::Planted;
pub use traffic::{Counts, DropFile, Sent, Size, Traffic};

#[cfg(test)]
mod tests;

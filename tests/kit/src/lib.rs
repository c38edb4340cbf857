//! Synthetic traffic for the demo and the tests: authorities, organisations, records, drop files,
//! planted secrets and the figures to expect of them; and the in-process house they go through.
//!
//! Everything follows from a seed; nothing here decides what may be seen, starts a process or asks
//! what time it is. `README.md` beside it lists the headers of the drop files.

mod authorities;
pub mod certificates;
mod crowd;
mod everyone;
mod faulty;
pub mod house;
pub mod made;
mod organisations;
mod planted;
mod random;
pub mod receiver;
mod simulation;
mod tokens;
mod traffic;

pub use authorities::{Authority, authorities};
pub use crowd::{Crowd, Waited};
pub use everyone::{everyone, without_number};
pub use faulty::{Faulty, Part, Trouble};
pub use house::House;
pub use organisations::{Organisation, numbers};
pub use planted::Planted;
pub use random::Random;
pub use receiver::{Got, Receiver, Reply};
pub use simulation::{Flip, Happening, Lapse, Plan, Simulation, Step};
pub use tokens::{AUDIENCE, ISSUER, SCOPE, token};
pub use traffic::{Counts, DropFile, Sent, Size, Traffic, word};

/// Whatever goes wrong in a test is told as text.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[cfg(test)]
mod tests;

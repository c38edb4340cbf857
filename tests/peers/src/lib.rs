//! Real peers for tests: Apache Kafka, and whatever else runs on a Java machine, as child processes
//! on loopback. They come from Maven Central once, into the cargo target folder, and never outlive
//! the process that started them.
//!
//! Deliberately absent: containers, fixed ports, anything of the house. What is proved with the
//! peers stands in `tests/`.

mod apicurio;
mod cache;
mod jvm;
mod kafka;
pub mod limits;
mod streams;

pub use apicurio::Apicurio;
pub use cache::{copied_dependencies, kept, maven};
pub use jvm::{Jvm, Launch, free_port, java};
pub use kafka::{Kafka, Layout};
pub use streams::{Rival, Streams};

//! Where schemas are registered and found. A carrier is handed one; which registry it speaks to,
//! and how, is not this crate's affair.

use carrier::Error;

/// A schema registry, as the carrier needs it. The same text has the same id everywhere.
pub trait Schemas: Send + Sync {
    /// Registers the schema that records of this full name have on a topic.
    fn register(&self, topic: &str, name: &str, text: &str) -> Result<u32, Error>;

    /// The text of a schema id.
    fn text(&self, id: u32) -> Result<Option<String>, Error>;
}

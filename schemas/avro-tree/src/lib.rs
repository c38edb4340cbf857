//! Schema text to a checked, resolved, classified tree, and verdicts on its changes.
//!
//! ```text
//! .avsc texts ─▶ Schema: nodes, fields by path and class, facts ─▶ view_schema: what a view may
//! see
//!                   └─▶ compare(old, new): may this schema follow that one?
//! ```
//!
//! A schema is parsed once and trusted after: names resolve, nothing contains itself, every bound
//! of
//! [`limits`] holds. References are expanded, so a field of a type used twice is two fields with a
//! path each. The crate knows nothing of encoded bytes (that is `avro-span`) and decides nothing
//! about who may see a class (that is `ruling`).
//!
//! Properties of a field beside Avro's own: `class`, `en`, `doc`, `frozen`, `subject`, `published`,
//! `freeText`, `paragraph`; of the root record: `facts`, `addressee`, `data_subject`.

mod canonical;
mod compare;
mod declared;
mod error;
mod facts;
pub mod limits;
mod node;
mod parse;
mod person;
mod schema;
mod view;

pub use compare::{Change, Finding, Verdict, compare};
pub use error::Error;
pub use facts::{Fact, FactSpace};
pub use node::{Field, FieldId, Logical, Node, NodeId};
pub use schema::Schema;
pub use view::{present, view_schema};

#[cfg(test)]
mod tests;

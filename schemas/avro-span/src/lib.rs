//! Avro bytes to spans under a tree: the only crate that knows Avro's encoding.
//!
//! ```text
//! datum ─▶ scan (one pass, every structural rule) ─▶ Spans ─┬▶ probe: header fields and facts
//!                                                           └▶ project, once a plan: spans copied,
//!                                                              nulls and other forms put in
//! ```
//!
//! A [`Projector`] is compiled for one writer schema and all plans over it. The scan cuts only
//! where
//! some plan or probe needs a position; a plan's output is exactly one datum of its view's schema
//! ([`avro_tree::view_schema`]). No value tree is built, nothing panics on any bytes, and every
//! bound stands in [`limits`].
//!
//! What the scan refuses: bytes too few or too many, numbers not in their shortest form or out of
//! range, negative lengths and counts, unknown branches and symbols, booleans but 0 and 1, sized
//! blocks that lie about their size. Two things it takes on trust, both by design: text is UTF-8
//! unless [`Projector::checking_text`] is on, and the inside of a sized array block that no plan
//! keeps any part of is jumped over unread. Whatever a plan keeps has been walked.
//!
//! The crate decides nothing about who may see what, and neither signs nor carries.

mod action;
mod calendar;
mod check;
mod copy;
mod error;
pub mod frame;
mod json;
pub mod limits;
mod plan;
mod program;
mod projector;
mod scan;
mod texts;
mod transform;
pub mod value;
mod wire;

pub use action::{Action, Form, PlanActions, Predicate, Pseudonyms};
pub use error::Error;
pub use json::{from_json, to_json, to_value, write_json};
pub use projector::Projector;
pub use scan::Spans;
pub use texts::Texts;

// the fuzz target's case, replayed by our tests, speaks of this crate by its name
#[cfg(test)]
extern crate self as avro_span;
#[cfg(test)]
mod tests;

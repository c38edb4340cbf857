//! The agency's door without its hinges: from a row of a source's table to a checked finding. No
//! file, socket, clock or log; time is an argument.
//!
//! ```text
//! Mapping ─bind(header)─▶ Binding ─read(row)─▶ Reading ─take(held)─▶ Finding, or nothing follows
//!  (data)                    └▶ Refusals: row, column, path, rule, fix    └▶ Held: remember this
//!    └─read(JSON)─▶ Submission ─Item::read─▶ Reading, or Refusals
//! ```
//!
//! Out again: a [`courier::Courier`] knows when a record is posted, again, parked or held back.
//!
//! A [`Mapping`] says which column fills which field of the contract and how its cells are read;
//! leniency in spelling lives there and nowhere else. [`Machine`] knows for each object which
//! version of which record a row makes.
//!
//! Invariants: a refused row changes nothing and stops no other; a refusal holds no value; the
//! same content never makes a second version; a removal retracts by what is held, never by what
//! the row claims.

pub mod cell;
pub mod courier;
mod error;
mod finding;
pub mod limits;
mod mapping;
mod object;
mod path;
mod reading;
mod refusal;
mod submission;
mod table;
mod tree;

pub use error::Error;
pub use finding::{Finding, Machine, Outcome};
pub use mapping::{Kind, Mapping};
pub use object::{Held, Said, Step, step};
pub use reading::Reading;
pub use records::Rule as RecordRule;
pub use refusal::{Refusal, Rule};
pub use submission::{Item, Malformed, Submission};
pub use table::Binding;

//! Rulebook × schema × sender × facts → ruling: which fields of a finding a view may see, and why.
//!
//! ```text
//! BundleFiles ─load─▶ Bundle ─compile(view, type, day)─▶ Rulings ─get(sender, facts)─▶ Ruling
//! ```
//!
//! The only crate that knows Cedar, and the only place where yes or no is decided. It knows nothing
//! of bytes (`release` turns a ruling into them), reads no directory and asks nobody which day it
//! is.
//!
//! INVARIANT: what no permit opens is withheld; an error while deciding withholds the whole record;
//! adding a permit never reveals less, adding a forbid never more.

mod applies;
pub mod approval;
mod audience;
mod basis;
mod bundle;
mod cases;
mod check;
mod compare;
mod compile;
mod decide;
mod engine;
mod error;
mod explain;
mod export;
mod files;
mod inquiry;
mod invariant;
pub mod limits;
mod load;
mod manifest;
mod matrix;
mod modifier;
mod outcome;
mod part;
mod reach;
mod record_rule;
mod rule;
mod rulings;
mod selector;
mod statements;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod weigh;
mod words;

pub use basis::{Basis, Kind, Visible};
pub use bundle::Bundle;
pub use cases::{CaseResult, run_cases};
pub use compare::{Comparison, Widening, compare, shrinks};
pub use compile::{compile, compile_held};
pub use error::{Broken, Cause, Error};
pub use explain::{Explanation, RuleText, Step, explain};
pub use export::export;
pub use files::BundleFiles;
pub use inquiry::{Answered, Inquiry};
pub use manifest::{EntitlementSource, OpenRegister, Retention};
pub use matrix::{Matrix, MatrixRow, matrix};
pub use modifier::Modifier;
pub use outcome::{
    FieldOutcome, Form, Grounds, Keep, Reason, RecordOutcome, RecordReason, RuleId, Ruling,
};
pub use part::Part;
pub use rulings::{RulingId, Rulings};
pub use view::{Audience, View};

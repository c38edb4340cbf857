//! One row or object, read and checked by itself: what a table and a submission have in common. It
//! knows neither columns nor keys, and nothing of what was read before.

use crate::cell::{Reader, Value};
use crate::limits;
use crate::mapping::{Column, Field, Kind, OperationColumn};
use crate::object::Said;
use crate::refusal::{Refusal, Rule};
use seal::Hasher;
use std::sync::Arc;
use vocabulary::{Digest, Timestamp};

/// Separates the digest of content columns from every other digest of the house.
const CONTENT: &[u8] = b"samsyn-content-v1";

/// One row or object, read and checked by itself.
#[derive(Debug)]
pub struct Reading {
    pub(crate) kind: Arc<Kind>,
    pub(crate) row: u64,
    pub(crate) object: String,
    pub(crate) said: Said,
    pub(crate) recorded: Timestamp,
    pub(crate) values: Vec<Filled>,
}

/// A value for a field of the kind.
#[derive(Debug)]
pub(crate) struct Filled {
    /// By index of the kind's fields.
    pub(crate) field: usize,
    /// In which elements of the lists its path runs through.
    pub(crate) places: Vec<usize>,
    pub(crate) value: Value,
}

// === impl Reading ===

impl Reading {
    /// The source's own id of the object.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// The kind of record.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What the row says of its object.
    pub fn said(&self) -> Said {
        self.said
    }

    /// When the source collected it, or when it was taken in where the source does not say.
    pub fn recorded(&self) -> Timestamp {
        self.recorded
    }
}

/// One row or object on its way through its checks.
pub(crate) struct Checks<'a> {
    kind: &'a Kind,
    row: u64,
    pub(crate) refusals: Vec<Refusal>,
}

// === impl Checks ===

impl<'a> Checks<'a> {
    pub(crate) fn new(kind: &'a Kind, row: u64) -> Self {
        Checks { kind, row, refusals: Vec::new() }
    }

    pub(crate) fn refuse(&mut self, column: &Column, path: &str, rule: Rule) {
        self.refusals.push(Refusal::new(self.row, column.name(), path, rule));
    }

    /// The source's id of the object.
    pub(crate) fn object(&mut self, cell: &str) -> String {
        let object = cell.trim();
        let fits = !object.is_empty()
            && object.len() <= limits::OBJECT_BYTES
            && !object.chars().any(char::is_control);
        if !fits {
            self.refuse(&self.kind.object, "subjekt.objektId", Rule::Object);
        }
        object.to_owned()
    }

    /// Whether the word says that the object is gone. Without one it says how it stands.
    pub(crate) fn gone(&mut self, word: Option<&str>) -> bool {
        let (Some(operation), Some(word)) = (&self.kind.operation, word) else { return false };
        let OperationColumn { column, state, gone } = operation;
        let word = word.trim().to_lowercase();
        if gone.contains(&word) {
            return true;
        }
        if !state.contains(&word) {
            self.refuse(column, "konvolutt.endringstype", Rule::Operation);
        }
        false
    }

    /// When the source says it collected it; `taken` where it does not say.
    pub(crate) fn recorded(&mut self, cell: Option<&str>, taken: Timestamp) -> Timestamp {
        let (Some(column), Some(cell)) = (&self.kind.collected, cell) else { return taken };
        match Reader::Time.read(cell) {
            Ok(Some(Value::Micros(micros))) => Timestamp::from_micros(micros),
            Ok(_) => taken,
            Err(rule) => {
                self.refuse(column, "konvolutt.registrertTidspunkt", rule);
                taken
            }
        }
    }

    /// The value of a field, if its cell holds one.
    pub(crate) fn value(&mut self, field: &Field, places: &[usize], cell: &str) -> Option<Value> {
        let unset = field.unset.contains(&cell.trim().to_lowercase());
        let read = if unset { Ok(None) } else { field.read.read(cell) };
        match read {
            Ok(None) if field.required => {
                self.refuse(&field.column, &field.to.told(places), Rule::Required);
                None
            }
            Ok(value) => value,
            Err(rule) => {
                self.refuse(&field.column, &field.to.told(places), rule);
                None
            }
        }
    }
}

/// Digest over content: names and cells, so that order does not matter to a source that reorders
/// them.
pub(crate) fn content<N: AsRef<str> + Ord>(mut columns: Vec<(N, &str)>) -> Digest {
    columns.sort_unstable();
    columns.dedup();
    let mut hasher = Hasher::new();
    hasher.update(CONTENT);
    for (name, cell) in columns {
        for part in [name.as_ref(), cell] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finish()
}

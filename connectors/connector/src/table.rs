//! A table under a mapping: headers bound to columns, rows read as values. It knows nothing of
//! files or delimiters, and nothing of what was read before.

#[cfg(test)]
mod tests;

use crate::cell::{Reader, Value};
use crate::mapping::{Column, Field, Kind, OperationColumn};
use crate::object::Said;
use crate::refusal::{Refusal, Rule};
use crate::{Error, limits};
use seal::Hasher;
use std::sync::Arc;
use vocabulary::{Digest, Timestamp};

/// Separates the digest of content columns from every other digest of the house.
const CONTENT: &[u8] = b"samsyn-content-v1";

/// A kind of record bound to the columns of one table.
#[derive(Debug)]
pub struct Binding {
    kind: Arc<Kind>,
    width: usize,
    object: usize,
    operation: Option<usize>,
    collected: Option<usize>,
    /// For each field of the kind, its column here.
    fields: Vec<Option<usize>>,
}

/// One row, read and checked by itself.
#[derive(Debug)]
pub struct Reading {
    pub(crate) kind: Arc<Kind>,
    pub(crate) row: u64,
    pub(crate) object: String,
    pub(crate) said: Said,
    pub(crate) recorded: Timestamp,
    /// By index of the kind's fields.
    pub(crate) values: Vec<(usize, Value)>,
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

    /// When the source collected it, or when the table was taken in where the source does not say.
    pub fn recorded(&self) -> Timestamp {
        self.recorded
    }
}

// === impl Binding ===

impl Binding {
    /// Binds a table's header. Columns the mapping does not name are ignored.
    pub fn new(kind: &Arc<Kind>, header: &[&str]) -> Result<Binding, Error> {
        if header.len() > limits::COLUMNS {
            return Err(Error::Limit { what: "columns of a table" });
        }
        let header: Vec<String> = header.iter().map(|name| spelling(name)).collect();
        let find = |column: &Column| find(kind, &header, column);
        let object = find(&kind.object)?;
        let operation = kind.operation.as_ref().map(|operation| find(&operation.column));
        let collected = kind.collected.as_ref().map(find);
        Ok(Binding {
            width: header.len(),
            object: object.ok_or_else(|| absent(kind, &kind.object))?,
            operation: operation.transpose()?.flatten(),
            collected: collected.transpose()?.flatten(),
            fields: kind
                .fields
                .iter()
                .map(|field| find(&field.column))
                .collect::<Result<_, _>>()?,
            kind: Arc::clone(kind),
        })
    }

    /// The kind that was bound.
    pub fn kind(&self) -> &Arc<Kind> {
        &self.kind
    }

    /// Reads a row. `row` counts as a spreadsheet does; `taken` is when the table was taken in.
    /// Every fault of the row is told, at least one if any.
    pub fn read(
        &self,
        row: u64,
        cells: &[&str],
        taken: Timestamp,
    ) -> Result<Reading, Vec<Refusal>> {
        if cells.len() != self.width {
            return Err(vec![Refusal::new(row, "", "", Rule::Cells)]);
        }
        let mut reader = RowReader { binding: self, row, cells, refusals: Vec::new() };
        let object = reader.object();
        let gone = reader.gone();
        let recorded = reader.recorded(taken);
        let values = reader.values(gone);
        if !reader.refusals.is_empty() {
            return Err(reader.refusals);
        }
        let said = if gone { Said::Gone } else { Said::State(self.content(cells)) };
        Ok(Reading { kind: Arc::clone(&self.kind), row, object, said, recorded, values })
    }

    /// Digest over the content columns: names and cells, so that order does not matter to a
    /// source that reorders its columns.
    fn content(&self, cells: &[&str]) -> Digest {
        let content = self.kind.fields.iter().zip(&self.fields).filter(|(field, _)| field.content);
        let mut columns: Vec<(&str, &str)> = content
            .map(|(field, column)| (field.column.name(), cell(cells, *column).trim()))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let mut hasher = Hasher::new();
        hasher.update(CONTENT);
        for (name, cell) in columns {
            for part in [name, cell] {
                hasher.update(&(part.len() as u64).to_be_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finish()
    }
}

/// A header as it is compared: without blanks around it or a byte-order mark, in lower case.
fn spelling(name: &str) -> String {
    name.trim_start_matches('\u{feff}').trim().to_lowercase()
}

fn absent(kind: &Kind, column: &Column) -> Error {
    Error::Column { kind: kind.name.clone(), column: column.name().to_owned() }
}

/// The one place of a column in the header; none where it is optional and absent.
fn find(kind: &Kind, header: &[String], column: &Column) -> Result<Option<usize>, Error> {
    let mut places = header.iter().enumerate().filter(|(_, name)| column.names.contains(name));
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(Some(place)),
        (None, _) if column.optional => Ok(None),
        _ => Err(absent(kind, column)),
    }
}

fn cell<'a>(cells: &[&'a str], column: Option<usize>) -> &'a str {
    column.and_then(|column| cells.get(column)).copied().unwrap_or_default()
}

/// One row on its way through its checks.
struct RowReader<'a> {
    binding: &'a Binding,
    row: u64,
    cells: &'a [&'a str],
    refusals: Vec<Refusal>,
}

// === impl RowReader ===

impl RowReader<'_> {
    fn refuse(&mut self, column: &Column, path: &str, rule: Rule) {
        self.refusals.push(Refusal::new(self.row, column.name(), path, rule));
    }

    fn object(&mut self) -> String {
        let object = cell(self.cells, Some(self.binding.object)).trim();
        let fits = !object.is_empty()
            && object.len() <= limits::OBJECT_BYTES
            && !object.chars().any(char::is_control);
        if !fits {
            self.refuse(&self.binding.kind.object, "subjekt.objektId", Rule::Object);
        }
        object.to_owned()
    }

    /// Whether the row says that its object is gone. Without an operation it says how it stands.
    fn gone(&mut self) -> bool {
        let Some(operation) = &self.binding.kind.operation else { return false };
        let OperationColumn { column, state, gone } = operation;
        let Some(place) = self.binding.operation else { return false };
        let word = cell(self.cells, Some(place)).trim().to_lowercase();
        if gone.contains(&word) {
            return true;
        }
        if !state.contains(&word) {
            self.refuse(column, "konvolutt.endringstype", Rule::Operation);
        }
        false
    }

    fn recorded(&mut self, taken: Timestamp) -> Timestamp {
        let (Some(column), Some(place)) = (&self.binding.kind.collected, self.binding.collected)
        else {
            return taken;
        };
        match Reader::Time.read(cell(self.cells, Some(place))) {
            Ok(Some(Value::Micros(micros))) => Timestamp::from_micros(micros),
            Ok(_) => taken,
            Err(rule) => {
                self.refuse(column, "konvolutt.registrertTidspunkt", rule);
                taken
            }
        }
    }

    /// What the columns say; of an object that is gone, only what every version must have: whom
    /// an alert was addressed to.
    fn values(&mut self, gone: bool) -> Vec<(usize, Value)> {
        let mut values = Vec::new();
        let kind = Arc::clone(&self.binding.kind);
        for (index, (field, place)) in kind.fields.iter().zip(&self.binding.fields).enumerate() {
            let id = kind.schema.field_by_path(&field.to.in_contract());
            if gone && !id.is_some_and(|id| kind.schema.field(id).frozen()) {
                continue;
            }
            match read(field, cell(self.cells, *place)) {
                Ok(Some(value)) => values.push((index, value)),
                Ok(None) => {}
                Err(rule) => self.refuse(&field.column, field.to.as_str(), rule),
            }
        }
        values
    }
}

fn read(field: &Field, cell: &str) -> Result<Option<Value>, Rule> {
    let unset = field.unset.contains(&cell.trim().to_lowercase());
    let value = if unset { None } else { field.read.read(cell)? };
    if value.is_none() && field.required { Err(Rule::Required) } else { Ok(value) }
}

//! A table under a mapping: headers bound to columns, rows read as values. It knows nothing of
//! files or delimiters, and nothing of what was read before.

#[cfg(test)]
mod tests;

use crate::mapping::{Column, Kind};
use crate::object::Said;
use crate::reading::{self, Checks, Filled, Reading};
use crate::refusal::{Refusal, Rule};
use crate::{Error, limits};
use std::sync::Arc;
use vocabulary::{Digest, Timestamp};

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
        let kind = &self.kind;
        let mut checks = Checks::new(kind, row);
        let object = checks.object(cell(cells, Some(self.object)));
        let gone = checks.gone(self.operation.map(|_| cell(cells, self.operation)));
        let recorded = self.collected.map(|_| cell(cells, self.collected));
        let recorded = checks.recorded(recorded, taken);
        let mut values = Vec::new();
        for (field, (read, place)) in kind.fields.iter().zip(&self.fields).enumerate() {
            // Of an object that is gone, only what every version must have: to whom it was.
            if gone && !kind.is_frozen(read) {
                continue;
            }
            let value = checks.value(read, &[], cell(cells, *place));
            values.extend(value.map(|value| Filled { field, places: Vec::new(), value }));
        }
        if !checks.refusals.is_empty() {
            return Err(checks.refusals);
        }
        let said = if gone { Said::Gone } else { Said::State(self.content(cells)) };
        Ok(Reading { kind: Arc::clone(kind), row, object, said, recorded, values })
    }

    /// Digest over the content columns.
    fn content(&self, cells: &[&str]) -> Digest {
        let content = self.kind.fields.iter().zip(&self.fields).filter(|(field, _)| field.content);
        let columns =
            content.map(|(field, column)| (field.column.name(), cell(cells, *column).trim()));
        reading::content(columns.collect())
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

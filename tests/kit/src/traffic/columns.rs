//! Cells of a drop file read off a record by the paths of the contract. Knows no record type.

use super::rows;
use records::Date;
use serde::Serialize;
use serde_json::Value;

/// How a cell is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// Text, a word of a closed list, a number; a list with bars between.
    Plain,
    /// Days since the epoch, as `yyyy-mm-dd`.
    Day,
    /// Yes or no.
    Flag,
}

/// Name of the column, path of the field, form of the cell.
pub(crate) type Column = (&'static str, &'static str, Form);

/// The cells of a record; empty where it holds nothing.
pub(crate) fn cells(columns: &[Column], body: &impl Serialize) -> Vec<String> {
    let value = serde_json::to_value(body).unwrap_or_default();
    columns.iter().map(|(_, path, form)| cell(at(&value, path), *form)).collect()
}

/// The value at a path such as `personer[0].rolle`.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    const NOTHING: &Value = &Value::Null;
    path.split('.').fold(value, |value, step| {
        let (name, first) = step.strip_suffix("[0]").map_or((step, false), |name| (name, true));
        let value = value.get(name).unwrap_or(NOTHING);
        if first { value.get(0).unwrap_or(NOTHING) } else { value }
    })
}

fn cell(value: &Value, form: Form) -> String {
    match (form, value) {
        (_, Value::Null) => String::new(),
        (Form::Day, value) => {
            let days = value.as_i64().and_then(|days| i32::try_from(days).ok());
            rows::day(days.map(Date::from_days))
        }
        (Form::Flag, value) => rows::flag(value.as_bool()),
        (Form::Plain, Value::String(text)) => text.clone(),
        (Form::Plain, Value::Array(list)) => {
            rows::list(list.iter().map(|value| cell(value, Form::Plain)))
        }
        (Form::Plain, value) => value.to_string(),
    }
}

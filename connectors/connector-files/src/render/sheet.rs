//! Semicolon-separated sheets that open well where people open them: a byte-order mark, one file
//! for each schema, lists as JSON in one cell, and no text that a spreadsheet would run.

use super::{Opened, UNREADABLE, Value};
use crate::refused::push_row;
use avro_tree::{FieldId, Node, Schema};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What begins every sheet.
const MARK: &str = "\u{feff}";
/// Letters that make a spreadsheet run a cell when they begin it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows of one schema: offsets and values.
type Sheet<'a> = (&'a Schema, Vec<(u64, Json)>);

/// Columns of one schema: paths that hold one value, or one list.
struct Columns<'a>(Vec<&'a str>);

/// One file for each schema, in order of their ids, and one for what could not be read.
pub(super) fn sheets(messages: &[Opened<'_>]) -> Vec<(String, Vec<u8>)> {
    let mut by_schema: BTreeMap<u32, Sheet<'_>> = BTreeMap::new();
    let mut unreadable = String::new();
    for opened in messages {
        let offset = opened.message.offset.0;
        let bytes = match &opened.value {
            // A tombstone says no more than the withdrawal before it.
            Value::Gone => continue,
            Value::Framed { id, schema, bytes, datum } => {
                match avro_span::to_value(schema, datum) {
                    Ok(json) => {
                        let sheet = by_schema.entry(*id).or_insert_with(|| (schema, Vec::new()));
                        sheet.1.push((offset, json));
                        continue;
                    }
                    Err(_) => bytes,
                }
            }
            Value::Unreadable(bytes) => bytes,
        };
        unreadable.push_str(&format!("{offset};{UNREADABLE};{}\r\n", STANDARD.encode(bytes)));
    }
    let sheet = |(id, (schema, rows)): (u32, Sheet<'_>)| {
        (format!("{}.{id}.csv", short(schema.name())), sheet(schema, &rows))
    };
    let mut files: Vec<(String, Vec<u8>)> = by_schema.into_iter().map(sheet).collect();
    if !unreadable.is_empty() {
        let text = format!("{MARK}offset;code;bytes\r\n{unreadable}");
        files.push(("unreadable.csv".to_owned(), text.into_bytes()));
    }
    files
}

/// The last part of a full name, lower case.
fn short(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_lowercase()
}

fn sheet(schema: &Schema, rows: &[(u64, Json)]) -> Vec<u8> {
    let columns = Columns::of(schema);
    let mut text = String::from(MARK);
    push_row(&mut text, std::iter::once("offset").chain(columns.0.iter().copied()));
    for (offset, json) in rows {
        let cells = columns.0.iter().map(|path| cell(at(json, path)));
        let row: Vec<String> = std::iter::once(offset.to_string()).chain(cells).collect();
        push_row(&mut text, row.iter().map(String::as_str));
    }
    text.into_bytes()
}

// === impl Columns ===

impl<'a> Columns<'a> {
    fn of(schema: &'a Schema) -> Self {
        let holds_fields = |id: FieldId| matches!(schema.value_node(id), Node::Record { .. });
        let ids = schema.field_ids().filter(|id| {
            let field = schema.field(*id);
            !field.repeated() && !holds_fields(*id)
        });
        Columns(ids.map(|id| schema.field(id).path()).collect())
    }
}

fn at<'a>(json: &'a Json, path: &str) -> &'a Json {
    path.split('.').fold(json, |json, name| json.get(name).unwrap_or(&Json::Null))
}

/// A value as a cell. Text that a spreadsheet would take for a formula gets a quote before it;
/// numbers are numbers.
fn cell(value: &Json) -> String {
    let text = match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) => return value.to_string(),
        Json::Array(_) | Json::Object(_) => value.to_string(),
    };
    if text.starts_with(FORMULA) { format!("'{text}") } else { text }
}

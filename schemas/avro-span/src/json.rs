//! Datums as JSON and back, for edges and tests: slow and plain. The record's path never comes
//! here.
//!
//! A union of null and one type is the value or null; of another union `{"type": value}`. Dates and
//! timestamps are ISO 8601 in UTC, a UUID has its dashes, bytes are hexadecimal. A null is written,
//! and may be left out when read.

mod read;
mod text;
mod write;

use crate::Error;
use avro_tree::{Node, Schema};
use serde_json::Value;

/// The datum as JSON, fields in the schema's order. Refuses what a scan would, and text that is
/// not UTF-8.
pub fn to_json(schema: &Schema, datum: &[u8]) -> Result<String, Error> {
    to_value(schema, datum).map(|value| value.to_string())
}

/// The datum as a JSON value.
pub fn to_value(schema: &Schema, datum: &[u8]) -> Result<Value, Error> {
    write::datum(schema, datum)
}

/// Encodes a JSON value. Refuses fields the schema does not have.
pub fn from_json(schema: &Schema, value: &Value) -> Result<Vec<u8>, Error> {
    read::datum(schema, value)
}

/// What a branch of a union is called.
fn branch_name(node: &Node) -> &str {
    match node {
        Node::Null => "null",
        Node::Boolean => "boolean",
        Node::Int(_) => "int",
        Node::Long(_) => "long",
        Node::Float => "float",
        Node::Double => "double",
        Node::Bytes => "bytes",
        Node::String(_) => "string",
        Node::Array(_) => "array",
        Node::Map(_) => "map",
        Node::Union(_) => "union",
        Node::Fixed { name, .. } | Node::Enum { name, .. } | Node::Record { name, .. } => name,
    }
}

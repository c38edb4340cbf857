//! Datums as JSON and back, for edges and tests. The exchange's path never comes here.
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

/// Appends the datum as JSON text, fields in the schema's order. Refuses what a scan would, text
/// that is not UTF-8, and a map's key that comes twice; nothing is appended then.
pub fn write_json(schema: &Schema, datum: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    write::datum(schema, datum, out)
}

/// The datum as JSON text.
pub fn to_json(schema: &Schema, datum: &[u8]) -> Result<String, Error> {
    let mut out = Vec::new();
    write_json(schema, datum, &mut out)?;
    String::from_utf8(out).map_err(|_| Error::Text)
}

/// The datum as a JSON value.
pub fn to_value(schema: &Schema, datum: &[u8]) -> Result<Value, Error> {
    let mut out = Vec::new();
    write_json(schema, datum, &mut out)?;
    let unread = |_| Error::Json { path: String::new(), rule: "is no JSON" };
    serde_json::from_slice(&out).map_err(unread)
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

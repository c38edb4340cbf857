//! One JSON object a line: offset, key, headers, the value as JSON, and its bytes as they were
//! released, so that a receipt can be checked against them.

use super::{Opened, UNREADABLE, Value};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// A message as its line stands in the file.
#[derive(Serialize)]
struct Line<'a> {
    offset: u64,
    key: String,
    headers: Map<String, Json>,
    binary_headers: Map<String, Json>,
    /// Null for a tombstone, left out where it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

/// A line for each message.
pub(super) fn lines(messages: &[Opened<'_>]) -> Vec<u8> {
    let mut lines = Vec::new();
    for message in messages {
        // Into memory, and of nothing but texts and numbers: neither can fail.
        let _written = serde_json::to_writer(&mut lines, &Line::of(message));
        lines.push(b'\n');
    }
    lines
}

// === impl Line ===

impl<'a> Line<'a> {
    fn of(opened: &'a Opened<'_>) -> Line<'a> {
        let message = &opened.message.message;
        // Text headers as they are; the rest, such as seals, apart and encoded.
        let (mut headers, mut binary_headers) = (Map::new(), Map::new());
        for (name, value) in &message.headers {
            match str::from_utf8(value) {
                Ok(text) if !text.chars().any(char::is_control) => {
                    headers.insert(name.to_string(), Json::from(text));
                }
                _ => {
                    binary_headers.insert(name.to_string(), Json::from(STANDARD.encode(value)));
                }
            }
        }
        let (value, fault, bytes) = match &opened.value {
            Value::Gone => (Some(&Json::Null), None, None),
            Value::Read { json, bytes, .. } => (Some(json), None, Some(*bytes)),
            Value::Unreadable(bytes) => (None, Some(UNREADABLE), Some(*bytes)),
        };
        Line {
            offset: opened.message.offset.0,
            key: STANDARD.encode(&message.key),
            headers,
            binary_headers,
            value,
            fault,
            bytes: bytes.map(|bytes| STANDARD.encode(bytes)),
        }
    }
}

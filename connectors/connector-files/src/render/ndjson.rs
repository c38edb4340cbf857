//! One JSON object a line: offset, key, headers, the value as JSON, and its bytes as they were
//! released, so that a receipt can be checked against them.

use super::{Opened, UNREADABLE, Value};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json, json};

/// A line for each message.
pub(super) fn lines(messages: &[Opened<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        bytes.extend_from_slice(line(message).to_string().as_bytes());
        bytes.push(b'\n');
    }
    bytes
}

fn line(opened: &Opened<'_>) -> Json {
    let message = &opened.message.message;
    // Text headers as they are; the rest, such as seals, apart and encoded.
    let (mut headers, mut binary) = (Map::new(), Map::new());
    for (name, value) in &message.headers {
        match str::from_utf8(value) {
            Ok(text) if !text.chars().any(char::is_control) => {
                headers.insert(name.to_string(), Json::from(text));
            }
            _ => {
                binary.insert(name.to_string(), Json::from(STANDARD.encode(value)));
            }
        }
    }
    let mut line = json!({
        "offset": opened.message.offset.0,
        "key": STANDARD.encode(&message.key),
        "headers": headers,
        "binary_headers": binary,
    });
    let mut add = |name: &str, value: Json| {
        if let Some(fields) = line.as_object_mut() {
            fields.insert(name.to_owned(), value);
        }
    };
    match &opened.value {
        Value::Gone => add("value", Json::Null),
        Value::Read { json, bytes, .. } => {
            add("value", json.clone());
            add("bytes", Json::from(STANDARD.encode(bytes)));
        }
        Value::Unreadable(bytes) => {
            add("fault", Json::from(UNREADABLE));
            add("bytes", Json::from(STANDARD.encode(bytes)));
        }
    }
    line
}

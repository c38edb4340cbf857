//! The parsing canonical form and its CRC-64-AVRO fingerprint (Avro 1.12, "Transforming into
//! Parsing Canonical Form"). Takes the text that `parse` prints; checks nothing.

use serde_json::Value;

/// The canonical form of a normal text; empty for text that is not JSON.
pub(crate) fn form(text: &str) -> String {
    let mut out = String::new();
    if let Ok(value) = serde_json::from_str(text) {
        write(&value, &mut out);
    }
    out
}

/// CRC-64-AVRO.
pub(crate) fn fingerprint(form: &str) -> u64 {
    const EMPTY: u64 = 0xc15d_213a_a4d7_a795;
    form.bytes().fold(EMPTY, |print, byte| {
        let low = (print ^ u64::from(byte)) & 0xff;
        let mixed = (0..8).fold(low, |x, _| (x >> 1) ^ (EMPTY & (x & 1).wrapping_neg()));
        (print >> 8) ^ mixed
    })
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(branches) => list(branches, out),
        Value::Object(object) => match object.get("type").and_then(Value::as_str) {
            Some("record" | "enum" | "fixed" | "array" | "map") => complex(object, out),
            // a primitive with a meaning, or a type in a type: the type alone
            _ => write(object.get("type").unwrap_or(&Value::Null), out),
        },
        other => out.push_str(&other.to_string()),
    }
}

fn complex(object: &serde_json::Map<String, Value>, out: &mut String) {
    const ORDER: [&str; 7] = ["name", "type", "fields", "symbols", "items", "values", "size"];
    let mut comma = "{";
    for key in ORDER {
        let Some(value) = object.get(key) else { continue };
        out.push_str(comma);
        out.push_str(&Value::from(key).to_string());
        out.push(':');
        match (key, value) {
            ("fields", Value::Array(fields)) => {
                out.push('[');
                for (index, field) in fields.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    self::field(field, out);
                }
                out.push(']');
            }
            ("symbols", symbols) => out.push_str(&symbols.to_string()),
            ("name" | "type" | "size", plain) => out.push_str(&plain.to_string()),
            (_, inner) => write(inner, out),
        }
        comma = ",";
    }
    out.push('}');
}

fn field(field: &Value, out: &mut String) {
    let name = field.get("name").unwrap_or(&Value::Null);
    out.push_str("{\"name\":");
    out.push_str(&name.to_string());
    out.push_str(",\"type\":");
    write(field.get("type").unwrap_or(&Value::Null), out);
    out.push('}');
}

fn list(values: &[Value], out: &mut String) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        write(value, out);
    }
    out.push(']');
}

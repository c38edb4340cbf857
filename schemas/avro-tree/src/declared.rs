//! Collects the named types that texts declare, so that references resolve in any order. Checks
//! names and doubles; what a declaration holds is checked where it is used.

use crate::Error;
use crate::limits::{MAX_DEPTH, MAX_NAME, MAX_NAMED};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Named types by full name.
pub(crate) type Declared<'a> = BTreeMap<String, &'a Map<String, Value>>;

/// Adds every named type within `value`, which stands in namespace `space`.
pub(crate) fn collect<'a>(
    value: &'a Value,
    space: &str,
    depth: usize,
    into: &mut Declared<'a>,
) -> Result<(), Error> {
    if depth > 4 * MAX_DEPTH {
        return Err(Error::limit("", "levels", MAX_DEPTH));
    }
    let deeper = |inner: Option<&'a Value>, space: &str, into: &mut Declared<'a>| match inner {
        Some(inner) => collect(inner, space, depth + 1, into),
        None => Ok(()),
    };
    match value {
        Value::Array(branches) => {
            for branch in branches {
                collect(branch, space, depth + 1, into)?;
            }
            Ok(())
        }
        Value::Object(object) => match object.get("type") {
            Some(Value::String(kind)) => match kind.as_str() {
                "record" | "enum" | "fixed" => {
                    let name = full_name(object, space)?;
                    let inner = namespace(&name).to_owned();
                    if into.len() >= MAX_NAMED {
                        return Err(Error::limit(&name, "named types", MAX_NAMED));
                    }
                    if into.insert(name.clone(), object).is_some() {
                        return Err(Error::Duplicate { name });
                    }
                    let fields = object.get("fields").and_then(Value::as_array);
                    for field in fields.map(Vec::as_slice).unwrap_or_default() {
                        deeper(field.get("type"), &inner, into)?;
                    }
                    Ok(())
                }
                "array" => deeper(object.get("items"), space, into),
                "map" => deeper(object.get("values"), space, into),
                _ => Ok(()),
            },
            inner => deeper(inner, space, into),
        },
        _ => Ok(()),
    }
}

/// The full name of a declaration that stands in namespace `space`.
pub(crate) fn full_name(object: &Map<String, Value>, space: &str) -> Result<String, Error> {
    let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
    let space = object.get("namespace").and_then(Value::as_str).unwrap_or(space);
    qualify(name, space)
}

/// A name as it stands in namespace `space`, made full.
pub(crate) fn qualify(name: &str, space: &str) -> Result<String, Error> {
    let full = if name.contains('.') || space.is_empty() {
        name.to_owned()
    } else {
        format!("{space}.{name}")
    };
    if full.len() <= MAX_NAME && full.split('.').all(is_name) {
        Ok(full)
    } else {
        Err(Error::Name { path: full.chars().take(MAX_NAME).collect() })
    }
}

/// The namespace of a full name; empty for none.
pub(crate) fn namespace(full: &str) -> &str {
    full.rsplit_once('.').map_or("", |(space, _)| space)
}

/// The last part of a full name.
pub(crate) fn simple_name(full: &str) -> &str {
    full.rsplit_once('.').map_or(full, |(_, name)| name)
}

/// Whether the text is an Avro name.
pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

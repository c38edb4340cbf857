//! The properties the contract puts on fields beside Avro's own, read and printed in one order.

use crate::node::{Field, NodeId};
use crate::{Error, Schema};
use serde_json::{Map, Value, json};
use vocabulary::FieldClass;

/// Properties of a field that the normal text keeps, in its order.
pub(crate) const OF_FIELD: &[&str] = &[
    "doc",
    "default",
    "aliases",
    "class",
    "en",
    "frozen",
    "subject",
    "published",
    "freeText",
    "paragraph",
];

/// Reads a field's properties. Its type, parent and place are set by the parser.
pub(crate) fn field(object: &Map<String, Value>, name: &str, path: &str) -> Result<Field, Error> {
    let class = match object.get("class") {
        None => None,
        Some(word) => Some(
            word.as_str()
                .and_then(|word| word.parse::<FieldClass>().ok())
                .ok_or_else(|| Error::Class { path: path.to_owned() })?,
        ),
    };
    let frozen = flag(object, "frozen", path)?;
    Ok(Field {
        path: path.to_owned(),
        name: name.to_owned(),
        parent: None,
        node: NodeId(0),
        repeated: false,
        class,
        frozen,
        anchors: frozen,
        subject: flag(object, "subject", path)?,
        published: flag(object, "published", path)?,
        free_text: flag(object, "freeText", path)?,
        english: text(object, "en", path)?,
        paragraph: text(object, "paragraph", path)?,
        doc: text(object, "doc", path)?,
        aliases: aliases(object, path)?,
        default: object.get("default").cloned(),
    })
}

fn flag(object: &Map<String, Value>, key: &str, path: &str) -> Result<bool, Error> {
    match object.get(key) {
        None => Ok(false),
        Some(value) => value
            .as_bool()
            .ok_or_else(|| Error::shape(path, "a mark of a field must be true or false")),
    }
}

fn text(object: &Map<String, Value>, key: &str, path: &str) -> Result<Option<String>, Error> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Error::shape(path, "`doc`, `en` and `paragraph` must be text")),
    }
}

fn aliases(object: &Map<String, Value>, path: &str) -> Result<Vec<String>, Error> {
    let wrong = || Error::shape(path, "`aliases` must be a list of names");
    match object.get("aliases") {
        None => Ok(vec![]),
        Some(list) => list
            .as_array()
            .ok_or_else(wrong)?
            .iter()
            .map(|alias| alias.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
    }
}

/// Copies properties that are there, in the order given.
pub(crate) fn keep(from: &Map<String, Value>, keys: &[&str], into: &mut Value) {
    for key in keys {
        if let Some(value) = from.get(*key) {
            put(into, key, value.clone());
        }
    }
}

/// Adds one property at the end.
pub(crate) fn put(into: &mut Value, key: &str, value: Value) {
    if let Some(object) = into.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// The facts as the normal text states them.
pub(crate) fn facts(schema: &Schema) -> Value {
    let one = |fact: &crate::Fact| {
        json!({
            "name": fact.name(),
            "path": schema.field(fact.field()).path(),
            "values": fact.values(),
            "strictest": fact.values().get(usize::from(fact.strictest())),
        })
    };
    schema.facts().facts().iter().map(one).collect()
}

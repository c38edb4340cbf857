//! What stands on a release lane, as whoever may read it has it: records decoded by the schema
//! their frame names, flattened to path and text. Knows no plan.

use super::figures::all;
use super::walk::Site;
use avro_tree::Schema;
use carrier::Lane;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Paths with their values as text.
pub(crate) type Flat = BTreeMap<String, String>;

/// The newest value of a record on a lane, flattened to path and text.
pub(crate) fn version_of(site: &Site, lane: &Lane, record: &str) -> Flat {
    let mut newest = None;
    for fetched in all(site, lane) {
        let id = fetched.message.header("ce_id").unwrap_or_default();
        if String::from_utf8_lossy(id).starts_with(record) {
            newest = fetched.message.value;
        }
    }
    newest.map_or_else(Flat::new, |value| flat(site, &value))
}

/// The first and the newest version of every record on a lane, by record id.
pub(crate) fn histories(site: &Site, lane: &Lane) -> BTreeMap<String, (Flat, Flat)> {
    let mut found: BTreeMap<String, (Flat, Flat)> = BTreeMap::new();
    for fetched in all(site, lane) {
        let flat = flat(site, &fetched.message.value.unwrap_or_default());
        let Some(record) = flat.get("konvolutt.postId").cloned() else { continue };
        match found.entry(record) {
            Entry::Occupied(mut held) => held.get_mut().1 = flat,
            Entry::Vacant(new) => {
                new.insert((flat.clone(), flat));
            }
        }
    }
    found
}

/// A message's value, flattened.
fn flat(site: &Site, value: &[u8]) -> Flat {
    let mut flat = Flat::new();
    if let Some(value) = decoded(site, value) {
        flatten("", &value, &mut flat);
    }
    flat
}

fn decoded(site: &Site, value: &[u8]) -> Option<Value> {
    let (id, datum) = avro_span::frame::read(value).ok()?;
    let text = site.house.carrier.schema(id).ok()??;
    let schema = Schema::parse(&text).ok()?;
    serde_json::from_str(&avro_span::to_json(&schema, datum).ok()?).ok()
}

fn flatten(path: &str, value: &Value, flat: &mut Flat) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(&below(name), value, flat);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{path}[{index}]"), item, flat);
            }
        }
        Value::String(text) => {
            flat.insert(path.to_owned(), text.clone());
        }
        other => {
            flat.insert(path.to_owned(), other.to_string());
        }
    }
}

//! What the settings came to and from where, for `--check-config`. Never shows a secret.

use crate::{Error, env};
use config::{Value, ValueKind};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// Last words of a key whose value is a secret, were one written there.
const SECRET_WORDS: [&str; 5] = ["password", "passphrase", "token", "secret_value", "pin"];

/// What is shown instead.
const MASK: &str = "\"***\"";

/// One value of the effective settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Key with its section.
    pub key: String,
    /// Value as TOML, masked if it could be a secret.
    pub value: String,
    /// `default`, a file, or an environment name.
    pub origin: String,
}

// === impl Line ===

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}  # {}", self.key, self.value, self.origin)
    }
}

/// Origins of all values given, by key.
pub(crate) fn origins(root: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    walk_given("", root, &mut found);
    found
}

fn walk_given(key: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match &value.kind {
        ValueKind::Table(table) => {
            table.iter().for_each(|(name, value)| walk_given(&inside(key, name), value, found));
        }
        ValueKind::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| walk_given(&format!("{key}[{index}]"), value, found)),
        _ => {
            let origin = match value.origin() {
                Some(origin) if origin.starts_with("file ") => origin.to_owned(),
                _ => {
                    let whole = key.split('[').next().unwrap_or_default();
                    format!("environment `{}`", env::name_of(whole))
                }
            };
            found.insert(key.to_owned(), origin);
        }
    }
}

/// The effective values of typed settings, with the origins of those given.
pub(crate) fn lines(
    settings: &impl Serialize,
    given: &BTreeMap<String, String>,
) -> Result<Vec<Line>, Error> {
    let tree = toml::Value::try_from(settings)
        .map_err(|_| Error::Kind { key: String::new(), origin: "the settings".to_owned() })?;
    let mut lines = Vec::new();
    walk_effective("", &tree, given, &mut lines);
    Ok(lines)
}

fn walk_effective(
    key: &str,
    value: &toml::Value,
    given: &BTreeMap<String, String>,
    lines: &mut Vec<Line>,
) {
    match value {
        toml::Value::Table(table) => table
            .iter()
            .for_each(|(name, value)| walk_effective(&inside(key, name), value, given, lines)),
        toml::Value::Array(items) if !items.is_empty() => items
            .iter()
            .enumerate()
            .for_each(|(at, value)| walk_effective(&format!("{key}[{at}]"), value, given, lines)),
        value => lines.push(Line {
            key: key.to_owned(),
            value: shown(key, value),
            origin: given.get(key).cloned().unwrap_or_else(|| "default".to_owned()),
        }),
    }
}

/// The value as TOML, or the mask where the key could hold a secret.
pub(crate) fn shown(key: &str, value: &toml::Value) -> String {
    let last = key.rsplit('.').next().unwrap_or_default();
    if SECRET_WORDS.iter().any(|word| last.ends_with(word)) {
        MASK.to_owned()
    } else {
        value.to_string()
    }
}

fn inside(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}

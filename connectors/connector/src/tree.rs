//! Puts values into a record by path. What the values mean, and whether the record fits the
//! contract, is settled before and after.

#[cfg(test)]
mod tests;

use crate::cell::Value;
use crate::path::{Path, Step};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A record under construction.
#[derive(Debug, Default)]
pub(crate) struct Tree(Branch);

#[derive(Debug, Default)]
enum Branch {
    #[default]
    Empty,
    Leaf(Json),
    Record(BTreeMap<String, Branch>),
    /// By element number as the mapping has it; numbers never written are left out at the end.
    Array(BTreeMap<usize, Branch>),
}

// === impl Tree ===

impl Tree {
    /// Puts a value at the path, making what lies above it.
    pub(crate) fn put(&mut self, to: &[Step], value: &Value) {
        *self.place(to) = Branch::Leaf(json(value));
    }

    /// Puts a value at the path unless it lies in an array element that nothing was read into:
    /// a constant alone does not make an element.
    pub(crate) fn stamp(&mut self, to: &Path, value: &Value) {
        let element = to.steps().iter().rposition(|step| matches!(step, Step::Item(_)));
        let within = element.and_then(|last| to.steps().get(..=last)).unwrap_or_default();
        if within.is_empty() || self.holds(within) {
            self.put(to.steps(), value);
        }
    }

    /// The record as JSON.
    pub(crate) fn finish(self) -> Json {
        finish(self.0)
    }

    fn holds(&self, steps: &[Step]) -> bool {
        let mut here = Some(&self.0);
        for step in steps {
            here = match (step, here) {
                (Step::Field(name), Some(Branch::Record(fields))) => fields.get(name),
                (Step::Item(index), Some(Branch::Array(items))) => items.get(index),
                _ => None,
            };
        }
        here.is_some()
    }

    fn place(&mut self, steps: &[Step]) -> &mut Branch {
        let mut here = &mut self.0;
        for step in steps {
            here = match step {
                Step::Field(name) => here.field(name),
                Step::Item(index) => here.item(*index),
                // INVARIANT: numbered before it comes here.
                Step::Each => here.item(0),
            };
        }
        here
    }
}

// === impl Branch ===

impl Branch {
    fn field(&mut self, name: &str) -> &mut Branch {
        if !matches!(self, Branch::Record(_)) {
            *self = Branch::Record(BTreeMap::new());
        }
        match self {
            Branch::Record(fields) => fields.entry(name.to_owned()).or_default(),
            other => other,
        }
    }

    fn item(&mut self, index: usize) -> &mut Branch {
        if !matches!(self, Branch::Array(_)) {
            *self = Branch::Array(BTreeMap::new());
        }
        match self {
            Branch::Array(items) => items.entry(index).or_default(),
            other => other,
        }
    }
}

fn finish(branch: Branch) -> Json {
    match branch {
        Branch::Empty => Json::Null,
        Branch::Leaf(value) => value,
        Branch::Record(fields) => {
            Json::Object(fields.into_iter().map(|(name, field)| (name, finish(field))).collect())
        }
        Branch::Array(items) => Json::Array(items.into_values().map(finish).collect()),
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::from(text.as_str()),
        Value::Whole(number) | Value::Micros(number) => Json::from(*number),
        Value::Days(days) => Json::from(*days),
        Value::Flag(flag) => Json::from(*flag),
        Value::List(values) => Json::Array(values.iter().map(json).collect()),
    }
}

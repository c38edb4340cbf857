//! Facts of a record type: which enum fields reclassify others, and the numbering of their
//! combinations. What a combination opens is `ruling`'s knowledge.

use crate::limits::{MAX_COMBINATIONS, MAX_FACTS};
use crate::node::{FieldId, Node};
use crate::{Error, Schema};
use serde_json::Value;

/// One fact: an enum field of the record, and the value taken when it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    name: String,
    field: FieldId,
    values: Vec<String>,
    strictest: u8,
}

impl Fact {
    /// The English name, as rules know it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The field that holds it.
    pub fn field(&self) -> FieldId {
        self.field
    }

    /// The field's symbols, in the field's order: a value is its index here and on the wire.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// The value taken when none is stated.
    pub fn strictest(&self) -> u8 {
        self.strictest
    }
}

/// All facts of a record type and the numbers of their combinations (first fact slowest).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactSpace {
    facts: Vec<Fact>,
}

impl FactSpace {
    /// The facts, in declared order.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// How many combinations there are; 1 for a record type without facts.
    pub fn size(&self) -> usize {
        // INVARIANT: at most MAX_COMBINATIONS, checked by the parser.
        self.facts.iter().map(|fact| fact.values.len()).product()
    }

    /// The number of a combination, one value a fact; none when a value or the count is wrong.
    pub fn index(&self, values: &[u8]) -> Option<u16> {
        if values.len() != self.facts.len() {
            return None;
        }
        let mut index = 0usize;
        for (fact, value) in self.facts.iter().zip(values) {
            let value = usize::from(*value);
            if value >= fact.values.len() {
                return None;
            }
            index = index * fact.values.len() + value;
        }
        u16::try_from(index).ok()
    }

    /// The values of a combination; of a number out of range, the strictest.
    pub fn values(&self, index: u16) -> Vec<u8> {
        let mut rest = usize::from(index);
        if rest >= self.size() {
            return self.facts.iter().map(Fact::strictest).collect();
        }
        let mut values = Vec::with_capacity(self.facts.len());
        for fact in self.facts.iter().rev() {
            // INVARIANT: an enum has at least one symbol, so the divisor is never 0.
            let count = fact.values.len().max(1);
            values.push(u8::try_from(rest % count).unwrap_or(fact.strictest));
            rest /= count;
        }
        values.reverse();
        values
    }

    /// The combination of every strictest value.
    pub fn strictest(&self) -> u16 {
        let values: Vec<u8> = self.facts.iter().map(Fact::strictest).collect();
        self.index(&values).unwrap_or(0)
    }
}

/// Reads the root's `facts` against the parsed schema.
pub(crate) fn read(schema: &Schema, declared: &Value) -> Result<FactSpace, Error> {
    let list = declared.as_array().ok_or_else(|| Error::shape("facts", "must be an array"))?;
    if list.len() > MAX_FACTS {
        return Err(Error::limit("facts", "facts", MAX_FACTS));
    }
    let mut facts: Vec<Fact> = Vec::with_capacity(list.len());
    for value in list {
        let fact = one(schema, value)?;
        if facts.iter().any(|other| other.name == fact.name || other.field == fact.field) {
            return Err(Error::Duplicate { name: fact.name });
        }
        facts.push(fact);
    }
    let mut size = 1usize;
    for fact in &facts {
        size = size.saturating_mul(fact.values.len());
    }
    if size > MAX_COMBINATIONS {
        return Err(Error::limit("facts", "combinations", MAX_COMBINATIONS));
    }
    Ok(FactSpace { facts })
}

fn one(schema: &Schema, value: &Value) -> Result<Fact, Error> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let name = text("name").ok_or_else(|| Error::shape("facts", "a fact needs a name"))?;
    let wrong = |rule: &'static str| Error::Fact { fact: name.to_owned(), rule };
    let field = text("path")
        .and_then(|path| schema.field_by_path(path))
        .ok_or_else(|| wrong("no field at its path"))?;
    if schema.field(field).repeated
        || schema
            .lineage(field)
            .skip(1)
            .any(|above| !matches!(schema.node(schema.field(above).node), Node::Record { .. }))
    {
        return Err(wrong("its field must be reached through records alone"));
    }
    let Node::Enum { symbols, .. } = schema.value_node(field) else {
        return Err(wrong("its field must be an enum, or null and an enum"));
    };
    let values = value.get("values").and_then(Value::as_array);
    let same = values.is_some_and(|values| {
        values.len() == symbols.len()
            && values.iter().zip(symbols).all(|(value, symbol)| value.as_str() == Some(symbol))
    });
    if !same {
        return Err(wrong("its values must be the symbols of its field, in their order"));
    }
    let strictest = text("strictest")
        .and_then(|word| symbols.iter().position(|symbol| symbol == word))
        .and_then(|index| u8::try_from(index).ok())
        .ok_or_else(|| wrong("its strictest value must be one of its values"))?;
    Ok(Fact { name: name.to_owned(), field, values: symbols.clone(), strictest })
}

//! JSON as bounded nodes: keys in lower case, scalars as the cells a reader takes. It knows no
//! mapping; a fault within one object stays with that object.

use crate::limits;
use crate::refusal::Rule;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

/// Why a body could not be taken apart at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is no JSON, or not in UTF-8.
    #[error("the body is no JSON in UTF-8")]
    Syntax,
    /// It holds more objects or values than one submission may.
    #[error("the body holds more than one submission may")]
    Size,
    /// It is JSON, but neither an object, a list of objects nor an envelope that the mapping knows.
    #[error("the body is no object, list of objects or envelope that the mapping knows")]
    Shape,
    /// The envelope names another authority than the source's.
    #[error("the envelope names another authority")]
    Authority,
}

/// One value.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    /// A text, a number or a truth value, as text.
    Cell(String),
    Record(BTreeMap<String, Node>),
    List(Vec<Node>),
    /// What stood here broke a rule.
    Fault(Rule),
}

/// How many values a body may still hold.
struct Budget {
    left: Cell<usize>,
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    budget: &'a Budget,
    depth: usize,
}

/// What the reader is told when it should end; never shown.
const SPENT: &str = "ended";

// === impl Node ===

impl Node {
    pub(super) fn parse(body: &[u8]) -> Result<Node, Malformed> {
        let budget = Budget { left: Cell::new(limits::NODES) };
        let mut reader = serde_json::Deserializer::from_slice(body);
        let seed = Seed { budget: &budget, depth: 0 };
        let told = |error: serde_json::Error| match error.classify() {
            serde_json::error::Category::Data if budget.left.get() == 0 => Malformed::Size,
            _ => Malformed::Syntax,
        };
        let node = seed.deserialize(&mut reader).map_err(told)?;
        reader.end().map_err(|_| Malformed::Syntax)?;
        Ok(node)
    }
}

// === impl Seed ===

impl Seed<'_> {
    fn spend<E: serde::de::Error>(&self) -> Result<(), E> {
        let left = self.budget.left.get();
        self.budget.left.set(left.saturating_sub(1));
        if left <= 1 { Err(E::custom(SPENT)) } else { Ok(()) }
    }

    fn deeper(self) -> Self {
        Seed { budget: self.budget, depth: self.depth + 1 }
    }

    /// Two levels beside the object's own: the envelope and its list.
    const fn too_deep(&self) -> bool {
        self.depth > limits::DEPTH + 2
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Node, D::Error> {
        self.spend()?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Cell(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Cell(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Cell(value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        // A number beyond all bounds is no number.
        if value.is_finite() { Ok(Node::Cell(value.to_string())) } else { Err(E::custom(SPENT)) }
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Cell(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        if self.too_deep() {
            while list.next_element::<IgnoredAny>()?.is_some() {
                self.spend()?;
            }
            return Ok(Node::Fault(Rule::Depth));
        }
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element_seed(self.deeper())? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = BTreeMap::new();
        let mut fault = self.too_deep().then_some(Rule::Depth);
        while let Some(key) = map.next_key::<String>()? {
            if fault.is_some() {
                self.spend()?;
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let node = map.next_value_seed(self.deeper())?;
            if key.len() > limits::KEY_BYTES {
                // Longer than any key of a mapping: an extra one.
                continue;
            }
            if fields.insert(key.trim().to_lowercase(), node).is_some() {
                fault = Some(Rule::Twice);
            }
        }
        Ok(fault.map_or(Node::Record(fields), Node::Fault))
    }
}

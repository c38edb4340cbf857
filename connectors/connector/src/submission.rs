//! JSON under a mapping: what one submission holds, object by object. Lenient where Tilda's
//! producers differ (case and spelling of keys, unknown extra keys, an object for a list of one),
//! strict where a mistake could lose or change something. It knows no transport.

mod node;
#[cfg(test)]
mod tests;

pub use node::Malformed;

use crate::limits;
use crate::mapping::{Column, Kind, Mapping};
use crate::object::Said;
use crate::path::numbered;
use crate::reading::{self, Checks, Filled, Reading};
use crate::refusal::{Refusal, Rule};
use node::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{OrgNumber, Timestamp};

/// The key by which an envelope says whose it is.
const AUTHORITY: &str = "tilsynsmyndighet";
/// Keys that an envelope without any list may have.
const ENVELOPE: [&str; 3] = ["status", "statustekst", AUTHORITY];

/// The objects of one submission, in order.
#[derive(Debug)]
pub struct Submission {
    items: Vec<Item>,
}

/// One object of a submission, not read yet. Never prints what it holds.
pub struct Item {
    kind: Option<Arc<Kind>>,
    node: Node,
}

/// The values of one object by their pattern: `a[].b` at each of its places.
#[derive(Default)]
struct Leaves {
    values: BTreeMap<String, Vec<(Vec<usize>, String)>>,
    /// Objects and lists that hold anything.
    held: BTreeSet<String>,
    faults: Vec<(String, Rule)>,
    count: usize,
}

// === impl Submission ===

impl Submission {
    /// Takes a body apart. With a `kind` it is one object, a list of objects or an envelope of that
    /// kind; without, an envelope or a list of envelopes, whose keys say the kinds. An empty body
    /// holds nothing.
    pub fn parse(
        mapping: &Mapping,
        kind: Option<&Arc<Kind>>,
        body: &[u8],
    ) -> Result<Submission, Malformed> {
        let mut submission = Submission { items: Vec::new() };
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(submission);
        }
        match (Node::parse(body)?, kind) {
            (Node::Null, _) => {}
            (Node::List(nodes), Some(kind)) => {
                nodes.into_iter().try_for_each(|node| submission.push(Some(kind), node))?;
            }
            (Node::Record(fields), Some(kind)) => {
                if kind.lists.iter().any(|list| fields.contains_key(list)) {
                    submission.envelope(mapping, fields)?;
                } else {
                    submission.push(Some(kind), Node::Record(fields))?;
                }
            }
            (Node::Record(fields), None) => submission.envelope(mapping, fields)?,
            (Node::List(nodes), None) => {
                for node in nodes {
                    let Node::Record(fields) = node else { return Err(Malformed::Shape) };
                    submission.envelope(mapping, fields)?;
                }
            }
            (fault @ Node::Fault(_), Some(kind)) => submission.push(Some(kind), fault)?,
            (Node::Cell(_) | Node::Fault(_), _) => return Err(Malformed::Shape),
        }
        Ok(submission)
    }

    /// The objects, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The lists of an envelope. One that no kind takes is refused object by object: it is not
    /// passed over in silence.
    fn envelope(
        &mut self,
        mapping: &Mapping,
        fields: BTreeMap<String, Node>,
    ) -> Result<(), Malformed> {
        if let Some(Node::Cell(named)) = fields.get(AUTHORITY) {
            // Some producers stand under a word, such as BRANN: that says nothing to hold against.
            let number: Option<OrgNumber> = named.trim().parse().ok();
            if number.is_some_and(|number| number != mapping.producer()) {
                return Err(Malformed::Authority);
            }
        }
        let known = |key: &String| mapping.kinds.iter().any(|kind| kind.lists.contains(key));
        let envelope = |key: &String| known(key) || ENVELOPE.contains(&key.as_str());
        if !fields.is_empty() && !fields.keys().any(envelope) {
            return Err(Malformed::Shape);
        }
        for (key, node) in fields {
            let kind = mapping.kinds.iter().find(|kind| kind.lists.contains(&key));
            match (kind, node) {
                (None, Node::Null | Node::Cell(_) | Node::Record(_)) | (Some(_), Node::Null) => {}
                (kind, Node::List(nodes)) => {
                    nodes.into_iter().try_for_each(|node| self.push(kind, node))?;
                }
                (kind, node) => self.push(kind, node)?,
            }
        }
        Ok(())
    }

    fn push(&mut self, kind: Option<&Arc<Kind>>, node: Node) -> Result<(), Malformed> {
        if self.items.len() >= limits::ITEMS {
            return Err(Malformed::Size);
        }
        self.items.push(Item { kind: kind.cloned(), node });
        Ok(())
    }
}

// === impl Item ===

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Item({})", self.kind.as_ref().map_or("", |kind| kind.name()))
    }
}

impl Item {
    /// Its kind, if the mapping has one for it.
    pub fn kind(&self) -> Option<&Arc<Kind>> {
        self.kind.as_ref()
    }

    /// Reads the object. `row` is its place in the submission, `taken` when that was handed in.
    /// Every fault is told, at least one if any.
    pub fn read(&self, row: u64, taken: Timestamp) -> Result<Reading, Vec<Refusal>> {
        let whole = |rule| vec![Refusal::new(row, "", "", rule)];
        let kind = self.kind.as_ref().ok_or_else(|| whole(Rule::Unmapped))?;
        let Node::Record(fields) = &self.node else {
            let fault = if let Node::Fault(rule) = &self.node { *rule } else { Rule::Form };
            return Err(whole(fault));
        };
        let mut leaves = Leaves::default();
        leaves.record(kind, "", &mut Vec::new(), fields);
        let mut checks = Checks::new(kind, row);
        for (path, rule) in &leaves.faults {
            checks.refusals.push(Refusal::new(row, path, "", *rule));
        }
        let object = checks.object(leaves.cell(&kind.object).unwrap_or_default());
        let word = kind.operation.as_ref().and_then(|operation| leaves.cell(&operation.column));
        let gone = checks.gone(word);
        let recorded = kind.collected.as_ref().and_then(|column| leaves.cell(column));
        let recorded = checks.recorded(recorded, taken);
        let values = if gone { Vec::new() } else { leaves.values(kind, &mut checks) };
        if !checks.refusals.is_empty() {
            return Err(checks.refusals);
        }
        let said = if gone { Said::Gone } else { Said::State(leaves.content(kind)) };
        Ok(Reading { kind: Arc::clone(kind), row, object, said, recorded, values })
    }
}

// === impl Leaves ===

impl Leaves {
    fn record(
        &mut self,
        kind: &Kind,
        at: &str,
        places: &mut Vec<usize>,
        fields: &BTreeMap<String, Node>,
    ) {
        for (key, node) in fields {
            let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            self.node(kind, &path, places, node);
        }
    }

    fn node(&mut self, kind: &Kind, path: &str, places: &mut Vec<usize>, node: &Node) {
        self.count += 1;
        if self.count > limits::LEAVES {
            if self.count == limits::LEAVES + 1 {
                self.faults.push((String::new(), Rule::Depth));
            }
            return;
        }
        match node {
            Node::Null => {}
            // A fault within what nobody maps is nobody's.
            Node::Fault(rule) => {
                if kind.knows(path) || *rule == Rule::Twice {
                    self.faults.push((numbered(path, places), *rule));
                }
            }
            Node::Cell(cell) => {
                if kind.containers.contains(path) && !cell.trim().is_empty() {
                    self.faults.push((numbered(path, places), Rule::Form));
                }
                self.values
                    .entry(path.to_owned())
                    .or_default()
                    .push((places.clone(), cell.clone()));
            }
            Node::Record(fields) => {
                let each = format!("{path}[]");
                if !fields.is_empty() {
                    self.held.insert(path.to_owned());
                }
                if kind.containers.contains(&each) {
                    // An object where a list is meant: a list of one.
                    places.push(0);
                    self.record(kind, &each, places, fields);
                    places.pop();
                } else if kind.containers.contains(path) {
                    self.record(kind, path, places, fields);
                }
            }
            Node::List(nodes) => self.list(kind, path, places, nodes),
        }
    }

    fn list(&mut self, kind: &Kind, path: &str, places: &mut Vec<usize>, nodes: &[Node]) {
        if !nodes.is_empty() {
            self.held.insert(path.to_owned());
        }
        let each = format!("{path}[]");
        if !kind.containers.contains(&each) {
            if kind.containers.contains(path) && !nodes.is_empty() {
                self.faults.push((numbered(path, places), Rule::Form));
            }
            return;
        }
        if nodes.len() > limits::ELEMENTS {
            self.faults.push((numbered(path, places), Rule::Depth));
            return;
        }
        for (index, node) in nodes.iter().enumerate() {
            places.push(index);
            match node {
                Node::Record(fields) => self.record(kind, &each, places, fields),
                Node::Null => {}
                Node::Fault(rule) => self.faults.push((numbered(&each, places), *rule)),
                Node::Cell(_) | Node::List(_) => {
                    self.faults.push((numbered(&each, places), Rule::Form));
                }
            }
            places.pop();
        }
    }

    /// The cell of a column outside all lists; nothing when it is absent or empty.
    fn cell(&self, column: &Column) -> Option<&str> {
        let values = column.names.iter().find_map(|name| self.values.get(name))?;
        values.first().map(|(_, cell)| cell.as_str()).filter(|cell| !cell.trim().is_empty())
    }

    /// Every cell of a column, with its places.
    fn cells<'a>(
        &'a self,
        column: &'a Column,
    ) -> impl Iterator<Item = &'a (Vec<usize>, String)> + 'a {
        column.names.iter().filter_map(|name| self.values.get(name)).flatten()
    }

    fn values(&self, kind: &Kind, checks: &mut Checks<'_>) -> Vec<Filled> {
        let mut values = Vec::new();
        for (index, field) in kind.fields.iter().enumerate() {
            let mut seen: BTreeSet<&[usize]> = BTreeSet::new();
            for (places, cell) in self.cells(&field.column) {
                if !seen.insert(places) {
                    // Two spellings of one key.
                    checks.refuse(&field.column, &field.to.told(places), Rule::Twice);
                }
                if let Some(value) = checks.value(field, places, cell) {
                    values.push(Filled { field: index, places: places.clone(), value });
                }
            }
            if field.column.names.iter().any(|name| self.held.contains(name)) {
                checks.refuse(&field.column, field.to.as_str(), Rule::Form);
            }
            if field.required && seen.is_empty() && field.to.repeats() == 0 {
                checks.refuse(&field.column, field.to.as_str(), Rule::Required);
            }
        }
        values
    }

    /// Digest over the content that the mapping reads.
    fn content(&self, kind: &Kind) -> vocabulary::Digest {
        let content = kind.fields.iter().filter(|field| field.content);
        let cells = content.flat_map(|field| {
            let name = field.column.name();
            let cells = self.cells(&field.column);
            cells.map(move |(places, cell)| (numbered(name, places), cell.trim()))
        });
        reading::content(cells.filter(|(_, cell)| !cell.is_empty()).collect())
    }
}

//! Visits the texts of chosen fields, wherever in a datum they lie. What a text means is not known
//! here.

use crate::error::Fault;
use crate::limits::{MAX_DEPTH, MAX_EMPTY_ITEMS};
use crate::{Error, wire};
use avro_tree::{FieldId, Node, NodeId, Schema};

/// The texts of some fields of a schema, found in one walk by the schema's own tree.
#[derive(Debug, Clone)]
pub struct Texts {
    /// By field: whether its text is visited.
    chosen: Vec<bool>,
}

// === impl Texts ===

impl Texts {
    /// The texts of these fields; one that holds no text is never visited.
    pub fn of(schema: &Schema, fields: &[FieldId]) -> Texts {
        Texts { chosen: schema.field_ids().map(|id| fields.contains(&id)).collect() }
    }

    /// Whether there is a field to look for at all.
    pub fn is_empty(&self) -> bool {
        !self.chosen.contains(&true)
    }

    /// Shows each text of a datum, and the chosen field it stands in, to `visit` until it says that
    /// it has seen enough, and tells whether it did. Refuses what is no datum of the schema, as far
    /// as it was walked.
    pub fn any(
        &self,
        schema: &Schema,
        datum: &[u8],
        visit: impl FnMut(FieldId, &[u8]) -> bool,
    ) -> Result<bool, Error> {
        if self.is_empty() {
            return Ok(false);
        }
        let mut walk = Walk { schema, texts: self, rest: datum, empty: MAX_EMPTY_ITEMS, visit };
        match walk.node(schema.root(), None, 0) {
            Ok(()) => Ok(false),
            Err(Stop::Seen) => Ok(true),
            Err(Stop::Fault(error)) => Err(error),
        }
    }
}

/// Why a walk ended before its end.
enum Stop {
    Seen,
    Fault(Error),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Fault(error)
    }
}

struct Walk<'a, V> {
    schema: &'a Schema,
    texts: &'a Texts,
    rest: &'a [u8],
    empty: usize,
    visit: V,
}

// === impl Walk ===

impl<V: FnMut(FieldId, &[u8]) -> bool> Walk<'_, V> {
    /// One value, within a chosen field or not.
    fn node(&mut self, id: NodeId, chosen: Option<FieldId>, depth: usize) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Fault::Depth.into());
        }
        let rest = &mut self.rest;
        match self.schema.node(id) {
            Node::Null => {}
            Node::Boolean => _ = wire::boolean(rest)?,
            Node::Int(_) | Node::Long(_) => _ = wire::long(rest)?,
            Node::Float => _ = wire::take(rest, 4)?,
            Node::Double => _ = wire::take(rest, 8)?,
            Node::Fixed { size, .. } => _ = wire::take(rest, *size)?,
            Node::Bytes => _ = wire::bytes(rest)?,
            Node::String(_) => {
                let text = wire::bytes(rest)?;
                if chosen.is_some_and(|field| (self.visit)(field, text)) {
                    return Err(Stop::Seen);
                }
            }
            Node::Enum { symbols, .. } => _ = wire::index(rest, symbols.len(), Fault::Symbol)?,
            Node::Record { fields, .. } => {
                for id in fields {
                    let is_chosen = self.texts.chosen.get(id.index()).copied();
                    let chosen = is_chosen.unwrap_or_default().then_some(*id);
                    self.node(self.schema.field(*id).node(), chosen, depth + 1)?;
                }
            }
            Node::Union(branches) => {
                let index = wire::index(rest, branches.len(), Fault::Branch)?;
                let branch = *branches.get(index).ok_or(Fault::Branch)?;
                self.node(branch, chosen, depth + 1)?;
            }
            Node::Array(inner) => self.items(*inner, false, chosen, depth)?,
            Node::Map(inner) => self.items(*inner, true, chosen, depth)?,
        }
        Ok(())
    }

    fn items(
        &mut self,
        inner: NodeId,
        keyed: bool,
        chosen: Option<FieldId>,
        depth: usize,
    ) -> Result<(), Stop> {
        loop {
            let count = wire::long(&mut self.rest)?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 {
                wire::long(&mut self.rest)?;
            }
            for _ in 0..count.unsigned_abs() {
                let before = self.rest.len();
                if keyed {
                    wire::bytes(&mut self.rest)?;
                }
                self.node(inner, chosen, depth + 1)?;
                if self.rest.len() == before {
                    let limit = Error::Limit { what: "items of no bytes", limit: MAX_EMPTY_ITEMS };
                    self.empty = self.empty.checked_sub(1).ok_or(limit)?;
                }
            }
        }
    }
}

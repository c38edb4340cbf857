//! Walks a schema once and lays down the operations, scope after scope.

use super::{Cuts, Items, Layout, Op, Place, Program, ROOT};
use crate::Error;
use crate::limits::MAX_PROGRAM;
use crate::plan::Emissions;
use avro_tree::{FieldId, Node, NodeId, Schema};

/// A scope still to be laid down: the items of an array or map.
struct Pending {
    item: usize,
    node: NodeId,
    map: bool,
    field: Option<FieldId>,
}

struct Builder<'a> {
    schema: &'a Schema,
    plans: &'a [Emissions],
    cuts: &'a Cuts,
    program: Program,
    layout: Layout,
    pending: Vec<Pending>,
    /// First operation of the scope being laid down, and the number of its items.
    scope: usize,
    number: usize,
    /// Key of the last operation, while another value may still join it.
    joinable: Option<u32>,
    /// Whether the last leaf joined the operation before it.
    joined: bool,
    guards: Vec<(u16, u8)>,
}

pub(super) fn build(
    schema: &Schema,
    plans: &[Emissions],
    cuts: &Cuts,
) -> Result<(Program, Layout), Error> {
    let fields = vec![Place::default(); schema.fields().len()];
    let mut builder = Builder {
        schema,
        plans,
        cuts,
        program: Program::default(),
        layout: Layout { fields, ..Layout::default() },
        pending: vec![],
        scope: 0,
        number: ROOT,
        joinable: None,
        joined: false,
        guards: vec![],
    };
    builder.node(schema.root(), 0, None)?;
    builder.push(Op::End);
    builder.program.slots = builder.program.ops.len();
    while let Some(pending) = builder.pending.pop() {
        builder.items(&pending)?;
    }
    Ok((builder.program, builder.layout))
}

impl Builder<'_> {
    fn items(&mut self, pending: &Pending) -> Result<(), Error> {
        self.scope = self.program.ops.len();
        self.number = pending.item;
        self.joinable = None;
        if pending.map {
            self.push(Op::Text(1));
        }
        let key = pending.field.map_or(0, |id| self.cuts.key(id));
        self.node(pending.node, key, pending.field)?;
        self.push(Op::End);
        let slots = count(self.program.ops.len() - self.scope)?;
        let body = count(self.scope)?;
        if let Some(item) = self.program.items.get_mut(pending.item) {
            (item.body, item.slots) = (body, slots);
        }
        Ok(())
    }

    /// The slot of the next operation.
    fn slot(&self) -> Result<u16, Error> {
        count(self.program.ops.len() - self.scope)
            .and_then(|slot| u16::try_from(slot).map_err(|_| too_long()))
    }

    fn push(&mut self, op: Op) {
        self.program.ops.push(op);
        self.joinable = None;
    }

    /// A leaf: joins the operation before it when all treat both alike.
    fn leaf(&mut self, op: Op, key: u32) {
        if self.joinable == Some(key)
            && let Some(joined) = self.program.ops.last().and_then(|last| join(*last, op))
            && let Some(last) = self.program.ops.last_mut()
        {
            *last = joined;
            self.joined = true;
            return;
        }
        self.push(op);
        self.joined = false;
        self.joinable = Some(key);
    }

    /// A value of no bytes: what is before and after it must not join across it, or a plan that
    /// ends a run here would end it too late.
    fn nothing(&mut self) {
        self.joinable = None;
        self.joined = false;
    }

    fn field(&mut self, id: FieldId) -> Result<(), Error> {
        let alone = self.cuts.alone(id);
        if alone {
            self.joinable = None;
        }
        let before = self.program.ops.len();
        let start = self.slot()?;
        self.node(self.schema.field(id).node(), self.cuts.key(id), Some(id))?;
        let end = self.slot()?;
        if alone {
            self.joinable = None;
        }
        // a leaf that joined lies in the operation before
        let joined = self.program.ops.len() == before && self.joined;
        let start = if joined { start.saturating_sub(1) } else { start };
        if let Some(place) = self.layout.fields.get_mut(id.index()) {
            *place = Place { start, end, guards: self.guards.clone(), scope: self.number };
        }
        Ok(())
    }

    fn node(&mut self, id: NodeId, key: u32, field: Option<FieldId>) -> Result<(), Error> {
        if self.program.ops.len() > MAX_PROGRAM {
            return Err(too_long());
        }
        match self.schema.node(id) {
            Node::Null => self.nothing(),
            Node::Record { fields, .. } => {
                if fields.is_empty() {
                    self.nothing();
                }
                for field in fields {
                    self.field(*field)?;
                }
            }
            Node::Array(inner) => self.array(id, *inner, false, field)?,
            Node::Map(inner) => self.array(id, *inner, true, field)?,
            Node::Union(branches) => self.union(id, branches, key, field)?,
            leaf => self.leaf(operation(leaf)?, key),
        }
        Ok(())
    }

    fn array(
        &mut self,
        id: NodeId,
        inner: NodeId,
        map: bool,
        field: Option<FieldId>,
    ) -> Result<(), Error> {
        let number = self.program.items.len();
        let within = |plan: &&Emissions| field.is_none_or(|field| plan.keeps_any(field));
        let kept = self.plans.iter().any(|plan| within(&plan));
        let open =
            self.plans.iter().any(|plan| within(&plan) && !plan.is_whole(self.schema, id, field));
        let least = u32::from(map).saturating_add(least(self.schema, inner));
        self.program.items.push(Items { body: 0, slots: 0, least, open, kept });
        self.layout.items.insert(id, number);
        self.pending.push(Pending { item: number, node: inner, map, field });
        self.push(Op::Array(count(number)?));
        if open {
            self.push(Op::Link);
        }
        Ok(())
    }

    fn union(
        &mut self,
        id: NodeId,
        branches: &[NodeId],
        key: u32,
        field: Option<FieldId>,
    ) -> Result<(), Error> {
        if let [null, value] = branches
            && *self.schema.node(*null) == Node::Null
        {
            if let Some(op) = optional(self.schema.node(*value))? {
                self.leaf(op, key);
                return Ok(());
            }
            return self.optional(id, *value, key, field);
        }
        let slot = self.slot()?;
        let table = self.program.tables.len();
        self.program.tables.resize(table + branches.len(), 0);
        self.push(Op::Union { table: count(table)?, count: count(branches.len())? });
        let (mut places, mut jumps) = (vec![], vec![]);
        for (number, branch) in branches.iter().enumerate() {
            let target = self.slot()?.into();
            if let Some(entry) = self.program.tables.get_mut(table + number) {
                *entry = target;
            }
            let start = self.slot()?;
            self.guards.push((slot, branch_byte(number)?));
            self.node(*branch, key, field)?;
            self.guards.pop();
            places.push((start, self.slot()?));
            jumps.push(self.program.ops.len());
            self.push(Op::Jump(0));
        }
        let after = self.slot()?.into();
        for jump in jumps {
            if let Some(op) = self.program.ops.get_mut(jump) {
                *op = Op::Jump(after);
            }
        }
        self.layout.branches.insert(id, places);
        Ok(())
    }

    /// Null, or something that is no leaf.
    fn optional(
        &mut self,
        id: NodeId,
        value: NodeId,
        key: u32,
        field: Option<FieldId>,
    ) -> Result<(), Error> {
        let slot = self.slot()?;
        let at = self.program.ops.len();
        self.push(Op::Opt(0));
        self.guards.push((slot, branch_byte(1)?));
        self.node(value, key, field)?;
        self.guards.pop();
        self.joinable = None;
        let after = self.slot()?.into();
        if let Some(op) = self.program.ops.get_mut(at) {
            *op = Op::Opt(after);
        }
        self.layout.branches.insert(id, vec![(slot, slot), (slot + 1, self.slot()?)]);
        Ok(())
    }
}

fn too_long() -> Error {
    Error::Limit { what: "operations", limit: MAX_PROGRAM }
}

fn count(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| too_long())
}

/// The one byte a union index of this number is; schemas have at most 16 branches.
pub(crate) fn branch_byte(number: usize) -> Result<u8, Error> {
    u8::try_from(number * 2).ok().filter(|byte| *byte < 0x80).ok_or(Error::Branch)
}

fn operation(node: &Node) -> Result<Op, Error> {
    Ok(match node {
        Node::Boolean => Op::Boolean(1),
        Node::Int(_) => Op::Int(1),
        Node::Long(_) => Op::Long(1),
        Node::Float => Op::Fixed(4),
        Node::Double => Op::Fixed(8),
        Node::Bytes => Op::Bytes(1),
        Node::String(_) => Op::Text(1),
        Node::Fixed { size, .. } => Op::Fixed(count(*size)?),
        Node::Enum { symbols, .. } => Op::Symbol(count(symbols.len())?),
        _ => Op::Fixed(0),
    })
}

fn optional(node: &Node) -> Result<Option<Op>, Error> {
    Ok(Some(match node {
        Node::Boolean => Op::OptBoolean(1),
        Node::Int(_) => Op::OptInt(1),
        Node::Long(_) => Op::OptLong(1),
        Node::Float => Op::OptFixed(4),
        Node::Double => Op::OptFixed(8),
        Node::Bytes => Op::OptBytes(1),
        Node::String(_) => Op::OptText(1),
        Node::Fixed { size, .. } => Op::OptFixed(count(*size)?),
        Node::Enum { symbols, .. } => Op::OptSymbol(count(symbols.len())?),
        _ => return Ok(None),
    }))
}

/// Two operations in a row as one.
fn join(first: Op, second: Op) -> Option<Op> {
    Some(match (first, second) {
        (Op::Fixed(a), Op::Fixed(b)) => Op::Fixed(a.checked_add(b)?),
        (Op::Boolean(a), Op::Boolean(b)) => Op::Boolean(a + b),
        (Op::Int(a), Op::Int(b)) => Op::Int(a + b),
        (Op::Long(a), Op::Long(b)) => Op::Long(a + b),
        (Op::Text(a), Op::Text(b)) => Op::Text(a + b),
        (Op::Bytes(a), Op::Bytes(b)) => Op::Bytes(a + b),
        (Op::OptBoolean(a), Op::OptBoolean(b)) => Op::OptBoolean(a + b),
        (Op::OptInt(a), Op::OptInt(b)) => Op::OptInt(a + b),
        (Op::OptLong(a), Op::OptLong(b)) => Op::OptLong(a + b),
        (Op::OptText(a), Op::OptText(b)) => Op::OptText(a + b),
        (Op::OptBytes(a), Op::OptBytes(b)) => Op::OptBytes(a + b),
        _ => return None,
    })
}

/// Fewest bytes a value of the node takes.
fn least(schema: &Schema, id: NodeId) -> u32 {
    match schema.node(id) {
        Node::Null => 0,
        Node::Float => 4,
        Node::Double => 8,
        Node::Fixed { size, .. } => u32::try_from(*size).unwrap_or(u32::MAX),
        Node::Record { fields, .. } => fields
            .iter()
            .map(|field| least(schema, schema.field(*field).node()))
            .fold(0, u32::saturating_add),
        Node::Union(branches) => {
            let fewest = branches.iter().map(|branch| least(schema, *branch)).min();
            fewest.unwrap_or(0).saturating_add(1)
        }
        _ => 1,
    }
}

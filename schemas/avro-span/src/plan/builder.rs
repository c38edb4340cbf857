//! Walks a schema once for a plan and lays down the steps; runs of kept bytes become one copy.

use super::settle::{rewrites, wrong};
use super::{Body, Emissions, Emit, Located, Plan, Span, Step, Tail, Transformed};
use crate::action::Predicate;
use crate::program::{Layout, branch_byte};
use crate::{Error, wire};
use avro_tree::{FieldId, Node, NodeId, Schema};
use std::collections::BTreeSet;

struct Builder<'a> {
    schema: &'a Schema,
    layout: &'a Layout,
    slots: &'a [u32],
    emissions: &'a Emissions,
    plan: Plan,
    /// Kept bytes not yet written: from slot to slot.
    run: Option<(u16, u16)>,
    /// Items still to be laid down.
    pending: Vec<Pending>,
    /// Steps before this may be jumped over: nothing is added to them.
    landing: usize,
}

struct Pending {
    body: usize,
    node: NodeId,
    number: usize,
    map: bool,
}

/// Between which slots a value lies.
type Between = (u16, u16);

pub(super) fn build(
    schema: &Schema,
    layout: &Layout,
    slots: &[u32],
    emissions: &Emissions,
) -> Result<Plan, Error> {
    let plan = Plan::default();
    let (run, pending, landing) = (None, vec![], 0);
    let mut builder = Builder { schema, layout, slots, emissions, plan, run, pending, landing };
    builder.value(schema.root(), (0, 0), None)?;
    builder.end()?;
    while let Some(pending) = builder.pending.pop() {
        builder.items(&pending)?;
    }
    Ok(builder.plan)
}

impl Builder<'_> {
    fn end(&mut self) -> Result<(), Error> {
        self.flush()?;
        self.plan.steps.push(Step::End);
        Ok(())
    }

    fn at(&self) -> Result<u32, Error> {
        index(self.plan.steps.len())
    }

    /// Keeps the bytes between slots: joined to the run when they follow it.
    fn keep(&mut self, (from, to): Between) -> Result<(), Error> {
        self.run = match self.run {
            Some((start, end)) if from <= end && start <= from => Some((start, end.max(to))),
            _ => {
                self.flush()?;
                Some((from, to))
            }
        };
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        match self.run.take() {
            Some((from, to)) => self.span(Span { from, to, tail: Tail::default() }),
            None => Ok(()),
        }
    }

    /// The spans of the last step, if more may be added to it.
    fn last_copy(&mut self) -> Option<&mut u32> {
        match self.plan.steps.get_mut(self.landing..).unwrap_or_default() {
            [.., Step::Copy { end, .. }] => Some(end),
            _ => None,
        }
    }

    fn span(&mut self, span: Span) -> Result<(), Error> {
        let first = index(self.plan.spans.len())?;
        self.plan.spans.push(span);
        let after = index(self.plan.spans.len())?;
        match self.last_copy() {
            Some(end) => *end = after,
            None => self.plan.steps.push(Step::Copy { first, end: after }),
        }
        Ok(())
    }

    /// Writes bytes that are not the datum's.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.flush()?;
        if self.last_copy().is_some()
            && let Some(span) = self.plan.spans.last_mut()
            && span.tail.append(bytes)
        {
            return Ok(());
        }
        let mut tail = Tail::default();
        if tail.append(bytes) {
            return self.span(Span { from: 0, to: 0, tail });
        }
        let number = index(self.plan.literals.len())?;
        self.plan.literals.push(bytes.to_vec());
        self.plan.steps.push(Step::Literal(number));
        Ok(())
    }

    fn between(&self, id: FieldId) -> Between {
        let place = self.layout.fields.get(id.index());
        place.map_or((0, 0), |place| (place.start, place.end))
    }

    fn field(&mut self, id: FieldId) -> Result<(), Error> {
        let field = self.schema.field(id);
        let between = self.between(id);
        match self.emissions.of(id) {
            Emit::Gone => self.flush()?,
            // a field of type null is null in the view too, and takes no bytes
            Emit::Null if *self.schema.node(field.node()) == Node::Null => self.flush()?,
            Emit::Null => self.write(&[0])?,
            Emit::Whole => self.keep(between)?,
            Emit::Literal(bytes) => self.write(bytes)?,
            Emit::Form(form, kind) => {
                self.flush()?;
                let at = self.located(field.node(), between, vec![])?;
                let number = index(self.plan.transforms.len())?;
                self.plan.transforms.push(Transformed { form: *form, kind: *kind, at });
                self.plan.steps.push(Step::Transform(number));
            }
            Emit::Inner | Emit::Items(_) => {
                let rewritten = rewrites(self.schema, field);
                match self.schema.node(field.node()) {
                    Node::Union(branches) => {
                        self.union(field.node(), branches, between, Some(id), rewritten)?;
                    }
                    _ => {
                        if rewritten {
                            self.write(&[2])?;
                        }
                        self.value(field.node(), between, Some(id))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A node's value: as it is where nothing in it is changed. `field` is the field it is the
    /// value of, so that its predicate applies.
    fn value(
        &mut self,
        node: NodeId,
        between: Between,
        field: Option<FieldId>,
    ) -> Result<(), Error> {
        let schema = self.schema;
        match schema.node(node) {
            Node::Record { fields, .. } => fields.iter().try_for_each(|id| self.field(*id)),
            _ if self.emissions.is_whole(schema, node, field) => self.keep(between),
            Node::Union(branches) => self.union(node, branches, between, field, false),
            Node::Array(inner) => self.open(node, *inner, false, between.0, field),
            Node::Map(inner) => self.open(node, *inner, true, between.0, field),
            _ => Ok(()),
        }
    }

    fn union(
        &mut self,
        node: NodeId,
        branches: &[NodeId],
        between: Between,
        field: Option<FieldId>,
        rewritten: bool,
    ) -> Result<(), Error> {
        if !rewritten && self.emissions.is_whole(self.schema, node, field) {
            return self.keep(between);
        }
        let Some(places) = self.layout.branches.get(&node).cloned() else {
            return Err(wrong("", "a union without branches in the program"));
        };
        self.flush()?;
        match branches {
            [null, value] if *self.schema.node(*null) == Node::Null => {
                self.optional(*value, &places, between, field)
            }
            _ => self.switch(branches, &places, between, field, rewritten),
        }
    }

    fn optional(
        &mut self,
        value: NodeId,
        places: &[Between],
        between: Between,
        field: Option<FieldId>,
    ) -> Result<(), Error> {
        let step = self.plan.steps.len();
        self.plan.steps.push(Step::IfNull { slot: between.0, to: 0 });
        let place = places.get(1).copied().unwrap_or_default();
        self.keep((between.0, place.0))?;
        self.value(value, place, field)?;
        let to = self.land()?;
        if let Some(slot) = self.plan.steps.get_mut(step) {
            *slot = Step::IfNull { slot: between.0, to };
        }
        Ok(())
    }

    fn switch(
        &mut self,
        branches: &[NodeId],
        places: &[Between],
        between: Between,
        field: Option<FieldId>,
        rewritten: bool,
    ) -> Result<(), Error> {
        let table = self.plan.tables.len();
        self.plan.tables.resize(table + branches.len(), 0);
        self.plan.steps.push(Step::Switch { slot: between.0, table: index(table)? });
        let mut jumps = vec![];
        let mut next = 1;
        for (number, (branch, place)) in branches.iter().zip(places).enumerate() {
            let at = self.at()?;
            if let Some(entry) = self.plan.tables.get_mut(table + number) {
                *entry = at;
            }
            let null = *self.schema.node(*branch) == Node::Null;
            if rewritten {
                // the view's union: null first, the others after it in their order
                self.write(&[branch_byte(if null { 0 } else { next })?])?;
                next += usize::from(!null);
            } else {
                self.keep((between.0, place.0))?;
            }
            self.value(*branch, *place, field)?;
            self.flush()?;
            jumps.push(self.plan.steps.len());
            self.plan.steps.push(Step::Jump(0));
        }
        let after = self.land()?;
        for jump in jumps {
            if let Some(step) = self.plan.steps.get_mut(jump) {
                *step = Step::Jump(after);
            }
        }
        Ok(())
    }

    /// Makes the next step one that can be jumped to.
    fn land(&mut self) -> Result<u32, Error> {
        self.flush()?;
        self.landing = self.plan.steps.len();
        self.at()
    }

    fn open(
        &mut self,
        node: NodeId,
        inner: NodeId,
        map: bool,
        slot: u16,
        field: Option<FieldId>,
    ) -> Result<(), Error> {
        self.flush()?;
        let number = self.layout.items.get(&node).copied();
        let number = number.ok_or_else(|| wrong("", "an array without items in the program"))?;
        let slots = self.slots.get(number).copied().unwrap_or_default();
        let keep = match field.map(|id| (id, self.emissions.of(id))) {
            Some((id, Emit::Items(predicate))) => {
                Some(self.predicate(id, number, inner, predicate)?)
            }
            _ => None,
        };
        let body = self.plan.bodies.len();
        self.plan.bodies.push(Body { steps: 0, flat: None, slots, keep });
        self.pending.push(Pending { body, node: inner, number, map });
        self.plan.steps.push(Step::Items { slot, body: index(body)? });
        Ok(())
    }

    fn items(&mut self, pending: &Pending) -> Result<(), Error> {
        let steps = self.at()?;
        if let Some(body) = self.plan.bodies.get_mut(pending.body) {
            body.steps = steps;
        }
        let end = self.last_slot(pending.number)?;
        let start = u16::from(pending.map);
        if pending.map {
            self.keep((0, 1))?;
        }
        self.value(pending.node, (start, end), None)?;
        self.end()?;
        let steps = self.plan.steps.get(steps as usize..).unwrap_or_default();
        if let ([Step::Copy { first, end }, Step::End], Some(body)) =
            (steps, self.plan.bodies.get_mut(pending.body))
        {
            body.flat = Some((*first, *end));
        }
        Ok(())
    }

    /// The slot of the end of an item.
    fn last_slot(&self, number: usize) -> Result<u16, Error> {
        let slots = self.slots.get(number).copied().unwrap_or_default();
        u16::try_from(slots.saturating_sub(1)).map_err(|_| too_long())
    }

    fn predicate(
        &self,
        array: FieldId,
        number: usize,
        inner: NodeId,
        predicate: &Predicate,
    ) -> Result<(Located, BTreeSet<Vec<u8>>), Error> {
        let schema = self.schema;
        let (node, at) = if predicate.field == array {
            (inner, self.located(inner, (0, self.last_slot(number)?), vec![])?)
        } else {
            let place = self.layout.fields.get(predicate.field.index()).cloned();
            let place = place.unwrap_or_default();
            if place.scope != number {
                let path = schema.field(array).path();
                return Err(wrong(path, "the predicate's field must lie directly in the items"));
            }
            let node = schema.field(predicate.field).node();
            (node, self.located(node, (place.start, place.end), place.guards)?)
        };
        let leaf = schema.nullable(node).unwrap_or(node);
        let path = schema.field(predicate.field).path();
        let values = predicate.values.iter().map(|value| encoded(schema.node(leaf), value, path));
        Ok((at, values.collect::<Result<_, _>>()?))
    }

    fn located(
        &self,
        node: NodeId,
        (start, end): Between,
        guards: Vec<(u16, u8)>,
    ) -> Result<Located, Error> {
        located(self.schema, node, (start, end), guards)
    }
}

/// A value of a node between slots of its scope.
pub(crate) fn located(
    schema: &Schema,
    node: NodeId,
    (start, end): Between,
    guards: Vec<(u16, u8)>,
) -> Result<Located, Error> {
    let null = match schema.node(node) {
        Node::Union(branches) => branches.iter().position(|id| *schema.node(*id) == Node::Null),
        _ => None,
    };
    let null = null.map(branch_byte).transpose()?;
    Ok(Located { guards, start, end, null, strip: schema.nullable(node).is_some() })
}

/// A predicate's value as the datum would hold it.
fn encoded(node: &Node, value: &str, path: &str) -> Result<Vec<u8>, Error> {
    let mut out = vec![];
    match node {
        Node::Enum { symbols, .. } => {
            let index = symbols.iter().position(|symbol| symbol == value);
            let index = index.ok_or_else(|| wrong(path, "a predicate's value is no symbol"))?;
            wire::put_count(index, &mut out);
        }
        Node::String(_) => wire::put_bytes(value.as_bytes(), &mut out),
        Node::Int(_) | Node::Long(_) => {
            let number = value.parse::<i64>();
            let number = number.map_err(|_| wrong(path, "a predicate's value is no number"))?;
            wire::put_long(number, &mut out);
        }
        _ => return Err(wrong(path, "a predicate needs an enum, text or a whole number")),
    }
    Ok(out)
}

// === impl Tail ===

impl Tail {
    /// Adds bytes, if there is room for all.
    fn append(&mut self, bytes: &[u8]) -> bool {
        let from = usize::from(self.len);
        let Some(room) = self.bytes.get_mut(from..from + bytes.len()) else { return false };
        room.copy_from_slice(bytes);
        // INVARIANT: at most Tail::LEN, checked by the slice above.
        self.len = u8::try_from(from + bytes.len()).unwrap_or(self.len);
        true
    }
}

fn too_long() -> Error {
    Error::Limit { what: "operations", limit: crate::limits::MAX_PROGRAM }
}

fn index(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| too_long())
}

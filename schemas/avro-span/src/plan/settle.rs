//! Settles a plan's actions against the schema: what of each field really leaves, and how. Refuses
//! what cannot be done. Knows no positions.

use super::Kind;
use crate::Error;
use crate::action::{Action, Form, PlanActions, Predicate};
use crate::check;
use avro_tree::{Field, FieldId, Logical, Node, NodeId, Schema, present};

/// What becomes of a field in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Emit {
    /// Nothing: not in the view's schema, or within something withheld.
    Gone,
    /// Null.
    Null,
    /// Its bytes as they are.
    Whole,
    /// Its bytes in part, or with a union index before them.
    Inner,
    /// The items that satisfy the predicate.
    Items(Predicate),
    /// Another form of it.
    Form(Form, Kind),
    /// These bytes.
    Literal(Vec<u8>),
}

/// The settled plan, by field.
#[derive(Debug, Clone)]
pub(crate) struct Emissions {
    emits: Vec<Emit>,
}

impl Emissions {
    /// Settles the actions.
    pub(crate) fn settle(schema: &Schema, actions: &PlanActions) -> Result<Emissions, Error> {
        if actions.len() != schema.fields().len() {
            return Err(wrong("", "a plan needs one action for each field"));
        }
        let dropped = |id: FieldId| matches!(actions.get(id.index()), None | Some(Action::Drop));
        let present = present(schema, |id| !dropped(id));
        let emits = vec![Emit::Gone; actions.len()];
        let mut settling = Settling { schema, actions, present, emits };
        settling.node(schema.root())?;
        Ok(Emissions { emits: settling.emits })
    }

    /// What becomes of the field.
    pub(crate) fn of(&self, id: FieldId) -> &Emit {
        self.emits.get(id.index()).unwrap_or(&Emit::Gone)
    }

    /// Whether anything of the field's value leaves, or decides what leaves.
    pub(crate) fn keeps_any(&self, id: FieldId) -> bool {
        !matches!(self.of(id), Emit::Gone | Emit::Null | Emit::Literal(_))
    }

    /// Whether a node of the field leaves as it is: nothing below it is changed, and it is not
    /// an array of which some items go.
    pub(crate) fn is_whole(&self, schema: &Schema, node: NodeId, field: Option<FieldId>) -> bool {
        let items = field.is_some_and(|id| matches!(self.of(id), Emit::Items(_)));
        let array = matches!(schema.node(node), Node::Array(_) | Node::Map(_) | Node::Union(_));
        !(items && array) && below_is_whole(&self.emits, schema, node)
    }
}

/// Whether every field below a node leaves as it is.
fn below_is_whole(emits: &[Emit], schema: &Schema, node: NodeId) -> bool {
    match schema.node(node) {
        Node::Record { fields, .. } => {
            fields.iter().all(|id| emits.get(id.index()) == Some(&Emit::Whole))
        }
        Node::Array(inner) | Node::Map(inner) => below_is_whole(emits, schema, *inner),
        Node::Union(branches) => branches.iter().all(|id| below_is_whole(emits, schema, *id)),
        _ => true,
    }
}

struct Settling<'a> {
    schema: &'a Schema,
    actions: &'a PlanActions,
    present: Vec<bool>,
    emits: Vec<Emit>,
}

impl Settling<'_> {
    fn node(&mut self, id: NodeId) -> Result<(), Error> {
        match self.schema.node(id) {
            Node::Record { fields, .. } => fields.iter().try_for_each(|id| self.field(*id)),
            Node::Array(inner) | Node::Map(inner) => self.node(*inner),
            Node::Union(branches) => branches.iter().try_for_each(|id| self.node(*id)),
            _ => Ok(()),
        }
    }

    fn field(&mut self, id: FieldId) -> Result<(), Error> {
        let field = self.schema.field(id);
        let action = self.actions.get(id.index()).unwrap_or(&Action::Drop);
        let plain = matches!(action, Action::Keep | Action::Literal(_));
        if field.anchors() && !plain {
            return Err(wrong(field.path(), "a frozen field is kept, or the record is withheld"));
        }
        if !self.present.get(id.index()).copied().unwrap_or(false) {
            return Ok(());
        }
        let emit = match action {
            Action::Drop => Emit::Gone,
            Action::Null => Emit::Null,
            Action::Keep => {
                self.node(field.node())?;
                self.kept(field)
            }
            Action::Items(predicate) => {
                self.node(field.node())?;
                Emit::Items(self.predicate(id, predicate)?)
            }
            Action::Transform(form) => Emit::Form(*form, self.kind(id, *form)?),
            Action::Literal(bytes) => Emit::Literal(self.literal(id, bytes)?),
        };
        if let Some(slot) = self.emits.get_mut(id.index()) {
            *slot = emit;
        }
        Ok(())
    }

    fn kept(&self, field: &Field) -> Emit {
        let whole = below_is_whole(&self.emits, self.schema, field.node());
        if whole && !rewrites(self.schema, field) { Emit::Whole } else { Emit::Inner }
    }

    fn predicate(&self, id: FieldId, predicate: &Predicate) -> Result<Predicate, Error> {
        let schema = self.schema;
        let path = schema.field(id).path();
        let array = schema.nullable(schema.field(id).node()).unwrap_or(schema.field(id).node());
        if !matches!(schema.node(array), Node::Array(_)) {
            return Err(wrong(path, "a predicate on items needs an array, or null and an array"));
        }
        let found = schema.fields().get(predicate.field.index()).is_some();
        let within = found && schema.lineage(predicate.field).any(|above| above == id);
        if !within {
            return Err(wrong(path, "the predicate's field must lie within the items"));
        }
        Ok(predicate.clone())
    }

    fn kind(&self, id: FieldId, form: Form) -> Result<Kind, Error> {
        let path = self.schema.field(id).path();
        let kind = match (form, self.schema.value_node(id)) {
            (Form::Month | Form::Year, Node::Int(Some(Logical::Date))) => Kind::Date,
            (Form::Month | Form::Year, Node::Long(Some(Logical::TimestampMillis))) => Kind::Millis,
            (Form::Month | Form::Year, Node::Long(Some(Logical::TimestampMicros))) => Kind::Micros,
            (Form::Bucket(width), Node::Int(None)) if width > 0 => Kind::Int,
            (Form::Bucket(width), Node::Long(None)) if width > 0 => Kind::Long,
            (
                Form::Municipality | Form::Initials | Form::Pseudonym | Form::Mask,
                Node::String(None),
            ) => Kind::Text,
            _ => return Err(wrong(path, "the form does not fit the field's type")),
        };
        Ok(kind)
    }

    fn literal(&self, id: FieldId, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let field = self.schema.field(id);
        let path = field.path();
        if !check::is_one(self.schema, field.node(), bytes) {
            return Err(wrong(path, "the literal is not one value of the field's type"));
        }
        if holds_container(self.schema, field.node()) {
            return Err(wrong(path, "only a leaf can be a literal"));
        }
        match self.schema.node(field.node()) {
            Node::Union(_) if rewrites(self.schema, field) => {
                Err(wrong(path, "a literal in a union needs null as its first branch"))
            }
            _ if rewrites(self.schema, field) => Ok([&[2], bytes].concat()),
            _ => Ok(bytes.to_vec()),
        }
    }
}

fn holds_container(schema: &Schema, node: NodeId) -> bool {
    match schema.node(node) {
        Node::Record { .. } | Node::Array(_) | Node::Map(_) => true,
        Node::Union(branches) => branches.iter().any(|id| holds_container(schema, *id)),
        _ => false,
    }
}

/// Whether the view's schema gives the field another union than the writer's.
pub(crate) fn rewrites(schema: &Schema, field: &Field) -> bool {
    if field.anchors() {
        return false;
    }
    match schema.node(field.node()) {
        Node::Null => false,
        Node::Union(branches) => {
            branches.first().is_none_or(|first| *schema.node(*first) != Node::Null)
        }
        _ => true,
    }
}

pub(crate) fn wrong(path: &str, rule: &'static str) -> Error {
    Error::Plan { path: path.to_owned(), rule }
}

//! The naive filter: values in, values out, by what the actions mean. Shares nothing with the
//! projector but the view's schema and the words of the actions.

use crate::{Action, Form, PlanActions, Pseudonyms};
use apache_avro::types::Value;
use avro_tree::{FieldId, Node, NodeId, Schema};

/// A pseudonym that tests can see through.
pub(super) struct Reversed;

impl Pseudonyms for Reversed {
    fn pseudonym(&self, text: &[u8]) -> [u8; 16] {
        let mut bytes = [0; 16];
        for (slot, byte) in bytes.iter_mut().zip(text.iter().rev()) {
            *slot = *byte;
        }
        bytes
    }
}

pub(super) struct Naive<'a> {
    pub(super) schema: &'a Schema,
    pub(super) view: &'a Schema,
    pub(super) actions: &'a PlanActions,
}

impl Naive<'_> {
    pub(super) fn filter(&self, value: &Value) -> Value {
        self.node(self.schema.root(), self.view.root(), value)
    }

    /// Both nodes without their unions' nulls, and a value without its union.
    fn node(&self, node: NodeId, view: NodeId, value: &Value) -> Value {
        match (self.schema.node(node), self.view.node(view), value) {
            (Node::Record { fields, .. }, Node::Record { fields: kept, .. }, Value::Record(v)) => {
                let kept = kept.iter().map(|id| {
                    let view = self.view.field(*id);
                    let at = fields
                        .iter()
                        .zip(v)
                        .find(|(id, _)| self.schema.field(**id).name() == view.name());
                    let (id, (name, value)) = at.unwrap();
                    (name.clone(), self.field(*id, view.node(), value))
                });
                Value::Record(kept.collect())
            }
            (Node::Array(inner), Node::Array(view), Value::Array(items)) => {
                Value::Array(items.iter().map(|item| self.node(*inner, *view, item)).collect())
            }
            (Node::Map(inner), Node::Map(view), Value::Map(items)) => {
                let entry =
                    |(key, item): (&String, &Value)| (key.clone(), self.node(*inner, *view, item));
                Value::Map(items.iter().map(entry).collect())
            }
            (Node::Union(branches), Node::Union(views), Value::Union(index, value)) => {
                let branch = branches[*index as usize];
                let place = self.branch(branches, views, *index as usize);
                let value = self.node(branch, views[place], value);
                Value::Union(u32::try_from(place).unwrap(), Box::new(value))
            }
            _ => value.clone(),
        }
    }

    /// Where the view's union has a branch of the writer's: null first when it is a field's.
    fn branch(&self, branches: &[NodeId], views: &[NodeId], index: usize) -> usize {
        let null = |schema: &Schema, id: &NodeId| *schema.node(*id) == Node::Null;
        if null(self.schema, &branches[index]) {
            return views.iter().position(|id| null(self.view, id)).unwrap();
        }
        let before = branches[..index].iter().filter(|id| !null(self.schema, id)).count();
        let others = views.iter().enumerate().filter(|(_, id)| !null(self.view, id));
        others.map(|(place, _)| place).nth(before).unwrap()
    }

    fn field(&self, id: FieldId, view: NodeId, value: &Value) -> Value {
        let field = self.schema.field(id);
        if field.anchors() {
            return self.node(field.node(), view, value);
        }
        let Node::Union(views) = self.view.node(view) else { return Value::Null };
        let null = || Value::Union(0, Box::new(Value::Null));
        match &self.actions[id.index()] {
            Action::Null => null(),
            Action::Transform(form) => match transformed(*form, plain(value)) {
                Some(value) => Value::Union(1, Box::new(value)),
                None => null(),
            },
            Action::Items(predicate) => {
                let kept = self.items(id, predicate, value);
                self.nullable(field.node(), views, view, &kept)
            }
            _ => self.nullable(field.node(), views, view, value),
        }
    }

    fn nullable(&self, node: NodeId, views: &[NodeId], view: NodeId, value: &Value) -> Value {
        match value {
            Value::Union(..) => self.node(node, view, value),
            value => Value::Union(1, Box::new(self.node(node, views[1], value))),
        }
    }

    fn items(&self, id: FieldId, predicate: &crate::Predicate, value: &Value) -> Value {
        match value {
            Value::Union(index, value) => {
                Value::Union(*index, Box::new(self.items(id, predicate, value)))
            }
            Value::Array(items) => {
                let node = self.schema.field(id).node();
                let array = self.schema.nullable(node).unwrap_or(node);
                let Node::Array(inner) = self.schema.node(array) else { panic!() };
                let keeps = |item: &&Value| {
                    let found = if predicate.field == id {
                        Some(*item)
                    } else {
                        self.find(*inner, item, predicate.field)
                    };
                    found
                        .and_then(|value| text(plain(value)))
                        .is_some_and(|text| predicate.values.contains(&text))
                };
                Value::Array(items.iter().filter(keeps).cloned().collect())
            }
            other => other.clone(),
        }
    }

    /// The value of a field within an item.
    fn find<'v>(&self, node: NodeId, value: &'v Value, target: FieldId) -> Option<&'v Value> {
        match (self.schema.node(node), value) {
            (Node::Record { fields, .. }, Value::Record(values)) => {
                fields.iter().zip(values).find_map(|(id, (_, value))| {
                    if *id == target {
                        return Some(value);
                    }
                    self.find(self.schema.field(*id).node(), value, target)
                })
            }
            (Node::Union(branches), Value::Union(index, value)) => {
                self.find(branches[*index as usize], value, target)
            }
            _ => None,
        }
    }
}

fn plain(value: &Value) -> &Value {
    match value {
        Value::Union(_, value) => value,
        value => value,
    }
}

fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) | Value::Enum(_, text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Date(number) => number.to_string(),
        Value::TimestampMillis(number) | Value::TimestampMicros(number) => number.to_string(),
        _ => return None,
    })
}

fn transformed(form: Form, value: &Value) -> Option<Value> {
    const MILLIS: i64 = 86_400_000;
    Some(match (form, value) {
        (_, Value::Null) => return None,
        (_, Value::Date(day)) => Value::Date(i32::try_from(start(form, (*day).into())).ok()?),
        (_, Value::TimestampMillis(time)) => {
            Value::TimestampMillis(start(form, time.div_euclid(MILLIS)) * MILLIS)
        }
        (_, Value::TimestampMicros(time)) => {
            let day = MILLIS * 1000;
            Value::TimestampMicros(start(form, time.div_euclid(day)) * day)
        }
        (Form::Bucket(width), Value::Int(number)) => {
            let below = (i64::from(*number) as f64 / width as f64).floor() as i64 * width;
            Value::Int(i32::try_from(below).ok()?)
        }
        (Form::Bucket(width), Value::Long(number)) => {
            let (number, width) = (i128::from(*number), i128::from(width));
            let over = ((number % width) + width) % width;
            Value::Long(i64::try_from(number - over).ok()?)
        }
        (Form::Mask, Value::String(_)) => Value::String("***".to_owned()),
        (Form::Pseudonym, Value::String(text)) => {
            let bytes = Reversed.pseudonym(text.as_bytes());
            Value::String(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        (Form::Municipality, Value::String(text)) => {
            let digits = text.chars().take_while(char::is_ascii_digit).count();
            let next = text.chars().nth(4);
            if digits != 4 || next.is_some_and(|next| next.is_ascii_alphabetic()) {
                return None;
            }
            Value::String(text.chars().take(4).collect())
        }
        (Form::Initials, Value::String(text)) => {
            let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
            let first = |word: &str| word.chars().next().unwrap().to_uppercase().to_string() + ".";
            let initials: String = words.take(8).map(first).collect();
            if initials.is_empty() { return None } else { Value::String(initials) }
        }
        _ => panic!("{form:?} {value:?}"),
    })
}

/// The first day of a day's month or year, by counting years and months one at a time.
fn start(form: Form, day: i64) -> i64 {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |year: i64| if leap(year) { 366 } else { 365 };
    let (mut year, mut first) = (1970, 0);
    while day < first {
        year -= 1;
        first -= length(year);
    }
    while day >= first + length(year) {
        first += length(year);
        year += 1;
    }
    if form == Form::Year {
        return first;
    }
    let february = if leap(year) { 29 } else { 28 };
    for month in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < first + month {
            return first;
        }
        first += month;
    }
    panic!("a day within its year")
}

//! A datum to a JSON value.

use super::{branch_name, text};
use crate::error::Fault;
use crate::limits::{MAX_DATUM, MAX_EMPTY_ITEMS};
use crate::{Error, wire};
use avro_tree::{Logical, Node, NodeId, Schema};
use serde_json::{Map, Value};

struct Writer<'a> {
    schema: &'a Schema,
    rest: &'a [u8],
    empty: usize,
}

pub(super) fn datum(schema: &Schema, datum: &[u8]) -> Result<Value, Error> {
    if datum.len() > MAX_DATUM {
        return Err(Error::Limit { what: "bytes", limit: MAX_DATUM });
    }
    let mut writer = Writer { schema, rest: datum, empty: MAX_EMPTY_ITEMS };
    let value = writer.node(schema.root())?;
    if writer.rest.is_empty() { Ok(value) } else { Err(Error::Trailing) }
}

impl Writer<'_> {
    fn node(&mut self, id: NodeId) -> Result<Value, Error> {
        let schema = self.schema;
        let rest = &mut self.rest;
        Ok(match schema.node(id) {
            Node::Null => Value::Null,
            Node::Boolean => wire::boolean(rest)?.into(),
            Node::Int(logical) => whole(wire::int(rest)?.into(), *logical),
            Node::Long(logical) => whole(wire::long(rest)?, *logical),
            Node::Float => {
                let bytes = wire::take(rest, 4)?.first_chunk().copied().unwrap_or_default();
                finite(f64::from(f32::from_le_bytes(bytes)))?
            }
            Node::Double => {
                let bytes = wire::take(rest, 8)?.first_chunk().copied().unwrap_or_default();
                finite(f64::from_le_bytes(bytes))?
            }
            Node::Bytes => text::hex(wire::bytes(rest)?).into(),
            Node::String(_) => wire::text(rest)?.into(),
            Node::Fixed { size, logical, .. } => {
                let bytes = wire::take(rest, *size)?;
                match logical {
                    Some(Logical::Uuid) => text::uuid(bytes).into(),
                    _ => text::hex(bytes).into(),
                }
            }
            Node::Enum { symbols, .. } => {
                let index = wire::index(rest, symbols.len(), Fault::Symbol)?;
                symbols.get(index).map(String::as_str).into()
            }
            Node::Record { fields, .. } => {
                let mut object = Map::new();
                for id in fields {
                    let field = schema.field(*id);
                    object.insert(field.name().to_owned(), self.node(field.node())?);
                }
                object.into()
            }
            Node::Union(branches) => self.union(id, branches)?,
            Node::Array(inner) => {
                let mut items = vec![];
                self.items(|writer| {
                    items.push(writer.node(*inner)?);
                    Ok(())
                })?;
                items.into()
            }
            Node::Map(inner) => {
                let mut object = Map::new();
                self.items(|writer| {
                    let key = wire::text(&mut writer.rest)?.to_owned();
                    object.insert(key, writer.node(*inner)?);
                    Ok(())
                })?;
                object.into()
            }
        })
    }

    fn union(&mut self, id: NodeId, branches: &[NodeId]) -> Result<Value, Error> {
        let schema = self.schema;
        let index = wire::index(&mut self.rest, branches.len(), Fault::Branch)?;
        let branch = *branches.get(index).ok_or(Error::Branch)?;
        let value = self.node(branch)?;
        let node = schema.node(branch);
        if *node == Node::Null || schema.nullable(id).is_some() {
            return Ok(value);
        }
        Ok(Value::Object(Map::from_iter([(branch_name(node).to_owned(), value)])))
    }

    fn items(&mut self, mut item: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        loop {
            let count = wire::long(&mut self.rest)?;
            if count == 0 {
                return Ok(());
            }
            let mut end = None;
            if count < 0 {
                let size = usize::try_from(wire::long(&mut self.rest)?);
                let size = size.map_err(|_| Error::Length)?;
                end = Some(self.rest.len().checked_sub(size).ok_or(Error::Length)?);
            }
            for _ in 0..count.unsigned_abs() {
                let before = self.rest.len();
                item(self)?;
                if self.rest.len() == before {
                    let limit = Error::Limit { what: "items of no bytes", limit: MAX_EMPTY_ITEMS };
                    self.empty = self.empty.checked_sub(1).ok_or(limit)?;
                }
            }
            if end.is_some_and(|end| end != self.rest.len()) {
                return Err(Error::BlockSize);
            }
        }
    }
}

fn whole(value: i64, logical: Option<Logical>) -> Value {
    let text = match logical {
        Some(Logical::Date) => text::date(value),
        Some(Logical::TimestampMillis) => text::timestamp(value, 3),
        Some(Logical::TimestampMicros) => text::timestamp(value, 6),
        _ => None,
    };
    text.map_or_else(|| value.into(), Value::from)
}

fn finite(value: f64) -> Result<Value, Error> {
    if value.is_finite() {
        return Ok(value.into());
    }
    Err(Error::Json { path: String::new(), rule: "a number that is not finite has no JSON" })
}

//! A JSON value to a datum.

use super::{branch_name, text};
use crate::limits::MAX_DATUM;
use crate::{Error, wire};
use avro_tree::{Logical, Node, NodeId, Schema};
use serde_json::Value;

struct Reader<'a> {
    schema: &'a Schema,
    path: Vec<String>,
    out: Vec<u8>,
}

pub(super) fn datum(schema: &Schema, value: &Value) -> Result<Vec<u8>, Error> {
    let mut reader = Reader { schema, path: vec![], out: vec![] };
    reader.node(schema.root(), value)?;
    if reader.out.len() > MAX_DATUM {
        return Err(Error::Limit { what: "bytes", limit: MAX_DATUM });
    }
    Ok(reader.out)
}

impl Reader<'_> {
    fn wrong(&self, rule: &'static str) -> Error {
        Error::Json { path: self.path.join("."), rule }
    }

    fn node(&mut self, id: NodeId, value: &Value) -> Result<(), Error> {
        let schema = self.schema;
        match schema.node(id) {
            Node::Record { fields, .. } => self.record(fields, value),
            Node::Union(branches) => self.union(id, branches, value),
            Node::Array(inner) => {
                let items = value.as_array().ok_or_else(|| self.wrong("needs a list"))?;
                self.items(items.iter().map(|item| (None, item)), items.len(), *inner)
            }
            Node::Map(inner) => {
                let items = value.as_object().ok_or_else(|| self.wrong("needs an object"))?;
                self.items(items.iter().map(|(key, item)| (Some(key), item)), items.len(), *inner)
            }
            Node::Int(logical) => {
                let number = self.whole(value, *logical)?;
                i32::try_from(number).map_err(|_| self.wrong("does not fit 32 bits"))?;
                wire::put_long(number, &mut self.out);
                Ok(())
            }
            Node::Long(logical) => {
                let number = self.whole(value, *logical)?;
                wire::put_long(number, &mut self.out);
                Ok(())
            }
            leaf => self.leaf(leaf, value),
        }
    }

    fn leaf(&mut self, node: &Node, value: &Value) -> Result<(), Error> {
        let string = || value.as_str();
        match node {
            Node::Null if value.is_null() => {}
            Node::Null => return Err(self.wrong("needs null")),
            Node::Boolean => {
                let value = value.as_bool().ok_or_else(|| self.wrong("needs true or false"))?;
                self.out.push(u8::from(value));
            }
            Node::Float => {
                let number = value.as_f64().ok_or_else(|| self.wrong("needs a number"))?;
                self.out.extend_from_slice(&(number as f32).to_le_bytes());
            }
            Node::Double => {
                let number = value.as_f64().ok_or_else(|| self.wrong("needs a number"))?;
                self.out.extend_from_slice(&number.to_le_bytes());
            }
            Node::String(_) => {
                let text = string().ok_or_else(|| self.wrong("needs text"))?;
                wire::put_bytes(text.as_bytes(), &mut self.out);
            }
            Node::Bytes => {
                let bytes = string().and_then(text::parse_hex);
                let bytes = bytes.ok_or_else(|| self.wrong("needs hexadecimal text"))?;
                wire::put_bytes(&bytes, &mut self.out);
            }
            Node::Fixed { size, logical, .. } => {
                let bytes = match logical {
                    Some(Logical::Uuid) => string().and_then(text::parse_uuid),
                    _ => string().and_then(text::parse_hex),
                };
                let bytes = bytes.filter(|bytes| bytes.len() == *size);
                let bytes = bytes.ok_or_else(|| self.wrong("needs that many bytes as text"))?;
                self.out.extend_from_slice(&bytes);
            }
            Node::Enum { symbols, .. } => {
                let index = string().and_then(|word| symbols.iter().position(|each| each == word));
                let index = index.ok_or_else(|| self.wrong("needs one of the enum's symbols"))?;
                wire::put_count(index, &mut self.out);
            }
            _ => return Err(self.wrong("needs another type")),
        }
        Ok(())
    }

    fn whole(&self, value: &Value, logical: Option<Logical>) -> Result<i64, Error> {
        if let Some(number) = value.as_i64() {
            return Ok(number);
        }
        let parsed = value.as_str().and_then(|value| match logical {
            Some(Logical::Date) => text::parse_date(value),
            Some(Logical::TimestampMillis) => text::parse_timestamp(value, 3),
            Some(Logical::TimestampMicros) => text::parse_timestamp(value, 6),
            _ => None,
        });
        parsed.ok_or_else(|| self.wrong("needs a whole number, or the date or time it stands for"))
    }

    fn record(&mut self, fields: &[avro_tree::FieldId], value: &Value) -> Result<(), Error> {
        let object = value.as_object().ok_or_else(|| self.wrong("needs an object"))?;
        let mut known = 0;
        for id in fields {
            let field = self.schema.field(*id);
            let value = object.get(field.name());
            known += usize::from(value.is_some());
            self.path.push(field.name().to_owned());
            self.node(field.node(), value.unwrap_or(&Value::Null))?;
            self.path.pop();
        }
        if known < object.len() {
            return Err(self.wrong("has a field that the schema has not"));
        }
        Ok(())
    }

    fn union(&mut self, id: NodeId, branches: &[NodeId], value: &Value) -> Result<(), Error> {
        let schema = self.schema;
        let (index, inner) = if value.is_null() {
            (branches.iter().position(|branch| *schema.node(*branch) == Node::Null), value)
        } else if let Some(inner) = schema.nullable(id) {
            (branches.iter().position(|branch| *branch == inner), value)
        } else {
            let tagged = value.as_object().filter(|object| object.len() == 1);
            let (name, inner) = tagged
                .and_then(|object| object.iter().next())
                .ok_or_else(|| self.wrong("needs an object that names its branch"))?;
            let named = |branch: &NodeId| branch_name(schema.node(*branch)) == name;
            (branches.iter().position(named), inner)
        };
        let index = index.ok_or_else(|| self.wrong("is no branch of the union"))?;
        wire::put_count(index, &mut self.out);
        let branch = branches.get(index).ok_or(Error::Branch)?;
        self.node(*branch, inner)
    }

    fn items<'v>(
        &mut self,
        items: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
        count: usize,
        inner: NodeId,
    ) -> Result<(), Error> {
        if count > 0 {
            wire::put_count(count, &mut self.out);
        }
        for (index, (key, item)) in items.enumerate() {
            self.path.push(index.to_string());
            if let Some(key) = key {
                wire::put_bytes(key.as_bytes(), &mut self.out);
            }
            self.node(inner, item)?;
            self.path.pop();
        }
        self.out.push(0);
        Ok(())
    }
}

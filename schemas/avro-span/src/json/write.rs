//! A datum to JSON text, in one pass: no tree of values is built.

use super::{branch_name, text};
use crate::error::Fault;
use crate::limits::{MAX_DATUM, MAX_EMPTY_ITEMS};
use crate::{Error, wire};
use avro_tree::{FieldId, Logical, Node, NodeId, Schema};
use serde::Serialize;
use std::collections::BTreeSet;

struct Writer<'a, 'o> {
    schema: &'a Schema,
    rest: &'a [u8],
    empty: usize,
    out: &'o mut Vec<u8>,
}

pub(super) fn datum(schema: &Schema, datum: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    if datum.len() > MAX_DATUM {
        return Err(Error::Limit { what: "bytes", limit: MAX_DATUM });
    }
    let before = out.len();
    let mut writer = Writer { schema, rest: datum, empty: MAX_EMPTY_ITEMS, out };
    let written = match writer.node(schema.root()) {
        Ok(()) if writer.rest.is_empty() => Ok(()),
        Ok(()) => Err(Error::Trailing),
        Err(error) => Err(error),
    };
    if written.is_err() {
        out.truncate(before);
    }
    written
}

impl Writer<'_, '_> {
    fn node(&mut self, id: NodeId) -> Result<(), Error> {
        let schema = self.schema;
        match schema.node(id) {
            Node::Record { fields, .. } => self.record(fields),
            Node::Union(branches) => self.union(id, branches),
            Node::Array(inner) => self.array(*inner),
            Node::Map(inner) => self.map(*inner),
            leaf => self.leaf(leaf),
        }
    }

    fn leaf(&mut self, node: &Node) -> Result<(), Error> {
        let rest = &mut self.rest;
        match node {
            Node::Boolean => {
                let value = wire::boolean(rest)?;
                self.put(value);
            }
            Node::Int(logical) => {
                let value = wire::int(rest)?.into();
                self.whole(value, *logical);
            }
            Node::Long(logical) => {
                let value = wire::long(rest)?;
                self.whole(value, *logical);
            }
            Node::Float => {
                let bytes = wire::take(rest, 4)?.first_chunk().copied().unwrap_or_default();
                self.finite(f32::from_le_bytes(bytes).into())?;
            }
            Node::Double => {
                let bytes = wire::take(rest, 8)?.first_chunk().copied().unwrap_or_default();
                self.finite(f64::from_le_bytes(bytes))?;
            }
            Node::Bytes => {
                let bytes = wire::bytes(rest)?;
                self.quoted(|out| text::put_hex(bytes, out));
            }
            Node::String(_) => {
                let value = wire::text(rest)?;
                self.put(value);
            }
            Node::Fixed { size, logical, .. } => {
                let bytes = wire::take(rest, *size)?;
                self.quoted(|out| match logical {
                    Some(Logical::Uuid) => text::put_uuid(bytes, out),
                    _ => text::put_hex(bytes, out),
                });
            }
            Node::Enum { symbols, .. } => {
                let index = wire::index(rest, symbols.len(), Fault::Symbol)?;
                self.name(symbols.get(index).map_or("", String::as_str));
            }
            _ => self.out.extend_from_slice(b"null"),
        }
        Ok(())
    }

    fn record(&mut self, fields: &[FieldId]) -> Result<(), Error> {
        let schema = self.schema;
        self.out.push(b'{');
        for (index, id) in fields.iter().enumerate() {
            let field = schema.field(*id);
            self.comma(index > 0);
            self.name(field.name());
            self.out.push(b':');
            self.node(field.node())?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn union(&mut self, id: NodeId, branches: &[NodeId]) -> Result<(), Error> {
        let schema = self.schema;
        let index = wire::index(&mut self.rest, branches.len(), Fault::Branch)?;
        let branch = *branches.get(index).ok_or(Error::Branch)?;
        let node = schema.node(branch);
        if *node == Node::Null || schema.nullable(id).is_some() {
            return self.node(branch);
        }
        self.out.push(b'{');
        // A named type's may be a full name with dots, which needs no escape either.
        self.name(branch_name(node));
        self.out.push(b':');
        self.node(branch)?;
        self.out.push(b'}');
        Ok(())
    }

    fn array(&mut self, inner: NodeId) -> Result<(), Error> {
        let mut first = true;
        self.out.push(b'[');
        self.items(|writer| {
            writer.comma(!std::mem::take(&mut first));
            writer.node(inner)
        })?;
        self.out.push(b']');
        Ok(())
    }

    /// A key that comes twice is refused: readers of JSON do not agree on which one counts.
    fn map(&mut self, inner: NodeId) -> Result<(), Error> {
        let mut keys = BTreeSet::new();
        self.out.push(b'{');
        self.items(|writer| {
            let key = wire::text(&mut writer.rest)?;
            writer.comma(!keys.is_empty());
            if !keys.insert(key) {
                return Err(Error::Json { path: String::new(), rule: "a key comes twice" });
            }
            writer.put(key);
            writer.out.push(b':');
            writer.node(inner)
        })?;
        self.out.push(b'}');
        Ok(())
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

    fn whole(&mut self, value: i64, logical: Option<Logical>) {
        match logical {
            Some(Logical::Date) if text::is_date(value) => {
                self.quoted(|out| text::put_date(value, out));
            }
            Some(Logical::TimestampMillis) if text::is_timestamp(value, 3) => {
                self.quoted(|out| text::put_timestamp(value, 3, out));
            }
            Some(Logical::TimestampMicros) if text::is_timestamp(value, 6) => {
                self.quoted(|out| text::put_timestamp(value, 6, out));
            }
            _ => self.put(value),
        }
    }

    fn finite(&mut self, value: f64) -> Result<(), Error> {
        if !value.is_finite() {
            let rule = "a number that is not finite has no JSON";
            return Err(Error::Json { path: String::new(), rule });
        }
        self.put(value);
        Ok(())
    }

    fn comma(&mut self, due: bool) {
        if due {
            self.out.push(b',');
        }
    }

    /// A name of the schema, which has nothing that must be escaped.
    fn name(&mut self, name: &str) {
        self.quoted(|out| out.extend_from_slice(name.as_bytes()));
    }

    fn quoted(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(b'"');
        write(self.out);
        self.out.push(b'"');
    }

    /// A number, truth or text as JSON has it.
    fn put(&mut self, value: impl Serialize) {
        // Into memory, and of what JSON knows: it cannot fail.
        let _written = serde_json::to_writer(&mut *self.out, &value);
    }
}

//! Schema text to [`Schema`]: resolves names, expands references, checks every rule, and prints
//! the normal text as it goes. Unknown properties (`java-class` and the like) are left out.

mod properties;

use crate::canonical;
use crate::declared::{self, Declared};
use crate::facts::{self, FactSpace};
use crate::limits::{
    MAX_BRANCHES, MAX_DEPTH, MAX_FIELDS, MAX_FIXED, MAX_NODES, MAX_PATH, MAX_SYMBOLS, MAX_TEXT,
};
use crate::node::{Field, FieldId, Logical, Node, NodeId};
use crate::{Error, Schema, person};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Parses `text`, whose named types may lie in `named`.
pub(crate) fn schema(named: &[&str], text: &str) -> Result<Schema, Error> {
    let size = named.iter().map(|text| text.len()).sum::<usize>().saturating_add(text.len());
    if size > MAX_TEXT {
        return Err(Error::limit("", "bytes", MAX_TEXT));
    }
    let others = named.iter().map(|text| json(text)).collect::<Result<Vec<_>, _>>()?;
    let root = json(text)?;
    let mut types = Declared::new();
    for value in others.iter().chain([&root]) {
        declared::collect(value, "", 0, &mut types)?;
    }
    let object = root.as_object().filter(|object| object.get("type") == Some(&json!("record")));
    let object = object.ok_or_else(|| Error::shape("", "the root must be a record"))?;
    let name = declared::full_name(object, "")?;
    let mut parser = Parser::new(&types);
    let (root, mut normal) = parser.named(&name, &Place::default())?;
    let mut schema = parser.finish(name, root);
    if let Some(facts) = object.get("facts") {
        schema.facts = facts::read(&schema, facts)?;
        if let Some(normal) = normal.as_object_mut() {
            normal.insert("facts".to_owned(), properties::facts(&schema));
        }
    }
    schema.addressee = person::named(&schema, object, person::ADDRESSEE)?;
    schema.data_subject = person::named(&schema, object, person::DATA_SUBJECT)?;
    properties::keep(object, &[person::ADDRESSEE, person::DATA_SUBJECT], &mut normal);
    schema.text = normal.to_string();
    schema.fingerprint = canonical::fingerprint(&schema.canonical());
    Ok(schema)
}

fn json(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::Json { line: error.line(), column: error.column() })
}

/// Where in the schema the parser stands.
#[derive(Clone, Default)]
struct Place {
    path: String,
    space: String,
    parent: Option<FieldId>,
    repeated: bool,
    depth: usize,
}

struct Parser<'a> {
    types: &'a Declared<'a>,
    nodes: Vec<Node>,
    fields: Vec<Field>,
    paths: BTreeMap<String, FieldId>,
    open: Vec<String>,
    printed: BTreeSet<String>,
}

// === impl Parser ===

impl<'a> Parser<'a> {
    fn new(types: &'a Declared<'a>) -> Self {
        Parser {
            types,
            nodes: vec![],
            fields: vec![],
            paths: BTreeMap::new(),
            open: vec![],
            printed: BTreeSet::new(),
        }
    }

    fn finish(mut self, name: String, root: NodeId) -> Schema {
        for index in (0..self.fields.len()).rev() {
            let Some(field) = self.fields.get(index) else { continue };
            if let (true, Some(parent)) = (field.anchors, field.parent)
                && let Some(parent) = self.fields.get_mut(parent.index())
            {
                parent.anchors = true;
            }
        }
        Schema {
            name,
            text: String::new(),
            fingerprint: 0,
            root,
            nodes: self.nodes,
            fields: self.fields,
            paths: self.paths,
            facts: FactSpace::default(),
            addressee: None,
            data_subject: None,
        }
    }

    fn add(&mut self, node: Node, place: &Place) -> Result<NodeId, Error> {
        let id = u16::try_from(self.nodes.len()).ok().filter(|id| usize::from(*id) < MAX_NODES);
        let id = id.ok_or_else(|| Error::limit(&place.path, "nodes", MAX_NODES))?;
        self.nodes.push(node);
        Ok(NodeId(id))
    }

    fn set(&mut self, id: NodeId, node: Node) {
        if let Some(slot) = self.nodes.get_mut(usize::from(id.0)) {
            *slot = node;
        }
    }

    fn any(&mut self, value: &Value, place: &Place) -> Result<(NodeId, Value), Error> {
        if place.depth > MAX_DEPTH {
            return Err(Error::limit(&place.path, "levels", MAX_DEPTH));
        }
        match value {
            Value::String(word) => self.word(word, place),
            Value::Array(branches) => self.union(branches, place),
            Value::Object(object) => self.object(object, place),
            _ => Err(Error::shape(&place.path, "a type is a word, a list or an object")),
        }
    }

    fn word(&mut self, word: &str, place: &Place) -> Result<(NodeId, Value), Error> {
        match primitive(word) {
            Some(node) => Ok((self.add(node, place)?, Value::from(word))),
            None => self.named(&declared::qualify(word, &place.space)?, place),
        }
    }

    fn object(
        &mut self,
        object: &Map<String, Value>,
        place: &Place,
    ) -> Result<(NodeId, Value), Error> {
        let Some(Value::String(kind)) = object.get("type") else {
            return match object.get("type") {
                Some(inner @ Value::Object(_)) => self.any(inner, &place.deeper()),
                _ => Err(Error::shape(&place.path, "a type object needs a `type`")),
            };
        };
        match kind.as_str() {
            "record" | "enum" | "fixed" => {
                self.named(&declared::full_name(object, &place.space)?, place)
            }
            "array" | "map" => self.container(kind, object, place),
            word => match primitive(word) {
                Some(_) => self.meaningful(word, object, place),
                None => self.word(word, place),
            },
        }
    }

    /// A primitive with a logical type; one we do not know is left out, as Avro asks.
    fn meaningful(
        &mut self,
        word: &str,
        object: &Map<String, Value>,
        place: &Place,
    ) -> Result<(NodeId, Value), Error> {
        let logical = object.get("logicalType").and_then(Value::as_str);
        let node = match (word, logical) {
            ("int", Some("date")) => Node::Int(Some(Logical::Date)),
            ("int", Some("time-millis")) => Node::Int(Some(Logical::TimeMillis)),
            ("long", Some("time-micros")) => Node::Long(Some(Logical::TimeMicros)),
            ("long", Some("timestamp-millis")) => Node::Long(Some(Logical::TimestampMillis)),
            ("long", Some("timestamp-micros")) => Node::Long(Some(Logical::TimestampMicros)),
            ("string", Some("uuid")) => Node::String(Some(Logical::Uuid)),
            _ => return self.word(word, place),
        };
        Ok((self.add(node, place)?, json!({ "type": word, "logicalType": logical })))
    }

    fn container(
        &mut self,
        kind: &str,
        object: &Map<String, Value>,
        place: &Place,
    ) -> Result<(NodeId, Value), Error> {
        let (key, mark) = if kind == "array" { ("items", "[]") } else { ("values", "{}") };
        let inner = object.get(key).ok_or_else(|| {
            Error::shape(&place.path, "an array needs `items`, a map needs `values`")
        })?;
        let id = self.add(Node::Null, place)?;
        let mut within = place.deeper();
        within.path.push_str(mark);
        within.repeated = true;
        let (inner, normal) = self.any(inner, &within)?;
        self.set(id, if kind == "array" { Node::Array(inner) } else { Node::Map(inner) });
        Ok((id, json!({ "type": kind, key: normal })))
    }

    fn union(&mut self, branches: &[Value], place: &Place) -> Result<(NodeId, Value), Error> {
        let wrong = |rule| Err(Error::shape(&place.path, rule));
        if branches.is_empty() {
            return wrong("a union needs a branch");
        }
        if branches.len() > MAX_BRANCHES {
            return Err(Error::limit(&place.path, "branches", MAX_BRANCHES));
        }
        if branches.iter().any(Value::is_array) {
            return wrong("a union may not hold a union");
        }
        let records = branches.iter().filter(|branch| self.is_record(branch, &place.space)).count();
        let id = self.add(Node::Null, place)?;
        let (mut ids, mut normal, mut kinds) = (vec![], vec![], BTreeSet::new());
        for branch in branches {
            // a union is no level of its own, so a view's nullable fields are no deeper
            let mut within = place.clone();
            if records > 1 && self.is_record(branch, &place.space) {
                let name = self.record_name(branch, &place.space).unwrap_or_default();
                within.path = format!("{}({})", place.path, declared::simple_name(&name));
            }
            let (branch, text) = self.any(branch, &within)?;
            let kind = self.nodes.get(usize::from(branch.0)).map(kind).unwrap_or_default();
            if !kinds.insert(kind) {
                return wrong("a union may hold a type once");
            }
            ids.push(branch);
            normal.push(text);
        }
        self.set(id, Node::Union(ids));
        Ok((id, Value::Array(normal)))
    }

    fn is_record(&self, value: &Value, space: &str) -> bool {
        self.record_name(value, space).is_some()
    }

    fn record_name(&self, value: &Value, space: &str) -> Option<String> {
        let name = match value {
            Value::String(word) if primitive(word).is_none() => declared::qualify(word, space),
            Value::Object(object) => declared::full_name(object, space),
            _ => return None,
        }
        .ok()?;
        let kind = self.types.get(&name)?.get("type")?;
        (kind == "record").then_some(name)
    }

    /// A named type at this place: printed whole the first time, by name after.
    fn named(&mut self, name: &str, place: &Place) -> Result<(NodeId, Value), Error> {
        let path = &place.path;
        let Some(object) = self.types.get(name).copied() else {
            return Err(Error::Undeclared { path: path.clone(), name: name.to_owned() });
        };
        if self.open.iter().any(|open| open == name) {
            return Err(Error::Recursive { path: path.clone(), name: name.to_owned() });
        }
        let first = self.printed.insert(name.to_owned());
        let (id, normal) = match object.get("type").and_then(Value::as_str) {
            Some("record") => self.record(name, object, place)?,
            Some("enum") => self.symbols(name, object, place)?,
            _ => self.fixed(name, object, place)?,
        };
        Ok((id, if first { normal } else { Value::from(name) }))
    }

    fn record(
        &mut self,
        name: &str,
        object: &Map<String, Value>,
        place: &Place,
    ) -> Result<(NodeId, Value), Error> {
        let fields = object.get("fields").and_then(Value::as_array);
        let fields = fields.ok_or_else(|| Error::shape(&place.path, "a record needs `fields`"))?;
        self.open.push(name.to_owned());
        let id = self.add(Node::Null, place)?;
        let (mut ids, mut normal) = (vec![], vec![]);
        let mut within = place.deeper();
        within.space = declared::namespace(name).to_owned();
        for field in fields {
            let (field, text) = self.field(field, &within)?;
            ids.push(field);
            normal.push(text);
        }
        self.open.pop();
        self.set(id, Node::Record { name: name.to_owned(), fields: ids });
        let mut text = json!({ "type": "record", "name": name });
        properties::keep(object, &["doc", "en"], &mut text);
        properties::put(&mut text, "fields", Value::Array(normal));
        Ok((id, text))
    }

    fn field(&mut self, value: &Value, place: &Place) -> Result<(FieldId, Value), Error> {
        let object = value.as_object();
        let object = object.ok_or_else(|| Error::shape(&place.path, "a field is an object"))?;
        let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
        let dot = if place.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{name}", place.path);
        if !declared::is_name(name) {
            return Err(Error::Name { path: place.path.clone() });
        }
        if path.len() > MAX_PATH {
            return Err(Error::limit(&place.path, "bytes of path", MAX_PATH));
        }
        let id = u16::try_from(self.fields.len()).ok().filter(|id| usize::from(*id) < MAX_FIELDS);
        let id = FieldId(id.ok_or_else(|| Error::limit(&path, "fields", MAX_FIELDS))?);
        if self.paths.insert(path.clone(), id).is_some() {
            return Err(Error::Duplicate { name: path });
        }
        let mut field = properties::field(object, name, &path)?;
        (field.parent, field.repeated) = (place.parent, place.repeated);
        self.fields.push(field);
        let kind =
            object.get("type").ok_or_else(|| Error::shape(&path, "a field needs a `type`"))?;
        let within = Place { path: path.clone(), parent: Some(id), ..place.deeper() };
        let (node, normal) = self.any(kind, &within)?;
        self.check_field(id, node, &path)?;
        let mut text = json!({ "name": name, "type": normal });
        properties::keep(object, properties::OF_FIELD, &mut text);
        Ok((id, text))
    }

    fn check_field(&mut self, id: FieldId, node: NodeId, path: &str) -> Result<(), Error> {
        let frozen_below = self.fields.iter().skip(id.index() + 1).any(|field| field.frozen);
        let plain = matches!(self.nodes.get(usize::from(node.0)), Some(Node::Record { .. }));
        let leaf = !self.holds_container(node);
        let Some(field) = self.fields.get_mut(id.index()) else { return Ok(()) };
        field.node = node;
        if (frozen_below && !plain) || (field.frozen && !leaf) {
            return Err(Error::Frozen { path: path.to_owned() });
        }
        match field.default.clone() {
            Some(default) if !self.fits(node, &default) => {
                Err(Error::shape(path, "the default must be a value of the (first) type"))
            }
            _ => Ok(()),
        }
    }

    fn holds_container(&self, node: NodeId) -> bool {
        match self.nodes.get(usize::from(node.0)) {
            Some(Node::Record { .. } | Node::Array(_) | Node::Map(_)) => true,
            Some(Node::Union(branches)) => branches.iter().any(|id| self.holds_container(*id)),
            _ => false,
        }
    }

    fn fits(&self, node: NodeId, value: &Value) -> bool {
        match self.nodes.get(usize::from(node.0)) {
            Some(Node::Null) => value.is_null(),
            Some(Node::Boolean) => value.is_boolean(),
            Some(Node::Int(_)) => value.as_i64().is_some_and(|value| i32::try_from(value).is_ok()),
            Some(Node::Long(_)) => value.is_i64(),
            Some(Node::Float | Node::Double) => value.is_number(),
            Some(Node::Enum { symbols, .. }) => {
                value.as_str().is_some_and(|word| symbols.iter().any(|symbol| symbol == word))
            }
            Some(Node::Bytes | Node::String(_) | Node::Fixed { .. }) => value.is_string(),
            Some(Node::Array(_)) => value.is_array(),
            Some(Node::Record { .. } | Node::Map(_)) => value.is_object(),
            Some(Node::Union(branches)) => branches.first().is_some_and(|id| self.fits(*id, value)),
            None => false,
        }
    }

    fn symbols(
        &mut self,
        name: &str,
        object: &Map<String, Value>,
        place: &Place,
    ) -> Result<(NodeId, Value), Error> {
        let list = object.get("symbols").and_then(Value::as_array).map(Vec::as_slice);
        let list = list.filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| Error::shape(&place.path, "an enum needs `symbols`"))?;
        if list.len() > MAX_SYMBOLS {
            return Err(Error::limit(&place.path, "symbols", MAX_SYMBOLS));
        }
        let mut symbols: Vec<String> = vec![];
        for symbol in list {
            let symbol = symbol.as_str().filter(|symbol| declared::is_name(symbol));
            let symbol = symbol.ok_or_else(|| Error::Name { path: place.path.clone() })?;
            if symbols.iter().any(|other| other == symbol) {
                return Err(Error::Duplicate { name: format!("{name}.{symbol}") });
            }
            symbols.push(symbol.to_owned());
        }
        let mut text = json!({ "type": "enum", "name": name });
        properties::keep(object, &["doc", "en"], &mut text);
        properties::put(&mut text, "symbols", json!(symbols));
        properties::keep(object, &["default"], &mut text);
        Ok((self.add(Node::Enum { name: name.to_owned(), symbols }, place)?, text))
    }

    fn fixed(
        &mut self,
        name: &str,
        object: &Map<String, Value>,
        place: &Place,
    ) -> Result<(NodeId, Value), Error> {
        let size = object.get("size").and_then(Value::as_u64);
        let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
        if size == 0 {
            return Err(Error::shape(&place.path, "a fixed needs a `size` above 0"));
        }
        if size > MAX_FIXED {
            return Err(Error::limit(&place.path, "bytes of a fixed", MAX_FIXED));
        }
        let word = object.get("logicalType").and_then(Value::as_str);
        let logical = (word == Some("uuid") && size == 16).then_some(Logical::Uuid);
        let mut text = json!({ "type": "fixed", "name": name, "size": size });
        if logical.is_some() {
            properties::put(&mut text, "logicalType", json!("uuid"));
        }
        properties::keep(object, &["doc", "en"], &mut text);
        Ok((self.add(Node::Fixed { name: name.to_owned(), size, logical }, place)?, text))
    }
}

impl Place {
    fn deeper(&self) -> Place {
        Place { depth: self.depth + 1, ..self.clone() }
    }
}

fn primitive(word: &str) -> Option<Node> {
    Some(match word {
        "null" => Node::Null,
        "boolean" => Node::Boolean,
        "int" => Node::Int(None),
        "long" => Node::Long(None),
        "float" => Node::Float,
        "double" => Node::Double,
        "bytes" => Node::Bytes,
        "string" => Node::String(None),
        _ => return None,
    })
}

/// What may stand once in a union: a kind, or a named type.
fn kind(node: &Node) -> String {
    match node {
        Node::Null => "null",
        Node::Boolean => "boolean",
        Node::Int(_) => "int",
        Node::Long(_) => "long",
        Node::Float => "float",
        Node::Double => "double",
        Node::Bytes => "bytes",
        Node::String(_) => "string",
        Node::Array(_) => "array",
        Node::Map(_) => "map",
        Node::Union(_) => "union",
        Node::Fixed { name, .. } | Node::Enum { name, .. } | Node::Record { name, .. } => name,
    }
    .to_owned()
}

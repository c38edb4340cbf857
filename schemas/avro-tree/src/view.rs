//! The schema of a view: the fields it can ever release, all nullable but the frozen ones.
//! Which fields those are is decided in `ruling`.

use crate::declared::simple_name;
use crate::node::{Field, FieldId, Logical, Node, NodeId};
use crate::{Error, Schema};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::ViewId;

/// Which fields a view's schema holds, by field index: frozen fields and what they lie in always;
/// another when `keeps` says so of it and of all it lies in, and something is left within it.
pub fn present(schema: &Schema, keeps: impl Fn(FieldId) -> bool) -> Vec<bool> {
    let mut found = vec![false; schema.fields().len()];
    mark(schema, schema.root(), &keeps, &mut found);
    found
}

/// Marks fields below a node; tells whether anything is left of it.
fn mark(
    schema: &Schema,
    node: NodeId,
    keeps: &impl Fn(FieldId) -> bool,
    found: &mut [bool],
) -> bool {
    match schema.node(node) {
        Node::Record { fields, .. } => {
            let mut any = false;
            for id in fields {
                let field = schema.field(*id);
                let wanted = field.anchors() || keeps(*id);
                let left = wanted && mark(schema, field.node(), keeps, found);
                if let Some(slot) = found.get_mut(id.index()) {
                    *slot = left;
                }
                any |= left;
            }
            any
        }
        Node::Array(inner) | Node::Map(inner) => mark(schema, *inner, keeps, found),
        Node::Union(branches) => {
            let mut any = false;
            for branch in branches.iter().filter(|id| *schema.node(**id) != Node::Null) {
                any |= mark(schema, *branch, keeps, found);
            }
            any
        }
        _ => true,
    }
}

/// The schema of `view` over `schema`: fields of `releasable` nullable with default null (null
/// first), frozen fields as they are, all others absent; named types under
/// `no.samsyn.view.<view>`, dashes as underscores.
pub fn view_schema(
    schema: &Schema,
    view: &ViewId,
    releasable: &BTreeSet<FieldId>,
) -> Result<Schema, Error> {
    let mut writer = Writer {
        schema,
        space: format!("no.samsyn.view.{}", view.as_str().replace('-', "_")),
        present: present(schema, |id| releasable.contains(&id)),
        names: BTreeMap::new(),
        taken: BTreeSet::new(),
        printed: BTreeSet::new(),
    };
    let text = writer.node(schema.root(), "");
    Schema::parse(&text.to_string())
}

struct Writer<'a> {
    schema: &'a Schema,
    space: String,
    present: Vec<bool>,
    /// (full name, shape in this view) to the view's simple name.
    names: BTreeMap<(String, String), String>,
    taken: BTreeSet<String>,
    printed: BTreeSet<String>,
}

// === impl Writer ===

impl Writer<'_> {
    fn node(&mut self, id: NodeId, path: &str) -> Value {
        let schema = self.schema;
        match schema.node(id) {
            Node::Null => json!("null"),
            Node::Boolean => json!("boolean"),
            Node::Int(logical) => primitive("int", *logical),
            Node::Long(logical) => primitive("long", *logical),
            Node::Float => json!("float"),
            Node::Double => json!("double"),
            Node::Bytes => json!("bytes"),
            Node::String(logical) => primitive("string", *logical),
            Node::Array(inner) => json!({ "type": "array", "items": self.node(*inner, path) }),
            Node::Map(inner) => json!({ "type": "map", "values": self.node(*inner, path) }),
            Node::Union(branches) => branches.iter().map(|id| self.node(*id, path)).collect(),
            Node::Fixed { name, .. } | Node::Enum { name, .. } | Node::Record { name, .. } => {
                self.named(id, name, path)
            }
        }
    }

    fn named(&mut self, id: NodeId, name: &str, path: &str) -> Value {
        let view_name = self.name(id, name, path);
        let full = format!("{}.{view_name}", self.space);
        if !self.printed.insert(full.clone()) {
            return json!(full);
        }
        let mut out = match self.schema.node(id) {
            Node::Enum { symbols, .. } => json!({ "type": "enum", "symbols": symbols }),
            Node::Fixed { size, logical, .. } => match logical {
                Some(logical) => {
                    json!({ "type": "fixed", "size": size, "logicalType": logical.as_str() })
                }
                None => json!({ "type": "fixed", "size": size }),
            },
            Node::Record { fields, .. } => {
                let kept: Vec<FieldId> =
                    fields.iter().copied().filter(|id| self.has(*id)).collect();
                let kept: Vec<Value> = kept.into_iter().map(|id| self.field(id)).collect();
                json!({ "type": "record", "fields": kept })
            }
            _ => Value::Null,
        };
        if let Some(object) = out.as_object_mut() {
            object.insert("name".to_owned(), json!(full));
        }
        out
    }

    fn field(&mut self, id: FieldId) -> Value {
        let field = self.schema.field(id);
        let mut out = Map::new();
        let inner = self.node(field.node(), field.path());
        let default = if field.anchors() { field.default.clone() } else { Some(Value::Null) };
        out.insert("name".to_owned(), json!(field.name()));
        out.insert("type".to_owned(), if field.anchors() { inner } else { nullable(inner) });
        if let Some(default) = default {
            out.insert("default".to_owned(), default);
        }
        for (key, text) in texts(field) {
            out.insert(key.to_owned(), json!(text));
        }
        for (key, _) in flags(field).into_iter().filter(|(_, set)| *set) {
            out.insert(key.to_owned(), json!(true));
        }
        Value::Object(out)
    }

    fn has(&self, id: FieldId) -> bool {
        self.present.get(id.index()).copied().unwrap_or(false)
    }

    /// One simple name for each (type, shape): the type's own for the first shape, with the path
    /// for another.
    fn name(&mut self, id: NodeId, name: &str, path: &str) -> String {
        let key = (name.to_owned(), self.shape(id));
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let mut chosen = simple_name(name).to_owned();
        if self.taken.contains(&chosen) {
            let path: String =
                path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            chosen = format!("{chosen}_{path}");
        }
        while !self.taken.insert(chosen.clone()) {
            chosen.push('_');
        }
        self.names.insert(key, chosen.clone());
        chosen
    }

    /// The fields of this view below a node, by name: tells two uses of one type apart.
    fn shape(&self, id: NodeId) -> String {
        match self.schema.node(id) {
            Node::Record { fields, .. } => {
                let kept = fields.iter().filter(|id| self.has(**id)).map(|id| {
                    let field = self.schema.field(*id);
                    format!("{}:{},", field.name(), self.shape(field.node()))
                });
                format!("{{{}}}", kept.collect::<String>())
            }
            Node::Array(inner) | Node::Map(inner) => self.shape(*inner),
            Node::Union(branches) => branches.iter().map(|id| self.shape(*id)).collect(),
            _ => String::new(),
        }
    }
}

fn primitive(word: &str, logical: Option<Logical>) -> Value {
    match logical {
        Some(logical) => json!({ "type": word, "logicalType": logical.as_str() }),
        None => json!(word),
    }
}

/// The type with null first.
fn nullable(inner: Value) -> Value {
    match inner {
        Value::Array(mut branches) => {
            branches.retain(|branch| branch != "null");
            branches.insert(0, json!("null"));
            Value::Array(branches)
        }
        Value::String(word) if word == "null" => json!("null"),
        other => json!(["null", other]),
    }
}

fn texts(field: &Field) -> Vec<(&'static str, &str)> {
    let class = field.class().map(vocabulary::FieldClass::as_str);
    [
        ("doc", field.doc()),
        ("class", class),
        ("en", field.english()),
        ("paragraph", field.paragraph()),
    ]
    .into_iter()
    .filter_map(|(key, text)| Some((key, text?)))
    .collect()
}

fn flags(field: &Field) -> [(&'static str, bool); 4] {
    [
        ("frozen", field.frozen()),
        ("subject", field.subject()),
        ("published", field.published()),
        ("freeText", field.free_text()),
    ]
}

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
        taken: BTreeMap::new(),
        printed: BTreeSet::new(),
    };
    writer.name(schema.root(), "");
    let text = writer.node(schema.root());
    Schema::parse(&text.to_string())
}

struct Writer<'a> {
    schema: &'a Schema,
    space: String,
    present: Vec<bool>,
    /// The view's simple name of each named node, the same whatever the view holds.
    names: BTreeMap<NodeId, String>,
    /// Simple names given, and the type each is for.
    taken: BTreeMap<String, String>,
    printed: BTreeSet<String>,
}

// === impl Writer ===

impl Writer<'_> {
    fn node(&mut self, id: NodeId) -> Value {
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
            Node::Array(inner) => json!({ "type": "array", "items": self.node(*inner) }),
            Node::Map(inner) => json!({ "type": "map", "values": self.node(*inner) }),
            Node::Union(branches) => branches.iter().map(|id| self.node(*id)).collect(),
            Node::Fixed { .. } | Node::Enum { .. } | Node::Record { .. } => self.named(id),
        }
    }

    fn named(&mut self, id: NodeId) -> Value {
        let name = self.names.get(&id).map(String::as_str).unwrap_or_default();
        let full = format!("{}.{name}", self.space);
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
        let inner = self.node(field.node());
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

    /// Names every named node below. A type's first place gets its own name; a record's further
    /// places, where a view may keep other fields, get the path with it.
    fn name(&mut self, id: NodeId, path: &str) {
        let schema = self.schema;
        match schema.node(id) {
            Node::Array(inner) | Node::Map(inner) => self.name(*inner, path),
            Node::Union(branches) => branches.iter().for_each(|id| self.name(*id, path)),
            Node::Fixed { name, .. } | Node::Enum { name, .. } => {
                let chosen = self.choose(name, path, false);
                self.names.insert(id, chosen);
            }
            Node::Record { name, fields } => {
                let chosen = self.choose(name, path, true);
                self.names.insert(id, chosen);
                for field in fields {
                    let field = schema.field(*field);
                    self.name(field.node(), field.path());
                }
            }
            _ => {}
        }
    }

    fn choose(&mut self, full: &str, path: &str, unique: bool) -> String {
        let simple = simple_name(full);
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let placed = format!("{simple}_{}", path.chars().map(letter).collect::<String>());
        let mut chosen = simple.to_owned();
        while let Some(owner) = self.taken.get(&chosen) {
            if !unique && owner == full {
                return chosen;
            }
            chosen = if chosen == simple { placed.clone() } else { format!("{chosen}_") };
        }
        self.taken.insert(chosen.clone(), full.to_owned());
        chosen
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

//! Random schemas, values, encodings and actions, all made from a row of choices that shrinks well:
//! fewer and smaller bytes give simpler worlds.

use crate::{Action, Form, PlanActions, Predicate};
use apache_avro::types::Value;
use avro_tree::{FieldId, Logical, Node, NodeId, Schema};

/// A row of choices; when it is used up, every choice is the first.
pub(super) struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Choices { bytes }
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        let Some((byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(*byte) * count / 256
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn wide(&mut self) -> i64 {
        let mut bytes = [0; 8];
        for byte in &mut bytes {
            *byte = u8::try_from(self.below(256)).unwrap();
        }
        i64::from_le_bytes(bytes) >> self.one(&[60, 52, 40, 20, 0])
    }
}

/// Makes schema text.
#[derive(Default)]
struct Shapes {
    named: usize,
    records: Vec<String>,
}

/// A schema: some frozen fields in a head, then anything.
pub(super) fn schema(c: &mut Choices) -> Schema {
    let mut shapes = Shapes::default();
    let mut fields = vec![];
    if c.below(2) == 1 {
        fields.push(
            r#"{"name":"head","type":{"type":"record","name":"Head","fields":[
            {"name":"id","type":"string","frozen":true},
            {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["a","b"]},"frozen":true},
            {"name":"note","type":["null","string"],"default":null}]}}"#
                .to_owned(),
        );
    }
    for number in 0..1 + c.below(9) {
        let inner = shapes.any(c, 0);
        fields.push(format!(r#"{{"name":"f{number}","type":{inner}}}"#));
    }
    let text = format!(r#"{{"type":"record","name":"t.Root","fields":[{}]}}"#, fields.join(","));
    Schema::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

impl Shapes {
    fn name(&mut self) -> String {
        self.named += 1;
        format!("N{}", self.named)
    }

    fn any(&mut self, c: &mut Choices, depth: usize) -> String {
        match c.below(if depth < 3 { 16 } else { 7 }) {
            0 => r#"["null","string"]"#.to_owned(),
            1 | 2 => self.leaf(c),
            3 | 4 => format!(r#"["null",{}]"#, self.leaf(c)),
            5 => format!(r#"[{},"null"]"#, self.leaf(c)),
            6 => self.choice(c),
            7 => self.record(c, depth),
            8 | 9 => format!(r#"["null",{}]"#, self.record(c, depth)),
            10 => format!(r#"[{},"null"]"#, self.record(c, depth)),
            11 => format!(r#"{{"type":"array","items":{}}}"#, self.any(c, depth + 1)),
            12 => {
                let items = self.record(c, depth + 1);
                format!(r#"["null",{{"type":"array","items":{items}}}]"#)
            }
            13 => format!(r#"{{"type":"map","values":{}}}"#, self.any(c, depth + 1)),
            14 => format!(r#"["null",{},{}]"#, self.record(c, depth), self.fresh(c, depth)),
            _ => r#""null""#.to_owned(),
        }
    }

    fn leaf(&mut self, c: &mut Choices) -> String {
        let name = self.name();
        match c.below(12) {
            0 => r#""string""#.to_owned(),
            1 => r#""int""#.to_owned(),
            2 => r#""long""#.to_owned(),
            3 => r#""boolean""#.to_owned(),
            4 => format!(r#"{{"type":"enum","name":"{name}","symbols":["x","y","z"]}}"#),
            5 => r#"{"type":"int","logicalType":"date"}"#.to_owned(),
            6 => r#"{"type":"long","logicalType":"timestamp-micros"}"#.to_owned(),
            7 => r#"{"type":"long","logicalType":"timestamp-millis"}"#.to_owned(),
            8 => r#""double""#.to_owned(),
            9 => r#""float""#.to_owned(),
            10 => r#""bytes""#.to_owned(),
            _ => format!(r#"{{"type":"fixed","name":"{name}","size":{}}}"#, 1 + c.below(20)),
        }
    }

    fn choice(&mut self, c: &mut Choices) -> String {
        c.one(&[
            r#"["long","string"]"#,
            r#"["null","int","string","boolean"]"#,
            r#"["bytes","null","double"]"#,
            r#"["string"]"#,
        ])
        .to_owned()
    }

    fn record(&mut self, c: &mut Choices, depth: usize) -> String {
        if !self.records.is_empty() && c.below(4) == 3 {
            return format!(r#""{}""#, self.records[c.below(self.records.len())]);
        }
        self.fresh(c, depth)
    }

    fn fresh(&mut self, c: &mut Choices, depth: usize) -> String {
        let name = self.name();
        let fields: Vec<String> = (0..c.below(6))
            .map(|number| format!(r#"{{"name":"g{number}","type":{}}}"#, self.any(c, depth + 1)))
            .collect();
        self.records.push(format!("t.{name}"));
        format!(r#"{{"type":"record","name":"t.{name}","fields":[{}]}}"#, fields.join(","))
    }
}

const TEXTS: [&str; 9] = [
    "",
    "x",
    "0301-208/12",
    "Kari Nordmann-Lie",
    "Blåbærsyltetøy på skiva",
    "et avvik ble funnet ved kontroll av stillas, og frist er satt til rettelse etter pålegg",
    "0301",
    "12345",
    "– ‹€› 𝄞",
];

/// A value of a node, within a depth that keeps it small.
pub(super) fn value(schema: &Schema, node: NodeId, c: &mut Choices) -> Value {
    match schema.node(node) {
        Node::Null => Value::Null,
        Node::Boolean => Value::Boolean(c.below(2) == 1),
        Node::Int(Some(Logical::Date)) => {
            Value::Date(i32::try_from(c.wide().rem_euclid(2_000_000) - 1_000_000).unwrap())
        }
        Node::Int(_) => {
            let number = c.wide();
            Value::Int(i32::try_from(number).unwrap_or(c.one(&[i32::MIN, i32::MAX])))
        }
        Node::Long(Some(Logical::TimestampMillis)) => {
            Value::TimestampMillis(c.wide() % 80_000_000_000_000)
        }
        Node::Long(Some(Logical::TimestampMicros)) => {
            Value::TimestampMicros(c.wide() % 80_000_000_000_000_000)
        }
        Node::Long(_) => Value::Long(c.wide()),
        Node::Float => Value::Float(c.wide() as f32),
        Node::Double => Value::Double(c.wide() as f64),
        Node::Bytes => Value::Bytes((0..c.below(80)).map(|_| c.one(&[0, 2, 200])).collect()),
        Node::String(_) => {
            let times = c.one(&[1, 1, 1, 1, 1, 1, 1, 120]);
            Value::String(c.one(&TEXTS).repeat(times))
        }
        Node::Fixed { size, .. } => {
            Value::Fixed(*size, (0..*size).map(|_| c.one(&[0, 2, 250])).collect())
        }
        Node::Enum { symbols, .. } => {
            let index = c.below(symbols.len());
            Value::Enum(u32::try_from(index).unwrap(), symbols[index].clone())
        }
        Node::Record { fields, .. } => Value::Record(
            fields
                .iter()
                .map(|id| {
                    let field = schema.field(*id);
                    (field.name().to_owned(), value(schema, field.node(), c))
                })
                .collect(),
        ),
        Node::Array(inner) => {
            Value::Array((0..c.one(&[0, 1, 2, 5])).map(|_| value(schema, *inner, c)).collect())
        }
        Node::Map(inner) => Value::Map(
            (0..c.one(&[0, 1, 3])).map(|n| (format!("k{n}"), value(schema, *inner, c))).collect(),
        ),
        Node::Union(branches) => {
            let index = c.below(branches.len());
            let inner = value(schema, branches[index], c);
            Value::Union(u32::try_from(index).unwrap(), Box::new(inner))
        }
    }
}

/// Encodes a value; arrays and maps are split into blocks, sized or not, as the choices say.
pub(super) fn encode(
    schema: &Schema,
    node: NodeId,
    value: &Value,
    c: &mut Choices,
    out: &mut Vec<u8>,
) {
    let long = crate::value::write_long;
    match (schema.node(node), value) {
        (_, Value::Null) => {}
        (_, Value::Boolean(value)) => out.push(u8::from(*value)),
        (_, Value::Int(value) | Value::Date(value)) => long((*value).into(), out),
        (_, Value::Long(value) | Value::TimestampMillis(value) | Value::TimestampMicros(value)) => {
            long(*value, out)
        }
        (_, Value::Float(value)) => out.extend_from_slice(&value.to_le_bytes()),
        (_, Value::Double(value)) => out.extend_from_slice(&value.to_le_bytes()),
        (_, Value::Bytes(bytes)) => crate::value::write_bytes(bytes, out),
        (_, Value::String(text)) => crate::value::write_str(text, out),
        (_, Value::Fixed(_, bytes)) => out.extend_from_slice(bytes),
        (_, Value::Enum(index, _)) => long((*index).into(), out),
        (Node::Record { fields, .. }, Value::Record(values)) => {
            for (id, (_, value)) in fields.iter().zip(values) {
                encode(schema, schema.field(*id).node(), value, c, out);
            }
        }
        (Node::Union(branches), Value::Union(index, value)) => {
            long((*index).into(), out);
            encode(schema, branches[*index as usize], value, c, out);
        }
        (Node::Array(inner), Value::Array(items)) => {
            let item = |value: &Value, c: &mut Choices| {
                let mut bytes = vec![];
                encode(schema, *inner, value, c, &mut bytes);
                bytes
            };
            let items: Vec<_> = items.iter().map(|value| item(value, c)).collect();
            blocks(&items, c, out);
        }
        (Node::Map(inner), Value::Map(items)) => {
            let item = |(key, value): (&String, &Value), c: &mut Choices| {
                let mut bytes = vec![];
                crate::value::write_str(key, &mut bytes);
                encode(schema, *inner, value, c, &mut bytes);
                bytes
            };
            let items: Vec<_> = items.iter().map(|entry| item(entry, c)).collect();
            blocks(&items, c, out);
        }
        (node, value) => panic!("{node:?} {value:?}"),
    }
}

fn blocks(items: &[Vec<u8>], c: &mut Choices, out: &mut Vec<u8>) {
    let mut rest = items;
    while !rest.is_empty() {
        let (block, after) = rest.split_at(rest.len() - c.below(rest.len()));
        rest = after;
        let count = i64::try_from(block.len()).unwrap();
        let bytes = block.concat();
        if c.below(2) == 1 {
            crate::value::write_long(-count, out);
            crate::value::write_long(i64::try_from(bytes.len()).unwrap(), out);
        } else {
            crate::value::write_long(count, out);
        }
        out.extend_from_slice(&bytes);
    }
    out.push(0);
}

/// An action for each field that a plan may have.
pub(super) fn actions(schema: &Schema, c: &mut Choices) -> PlanActions {
    schema
        .field_ids()
        .map(|id| {
            if schema.field(id).anchors() {
                return Action::Keep;
            }
            match c.below(12) {
                0..=5 => Action::Keep,
                6 | 7 => Action::Drop,
                8 => Action::Null,
                _ => special(schema, id, c).unwrap_or(Action::Keep),
            }
        })
        .collect()
}

fn special(schema: &Schema, id: FieldId, c: &mut Choices) -> Option<Action> {
    let time = [Form::Month, Form::Year];
    let text = [Form::Municipality, Form::Initials, Form::Pseudonym, Form::Mask];
    Some(match schema.value_node(id) {
        Node::Int(Some(Logical::Date)) | Node::Long(Some(_)) => Action::Transform(c.one(&time)),
        Node::Int(_) | Node::Long(_) => Action::Transform(Form::Bucket(c.one(&[1, 10, 1000]))),
        Node::String(_) => Action::Transform(c.one(&text)),
        Node::Array(inner) => {
            let within = |field: &FieldId| scope(schema, *field) == Some(id);
            let mut fields: Vec<FieldId> = schema.field_ids().filter(within).collect();
            fields.push(id);
            let field = fields[c.below(fields.len())];
            let node = if field == id { *inner } else { schema.field(field).node() };
            let node = schema.nullable(node).unwrap_or(node);
            let values: &[&str] = match schema.node(node) {
                Node::Enum { .. } => &["x", "z"],
                Node::String(_) => &["x", "0301", ""],
                Node::Int(_) | Node::Long(_) => &["0", "-1", "5"],
                _ => return None,
            };
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            Action::Items(Predicate::new(field, values))
        }
        _ => return None,
    })
}

/// The field whose array a field lies directly in; none when a map or two arrays are between.
fn scope(schema: &Schema, id: FieldId) -> Option<FieldId> {
    schema.lineage(id).skip(1).find_map(|above| match schema.value_node(above) {
        Node::Array(inner) => {
            let inner = schema.nullable(*inner).unwrap_or(*inner);
            let direct = matches!(schema.node(inner), Node::Record { .. } | Node::Union(_));
            Some(direct.then_some(above))
        }
        Node::Map(_) => Some(None),
        _ => None,
    })?
}

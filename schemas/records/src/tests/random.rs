//! Values of any shape the contract allows, made from its schema alone and encoded by the
//! reference library. Knows none of our types.

use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use avro_tree::{Logical, Node, NodeId, Schema};

/// A small generator: the same seed gives the same value.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    /// A text that the checked type of the field accepts.
    fn text(&mut self, field: &str) -> String {
        let numbers = ["974761211", "310000000", "985399077"];
        match field {
            "organisasjonsform" => "ENK".to_owned(),
            "kommunenummer" | "bevillingskommunenummer" => {
                format!("{:04}", 301 + self.below(5_000))
            }
            _ if field.to_lowercase().contains("myndighet")
                || ["tilsynutfoertav", "tildaenhet", "overordnetEnhet"].contains(&field)
                || ["mottaker", "meldingOmTildaenhet", "underenheter"].contains(&field) =>
            {
                numbers[self.below(3)].to_owned()
            }
            _ => "blåbærsyltetøy".chars().cycle().take(self.below(40)).collect(),
        }
    }

    pub(crate) fn value(&mut self, schema: &Schema, id: NodeId, field: &str) -> Value {
        let number = self.next() as i64 >> self.below(63);
        match schema.node(id) {
            Node::Boolean => Value::Boolean(number & 1 == 0),
            Node::Int(None) => Value::Int(number as i32),
            Node::Int(Some(Logical::Date)) => Value::Date(number as i32),
            Node::Long(None) => Value::Long(number),
            Node::Long(Some(_)) => Value::TimestampMicros(number),
            Node::String(_) => Value::String(self.text(field)),
            Node::Fixed { size: 16, .. } => {
                let bytes = (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes();
                Value::Fixed(16, bytes.to_vec())
            }
            Node::Enum { symbols, .. } => {
                let at = self.below(symbols.len());
                Value::Enum(u32::try_from(at).unwrap(), symbols[at].clone())
            }
            Node::Array(item) => {
                let count = self.below(4);
                Value::Array((0..count).map(|_| self.value(schema, *item, field)).collect())
            }
            Node::Union(branches) => match self.below(3) {
                0 => Value::Union(0, Box::new(Value::Null)),
                _ => Value::Union(1, Box::new(self.value(schema, branches[1], field))),
            },
            Node::Record { fields, .. } => Value::Record(
                fields
                    .iter()
                    .map(|id| schema.field(*id))
                    .map(|f| (f.name().to_owned(), self.value(schema, f.node(), f.name())))
                    .collect(),
            ),
            other => panic!("the contract has no {other:?}"),
        }
    }

    /// A datum of the schema.
    pub(crate) fn datum(&mut self, schema: &Schema) -> Vec<u8> {
        let value = self.value(schema, schema.root(), "");
        let oracle = apache_avro::Schema::parse_str(schema.text()).unwrap();
        let writer = GenericDatumWriter::builder(&oracle).validate(false).build().unwrap();
        writer.write_value_to_vec(value).unwrap()
    }
}

//! The peers: serde_avro_fast with a typed, borrowed struct of the view, and apache-avro with
//! prepared reader and writer and a filter over its values.

use super::messages::Messages;
use crate::Outcome;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::hint::black_box;

/// serde_avro_fast.
pub(super) struct Fast {
    writer: serde_avro_fast::Schema,
    view: serde_avro_fast::Schema,
}

impl Fast {
    pub(super) fn new(writer: &avro_tree::Schema, view: &avro_tree::Schema) -> Outcome<Fast> {
        Ok(Fast { writer: writer.text().parse()?, view: view.text().parse()? })
    }

    pub(super) fn view<'m, T>(&self, message: &'m [u8]) -> Outcome<Vec<u8>>
    where
        T: Serialize + Deserialize<'m>,
    {
        let typed: T = serde_avro_fast::from_datum_slice(message, &self.writer)?;
        let mut config = serde_avro_fast::ser::SerializerConfig::new(&self.view);
        Ok(serde_avro_fast::to_datum_vec(&typed, &mut config)?)
    }

    pub(super) fn pass<'m, T>(&self, messages: &'m Messages) -> Outcome<()>
    where
        T: Serialize + Deserialize<'m>,
    {
        let mut config = serde_avro_fast::ser::SerializerConfig::new(&self.view);
        let mut out = Vec::with_capacity(messages.bytes());
        for message in messages.all() {
            let typed: T = serde_avro_fast::from_datum_slice(black_box(message), &self.writer)?;
            serde_avro_fast::to_datum(&typed, &mut out, &mut config)?;
        }
        black_box(&out);
        Ok(())
    }
}

/// apache-avro.
pub(super) struct General {
    writer: apache_avro::Schema,
    view: apache_avro::Schema,
    kept: BTreeSet<String>,
}

impl General {
    pub(super) fn new(writer: &avro_tree::Schema, view: &avro_tree::Schema) -> Outcome<General> {
        Ok(General {
            writer: apache_avro::Schema::parse_str(writer.text())?,
            view: apache_avro::Schema::parse_str(view.text())?,
            kept: view.fields().iter().map(|field| field.path().to_owned()).collect(),
        })
    }

    pub(super) fn view(&self, message: &[u8]) -> Outcome<Vec<u8>> {
        let reader = GenericDatumReader::builder(&self.writer).build()?;
        let writer = GenericDatumWriter::builder(&self.view).build()?;
        let value = reader.read_value(&mut &*message)?;
        Ok(writer.write_value_to_vec(self.filter(value, &mut String::new()))?)
    }

    pub(super) fn pass(&self, messages: &Messages) -> Outcome<()> {
        let reader = GenericDatumReader::builder(&self.writer).build()?;
        let writer = GenericDatumWriter::builder(&self.view).build()?;
        let mut path = String::new();
        for message in messages.all() {
            let value = reader.read_value(&mut black_box(message))?;
            black_box(writer.write_value_to_vec(self.filter(value, &mut path))?);
        }
        Ok(())
    }

    fn filter(&self, value: Value, path: &mut String) -> Value {
        match value {
            Value::Record(fields) => {
                let mut kept = vec![];
                for (name, value) in fields {
                    let end = path.len();
                    if end > 0 {
                        path.push('.');
                    }
                    path.push_str(&name);
                    if self.kept.contains(path.as_str()) {
                        kept.push((name, self.filter(value, path)));
                    }
                    path.truncate(end);
                }
                Value::Record(kept)
            }
            Value::Array(items) => {
                let end = path.len();
                path.push_str("[]");
                let items = items.into_iter().map(|item| self.filter(item, path)).collect();
                path.truncate(end);
                Value::Array(items)
            }
            Value::Union(index, value) => Value::Union(index, Box::new(self.filter(*value, path))),
            other => other,
        }
    }
}

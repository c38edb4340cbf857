//! Released messages as segments of files. It renders what a lane holds and decides nothing; a
//! value that cannot be read is delivered as it is, told by code, and holds up nothing.

mod ndjson;
mod sheet;
#[cfg(test)]
mod tests;

use crate::outbox::Segment;
use avro_tree::Schema;
use carrier::{Fetched, Offset};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The code told for a value that cannot be read.
pub const UNREADABLE: &str = "FILE-009";

/// The form of delivered files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Ndjson,
    /// Semicolon-separated with a byte-order mark, one file for each schema.
    Csv,
}

/// How the text of a schema id is got, usually from the carrier.
pub type Fetch<'a> = dyn Fn(u32) -> Result<Option<String>, carrier::Error> + 'a;

/// View schemas by the id in a frame, fetched once.
#[derive(Debug, Default)]
pub struct Schemas(BTreeMap<u32, Option<Arc<Schema>>>);

/// A message taken apart as far as it can be.
struct Opened<'a> {
    message: &'a Fetched,
    value: Value<'a>,
}

enum Value<'a> {
    /// A tombstone: the key's last word.
    Gone,
    /// A value with its schema: the whole, and the datum in it.
    Framed { id: u32, schema: Arc<Schema>, bytes: &'a [u8], datum: &'a [u8] },
    /// A value of no known schema.
    Unreadable(&'a [u8]),
}

// === impl Schemas ===

impl Schemas {
    /// Renders messages of a lane, read from `from`, as one segment.
    pub fn segment(
        &mut self,
        fetch: &Fetch<'_>,
        form: Form,
        from: Offset,
        messages: &[Fetched],
    ) -> Result<Segment, carrier::Error> {
        let to = messages.last().map_or(from, |message| message.offset.next());
        let mut opened = Vec::with_capacity(messages.len());
        for message in messages {
            opened.push(Opened { message, value: self.open(fetch, message)? });
        }
        let files = match form {
            Form::Ndjson => vec![("ndjson".to_owned(), ndjson::lines(&opened))],
            Form::Csv => sheet::sheets(&opened),
        };
        Ok(Segment { from, to, files })
    }

    /// A message's value as JSON text; null for a tombstone, nothing where it cannot be read.
    pub fn json(
        &mut self,
        fetch: &Fetch<'_>,
        message: &Fetched,
    ) -> Result<Option<Vec<u8>>, carrier::Error> {
        let mut json = Vec::new();
        Ok(match self.open(fetch, message)? {
            Value::Gone => Some(b"null".to_vec()),
            Value::Framed { schema, datum, .. } => {
                avro_span::write_json(&schema, datum, &mut json).ok().map(|()| json)
            }
            Value::Unreadable(_) => None,
        })
    }

    fn open<'a>(
        &mut self,
        fetch: &Fetch<'_>,
        message: &'a Fetched,
    ) -> Result<Value<'a>, carrier::Error> {
        let Some(bytes) = message.message.value.as_deref() else { return Ok(Value::Gone) };
        let Ok((id, datum)) = avro_span::frame::read(bytes) else {
            return Ok(Value::Unreadable(bytes));
        };
        Ok(match self.schema(fetch, id)? {
            Some(schema) => Value::Framed { id, schema, bytes, datum },
            None => Value::Unreadable(bytes),
        })
    }

    fn schema(
        &mut self,
        fetch: &Fetch<'_>,
        id: u32,
    ) -> Result<Option<Arc<Schema>>, carrier::Error> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let text = fetch(id)?;
        let schema = text.and_then(|text| Schema::parse(&text).ok()).map(Arc::new);
        self.0.insert(id, schema.clone());
        Ok(schema)
    }
}

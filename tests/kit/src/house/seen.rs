//! What a recipient sees of a lane: records decoded by the schema their frame names. Knows no
//! plan: this is the outside.

use crate::Outcome;
use avro_tree::Schema;
use carrier::{Carrier, Fetched};
use serde_json::Value;

/// One message of a release lane as its reader sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The record's id across versions, as text.
    pub record: String,
    /// The version.
    pub version: i64,
    /// `endringstype`: `ny`, `rettet`, `trukket` …
    pub change: String,
    /// The whole record.
    pub value: Value,
    /// The message as it lies there.
    pub message: Fetched,
}

// === impl Seen ===

impl Seen {
    pub(super) fn of(carrier: &dyn Carrier, message: Fetched) -> Outcome<Seen> {
        let bytes = message.message.value.as_deref().unwrap_or_default();
        let (id, datum) = avro_span::frame::read(bytes)?;
        let text = carrier.schema(id)?.ok_or("the schema is not registered")?;
        let value = avro_span::to_value(&Schema::parse(&text)?, datum)?;
        let envelope = |name: &str| value.get("konvolutt").and_then(|it| it.get(name)).cloned();
        let word = |name| envelope(name).and_then(|it| it.as_str().map(str::to_owned));
        Ok(Seen {
            record: word("postId").ok_or("no record id")?,
            version: envelope("versjon").and_then(|it| it.as_i64()).ok_or("no version")?,
            change: word("endringstype").ok_or("no kind of change")?,
            value,
            message,
        })
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        String::from_utf8_lossy(self.message.message.header(name).unwrap_or_default()).into_owned()
    }

    /// A value by its path of names, such as `subjekt.navn`; none when null or absent.
    pub fn at(&self, path: &str) -> Option<&Value> {
        let found = path.split('.').try_fold(&self.value, |value, name| value.get(name));
        found.filter(|value| !value.is_null())
    }
}

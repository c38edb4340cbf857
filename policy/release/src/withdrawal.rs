//! Withdrawals: a record that tells a holder to drop an earlier one. It carries the frozen fields
//! alone, so it can be made after the finding itself is gone.

use crate::{Error, Released, TypePlans, ViewPlans, Whom};
use avro_span::frame;
use serde_json::{Map, Value};
use vocabulary::{ChangeKind, OrgNumber, RecordId, SourceId, Timestamp};

/// What is kept of a record that some view holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// Whose it is.
    pub source: &'a SourceId,
    /// The record.
    pub record_id: RecordId,
    /// The version the withdrawal belongs to.
    pub version: u64,
    /// Who produced it.
    pub producer: OrgNumber,
    /// When that version was recorded.
    pub recorded_at: Timestamp,
    /// The one recipient it is meant for, where its type names one.
    pub addressee: Option<OrgNumber>,
}

impl TypePlans {
    /// The withdrawal of a held record from a view: `endringstype` is `trukket` whatever the
    /// reason, so that the reason is not told. The result is not sealed yet.
    pub fn withdraw(
        &self,
        view: &ViewPlans,
        whom: Whom<'_>,
        held: &Held<'_>,
    ) -> Result<Released, Error> {
        let mut frozen = serde_json::json!({
            "konvolutt": {
                "postId": held.record_id.to_string(),
                "versjon": held.version,
                "endringstype": ChangeKind::Retract.as_str(),
                "tilsynsmyndighet": held.producer.as_str(),
                "registrertTidspunkt": held.recorded_at.as_micros(),
            },
        });
        if let (Some(field), Some(addressee)) = (self.schema().addressee(), held.addressee) {
            put(&mut frozen, self.schema().field(field).path(), addressee.as_str());
        }
        let mut value = Vec::with_capacity(96);
        frame::write(view.schema_id(), &mut value);
        value.extend_from_slice(&avro_span::from_json(view.schema(), &frozen)?);
        let record = (held.source, held.record_id, held.version);
        Ok(Released::new(view, view.withdrawal(), whom, record, value))
    }
}

/// Puts a text at a path of records.
fn put(value: &mut Value, path: &str, text: &str) {
    let mut place = value;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(object) = place.as_object_mut() else { return };
        place = object.entry(name).or_insert(Value::Null);
    }
    *place = Value::from(text);
}

//! From a row and what is held of its object to a checked finding: a datum of the contract. It
//! stamps no sequence and makes no seal; those belong to the batch.

#[cfg(test)]
mod tests;

use crate::mapping::Kind;
use crate::object::{Held, Step, step};
use crate::reading::{Filled, Reading};
use crate::refusal::{Refusal, Rule};
use crate::tree::Tree;
use serde_json::{Value as Json, json};
use std::fmt;
use vocabulary::{ChangeKind, RecordId, RecordType, RetentionState, Secret, SourceId, Timestamp};

/// Separates record ids from every other use of the source's secret.
const RECORD: &[u8] = b"samsyn-record-id-v1";

/// Makes findings of one source.
pub struct Machine {
    source: SourceId,
    secret: Secret<[u8; 32]>,
}

/// What follows from a row.
#[derive(Debug)]
pub enum Outcome {
    /// A new version of a record, and what is to be remembered once it is spooled.
    Finding(Finding, Held),
    /// The object stands as it is held.
    Unchanged,
    /// A removal of an object that was never seen.
    NeverSeen,
    /// A removal of an object that is gone already.
    AlreadyGone,
}

/// A checked version of a record.
#[derive(PartialEq, Eq)]
pub struct Finding {
    record_type: RecordType,
    record_id: RecordId,
    version: u64,
    change: ChangeKind,
    datum: Vec<u8>,
}

// === impl Finding ===

impl Finding {
    /// The type of the record.
    pub fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The record.
    pub fn record_id(&self) -> RecordId {
        self.record_id
    }

    /// Which version of it.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What the version does to the one before.
    pub fn change(&self) -> ChangeKind {
        self.change
    }

    /// The version as a datum of the contract, without a frame.
    pub fn datum(&self) -> &[u8] {
        &self.datum
    }
}

/// Never prints the payload.
impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { record_type, record_id, version, change, datum } = self;
        write!(f, "Finding({record_type} {record_id} {version} {change}, {} bytes)", datum.len())
    }
}

// === impl Machine ===

impl Machine {
    /// A machine for a source. The secret makes record ids that neither reveal nor link objects.
    pub fn new(source: SourceId, secret: Secret<[u8; 32]>) -> Self {
        Machine { source, secret }
    }

    /// What follows from the row, given what is held of its object.
    pub fn take(&self, reading: &Reading, held: Option<&Held>) -> Result<Outcome, Vec<Refusal>> {
        let record = self.record_id(&reading.kind, &reading.object);
        Ok(match step(held, reading.said, record) {
            Step::Unchanged => Outcome::Unchanged,
            Step::NeverSeen => Outcome::NeverSeen,
            Step::AlreadyGone => Outcome::AlreadyGone,
            Step::Version(change, held) => {
                let datum = datum(reading, change, &held).ok_or_else(|| reading.unfit())?;
                reading.complete(&datum)?;
                let finding = Finding {
                    record_type: reading.kind.record_type,
                    record_id: held.record,
                    version: held.version,
                    change,
                    datum,
                };
                Outcome::Finding(finding, held)
            }
        })
    }

    /// The id of the record of an object: an HMAC under the source's secret in the shape of a
    /// UUID version 8. So a lost map of objects does not make second records of them.
    fn record_id(&self, kind: &Kind, object: &str) -> RecordId {
        let mut parts: Vec<u8> = Vec::new();
        for part in [self.source.as_str(), kind.name(), object] {
            parts.extend_from_slice(&(part.len() as u64).to_be_bytes());
            parts.extend_from_slice(part.as_bytes());
        }
        let digest = seal::hmac_sha256(&self.secret, &[RECORD, &parts]);
        let mut id = *digest.as_bytes().first_chunk::<{ RecordId::LEN }>().unwrap_or(&[0; 16]);
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut id;
        *version = (*version & 0x0f) | 0x80;
        *variant = (*variant & 0x3f) | 0x80;
        RecordId::new(id)
    }
}

// === impl Reading ===

impl Reading {
    fn unfit(&self) -> Vec<Refusal> {
        vec![Refusal::new(self.row, "", "", Rule::Contract)]
    }

    /// Holds the record against the contract's own rules of completeness.
    fn complete(&self, datum: &[u8]) -> Result<(), Vec<Refusal>> {
        let record = records::decode(self.kind.record_type, datum).map_err(|_| self.unfit())?;
        records::check(&record).map_err(|violations| {
            let refusal = |violation: records::Violation| {
                let rule = Rule::Record(violation.rule, violation.fix);
                Refusal::new(self.row, self.kind.column_of(violation.path), violation.path, rule)
            };
            violations.into_iter().map(refusal).collect()
        })
    }
}

/// The record as JSON by the contract, then as bytes; none where the contract refuses it.
fn datum(reading: &Reading, change: ChangeKind, held: &Held) -> Option<Vec<u8>> {
    let kind = &reading.kind;
    let mut tree = Tree::default();
    for Filled { field, places, value } in &reading.values {
        tree.put(&kind.fields.get(*field)?.to.at(places), value);
    }
    for stamp in &kind.stamps {
        tree.stamp(&stamp.to, &stamp.value);
    }
    let mut record = tree.finish();
    envelope(&mut record, reading, change, held)?;
    avro_span::from_json(&kind.schema, &record).ok()
}

/// Fills in what the machine itself knows.
fn envelope(record: &mut Json, reading: &Reading, change: ChangeKind, held: &Held) -> Option<()> {
    let kind = &reading.kind;
    if !record.is_object() {
        *record = json!({});
    }
    let fields = record.as_object_mut()?;
    let mut part = |name: &str, own: Json| -> Option<()> {
        let part = fields.entry(name).or_insert_with(|| json!({})).as_object_mut()?;
        for (name, value) in own.as_object()? {
            part.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Some(())
    };
    part(
        "konvolutt",
        json!({
            "postId": held.record.to_string(),
            "versjon": held.version,
            "endringstype": change.as_str(),
            "tilsynsmyndighet": kind.producer.as_str(),
            "registrertTidspunkt": micros(reading.recorded),
            "bevaringstilstand": RetentionState::Live.as_str(),
            "posttype": kind.record_type.as_str(),
            "skjemaversjon": records::CONTRACT_VERSION,
        }),
    )?;
    part("subjekt", json!({ "objektId": reading.object }))?;
    part("fakta", json!({}))
}

fn micros(time: Timestamp) -> i64 {
    time.as_micros()
}

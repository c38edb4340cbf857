//! A plan in words that last: the JSON that is written to the ledger once, and the header texts
//! that name reduced and withheld fields. Nothing is decided here.

use avro_tree::{FieldId, Schema};
use ruling::{FieldOutcome, Reason, RecordOutcome, RecordReason, Ruling};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vocabulary::{BasisId, FieldClass, RecordType, ViewId};

/// A described plan.
pub(crate) struct Described {
    pub(crate) text: String,
    pub(crate) reduced: String,
    pub(crate) withheld: String,
}

/// Describes a ruling, field by field.
pub(crate) fn ruling(
    view: &ViewId,
    record_type: RecordType,
    schema: &Schema,
    ruling: &Ruling,
    releasable: &BTreeSet<FieldId>,
) -> Described {
    let mut fields = Vec::new();
    let mut reduced = Vec::new();
    let mut withheld = Vec::new();
    if ruling.releases() {
        for (id, outcome) in schema.field_ids().zip(&ruling.fields) {
            let field = schema.field(id);
            fields.push(describe_field(schema, field.path(), outcome));
            let told = tellable(field.class()) && tellable(ruling.class(id));
            if !told || !releasable.contains(&id) {
                continue;
            }
            match outcome {
                FieldOutcome::Release { .. } => {}
                FieldOutcome::Withhold { .. } => withheld.push(field.path()),
                FieldOutcome::Transform { .. } | FieldOutcome::Items { .. } => {
                    reduced.push(field.path());
                }
            }
        }
    }
    let record = match &ruling.record {
        RecordOutcome::Release => json!({ "outcome": "release" }),
        RecordOutcome::Withhold(reason) => {
            json!({ "outcome": "withhold", "reason": record_words(schema, reason) })
        }
    };
    let text = json!({
        "plan": 1, "view": view.as_str(), "record_type": record_type.as_str(),
        "record": record, "fields": fields,
        // Two rulings alike in all else may differ in what the recipient is told was withheld.
        "told": { "reduced": reduced, "withheld": withheld },
    });
    Described { text: text.to_string(), reduced: reduced.join(","), withheld: withheld.join(",") }
}

/// Describes the plan by which a view's holders are told to drop a record.
pub(crate) fn withdrawal(view: &ViewId, record_type: RecordType) -> String {
    json!({
        "plan": 1, "view": view.as_str(), "record_type": record_type.as_str(),
        "record": { "outcome": "withdraw" },
    })
    .to_string()
}

/// Describes the plan of a record that an addressed view has nobody to send to.
pub(crate) fn nobody(view: &ViewId, record_type: RecordType) -> String {
    json!({
        "plan": 1, "view": view.as_str(), "record_type": record_type.as_str(),
        "record": { "outcome": "withhold", "reason": "nobody is addressed" },
    })
    .to_string()
}

/// A class whose withheld fields may be named to the recipient.
fn tellable(class: Option<FieldClass>) -> bool {
    class.is_some_and(|class| !class.is_covert())
}

fn describe_field(schema: &Schema, path: &str, outcome: &FieldOutcome) -> Value {
    let mut described = json!({ "path": path, "outcome": outcome.word() });
    let Some(object) = described.as_object_mut() else { return described };
    if let Some(grounds) = outcome.grounds() {
        let bases: Vec<&str> = grounds.bases().iter().map(BasisId::as_str).collect();
        object.insert("bases".to_owned(), json!(bases));
        object.insert("rule".to_owned(), json!(grounds.rule().as_str()));
    }
    if let FieldOutcome::Withhold { reason } = outcome {
        object.insert("reason".to_owned(), json!(words(schema, reason)));
    }
    described
}

fn words(schema: &Schema, reason: &Reason) -> String {
    match reason {
        Reason::NoPermit => "no permit".to_owned(),
        Reason::Forbidden(rule) => format!("forbidden by {rule}"),
        Reason::Within(field) => format!("within {}", schema.field(*field).path()),
        Reason::Empty => "nothing within is open".to_owned(),
        Reason::Unclassified => "unclassified".to_owned(),
        Reason::Ambiguous => "ambiguous".to_owned(),
        Reason::Error => "error".to_owned(),
        Reason::UnknownSender => "unknown sender".to_owned(),
        Reason::Traces => "its texts point to a person".to_owned(),
        Reason::NotEntitled => "not entitled".to_owned(),
    }
}

fn record_words(schema: &Schema, reason: &RecordReason) -> String {
    match reason {
        RecordReason::Frozen(field) => format!("{} is not open", schema.field(*field).path()),
        RecordReason::Empty => "nothing but the envelope is open".to_owned(),
        RecordReason::Error => "error".to_owned(),
        RecordReason::UnknownSender => "unknown sender".to_owned(),
        RecordReason::NotEntitled => "not entitled".to_owned(),
    }
}

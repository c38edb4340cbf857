//! All of a bundle's rulings on one day as JSON: the truth that a program which shares no code with
//! us checks our output by. Decides nothing; what is not listed as leaving stays.

use crate::bundle::Bundle;
use crate::compile::compile_held;
use crate::manifest::EntitlementSource;
use crate::outcome::{FieldOutcome, Ruling};
use crate::rulings::Rulings;
use crate::text::date;
use crate::view::View;
use avro_tree::Schema;
use serde_json::{Map, Value, json};
use vocabulary::{BasisId, EntitlementKind, Purpose, RecordType};

/// The whole matrix: per record type its schema, facts and their combinations; per view and record
/// type the view's schema, each distinct ruling once (`null` where the record stays, else the
/// fields that leave and how), and its number for every class of senders and combination; `silent`
/// gives, by that number, the ruling of a record whose free texts point to a person. And per view
/// whom it may address, and whose word counts for which entitlements.
pub fn export(bundle: &Bundle, day: i32) -> Result<Value, avro_tree::Error> {
    let types = RecordType::ALL.iter().filter_map(|kind| Some((*kind, bundle.schema(*kind)?)));
    let mut record_types = Vec::new();
    let mut views = Vec::new();
    for (record_type, schema) in types {
        record_types.push(type_row(record_type, schema));
        for view in bundle.views().iter().filter(|view| view.record_types.contains(&record_type)) {
            views.push(view_row(bundle, view, record_type, schema, day)?);
        }
    }
    let senders = bundle.senders().authorities();
    let senders: Map<String, Value> =
        senders.map(|(code, class)| (code.to_string(), class.index().into())).collect();
    let open = bundle.open_registers().iter().map(
        |open| json!({ "source": open.source.as_str(), "record_type": open.record_type.as_str() }),
    );
    let audiences = bundle.views().iter().map(|view| audience_row(bundle, view));
    Ok(json!({
        "matrix": 1,
        "bundle": bundle.name(), "version": bundle.version(),
        "digest": bundle.digest().to_string(), "day": date(day),
        "senders": senders,
        "open_registers": open.collect::<Vec<_>>(),
        "record_types": record_types,
        "views": views,
        "audiences": audiences.collect::<Vec<_>>(),
        "entitlement_sources": entitlement_sources(bundle),
    }))
}

/// Whom a view may address: its members, by area where they have one; what it asks of them beyond
/// that; and whether they ask the gateway.
fn audience_row(bundle: &Bundle, view: &View) -> Value {
    let members = bundle.groups().members().iter();
    let of_view = members.filter(|one| view.groups.iter().any(|group| one.groups.contains(group)));
    let members = of_view.filter_map(|member| {
        let area = member.municipality.map(|area| area.to_string());
        Some(json!({ "orgnr": member.orgnr?.to_string(), "municipality": area }))
    });
    json!({
        "view": view.id.as_str(), "audience": view.audience.as_str(),
        "gateway": bundle.by_gateway(view),
        "members": members.collect::<Vec<_>>(),
        "entitlement": view.entitlement.map(EntitlementKind::as_str),
        "purposes": view.purposes.iter().map(Purpose::as_str).collect::<Vec<_>>(),
        "required": bundle.required(view).map(BasisId::as_str).collect::<Vec<_>>(),
    })
}

fn entitlement_sources(bundle: &Bundle) -> Value {
    let sources = bundle.entitlement_sources().iter();
    let row =
        |of: &EntitlementSource| json!({ "source": of.source.as_str(), "kind": of.kind.as_str() });
    sources.map(row).collect()
}

fn type_row(record_type: RecordType, schema: &Schema) -> Value {
    let space = schema.facts();
    let word = |fact: &avro_tree::Fact, value: u8| fact.values().get(usize::from(value)).cloned();
    let facts = space.facts().iter().map(|fact| {
        json!({
            "name": fact.name(),
            "path": schema.field(fact.field()).path(),
            "strictest": word(fact, fact.strictest()),
        })
    });
    let path = |field| schema.field(field).path();
    let free_texts = schema.fields().iter().filter(|field| field.free_text());
    let free_texts = free_texts.map(|field| field.path());
    let combination = |index: u16| -> Vec<Option<String>> {
        let values = space.values(index);
        space.facts().iter().zip(values).map(|(fact, value)| word(fact, value)).collect()
    };
    json!({
        "record_type": record_type.as_str(),
        "schema": schema.text(),
        "facts": facts.collect::<Vec<_>>(),
        "free_texts": free_texts.collect::<Vec<_>>(),
        "addressee": schema.addressee().map(path), "data_subject": schema.data_subject().map(path),
        "combinations": (0..u16::MAX).take(space.size()).map(combination).collect::<Vec<_>>(),
    })
}

fn view_row(
    bundle: &Bundle,
    view: &View,
    record_type: RecordType,
    schema: &Schema,
    day: i32,
) -> Result<Value, avro_tree::Error> {
    let releasable = bundle.releasable(&view.id, record_type);
    let rulings = |held: &[BasisId]| {
        let rulings = compile_held(bundle, view, record_type, day, held);
        rulings_of(bundle, schema, &rulings)
    };
    let mut choices = bundle.choices(view);
    let all = choices.pop().unwrap_or_default();
    let partial = choices.iter().map(|held| {
        let mut row = rulings(held);
        let held: Vec<&str> = held.iter().map(BasisId::as_str).collect();
        row.insert("held".to_owned(), held.into());
        Value::Object(row)
    });
    let mut row = rulings(&all);
    row.insert("view".to_owned(), view.id.as_str().into());
    row.insert("audience".to_owned(), view.audience.as_str().into());
    row.insert("record_type".to_owned(), record_type.as_str().into());
    let view_schema = avro_tree::view_schema(schema, &view.id, &releasable)?;
    row.insert("schema".to_owned(), view_schema.text().into());
    row.insert("partial".to_owned(), partial.collect::<Vec<_>>().into());
    Ok(row.into())
}

/// Each distinct ruling once, and its number for every class of senders and combination.
fn rulings_of(bundle: &Bundle, schema: &Schema, rulings: &Rulings) -> Map<String, Value> {
    let numbers = bundle.senders().classes().map(|sender| {
        let of = (0..u16::MAX).take(rulings.combinations());
        of.map(|facts| rulings.id(Some(sender), facts).index()).collect::<Vec<_>>()
    });
    let mut distinct: Vec<Value> =
        rulings.distinct().iter().map(|ruling| leaving(schema, ruling)).collect();
    let silent: Vec<usize> = rulings
        .distinct()
        .iter()
        .enumerate()
        .map(|(number, ruling)| match ruling.without_texts(schema) {
            Some(ruling) => {
                distinct.push(leaving(schema, &ruling));
                distinct.len() - 1
            }
            None => number,
        })
        .collect();
    Map::from_iter([
        ("rulings".to_owned(), distinct.into()),
        ("silent".to_owned(), silent.into()),
        ("senders".to_owned(), numbers.collect::<Vec<_>>().into()),
    ])
}

/// The fields that leave by a ruling, each with how.
fn leaving(schema: &Schema, ruling: &Ruling) -> Value {
    if !ruling.releases() {
        return Value::Null;
    }
    let fields: Map<String, Value> = ruling
        .released()
        .map(|id| {
            let how = match ruling.field(id) {
                FieldOutcome::Items { keep, .. } => json!({
                    "field": schema.field(keep.field).path(), "values": keep.values,
                }),
                outcome => outcome.word().into(),
            };
            (schema.field(id).path().to_owned(), how)
        })
        .collect();
    fields.into()
}

//! A small matrix worked out by hand: what agrees, and each way of not agreeing.

use crate::{Case, Checker, Error, Expected, Oracle};
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use serde_json::json;
use std::collections::BTreeSet;
use vocabulary::{RecordType, SourceId, SubjectKind, ViewId};

const KIND: RecordType = RecordType::Sanction;

fn word(name: &str, symbols: &[&str]) -> serde_json::Value {
    json!(["null", { "type": "enum", "name": name, "symbols": symbols }])
}

fn schema() -> serde_json::Value {
    json!({
        "type": "record", "name": "R", "fields": [
            { "name": "konvolutt", "type": { "type": "record", "name": "K", "fields": [
                { "name": "endringstype",
                  "type": { "type": "enum", "name": "E", "symbols": ["ny", "trukket"] } },
                { "name": "bevaringstilstand", "type": word("B", &["live", "expired"]) },
            ] } },
            { "name": "fakta", "type": { "type": "record", "name": "F", "fields": [
                { "name": "subjekttype", "type": word("S", &["legal", "sole_prop", "unknown"]) },
            ] } },
            { "name": "aapen", "type": ["null", "string"] },
            { "name": "lukket", "type": ["null", "string"] },
            { "name": "dag", "type": ["null", { "type": "int", "logicalType": "date" }] },
            { "name": "liste", "type": ["null", { "type": "array", "items": {
                "type": "record", "name": "L", "fields": [
                    { "name": "type", "type": ["null", "string"] },
                    { "name": "tekst", "type": ["null", "string"] },
                ] } }] },
        ]
    })
}

fn view_schema() -> serde_json::Value {
    json!({
        "type": "record", "name": "V", "fields": [
            { "name": "konvolutt", "type": { "type": "record", "name": "VK", "fields": [
                { "name": "endringstype",
                  "type": { "type": "enum", "name": "E", "symbols": ["ny", "trukket"] } },
            ] } },
            { "name": "aapen", "type": ["null", "string"] },
            { "name": "lukket", "type": ["null", "string"] },
            { "name": "dag", "type": ["null", { "type": "int", "logicalType": "date" }] },
            { "name": "liste", "type": ["null", { "type": "array", "items": {
                "type": "record", "name": "VL", "fields": [
                    { "name": "tekst", "type": ["null", "string"] },
                ] } }] },
        ]
    })
}

/// A company's record leaves, but for `lukket`; a person's does not.
fn oracle() -> Oracle {
    let leaving = json!({
        "konvolutt": "release", "konvolutt.endringstype": "release",
        "aapen": "release", "dag": "month",
        "liste": { "field": "liste[].type", "values": ["ja"] }, "liste[].tekst": "release",
    });
    let matrix = json!({
        "matrix": 1, "senders": { "DAT": 0 }, "open_registers": [],
        "record_types": [{
            "record_type": KIND.as_str(), "schema": schema().to_string(),
            "facts": [
                { "name": "subject_kind", "path": "fakta.subjekttype", "strictest": "unknown" },
            ],
            "free_texts": ["aapen", "liste[].tekst"],
            "combinations": [["legal"], ["sole_prop"], ["unknown"]],
        }],
        "views": [{
            "view": "test", "record_type": KIND.as_str(), "schema": view_schema().to_string(),
            "rulings": [null, leaving, { "dag": "month" }], "silent": [0, 2, 2],
            "senders": [[1, 0, 0]],
        }],
    });
    Oracle::parse(&matrix.to_string()).unwrap()
}

fn null() -> Value {
    Value::Union(0, Box::new(Value::Null))
}

fn some(value: Value) -> Value {
    Value::Union(1, Box::new(value))
}

fn record(fields: Vec<(&str, Value)>) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(text: &str) -> Value {
    some(Value::String(text.to_owned()))
}

fn sent(kind: (u32, &str), change: (u32, &str)) -> Value {
    let item = |kind: &str, text_: &str| record(vec![("type", text(kind)), ("tekst", text(text_))]);
    record(vec![
        (
            "konvolutt",
            record(vec![
                ("endringstype", Value::Enum(change.0, change.1.to_owned())),
                ("bevaringstilstand", some(Value::Enum(0, "live".to_owned()))),
            ]),
        ),
        ("fakta", record(vec![("subjekttype", some(Value::Enum(kind.0, kind.1.to_owned())))])),
        ("aapen", text("alle kan se dette")),
        ("lukket", text("ingen kan se dette")),
        ("dag", some(Value::Date(20_780))),
        ("liste", some(Value::Array(vec![item("ja", "beholdes"), item("nei", "holdes tilbake")]))),
    ])
}

/// What the view shall hold of a company's record.
fn kept() -> Vec<u8> {
    let list = vec![record(vec![("tekst", text("beholdes"))])];
    written(text("alle kan se dette"), some(Value::Array(list)))
}

/// A datum of the view with these and the day.
fn written(open: Value, list: Value) -> Vec<u8> {
    let value = record(vec![
        ("konvolutt", record(vec![("endringstype", Value::Enum(0, "ny".to_owned()))])),
        ("aapen", open),
        ("lukket", null()),
        // 2026-11-01
        ("dag", some(Value::Date(20_758))),
        ("liste", list),
    ]);
    let schema = apache_avro::Schema::parse_str(&view_schema().to_string()).unwrap();
    let writer = GenericDatumWriter::builder(&schema).build().unwrap();
    writer.write_value_to_vec(value).unwrap()
}

fn check(value: &Value, kind: SubjectKind, released: Option<&[u8]>) -> Result<(), Error> {
    let oracle = oracle();
    let source: SourceId = "DAT".parse().unwrap();
    let view: ViewId = "test".parse().unwrap();
    let case = Case { record_type: KIND, source: &source, kind, value, held: BTreeSet::new() };
    Checker::new(&oracle).check(&case, &view, released)
}

#[test]
fn a_company_is_released_without_what_the_matrix_does_not_list() {
    let company = sent((0, "legal"), (0, "ny"));
    assert_eq!(check(&company, SubjectKind::Legal, Some(&kept())), Ok(()));
    assert_eq!(check(&company, SubjectKind::Legal, None), Err(Error::Outcome));
}

#[test]
fn the_stricter_kind_counts_and_a_closed_record_is_nobodys() {
    let company = sent((0, "legal"), (0, "ny"));
    for own in [SubjectKind::SoleProprietor, SubjectKind::Unknown] {
        assert_eq!(check(&company, own, None), Ok(()));
        assert_eq!(check(&company, own, Some(&kept())), Err(Error::Outcome));
    }
    assert_eq!(check(&sent((1, "sole_prop"), (0, "ny")), SubjectKind::Legal, None), Ok(()));
    assert_eq!(check(&sent((0, "legal"), (1, "trukket")), SubjectKind::Legal, None), Ok(()));
}

#[test]
fn other_bytes_and_withheld_texts_are_told_apart() {
    let company = sent((0, "legal"), (0, "ny"));
    let mut other = kept();
    other.pop();
    assert_eq!(check(&company, SubjectKind::Legal, Some(&other)), Err(Error::Bytes));
    for text in ["ingen kan se dette", "holdes tilbake"] {
        let mut leaked = kept();
        leaked.extend_from_slice(text.as_bytes());
        assert_eq!(check(&company, SubjectKind::Legal, Some(&leaked)), Err(Error::Leak));
    }
}

#[test]
fn one_text_that_points_to_a_person_silences_all_texts() {
    let rewritten = |from: &str, to: &str| {
        let mut company = sent((0, "legal"), (0, "ny"));
        rewrite(&mut company, from, to);
        company
    };
    let silent = written(null(), null());
    for from in ["alle kan se dette", "holdes tilbake", "beholdes"] {
        let company = rewritten(from, "ring 912 34 567 om dette");
        assert_eq!(check(&company, SubjectKind::Legal, Some(&silent)), Ok(()), "{from}");
        let spoke = check(&company, SubjectKind::Legal, Some(&kept()));
        assert!(matches!(spoke, Err(Error::Bytes | Error::Leak)), "{from}");
    }
    // A field that people do not write freely in may hold one.
    let company = rewritten("ingen kan se dette", "ring 912 34 567 om dette");
    assert_eq!(check(&company, SubjectKind::Legal, Some(&kept())), Ok(()));
}

fn rewrite(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Record(fields) => fields.iter_mut().for_each(|(_, one)| rewrite(one, from, to)),
        Value::Array(items) => items.iter_mut().for_each(|one| rewrite(one, from, to)),
        Value::Union(_, inner) => rewrite(inner, from, to),
        Value::String(text) if text == from => to.clone_into(text),
        _ => {}
    }
}

#[test]
fn an_unknown_sender_or_view_opens_nothing() {
    let oracle = oracle();
    let mut checker = Checker::new(&oracle);
    let value = sent((0, "legal"), (0, "ny"));
    let (source, view): (SourceId, ViewId) = ("XYZ".parse().unwrap(), "test".parse().unwrap());
    let held = BTreeSet::new();
    let case =
        Case { record_type: KIND, source: &source, kind: SubjectKind::Legal, value: &value, held };
    assert_eq!(checker.expected(&case, &view), Ok(Expected::Nothing));
    let other = "annet".parse().unwrap();
    assert_eq!(checker.expected(&case, &other), Err(Error::Unknown));
    assert_eq!(Oracle::parse("{}").err(), Some(Error::Matrix));
}

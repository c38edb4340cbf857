//! Texts to trees: what is taken, what is refused, and that text comes out as it went in.

use super::{field, record};
use crate::{Error, Logical, Node, Schema, limits};
use apache_avro::rabin::Rabin;
use proptest::prelude::*;

const CONTACT: &str = r#"{"type":"record","name":"Contact","namespace":"no.x","fields":[
{"name":"phone","class":"OPS","type":["null","string"],"default":null},
{"name":"kind","type":["null",{"type":"enum","name":"Kind","symbols":["a","b"]}]}]}"#;

const REPORT: &str = r#"{"type":"record","name":"no.x.Report","java-class":"evil","doc":"d",
 "fields":[
{"name":"head","class":"OFF","type":{"type":"record","name":"Head","fields":[
 {"name":"id","class":"OFF","frozen":true,"type":{"type":"fixed","name":"Id","size":16,
  "logicalType":"uuid"}},
 {"name":"note","class":"PER","freeText":true,"en":"note","type":["null","string"]}]}},
{"name":"contact","class":"OPS","subject":true,"type":["null","Contact"],"default":null},
{"name":"others","class":"OFF","published":true,"paragraph":"§ 1",
 "type":["null",{"type":"array","items":"no.x.Contact"}],"default":null,"order":"ignore"},
{"name":"days","type":{"type":"map","values":{"type":"int","logicalType":"date"}}},
{"name":"one","type":["null","Kind",{"type":"record","name":"P","fields":[
 {"name":"x","type":"long"}]},
  {"type":"record","name":"Q","fields":[{"name":"x","type":"long"}]}]}]}"#;

fn report() -> Schema {
    Schema::parse_with(&[CONTACT], REPORT).unwrap()
}

#[test]
fn references_are_expanded_and_every_field_has_its_path() {
    let schema = report();
    let paths: Vec<&str> = schema.fields().iter().map(|field| field.path()).collect();
    assert_eq!(
        paths,
        [
            "head",
            "head.id",
            "head.note",
            "contact",
            "contact.phone",
            "contact.kind",
            "others",
            "others[].phone",
            "others[].kind",
            "days",
            "one",
            "one(P).x",
            "one(Q).x",
        ]
    );
    let field = |path| schema.field(schema.field_by_path(path).unwrap());
    assert!(field("head.id").frozen() && field("head").anchors() && !field("head").frozen());
    assert!(field("head.note").free_text() && !field("head.note").anchors());
    assert_eq!(field("head.note").english(), Some("note"));
    assert!(field("contact").subject() && field("others").published());
    assert_eq!(field("others").paragraph(), Some("§ 1"));
    assert_eq!(field("days").class(), None);
    assert!(field("others[].phone").repeated() && !field("contact.phone").repeated());
    let id = schema.field_by_path("others[].phone").unwrap();
    let lineage: Vec<&str> = schema.lineage(id).map(|id| schema.field(id).name()).collect();
    assert_eq!(lineage, ["phone", "others"]);
    let uuid = schema.value_node(schema.field_by_path("head.id").unwrap());
    assert!(matches!(uuid, Node::Fixed { size: 16, logical: Some(Logical::Uuid), .. }));
}

#[test]
fn text_is_self_contained_and_the_same_again() {
    let schema = report();
    let again = Schema::parse(schema.text()).unwrap();
    assert_eq!(again, schema);
    assert_eq!(again.text(), schema.text());
    assert!(!schema.text().contains("evil"), "hints are left out");
    for property in ["class", "frozen", "freeText", "en", "paragraph", "subject", "published"] {
        assert!(schema.text().contains(&format!("\"{property}\":")), "{property}");
    }
}

#[test]
fn the_canonical_form_and_fingerprint_are_avros() {
    // they keep the object around a primitive with a logical type, which the rules take away
    let plain = REPORT.replace(r#"{"type":"int","logicalType":"date"}"#, r#""int""#);
    assert_eq!(report().canonical(), Schema::parse_with(&[CONTACT], &plain).unwrap().canonical());
    let schema = Schema::parse_with(&[CONTACT], &plain).unwrap();
    let theirs = apache_avro::Schema::parse_str(schema.text()).unwrap();
    assert_eq!(schema.canonical(), theirs.canonical_form());
    let print = theirs.fingerprint::<Rabin>().bytes;
    assert_eq!(schema.fingerprint().to_le_bytes().as_slice(), print.as_slice());
}

#[test]
fn what_is_no_schema_is_refused_for_its_own_reason() {
    let one = |kind: &str| {
        let text =
            format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{kind}}}]}}"#);
        Schema::parse(&text).map(|_| ()).map_err(|error| error.code())
    };
    for (kind, code) in [
        (r#""Missing""#, "SCHEMA-004"),
        (r#""R""#, "SCHEMA-006"),
        (r#"["null","R"]"#, "SCHEMA-006"),
        (r#"["null",["int"]]"#, "SCHEMA-002"),
        (r#"["int","int"]"#, "SCHEMA-002"),
        (r#"[]"#, "SCHEMA-002"),
        ("7", "SCHEMA-002"),
        (r#"{"type":"enum","name":"E","symbols":[]}"#, "SCHEMA-002"),
        (r#"{"type":"enum","name":"E","symbols":["a","a"]}"#, "SCHEMA-005"),
        (r#"{"type":"enum","name":"E","symbols":["å"]}"#, "SCHEMA-003"),
        (r#"{"type":"enum","name":"R","symbols":["a"]}"#, "SCHEMA-005"),
        (r#"{"type":"fixed","name":"F","size":0}"#, "SCHEMA-002"),
        (r#"{"type":"fixed","name":"F","size":1000000}"#, "SCHEMA-007"),
        (r#"{"type":"array"}"#, "SCHEMA-002"),
        (r#""int","class":"XYZ""#, "SCHEMA-008"),
        (r#""int","frozen":1"#, "SCHEMA-002"),
        (r#""int","default":"x""#, "SCHEMA-002"),
        (r#"["int","null"],"default":null"#, "SCHEMA-002"),
        (r#"{"type":"array","items":"int"},"frozen":true"#, "SCHEMA-010"),
    ] {
        assert_eq!(one(kind), Err(code), "{kind}");
    }
    assert_eq!(Schema::parse("{").unwrap_err().code(), "SCHEMA-001");
    assert_eq!(Schema::parse(r#""int""#).unwrap_err().code(), "SCHEMA-002");
    let twice = Schema::parse_with(&[CONTACT, CONTACT], REPORT).unwrap_err();
    assert_eq!(twice, Error::Duplicate { name: "no.x.Contact".into() });
    let frozen = r#"{"name":"l","type":{"type":"array","items":{"type":"record","name":"I",
        "fields":[{"name":"x","frozen":true,"type":"int"}]}}}"#;
    let text = format!(r#"{{"type":"record","name":"R","fields":[{frozen}]}}"#);
    assert!(matches!(Schema::parse(&text), Err(Error::Frozen { .. })));
}

#[test]
fn everything_has_a_bound() {
    let deep = |levels: usize| {
        let inner = "{\"type\":\"array\",\"items\":".repeat(levels);
        let text = format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{inner}"int"{}}}]}}"#,
            "}".repeat(levels)
        );
        Schema::parse(&text).map(|_| ())
    };
    assert!(deep(limits::MAX_DEPTH - 4).is_ok());
    assert!(matches!(deep(limits::MAX_DEPTH + 1), Err(Error::Limit { .. })));
    let many: Vec<String> =
        (0..=limits::MAX_FIELDS).map(|n| field(&format!("f{n}"), "PUB")).collect();
    let text = format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, many.join(","));
    assert!(matches!(Schema::parse(&text), Err(Error::Limit { what: "fields", .. })));
    assert!(matches!(
        Schema::parse(&" ".repeat(limits::MAX_TEXT + 1)),
        Err(Error::Limit { what: "bytes", .. })
    ));
    // doubling by reference grows without end in few bytes of text
    let mut types =
        vec![r#"{"type":"record","name":"T0","fields":[{"name":"a","type":"int"}]}"#.to_owned()];
    for n in 1..20 {
        let last = n - 1;
        types.push(format!(
            r#"{{"type":"record","name":"T{n}","fields":[{{"name":"a","type":"T{last}"}},
            {{"name":"b","type":"T{last}"}}]}}"#
        ));
    }
    let named: Vec<&str> = types.iter().map(String::as_str).collect();
    let root = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"T19"}]}"#;
    assert!(matches!(Schema::parse_with(&named, root), Err(Error::Limit { .. })));
}

#[test]
fn ids_are_the_fields_order() {
    let schema = record(&[field("a", "PUB"), field("b", "OFF")].join(","));
    let ids: Vec<usize> = schema.field_ids().map(crate::FieldId::index).collect();
    assert_eq!(ids, [0, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None,
        ..ProptestConfig::default() })]

    #[test]
    fn broken_text_never_panics(
        at in any::<prop::sample::Index>(), with in "[\\[\\]{}\",:a-z0-9]{0,3}", cut in 0usize..6,
    ) {
        let mut text: Vec<char> = REPORT.chars().collect();
        let at = at.index(text.len());
        let end = (at + cut).min(text.len());
        text.splice(at..end, with.chars());
        let text: String = text.into_iter().collect();
        if let Ok(schema) = Schema::parse_with(&[CONTACT], &text) {
            let again = Schema::parse(schema.text()).unwrap();
            prop_assert_eq!(again.text(), schema.text());
            let theirs = apache_avro::Schema::parse_str(schema.text());
            prop_assert!(theirs.is_ok(), "{:?} {}", theirs, schema.text());
        }
    }
}

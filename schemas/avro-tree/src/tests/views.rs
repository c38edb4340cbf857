//! View schemas: what they hold and in what form.

use crate::{FieldId, Node, Schema, compare, present, view_schema};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TEXT: &str = r#"{"type":"record","name":"no.x.R","fields":[
{"name":"head","class":"OFF","type":{"type":"record","name":"Head","fields":[
 {"name":"id","class":"OFF","frozen":true,"type":"string"},
 {"name":"note","class":"PER","type":["null","string"]}]}},
{"name":"body","class":"OFF","type":{"type":"record","name":"Body","fields":[
 {"name":"one","class":"PUB","type":"int"},
 {"name":"two","class":"PUB","type":["string","null"]}]}},
{"name":"a","class":"OFF","type":["null",{"type":"record","name":"Contact","fields":[
 {"name":"x","class":"PUB","type":["null","string"]},
 {"name":"y","class":"PER","type":["null","string"]}]}]},
{"name":"b","class":"OFF","type":{"type":"array","items":"Contact"}},
{"name":"c","class":"OFF","type":["null","Contact"]}]}"#;

fn view(paths: &[&str]) -> Schema {
    let schema = Schema::parse(TEXT).unwrap();
    let ids = paths.iter().map(|path| schema.field_by_path(path).unwrap()).collect();
    view_schema(&schema, &"akrim-core".parse().unwrap(), &ids).unwrap()
}

fn paths(schema: &Schema) -> Vec<&str> {
    schema.fields().iter().map(|field| field.path()).collect()
}

#[test]
fn frozen_fields_stay_and_all_else_is_nullable() {
    let view = view(&["body", "body.one", "body.two"]);
    assert_eq!(view.name(), "no.samsyn.view.akrim_core.R");
    assert_eq!(paths(&view), ["head", "head.id", "body", "body.one", "body.two"]);
    let node = |path| view.node(view.field(view.field_by_path(path).unwrap()).node());
    assert!(matches!(node("head"), Node::Record { .. }));
    assert!(matches!(node("head.id"), Node::String(None)));
    for path in ["body", "body.one", "body.two"] {
        let Node::Union(branches) = node(path) else { panic!("{path}") };
        assert_eq!(*view.node(branches[0]), Node::Null, "{path}: null first");
        assert!(view.field(view.field_by_path(path).unwrap()).has_default());
    }
    assert_eq!(
        view.field(view.field_by_path("body.one").unwrap()).class().unwrap().as_str(),
        "PUB"
    );
}

#[test]
fn nothing_left_within_is_nothing() {
    assert_eq!(paths(&view(&["body", "a", "b"])), ["head", "head.id"]);
    assert_eq!(paths(&view(&["body.one", "a.x"])), ["head", "head.id"], "its container is not");
}

#[test]
fn a_type_used_twice_may_have_two_shapes() {
    let view = view(&["a", "a.x", "a.y", "b", "b[].x", "c", "c.x", "c.y"]);
    let name = |path| match view.value_node(view.field_by_path(path).unwrap()) {
        Node::Record { name, .. } => name.clone(),
        Node::Array(inner) => match view.node(*inner) {
            Node::Record { name, .. } => name.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(name("a"), "no.samsyn.view.akrim_core.Contact");
    assert_eq!(name("b"), "no.samsyn.view.akrim_core.Contact_b");
    assert_eq!(name("c"), "no.samsyn.view.akrim_core.Contact_c");
    assert!(apache_avro::Schema::parse_str(view.text()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None,
        ..ProptestConfig::default() })]

    /// Widening only adds nullable fields, so what was written before can still be read.
    #[test]
    fn widening_a_view_is_compatible(few in any::<u16>(), more in any::<u16>()) {
        let schema = Schema::parse(TEXT).unwrap();
        let set = |bits: u16| -> BTreeSet<FieldId> {
            schema.field_ids().filter(|id| bits >> id.index() & 1 == 1).collect()
        };
        let id = "v".parse().unwrap();
        let narrow = view_schema(&schema, &id, &set(few)).unwrap();
        let wide = view_schema(&schema, &id, &set(few | more)).unwrap();
        let verdict = compare(&narrow, &wide);
        let breaking: Vec<String> = verdict.breaking().map(ToString::to_string).collect();
        prop_assert!(breaking.is_empty(), "{:?}", breaking);
        let there = present(&schema, |id| set(few).contains(&id));
        let count = there.iter().filter(|there| **there).count();
        prop_assert_eq!(count, narrow.fields().len());
        prop_assert!(apache_avro::Schema::parse_str(wide.text()).is_ok());
    }
}

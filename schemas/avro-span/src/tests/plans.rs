//! What plans and probes do, by example, and what is refused when they are compiled.

use super::naive::Reversed;
use crate::{Action, Error, Form, PlanActions, Predicate, Projector, Spans, value};
use avro_tree::{FieldId, Schema};
use serde_json::json;

const TEXT: &str = r#"{"type":"record","name":"t.R","fields":[
{"name":"head","type":{"type":"record","name":"H","fields":[
 {"name":"id","frozen":true,"type":{"type":"fixed","name":"Id","size":16,"logicalType":"uuid"}},
 {"name":"change","frozen":true,"type":{"type":"enum","name":"C","symbols":["ny","trukket"]}},
 {"name":"state","type":["null",{"type":"enum","name":"S","symbols":["live","expired"]}]}]}},
{"name":"name","type":["null","string"]},
{"name":"day","type":["null",{"type":"int","logicalType":"date"}]},
{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
{"name":"amount","type":["null","long"]},
{"name":"place","type":["null",{"type":"record","name":"P","fields":[
 {"name":"number","type":["null","string"]}]}]},
{"name":"grades","type":["null",{"type":"array","items":{"type":"record","name":"G","fields":[
 {"name":"area","type":["null","string"]},{"name":"grade","type":["null","int"]}]}}]}]}"#;

fn schema() -> Schema {
    Schema::parse(TEXT).unwrap()
}

fn datum(schema: &Schema) -> Vec<u8> {
    let value = json!({
        "head": {"id": "01234567-89ab-cdef-0123-456789abcdef", "change": "ny", "state": "live"},
        "name": "Kari Nordmann", "day": "2026-05-17", "at": "2026-05-17T12:30:00.000001Z",
        "amount": -15, "place": {"number": "0301-208/12"},
        "grades": [{"area": "1", "grade": 0}, {"area": "2", "grade": 3}, {"grade": 1}],
    });
    crate::from_json(schema, &value).unwrap()
}

fn plan(schema: &Schema, of: &[(&str, Action)]) -> PlanActions {
    let mut plan = vec![Action::Keep; schema.fields().len()];
    for (path, action) in of {
        plan[schema.field_by_path(path).unwrap().index()] = action.clone();
    }
    plan
}

/// The view of the example under a plan, as JSON.
fn view(of: &[(&str, Action)]) -> serde_json::Value {
    let schema = schema();
    let plan = plan(&schema, of);
    let kept = schema.field_ids().filter(|id| plan[id.index()] != Action::Drop).collect();
    let view = avro_tree::view_schema(&schema, &"v".parse().unwrap(), &kept).unwrap();
    let projector = Projector::compile(&schema, &[plan], &[]).unwrap();
    let (datum, mut spans, mut out) = (datum(&schema), Spans::new(), vec![]);
    projector.scan(&datum, &mut spans).unwrap();
    projector.project(0, &datum, &spans, &Reversed, &mut out).unwrap();
    crate::to_value(&view, &out).unwrap()
}

#[test]
fn forms_give_what_they_promise_under_the_same_type() {
    let form = |path, form| {
        view(&[(path, Action::Transform(form))])
            .pointer(&format!("/{}", path.replace('.', "/")))
            .cloned()
    };
    assert_eq!(form("day", Form::Month), Some(json!("2026-05-01")));
    assert_eq!(form("day", Form::Year), Some(json!("2026-01-01")));
    assert_eq!(form("at", Form::Month), Some(json!("2026-05-01T00:00:00.000000Z")));
    assert_eq!(form("name", Form::Initials), Some(json!("K.N.")));
    assert_eq!(form("name", Form::Mask), Some(json!("***")));
    assert_eq!(form("name", Form::Municipality), Some(json!(null)), "no form: null, not the name");
    assert_eq!(form("place.number", Form::Municipality), Some(json!("0301")));
    assert_eq!(form("amount", Form::Bucket(10)), Some(json!(-20)));
    let pseudonym = form("name", Form::Pseudonym).unwrap();
    assert_eq!(pseudonym.as_str().map(str::len), Some(32));
}

#[test]
fn items_stay_by_their_own_field_and_null_goes() {
    let schema = schema();
    let field = |path| schema.field_by_path(path).unwrap();
    let areas = Predicate::new(field("grades[].area"), vec!["2".into(), "3".into()]);
    let found = view(&[("grades", Action::Items(areas))]);
    assert_eq!(found["grades"], json!([{"area": "2", "grade": 3}]));
    let numbers = Predicate::new(field("grades[].grade"), vec!["1".into()]);
    let found = view(&[("grades", Action::Items(numbers)), ("grades[].area", Action::Drop)]);
    assert_eq!(found["grades"], json!([{"grade": 1}]));
    let none = Predicate::new(field("grades[].area"), vec![]);
    assert_eq!(view(&[("grades", Action::Items(none))])["grades"], json!([]));
}

#[test]
fn a_literal_stands_in_for_a_frozen_value() {
    let found = view(&[("head.change", Action::Literal(vec![2])), ("name", Action::Null)]);
    assert_eq!(found["head"]["change"], "trukket");
    assert_eq!(found["name"], json!(null));
}

#[test]
fn a_record_of_which_nothing_is_left_is_gone() {
    let found = view(&[("place.number", Action::Drop)]);
    assert!(found.get("place").is_none(), "not even whether there was one is told");
}

#[test]
fn probes_give_values_without_their_union() {
    let schema = schema();
    let paths = ["head.id", "head.state", "place.number", "at", "name"];
    let probes: Vec<FieldId> =
        paths.iter().map(|path| schema.field_by_path(path).unwrap()).collect();
    for plans in [vec![], vec![plan(&schema, &[])]] {
        let projector = Projector::compile(&schema, &plans, &probes).unwrap();
        let (datum, mut spans) = (datum(&schema), Spans::new());
        projector.scan(&datum, &mut spans).unwrap();
        let probe = |i| projector.probe(i, &datum, &spans);
        assert_eq!(probe(0).map(<[u8]>::len), Some(16));
        assert_eq!(probe(1).map(value::read_enum), Some(Ok(0)));
        assert_eq!(probe(2).map(value::read_str), Some(Ok("0301-208/12")));
        assert_eq!(probe(3).map(value::read_long), Some(Ok(1_779_021_000_000_001)));
        assert_eq!(probe(4).map(value::read_str), Some(Ok("Kari Nordmann")));
        assert_eq!(probe(5), None);
        let bare = json!({"head": {"id": "01234567-89ab-cdef-0123-456789abcdef", "change": "ny"},
            "at": 0});
        let bare = crate::from_json(&schema, &bare).unwrap();
        projector.scan(&bare, &mut spans).unwrap();
        for (i, there) in [true, false, false, true, false].into_iter().enumerate() {
            assert_eq!(projector.probe(i, &bare, &spans).is_some(), there, "{i}");
        }
    }
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    let schema = schema();
    let grade = schema.field_by_path("grades[].grade").unwrap();
    let name = schema.field_by_path("name").unwrap();
    let predicate = |field, value: &str| Action::Items(Predicate::new(field, vec![value.into()]));
    for (path, action) in [
        ("head.id", Action::Drop),
        ("head.id", Action::Null),
        ("head", Action::Drop),
        ("head.change", Action::Literal(vec![4])),
        ("head.change", Action::Literal(vec![2, 0])),
        ("day", Action::Transform(Form::Mask)),
        ("name", Action::Transform(Form::Month)),
        ("amount", Action::Transform(Form::Bucket(0))),
        ("amount", Action::Transform(Form::Year)),
        ("grades", predicate(name, "x")),
        ("grades", predicate(grade, "x")),
        ("name", predicate(grade, "1")),
        ("place", Action::Literal(vec![0])),
        ("grades", predicate(FieldId::new(999), "1")),
    ] {
        let plan = plan(&schema, &[(path, action.clone())]);
        let error = Projector::compile(&schema, &[plan], &[]).unwrap_err();
        assert!(matches!(error, Error::Plan { .. }), "{path} {action:?}");
        assert_eq!(error.code(), "AVRO-008");
    }
    assert!(Projector::compile(&schema, &[vec![]], &[]).is_err(), "an action for each field");
    assert!(Projector::compile(&schema, &[], &[grade]).is_err(), "a probe in an array");
}

//! Fields that name whom a record is for.

use crate::{Change, Error, Schema, compare};

fn with(root: &str) -> Result<Schema, Error> {
    Schema::parse(&format!(
        r#"{{"type":"record","name":"R",{root}"fields":[
        {{"name":"to","frozen":true,"type":"string"}},
        {{"name":"maybe","frozen":true,"type":["null","string"],"default":null}},
        {{"name":"loose","type":"string"}},
        {{"name":"number","frozen":true,"type":"long"}},
        {{"name":"worker","type":["null",{{"type":"record","name":"W","fields":[
         {{"name":"pseudonym","type":["null","string"],"default":null}}]}}],"default":null}},
        {{"name":"list","type":{{"type":"array","items":{{"type":"record","name":"I","fields":[
         {{"name":"who","type":"string"}}]}}}}}}]}}"#
    ))
}

#[test]
fn the_addressee_is_a_frozen_text_that_is_always_there() {
    let schema = with(r#""addressee":"to","#).unwrap();
    assert_eq!(schema.addressee(), schema.field_by_path("to"));
    assert_eq!(Schema::parse(schema.text()).unwrap(), schema, "the text keeps it");
    for path in ["none", "maybe", "loose", "number", "worker.pseudonym", "list[].who"] {
        let refused = with(&format!(r#""addressee":"{path}","#));
        assert!(matches!(refused, Err(Error::Shape { .. })), "{path}");
    }
    assert!(with(r#""addressee":7,"#).is_err());
    assert_eq!(with("").unwrap().addressee(), None);
}

#[test]
fn the_data_subject_is_a_text_that_one_record_has_once() {
    let schema = with(r#""data_subject":"worker.pseudonym","#).unwrap();
    assert_eq!(schema.data_subject(), schema.field_by_path("worker.pseudonym"));
    for path in ["none", "number", "worker", "list[].who"] {
        assert!(with(&format!(r#""data_subject":"{path}","#)).is_err(), "{path}");
    }
}

#[test]
fn nobody_becomes_the_addressee_by_a_newer_schema() {
    let (none, to) = (with("").unwrap(), with(r#""addressee":"to","#).unwrap());
    let changed = |old, new| {
        let verdict = compare(old, new);
        verdict.findings().iter().any(|found| found.change == Change::AddressChanged)
    };
    assert!(changed(&to, &none));
    assert!(!changed(&none, &to));
    assert!(Change::AddressChanged.is_breaking());
}

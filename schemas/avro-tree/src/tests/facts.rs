//! Facts and the numbers of their combinations.

use crate::{Error, Schema};

fn with(facts: &str) -> Result<Schema, Error> {
    let word = |name: &str, symbols: &str| {
        format!(
            r#"{{"name":"{name}","type":["null",{{"type":"enum","name":"E{name}",
            "symbols":[{symbols}]}}]}}"#
        )
    };
    Schema::parse(&format!(
        r#"{{"type":"record","name":"R","facts":[{facts}],"fields":[{{"name":"fakta","type":
        {{"type":"record","name":"F","fields":[{},{},{{"name":"t","type":"string"}}]}}}},
        {{"name":"list","type":{{"type":"array","items":{{"type":"record","name":"I",
        "fields":[{}]}}}}}}]}}"#,
        word("kind", r#""a","b","c""#),
        word("open", r#""ja","nei""#),
        word("inner", r#""x""#),
    ))
}

const KIND: &str = r#"{"name":"kind","path":"fakta.kind","values":["a","b","c"],"strictest":"c"}"#;
const OPEN: &str = r#"{"name":"open","path":"fakta.open","values":["ja","nei"],"strictest":"ja"}"#;

#[test]
fn every_combination_has_one_number() {
    let schema = with(&format!("{KIND},{OPEN}")).unwrap();
    let facts = schema.facts();
    assert_eq!(facts.size(), 6);
    assert_eq!(facts.values(facts.strictest()), [2, 0]);
    for index in 0..6 {
        assert_eq!(facts.index(&facts.values(index)), Some(index));
    }
    assert_eq!(facts.index(&[0, 0]), Some(0));
    assert_eq!(facts.index(&[3, 0]), None);
    assert_eq!(facts.index(&[0]), None);
    assert_eq!(facts.values(6), [2, 0], "out of range is strictest");
    assert_eq!(Schema::parse(schema.text()).unwrap(), schema);
}

#[test]
fn no_facts_is_one_combination() {
    let facts = with("").unwrap().facts().clone();
    assert_eq!((facts.size(), facts.strictest(), facts.index(&[])), (1, 0, Some(0)));
}

#[test]
fn a_fact_must_be_borne_out_by_its_field() {
    for wrong in [
        KIND.replace("fakta.kind", "fakta.none"),
        KIND.replace("fakta.kind", "fakta.t"),
        KIND.replace("fakta.kind", "list[].inner"),
        KIND.replace(r#"["a","b","c"]"#, r#"["a","b"]"#),
        KIND.replace(r#"["a","b","c"]"#, r#"["b","a","c"]"#),
        KIND.replace(r#""strictest":"c""#, r#""strictest":"d""#),
    ] {
        assert!(matches!(with(&wrong), Err(Error::Fact { .. })), "{wrong}");
    }
    assert!(matches!(with(&format!("{KIND},{KIND}")), Err(Error::Duplicate { .. })));
}

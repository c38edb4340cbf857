//! Properties of parsing, view schemas and verdicts.
use crate::*;

#[test]
fn a_schema_parses_and_prints_itself_the_same() {
    let text = r#"{"type":"record","name":"a.R","fields":[{"name":"x","type":["null","string"],"default":null,"class":"PUB"}]}"#;
    let schema = Schema::parse(text).unwrap();
    assert_eq!(Schema::parse(schema.text()).unwrap(), schema);
}

//! JSON at the edges, and single values.

use super::world::{self, Choices};
use crate::{Error, frame, value};
use avro_tree::Schema;
use proptest::prelude::*;
use serde_json::json;

proptest! {
    #![proptest_config(super::config(400))]

    /// From bytes to JSON and back gives the same bytes, but for how arrays lie in blocks.
    #[test]
    fn a_datum_comes_back_from_json(
        shape in prop::collection::vec(any::<u8>(), 0..120),
        data in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let schema = world::schema(&mut Choices::new(&shape));
        let root = schema.root();
        let value = world::value(&schema, root, &mut Choices::new(&data));
        let mut datum = vec![];
        world::encode(&schema, root, &value, &mut Choices::new(&[]), &mut datum);
        let json = crate::to_value(&schema, &datum).unwrap();
        let back = crate::from_json(&schema, &json).unwrap();
        prop_assert_eq!(crate::to_value(&schema, &back).unwrap(), json);
        prop_assert_eq!(super::projection::decode(&schema, &back), Some(value));
    }

    #[test]
    fn any_bytes_as_json_never_panic(
        shape in prop::collection::vec(any::<u8>(), 0..120),
        datum in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let schema = world::schema(&mut Choices::new(&shape));
        drop(crate::to_json(&schema, &datum));
    }

    #[test]
    fn numbers_come_back(number in any::<i64>(), text in ".*", more in any::<u8>()) {
        let mut bytes = vec![];
        value::write_long(number, &mut bytes);
        prop_assert_eq!(value::read_long(&bytes), Ok(number));
        bytes.push(more);
        prop_assert!(value::read_long(&bytes).is_err());
        let mut bytes = vec![];
        value::write_str(&text, &mut bytes);
        prop_assert_eq!(value::read_str(&bytes), Ok(text.as_str()));
    }

    #[test]
    fn days_are_those_of_a_calendar_counted_by_hand(day in -800_000i64..800_000) {
        let (year, month, of_month) = crate::calendar::civil(day);
        prop_assert_eq!(crate::calendar::day(year, month, of_month), day);
        let next = crate::calendar::civil(day + 1);
        let same_month = (year, month, of_month + 1);
        let new_month = if month == 12 { (year + 1, 1, 1) } else { (year, month + 1, 1) };
        prop_assert!(next == same_month || (next == new_month && of_month >= 28));
    }
}

fn one(kind: &str) -> Schema {
    let text = format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{kind}}}]}}"#);
    Schema::parse(&text).unwrap()
}

#[test]
fn dates_times_and_ids_are_text_in_json() {
    for (kind, text) in [
        (r#"{"type":"int","logicalType":"date"}"#, "2024-02-29"),
        (r#"{"type":"long","logicalType":"timestamp-millis"}"#, "1969-12-31T23:59:59.999Z"),
        (r#"{"type":"long","logicalType":"timestamp-micros"}"#, "2026-01-01T00:00:00.000001Z"),
        (
            r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#,
            "01234567-89ab-cdef-0123-456789abcdef",
        ),
        (r#"{"type":"fixed","name":"F","size":2}"#, "00ff"),
        (r#""bytes""#, "00ff"),
    ] {
        let schema = one(kind);
        let value = json!({ "a": text });
        let datum = crate::from_json(&schema, &value).unwrap();
        assert_eq!(crate::to_value(&schema, &datum), Ok(value), "{kind}");
    }
}

#[test]
fn json_that_does_not_fit_is_refused_with_its_place() {
    for (kind, value) in [
        (r#"{"type":"int","logicalType":"date"}"#, json!("2023-02-29")),
        (r#"{"type":"int","logicalType":"date"}"#, json!("2023-13-01")),
        (r#"{"type":"long","logicalType":"timestamp-millis"}"#, json!("2023-01-01T00:00:00+01:00")),
        (r#"{"type":"long","logicalType":"timestamp-millis"}"#, json!("2023-01-01T24:00:00Z")),
        (r#"{"type":"fixed","name":"F","size":2}"#, json!("00")),
        (r#"{"type":"enum","name":"E","symbols":["a"]}"#, json!("b")),
        (r#""int""#, json!(2_147_483_648_i64)),
        (r#""string""#, json!(null)),
        (r#"["long","string"]"#, json!(1)),
        (r#"["long","string"]"#, json!({"double": 1})),
    ] {
        match crate::from_json(&one(kind), &json!({ "a": value })) {
            Err(Error::Json { path, .. }) => assert_eq!(path, "a", "{kind}"),
            other => panic!("{kind}: {other:?}"),
        }
    }
    let unknown = crate::from_json(&one(r#"["null","int"]"#), &json!({ "b": 1 }));
    assert!(matches!(unknown, Err(Error::Json { .. })));
}

#[test]
fn frames_are_read_as_written() {
    let mut bytes = vec![];
    frame::write(0x0102_0304, &mut bytes);
    bytes.push(9);
    assert_eq!(frame::read(&bytes), Ok((0x0102_0304, &[9][..])));
    assert_eq!(bytes.len(), frame::LEN + 1);
    assert_eq!(frame::read(&[0, 0, 0, 0]), Err(Error::Frame));
    assert_eq!(frame::read(&[1, 0, 0, 0, 1]), Err(Error::Frame));
}

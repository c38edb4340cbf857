//! What a recipient finds in its files.

use super::{Form, Schemas, UNREADABLE};
use avro_tree::Schema;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use carrier::{Fetched, Message, Offset};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use vocabulary::Timestamp;

const SCHEMA: &str = r#"{"type": "record", "name": "no.samsyn.view.v.Reaksjon", "fields": [
    {"name": "konvolutt", "type": {"type": "record", "name": "K", "fields": [
        {"name": "endringstype", "type": "string"}]}},
    {"name": "navn", "type": ["null", "string"], "default": null},
    {"name": "grad", "type": ["null", "int"], "default": null},
    {"name": "deler", "type": {"type": "array", "items": "string"}, "default": []}]}"#;

fn value(id: u32, json: &Json) -> Vec<u8> {
    let mut bytes = Vec::new();
    avro_span::frame::write(id, &mut bytes);
    bytes.extend(avro_span::from_json(&Schema::parse(SCHEMA).unwrap(), json).unwrap());
    bytes
}

fn message(offset: u64, value: Option<Vec<u8>>) -> Fetched {
    let headers = vec![
        (Cow::Borrowed("samsyn_view"), b"v".to_vec()),
        (Cow::Borrowed("samsyn_seal"), vec![1, 0, 255]),
    ];
    let message = Message { key: vec![9], value, headers };
    Fetched { offset: Offset(offset), appended: Timestamp::from_micros(0), message }
}

fn record(name: &str, change: &str) -> Json {
    let parts = ["a", "b"];
    json!({ "konvolutt": { "endringstype": change }, "navn": name, "grad": -1, "deler": parts })
}

fn files(form: Form, messages: &[Fetched]) -> Vec<(String, String)> {
    let fetch = |id| Ok((id == 7).then(|| SCHEMA.to_owned()));
    let mut schemas = Schemas::default();
    let segment = schemas.segment(&fetch, form, Offset(3), messages).unwrap();
    assert_eq!(segment.from, Offset(3));
    assert_eq!(segment.to, messages.last().unwrap().offset.next());
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap());
    segment.files.into_iter().map(text).collect()
}

fn messages() -> Vec<Fetched> {
    let framed = value(7, &record("=1+1", "ny"));
    let withdrawn = value(7, &record("a;\"b\"", "trukket"));
    vec![
        message(3, Some(framed)),
        message(4, Some(withdrawn)),
        message(6, None),
        message(7, Some(value(8, &record("x", "ny")))),
    ]
}

#[test]
fn a_line_holds_value_headers_and_the_released_bytes() {
    let files = files(Form::Ndjson, &messages());
    let [(name, text)] = files.as_slice() else { panic!("one file") };
    assert_eq!(name, "ndjson");
    let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["value"]["navn"], "=1+1");
    assert_eq!(lines[0]["headers"], json!({ "samsyn_view": "v" }));
    assert_eq!(
        STANDARD.decode(lines[0]["binary_headers"]["samsyn_seal"].as_str().unwrap()).unwrap(),
        [1, 0, 255]
    );
    let bytes = STANDARD.decode(lines[0]["bytes"].as_str().unwrap()).unwrap();
    assert_eq!(Some(&bytes), messages()[0].message.value.as_ref());
    assert_eq!(lines[1]["value"]["konvolutt"]["endringstype"], "trukket");
    assert!(lines[2]["value"].is_null() && lines[2].get("bytes").is_none());
    // A schema nobody knows holds nothing up.
    assert_eq!(lines[3]["fault"], UNREADABLE);
}

#[test]
fn a_sheet_runs_no_formula_and_keeps_numbers() {
    let files = files(Form::Csv, &messages());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["reaksjon.7.csv", "unreadable.csv"]);
    let text = files[0].1.strip_prefix('\u{feff}').unwrap();
    let rows: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(rows[0], "offset;konvolutt.endringstype;navn;grad;deler");
    assert_eq!(rows[1], r#"3;ny;'=1+1;-1;"[""a"",""b""]""#);
    assert_eq!(rows[2], r#"4;trukket;"a;""b""";-1;"[""a"",""b""]""#);
    assert!(files[1].1.contains("7;FILE-009;"));
}

//! What must hold for any bytes handed to the projector: no panic; a datum that is refused gives
//! nothing; one that is taken gives, for every plan, exactly one datum of the view's schema, and
//! both readers of this crate agree on what is a datum. Run by the fuzzer, and over the corpus by
//! the tests of avro-span.

use avro_span::{Action, Form, Predicate, Projector, Pseudonyms, Spans};
use avro_tree::{FieldId, Schema};
use std::sync::OnceLock;

/// Every kind of node, nested as the contract nests them and otherwise.
const SCHEMA: &str = r#"{"type":"record","name":"fuzz.R","fields":[
{"name":"head","type":{"type":"record","name":"Head","fields":[
 {"name":"id","frozen":true,"type":{"type":"fixed","name":"Id","size":4}},
 {"name":"version","frozen":true,"type":"long"},
 {"name":"change","frozen":true,"type":{"type":"enum","name":"C","symbols":["a","b","c"]}},
 {"name":"note","type":["null","string"]}]}},
{"name":"flag","type":["null","boolean"]},
{"name":"plain","type":"string"},
{"name":"day","type":["null",{"type":"int","logicalType":"date"}]},
{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}]},
{"name":"amount","type":["null","long"]},
{"name":"raw","type":["bytes","null"]},
{"name":"choice","type":["null","int","string",{"type":"record","name":"P","fields":[
 {"name":"x","type":["null","double"]},{"name":"y","type":["null","float"]}]}]},
{"name":"items","type":["null",{"type":"array","items":{"type":"record","name":"I","fields":[
 {"name":"kind","type":["null",{"type":"enum","name":"K","symbols":["k","l"]}]},
 {"name":"text","type":["null","string"]},
 {"name":"inner","type":{"type":"array","items":{"type":"record","name":"J","fields":[
  {"name":"n","type":"int"},{"name":"m","type":["null","long"]}]}}}]}}]},
{"name":"tags","type":{"type":"array","items":"string"}},
{"name":"nulls","type":{"type":"array","items":"null"}},
{"name":"map","type":{"type":"map","values":["null","P"]}},
{"name":"last","type":["null","int"]}]}"#;

struct Subject {
    schema: Schema,
    views: Vec<Schema>,
    checking: Projector,
    trusting: Projector,
}

struct Upper;

impl Pseudonyms for Upper {
    fn pseudonym(&self, text: &[u8]) -> [u8; 16] {
        [text.first().copied().unwrap_or(0); 16]
    }
}

fn subject() -> &'static Subject {
    static SUBJECT: OnceLock<Subject> = OnceLock::new();
    SUBJECT.get_or_init(|| {
        let schema = Schema::parse(SCHEMA).expect("the schema");
        let field = |path: &str| schema.field_by_path(path).expect(path);
        let actions: Vec<Vec<Action>> = plans(&schema)
            .into_iter()
            .map(|plan| {
                let mut actions = vec![Action::Keep; schema.fields().len()];
                for (path, action) in plan {
                    actions[field(path).index()] = action;
                }
                actions
            })
            .collect();
        let view = |actions: &Vec<Action>| {
            let kept = schema.field_ids().zip(actions).filter(|(_, a)| **a != Action::Drop);
            let kept = kept.map(|(id, _)| id).collect();
            avro_tree::view_schema(&schema, &"fuzz".parse().expect("a name"), &kept)
        };
        let views = actions.iter().map(|plan| view(plan).expect("a view")).collect();
        let probes = [field("head.version"), field("day"), field("amount")];
        let projector = || Projector::compile(&schema, &actions, &probes).expect("a projector");
        let (checking, trusting) = (projector().checking_text(true), projector());
        Subject { views, checking, trusting, schema }
    })
}

/// Plans that between them do everything a plan can do, by path where they do not keep.
fn plans(schema: &Schema) -> Vec<Vec<(&'static str, Action)>> {
    let kind: FieldId = schema.field_by_path("items[].kind").expect("the kind");
    vec![
        vec![],
        vec![
            ("plain", Action::Drop),
            ("items[].text", Action::Null),
            ("tags", Action::Drop),
            ("map", Action::Null),
        ],
        vec![
            ("items", Action::Items(Predicate::new(kind, vec!["l".to_owned()]))),
            ("items[].inner[].m", Action::Drop),
            ("day", Action::Transform(Form::Month)),
            ("at", Action::Transform(Form::Year)),
            ("amount", Action::Transform(Form::Bucket(1000))),
            ("plain", Action::Transform(Form::Initials)),
            ("choice.x", Action::Null),
        ],
        vec![
            ("head.change", Action::Literal(vec![4])),
            ("head.note", Action::Transform(Form::Pseudonym)),
            ("plain", Action::Transform(Form::Municipality)),
            ("items", Action::Drop),
            ("map{}.x", Action::Drop),
            ("raw", Action::Null),
        ],
    ]
}

/// Checks one datum; panics where something does not hold.
pub(crate) fn check(datum: &[u8]) {
    let subject = subject();
    let mut spans = Spans::new();
    let trusted = subject.trusting.scan(datum, &mut spans).is_ok();
    if trusted {
        let mut out = vec![];
        for plan in 0..subject.views.len() {
            let made = subject.trusting.project(plan, datum, &spans, &Upper, &mut out);
            made.expect("a scanned datum can be projected");
        }
    }
    let checked = subject.checking.scan(datum, &mut spans).is_ok();
    assert!(trusted || !checked, "checking text refuses more, never less");
    let read = avro_span::to_json(&subject.schema, datum);
    // a number that is not finite has no JSON; all else both readers see alike
    match read {
        Ok(_) => assert!(checked, "JSON is read from what the scan refuses"),
        Err(avro_span::Error::Json { .. }) => {}
        Err(_) => assert!(!checked, "the scan takes what is no datum"),
    }
    for probe in 0..3 {
        let _ = subject.checking.probe(probe, datum, &spans);
    }
    if checked {
        for (plan, view) in subject.views.iter().enumerate() {
            let mut out = vec![];
            let made = subject.checking.project(plan, datum, &spans, &Upper, &mut out);
            made.expect("a scanned datum can be projected");
            match avro_span::to_json(view, &out) {
                Ok(_) | Err(avro_span::Error::Json { .. }) => {}
                Err(error) => panic!("plan {plan} gives no datum of its view: {error}"),
            }
        }
    }
}

/// Datums to begin with: every branch once.
#[cfg(test)]
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let values = [
        r#"{"head":{"id":"01020304","version":1,"change":"a"},"plain":"",
            "tags":[],"nulls":[],"map":{}}"#,
        r#"{"head":{"id":"ffffffff","version":-9223372036854775808,"change":"c","note":"æ"},
            "flag":true,"plain":"Kari Nordmann","day":"2026-05-17","at":"2026-05-17T12:30:00Z",
            "amount":-15,"raw":"00ff","choice":{"fuzz.P":{"x":1.5,"y":null}},
            "items":[{"kind":"k","text":"x","inner":[{"n":1,"m":2},{"n":-1}]},{"inner":[]}],
            "tags":["a","0301-2"],"nulls":[null,null],"map":{"k":{"x":0.5,"y":1},"l":null},
            "last":5}"#,
        r#"{"head":{"id":"00000000","version":3,"change":"b"},"plain":"0301","choice":{"int":7},
            "items":[{"kind":"l","inner":[]},{"kind":"l","text":"y","inner":[{"n":9}]}],
            "tags":[],"nulls":[],"map":{}}"#,
    ];
    let encode = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        avro_span::from_json(&subject().schema, &value).expect("a datum")
    };
    values.into_iter().map(encode).collect()
}

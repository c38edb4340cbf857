//! What is registered, found again, followed and refused.

use super::call::patient;
use super::{record, registry};
use avro_tree::Schema;
use kit::house::Rulebook;
use schema_registry::{Error, Level};
use settings::Subjects;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::RecordType;

#[test]
fn a_schema_has_one_id_however_often_and_by_whom_it_is_registered() {
    let client = patient(registry().address());
    let subject = "no.samsyn.peers.Once";
    let text = record(subject, &[("a", "PUB")]);
    let id = client.register(subject, &text).unwrap();
    assert_eq!(client.register(subject, &text), Ok(id));
    // Another process, another spelling.
    let other = patient(registry().address());
    assert_eq!(other.register(subject, &text.replace(',', " ,\n ")), Ok(id));
    let latest = other.latest(subject).unwrap().unwrap();
    assert_eq!((latest.id, latest.version), (id, 1));
    assert_eq!(other.look_up(subject, &text).unwrap().map(|found| found.id), Some(id));
    let own = Schema::parse(&text).unwrap();
    assert_eq!(other.text(id).unwrap().as_deref(), Some(own.text()));
}

#[test]
fn what_nobody_registered_is_unknown() {
    let client = patient(registry().address());
    assert_eq!(client.text(999_999), Ok(None));
    assert_eq!(client.latest("no.samsyn.peers.Nobody"), Ok(None));
    let text = record("no.samsyn.peers.Nobody", &[("a", "PUB")]);
    assert_eq!(client.look_up("no.samsyn.peers.Nobody", &text), Ok(None));
    assert_eq!(client.may_follow("no.samsyn.peers.Nobody", &text), Ok(true));
}

#[test]
fn an_incompatible_schema_is_refused_there_though_another_client_would_send_it() {
    let client = patient(registry().address());
    let subject = "no.samsyn.peers.Bound";
    client.register(subject, &record(subject, &[("a", "PUB")])).unwrap();
    client.require(subject, Level::Backward).unwrap();
    assert_eq!(client.level(subject), Ok(Some(Level::Backward)));
    // Sent past our own rules: the registry's answer is 409, and its body says why.
    let url = format!("{}/subjects/{subject}/versions", registry().address());
    let bare = record(subject, &[("a", "PUB"), ("b", "PUB")]);
    let bare = bare.replace("[\"null\",\"string\"]", "\"string\"").replace(",\"default\":null", "");
    let sent = serde_json::json!({ "schema": bare }).to_string();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let kind = schema_registry::Request::CONTENT_TYPE;
    let answer = agent.post(&url).header("content-type", kind).send(&sent).unwrap();
    assert_eq!(answer.status().as_u16(), 409);
    // By ours it does not even leave.
    let refused = client.register(subject, &bare).unwrap_err();
    assert_eq!(refused.code(), "REG-009", "{refused}");
    // What ours lets pass, the registry may refuse: one with a level that asks for more.
    let url = format!("{}/config/{subject}", registry().address());
    let full = serde_json::json!({ "compatibility": "FULL" }).to_string();
    agent.put(&url).header("content-type", kind).send(&full).unwrap();
    let mut wider: serde_json::Value =
        serde_json::from_str(&record(subject, &[("a", "PUB")])).unwrap();
    let words = serde_json::json!({ "type": "enum", "name": "W", "symbols": ["x"] });
    wider["fields"] = serde_json::json!([
        wider["fields"][0],
        { "name": "w", "type": words, "default": "x", "class": "PUB" },
    ]);
    client.register(subject, &wider.to_string()).unwrap();
    wider["fields"][1]["type"]["symbols"] = serde_json::json!(["x", "y"]);
    assert_eq!(client.may_follow(subject, &wider.to_string()), Ok(false));
    assert_eq!(client.register(subject, &wider.to_string()), Err(Error::Incompatible));
}

#[test]
fn a_wider_class_is_refused_by_us_where_the_registry_sees_no_difference() {
    let client = patient(registry().address());
    let subject = "no.samsyn.peers.Wider";
    let text = record(subject, &[("a", "PER")]);
    client.register(subject, &text).unwrap();
    client.require(subject, Level::BackwardTransitive).unwrap();
    let wider = record(subject, &[("a", "PUB")]);
    assert!(matches!(client.register(subject, &wider), Err(Error::Breaking(_))));
    let bare = record(subject, &[("a", "PER"), ("b", "")]).replace(",\"class\":\"\"", "");
    assert!(client.register(subject, &bare).is_err());
    // Nothing of it stands there.
    assert_eq!(client.latest(subject).unwrap().map(|latest| latest.version), Some(1));
    let next = record(subject, &[("a", "PER"), ("b", "OFF")]);
    assert!(client.register(subject, &next).is_ok());
    assert_eq!(client.latest(subject).unwrap().map(|latest| latest.version), Some(2));
}

#[test]
fn the_contract_and_every_views_schema_come_back_as_they_were_registered() {
    let client = patient(registry().address());
    let mut ids = BTreeSet::new();
    let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind)));
    let contract: Vec<_> = contract.collect();
    let files = Rulebook::national().unwrap();
    let bundle = ruling::Bundle::load(files.files(), &contract).unwrap();
    let matrix = ruling::export(&bundle, 20_780).unwrap();
    let views = matrix["views"].as_array().unwrap().iter();
    let mut texts: Vec<Schema> =
        views.map(|view| Schema::parse(view["schema"].as_str().unwrap()).unwrap()).collect();
    assert!(texts.len() > 30, "{}", texts.len());
    texts.extend(contract.iter().map(|(_, schema)| Schema::parse(schema.text()).unwrap()));
    for schema in &texts {
        let id = client.register(schema.name(), schema.text()).unwrap();
        ids.insert(id);
        let other = patient(registry().address());
        assert_eq!(other.text(id).unwrap().as_deref(), Some(schema.text()), "{}", schema.name());
    }
    assert_eq!(ids.len(), texts.len());
}

#[test]
fn a_schema_stands_under_the_subject_that_the_settings_strategy_makes() {
    let here = patient(registry().address());
    let text = record("no.samsyn.peers.Subjects", &[("a", "PUB")]);
    let ids = [Subjects::RecordNameStrategy, Subjects::TopicRecordNameStrategy].map(|subjects| {
        let settings = settings::Kafka {
            brokers: "127.0.0.1:1".to_owned(),
            prefix: "samsyn.".to_owned(),
            registry: registry().address(),
            subjects,
            exchange: 0,
            group: false,
            copies: None,
            in_sync: None,
            client: BTreeMap::new(),
        };
        let schemas = lanes::schemas(&settings);
        schemas.register("samsyn.intake.dat", "no.samsyn.peers.Subjects", &text).unwrap()
    });
    for subject in ["no.samsyn.peers.Subjects", "samsyn.intake.dat-no.samsyn.peers.Subjects"] {
        let latest = here.latest(subject).unwrap().unwrap();
        assert!(ids.contains(&latest.id), "{subject}");
    }
}

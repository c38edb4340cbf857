//! What is delivered: once each, acknowledged, and going on after a fault.

use super::{Connector, Delivery, Site, round, settle};
use carrier::{Carrier, Fetched, Lane, Message, Offset};
use serde_json::{Value, json};
use settings::DeliveryFormat;
use std::fs;
use std::sync::atomic::Ordering;
use vocabulary::Timestamp;

const SCHEMA: &str = r#"{"type": "record", "name": "no.samsyn.view.v.T", "fields": [
    {"name": "navn", "type": ["null", "string"], "default": null}]}"#;
const RECIPIENT: &str = "974761211";

fn site() -> Site {
    let mut site = Site::of(&[]);
    site.part.deliveries = vec![Delivery {
        view: "akrim-core".parse().unwrap(),
        recipient: RECIPIENT.parse().unwrap(),
        addressed: false,
        format: DeliveryFormat::Ndjson,
        folder: site.home.path().join("out"),
    }];
    site
}

/// Appends a released record to the lane, as the exchange would.
fn release(site: &Site, name: &str) {
    release_listed(site, name, None);
}

/// The same, with a list of whom it is for.
fn release_listed(site: &Site, name: &str, listed: Option<&'static str>) {
    let id = site.carrier.register_schema(&Lane::Register, "t", SCHEMA).unwrap();
    let schema = avro_tree::Schema::parse(SCHEMA).unwrap();
    let mut value = Vec::new();
    avro_span::frame::write(id, &mut value);
    value.extend(avro_span::from_json(&schema, &json!({ "navn": name })).unwrap());
    let mut released = site.carrier.released.lock().unwrap();
    // Offsets rise but are not dense, as on a broker.
    let offset = Offset(released.len() as u64 * 2);
    let headers = listed.map(|name| (name.into(), RECIPIENT.into())).into_iter().collect();
    let message = Message { key: vec![1], value: Some(value), headers };
    released.push(Fetched { offset, appended: Timestamp::from_micros(0), message });
}

fn delivered(site: &Site) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(site.home.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ndjson"))
        .collect();
    files.sort();
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let name = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["value"]["navn"].as_str().unwrap().to_owned()
    };
    text.lines().map(name).collect()
}

/// Positions acknowledged on the receipt lane.
fn receipts(site: &Site) -> Vec<u64> {
    let lane = site.lane(&Lane::Receipt);
    let next = |message: Fetched| {
        let receipt: Value = serde_json::from_slice(&message.message.value.unwrap()).unwrap();
        assert_eq!(
            (&receipt["view"], &receipt["recipient"]),
            (&json!("akrim-core"), &json!(RECIPIENT))
        );
        receipt["next"].as_u64().unwrap()
    };
    lane.into_iter().map(next).collect()
}

fn held(connector: &Connector) -> Option<&'static str> {
    connector.snapshot().deliveries[0].held_by
}

#[test]
fn each_record_is_delivered_once_and_acknowledged() {
    let site = site();
    let names: Vec<String> = (0..10).map(|number| format!("n{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        release(&site, name);
        // The process ends again and again.
        if number % 4 == 0 {
            round(&site.open());
        }
    }
    let connector = site.open();
    settle(&connector);
    assert_eq!(delivered(&site), names);
    assert_eq!(receipts(&site).last(), Some(&19));
    assert!(receipts(&site).is_sorted());
    let status = &connector.snapshot().deliveries[0];
    assert_eq!((status.next, status.end), (19, 19));
}

#[test]
fn a_receipt_that_was_lost_is_given_again() {
    let site = site();
    release(&site, "a");
    site.carrier.down.store(true, Ordering::SeqCst);
    let connector = site.open();
    settle(&connector);
    assert_eq!((delivered(&site).len(), held(&connector)), (1, Some("CARR-103")));
    site.carrier.down.store(false, Ordering::SeqCst);
    settle(&connector);
    assert_eq!((receipts(&site), held(&connector)), (vec![1], None));
    // A start repeats the position it stands at, nothing else.
    settle(&site.open());
    assert_eq!((receipts(&site), delivered(&site).len()), (vec![1, 1], 1));
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_tried_again() {
    let site = site();
    release(&site, "a");
    fs::write(site.home.path().join("out"), "a file in its place").unwrap();
    let connector = site.open();
    settle(&connector);
    assert_eq!(held(&connector), Some("FILE-006"));
    fs::remove_file(site.home.path().join("out")).unwrap();
    settle(&connector);
    assert_eq!((delivered(&site), held(&connector)), (vec!["a".to_owned()], None));
}

#[test]
fn the_gateways_lane_is_delivered_to_nobody() {
    for listed in carrier::LISTED {
        let site = site();
        let connector = site.open();
        release(&site, "a");
        release_listed(&site, "b", Some(listed));
        settle(&connector);
        assert_eq!(held(&connector), Some("SPOOL-012"));
        assert!(delivered(&site).is_empty() && receipts(&site).is_empty());
    }
}

//! What is posted: at least once, in order per record, parked when it is refused, and going on from
//! where it was.

use super::{Connector, Site, round};
use crate::Parked;
use carrier::{Carrier, Fetched, Lane, Message, Offset};
use kit::{Got, Receiver, Reply};
use seal::SigningKey;
use serde_json::{Value, json};
use settings::{Retry, Webhook, WebhookFormat};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vocabulary::Timestamp;

const SCHEMA: &str = r#"{"type": "record", "name": "no.samsyn.view.v.T", "fields": [
    {"name": "navn", "type": ["null", "string"], "default": null}]}"#;

fn site(receiver: &Receiver) -> Site {
    let mut site = Site::of(&[]);
    let key = site.home.path().join("webhook.pem");
    std::fs::write(&key, SigningKey::generate().unwrap().to_pem().unwrap().expose()).unwrap();
    site.part.webhooks = vec![Webhook {
        view: "akrim-core".parse().unwrap(),
        recipient: "974761211".parse().unwrap(),
        addressed: false,
        url: format!("http://{}/in", receiver.address()),
        origin: "samsyn.example".to_owned(),
        key,
        format: WebhookFormat::Json,
        authority: None,
        private: true,
        retry: Retry { attempts: 3, request_seconds: 1, parked: 3, ..Retry::default() },
    }];
    site
}

/// Appends a released record to the lane, as the exchange would.
fn release(site: &Site, record: u8, name: &str) {
    let id = site.carrier.register_schema(&Lane::Register, "t", SCHEMA).unwrap();
    let schema = avro_tree::Schema::parse(SCHEMA).unwrap();
    let mut value = Vec::new();
    avro_span::frame::write(id, &mut value);
    value.extend(avro_span::from_json(&schema, &json!({ "navn": name })).unwrap());
    let mut released = site.carrier.released.lock().unwrap();
    let offset = Offset(released.len() as u64 * 2);
    let headers = vec![("ce_id".into(), format!("{record}-{name}").into_bytes())];
    let message = Message { key: vec![record], value: Some(value), headers };
    released.push(Fetched { offset, appended: Timestamp::from_micros(0), message });
}

/// Passes until nothing has been left to do for a while; the clock goes on meanwhile.
fn settle(site: &Site, connector: &Connector) {
    let mut idle = 0;
    while idle < 3 {
        idle = if round(connector) { 0 } else { idle + 1 };
        site.clock.advance(Duration::from_secs(60));
    }
}

fn names(posts: &[Got]) -> Vec<String> {
    let name = |got: &Got| {
        let body: Value = serde_json::from_slice(&got.body).unwrap();
        body["navn"].as_str().unwrap().to_owned()
    };
    posts.iter().map(name).collect()
}

fn folder(site: &Site) -> std::path::PathBuf {
    let webhook = &site.part.webhooks[0];
    Parked::folder(&site.part.folder, &webhook.view, &webhook.recipient)
}

fn store(site: &Site) -> Parked {
    let webhook = &site.part.webhooks[0];
    let lane = Lane::Release { view: webhook.view.clone(), recipient: None };
    Parked::open(&folder(site), &lane).unwrap()
}

/// Names that are refused; taken away one by one by a test.
type Refused = Arc<Mutex<BTreeSet<String>>>;

/// A recipient that refuses what stands in the set.
fn choosy(names: &[&str]) -> (Receiver, Refused) {
    let refused: Refused = Arc::new(Mutex::new(names.iter().map(|&name| name.into()).collect()));
    let set = Arc::clone(&refused);
    let receiver = Receiver::start(move |got| {
        let body: Option<Value> = serde_json::from_slice(&got.body).ok();
        let name = body.and_then(|body| body["navn"].as_str().map(str::to_owned));
        match name.is_some_and(|name| set.lock().unwrap().contains(&name)) {
            true => Reply::Status(422),
            false => Reply::Status(200),
        }
    });
    (receiver.unwrap(), refused)
}

#[test]
fn records_are_posted_in_order_and_acknowledged_and_none_again_after_a_start() {
    let (receiver, _) = choosy(&[]);
    let site = site(&receiver);
    for number in 0..10 {
        release(&site, number, &format!("n{number}"));
    }
    let connector = site.open();
    settle(&site, &connector);
    let all: Vec<String> = (0..10).map(|number| format!("n{number}")).collect();
    assert_eq!(names(&receiver.posts()), all);
    let ids: Vec<_> =
        receiver.posts().iter().map(|got| got.header("ce-id").unwrap().to_owned()).collect();
    assert_eq!(ids[3], "3-n3");
    let status = &connector.snapshot().deliveries[0];
    assert_eq!((status.next, status.end, status.delivered, status.held_by), (19, 19, 10, None));
    let receipt = site.lane(&Lane::Receipt).pop().unwrap().message.value.unwrap();
    let receipt: Value = serde_json::from_slice(&receipt).unwrap();
    assert_eq!((&receipt["next"], &receipt["records"]), (&json!(19), &json!(10)));
    release(&site, 1, "later");
    settle(&site, &site.open());
    assert_eq!(names(&receiver.posts()).len(), 11);
}

#[test]
fn a_refused_record_is_parked_its_later_versions_behind_it_and_the_others_go_on() {
    let (receiver, refused) = choosy(&["a1"]);
    let site = site(&receiver);
    for (record, name) in [(1, "a1"), (2, "b1"), (1, "a2"), (3, "c1")] {
        release(&site, record, name);
    }
    let connector = site.open();
    settle(&site, &connector);
    assert_eq!(names(&receiver.posts()), ["a1", "a1", "a1", "b1", "c1"]);
    let status = connector.snapshot().deliveries[0].clone();
    assert_eq!((status.next, status.parked, status.delivered), (7, 2, 2));
    let parked = store(&site).list().unwrap();
    let told: Vec<_> =
        parked.iter().map(|line| (line.event.as_str(), line.code.as_str())).collect();
    assert_eq!(told, [("1-a1", "HOOK-005"), ("1-a2", "HOOK-008")]);
    let receipt = site.lane(&Lane::Receipt).pop().unwrap().message.value.unwrap();
    let receipt: Value = serde_json::from_slice(&receipt).unwrap();
    assert_eq!(receipt["parked"], 2);
    // Replayed in vain it stays; mended both come, in order, after a start too.
    assert_eq!(store(&site).replay().unwrap(), 2);
    settle(&site, &connector);
    assert_eq!(store(&site).list().unwrap().len(), 2);
    refused.lock().unwrap().clear();
    store(&site).replay().unwrap();
    release(&site, 1, "a3");
    let connector = site.open();
    settle(&site, &connector);
    let posts = names(&receiver.posts());
    assert_eq!(posts[posts.len() - 3..], ["a1", "a2", "a3"]);
    assert_eq!(connector.snapshot().deliveries[0].parked, 0);
}

#[test]
fn when_too_many_are_parked_the_delivery_stands_still_and_says_so() {
    let (receiver, refused) = choosy(&["a", "b", "c"]);
    let site = site(&receiver);
    for (record, name) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        release(&site, record, name);
    }
    let connector = site.open();
    settle(&site, &connector);
    let status = connector.snapshot().deliveries[0].clone();
    assert_eq!((status.next, status.parked, status.held_by), (5, 3, Some("HOOK-007")));
    assert!(!names(&receiver.posts()).contains(&"d".to_owned()));
    refused.lock().unwrap().clear();
    store(&site).replay().unwrap();
    settle(&site, &connector);
    assert_eq!(names(&receiver.posts()).last().map(String::as_str), Some("d"));
    assert_eq!(connector.snapshot().deliveries[0].held_by, None);
}

#[test]
fn a_recipient_that_is_away_is_waited_for_and_nothing_is_parked() {
    let receiver = Receiver::start(|_| Reply::Status(503)).unwrap();
    let address = receiver.address();
    let site = site(&receiver);
    release(&site, 1, "a");
    let connector = site.open();
    for _ in 0..50 {
        round(&connector);
        site.clock.advance(Duration::from_secs(60));
    }
    let status = connector.snapshot().deliveries[0].clone();
    assert_eq!((status.next, status.parked, status.held_by), (0, 0, Some("HOOK-004")));
    drop(receiver);
    // The old one hears of its end while nobody asks.
    std::thread::sleep(Duration::from_millis(300));
    let again = (0..100).find_map(|_| {
        std::thread::sleep(Duration::from_millis(20));
        Receiver::at(address, None, |_| Reply::Status(200)).ok()
    });
    let again = again.unwrap();
    for _ in 0..10 {
        round(&connector);
        site.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(names(&again.posts()), ["a"]);
    assert_eq!(connector.snapshot().deliveries[0].next, 1);
}

#[test]
fn one_that_is_gone_is_left_alone_until_the_next_start() {
    let receiver = Receiver::start(|got| match got.method.as_str() {
        "OPTIONS" => Reply::Status(200),
        _ => Reply::Status(410),
    });
    let receiver = receiver.unwrap();
    let site = site(&receiver);
    release(&site, 1, "a");
    let connector = site.open();
    settle(&site, &connector);
    settle(&site, &connector);
    assert_eq!(receiver.posts().len(), 1);
    assert_eq!(connector.snapshot().deliveries[0].held_by, Some("HOOK-006"));
    settle(&site, &site.open());
    assert_eq!(receiver.posts().len(), 2);
}

#[test]
fn a_record_that_cannot_be_read_is_parked_and_a_store_belongs_to_one_lane() {
    let (receiver, _) = choosy(&[]);
    let site = site(&receiver);
    release(&site, 1, "a");
    site.carrier.released.lock().unwrap()[0].message.value = Some(vec![9]);
    release(&site, 2, "b");
    settle(&site, &site.open());
    assert_eq!(names(&receiver.posts()), ["b"]);
    assert_eq!(store(&site).list().unwrap()[0].code, "HOOK-009");
    let other = Lane::Release { view: "ntaes".parse().unwrap(), recipient: None };
    assert_eq!(
        Parked::open(&folder(&site), &other).err().map(|error| error.code()),
        Some("SPOOL-005")
    );
}

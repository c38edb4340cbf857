//! Compacted lanes, control lanes and schemas. Who may publish a bundle is not tested here.
#![expect(clippy::unwrap_used, reason = "tests, though in a library")]

use super::{Site, all, finding, message, recipient, sealed, source, texts, view};
use crate::{Carrier, Lane, Message, Permanent};
use audit::Recorder;

/// On compacted lanes the newest message of a key is found, also a tombstone; a key never
/// written is none; other lanes refuse the question.
pub fn the_newest_message_of_a_key_is_found(site: &dyn Site) {
    let of = source("AAA");
    let newest = |carrier: &dyn Carrier, lane: &Lane, key: &str| {
        let found = carrier.compacted(lane, key.as_bytes()).unwrap()?;
        found.message.value.map(|value| String::from_utf8(value).unwrap())
    };
    {
        let carrier = site.open();
        assert_eq!(carrier.compacted(&Lane::Register, b"a").unwrap(), None);
        for n in 0..30 {
            let pair = [message("a", &format!("a{n}")), message(&format!("b{n}"), "b")];
            carrier.publish(&Lane::Register, pair.to_vec()).unwrap();
            assert_eq!(newest(&*carrier, &Lane::Register, "a"), Some(format!("a{n}")));
        }
        assert_eq!(newest(&*carrier, &Lane::Register, "b7"), Some("b".to_owned()));
        assert_eq!(newest(&*carrier, &Lane::Register, "c"), None);
        carrier.submit(sealed(&of, 1..4)).unwrap();
        let mut recorder = Recorder::new("suite", 1).unwrap();
        for n in 0..3 {
            carrier.commit(finding(&*carrier, &mut recorder, &of, n)).unwrap();
        }
        let gone = Message { key: b"b7".to_vec(), ..Message::default() };
        carrier.publish(&Lane::Register, vec![gone.clone()]).unwrap();
        let found = carrier.compacted(&Lane::Register, b"b7").unwrap();
        assert_eq!(found.map(|found| found.message), Some(gone));
    }
    let carrier = site.open();
    assert_eq!(newest(&*carrier, &Lane::Register, "a"), Some("a29".to_owned()));
    assert_eq!(newest(&*carrier, &Lane::State(of.clone()), "record"), Some("AAA 2".to_owned()));
    let lane = Lane::Release { view: view("suite-b"), recipient: Some(recipient()) };
    assert_eq!(newest(&*carrier, &lane, "key"), Some("AAA 2".to_owned()));
    let refused = carrier.compacted(&Lane::Intake(of), b"a");
    assert_eq!(refused, Err(Permanent::NotCompacted.into()));
}

/// Whoever reads a control lane from the start learns the newest message of every key.
pub fn control_lanes_are_read_from_the_start(site: &dyn Site) {
    let lanes = [Lane::Bundle, Lane::Register, Lane::Entitlement, Lane::Keys(view("v"))];
    {
        let carrier = site.open();
        for lane in &lanes {
            for n in 0..20 {
                let key = (n % 4).to_string();
                carrier.publish(lane, vec![message(&key, &format!("{lane} {n}"))]).unwrap();
            }
        }
    }
    let carrier = site.open();
    for lane in &lanes {
        let found = texts(&*carrier, lane);
        // Replaced ones may be gone by now; the newest four are there, in order.
        let newest: Vec<_> = (16..20).map(|n| format!("{lane} {n}")).collect();
        assert!(found.ends_with(&newest), "{lane}");
        assert!(all(&*carrier, lane).is_sorted_by(|a, b| a.offset < b.offset));
    }
}

/// A text has one id, whatever the subject and however often it is registered; an unknown id
/// has no text.
pub fn the_same_schema_has_the_same_id(site: &dyn Site) {
    let (first, second) = {
        let carrier = site.open();
        let first =
            carrier.register_schema(&Lane::Register, "one", "{\"type\":\"string\"}").unwrap();
        let second =
            carrier.register_schema(&Lane::Register, "one", "{\"type\":\"long\"}").unwrap();
        (first, second)
    };
    let carrier = site.open();
    assert_ne!(first, second);
    assert_eq!(
        carrier.register_schema(&Lane::Register, "two", "{\"type\":\"string\"}").unwrap(),
        first
    );
    assert_eq!(
        carrier.register_schema(&Lane::Register, "one", "{\"type\":\"string\"}").unwrap(),
        first
    );
    assert_eq!(carrier.schema(second).unwrap().as_deref(), Some("{\"type\":\"long\"}"));
    assert_eq!(carrier.schema(first.max(second) + 1_000).unwrap(), None);
    let huge = "x".repeat(crate::limits::MAX_SCHEMA_TEXT + 1);
    assert_eq!(
        carrier.register_schema(&Lane::Register, "one", &huge),
        Err(Permanent::TooLarge.into())
    );
}

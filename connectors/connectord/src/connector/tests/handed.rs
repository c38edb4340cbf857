//! What is handed in over HTTP: on disk before it is answered, the same answer to the same key, and
//! nothing of it lost or doubled, whenever the process ends.

use super::{Connector, Site, dense, settle, status};
use crate::Tally;
use crate::connector::lock;
use crate::source::Pass;
use connector_http::{Answer, Error as Refused, Handed, Intake, Language};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use vocabulary::OrgNumber;

const DAT: &str = "DAT-tilda";
const CALLER: &str = "974761211";

fn report(id: &str, theme: &str) -> Value {
    json!({ "tildaenhet": "314159268",
        "tilsynsegenskaper": { "internTilsynsid": id, "tilsynstema": theme } })
}

fn handed(body: &Value, key: Option<&str>) -> Handed {
    Handed {
        kind: Some("rapport".to_owned()),
        body: body.to_string().into_bytes(),
        key: key.map(str::to_owned),
        language: Language::English,
    }
}

fn hand(connector: &Connector, handed: &Handed) -> Result<(Answer, bool), Refused> {
    connector.hand_in(CALLER.parse().unwrap(), &DAT.parse().unwrap(), handed)
}

/// The outcomes of an answer.
fn outcomes(answer: &Answer) -> Vec<String> {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let results = body["results"].as_array().unwrap();
    results.iter().map(|result| result["outcome"].as_str().unwrap().to_owned()).collect()
}

/// A site whose source is open.
fn site() -> (Site, Connector) {
    let site = Site::of(&[DAT]);
    let connector = site.open();
    settle(&connector);
    (site, connector)
}

#[test]
fn objects_become_versions_of_records_as_rows_do() {
    let (site, connector) = site();
    let take = |body: &Value| outcomes(&hand(&connector, &handed(body, None)).unwrap().0);
    assert_eq!(take(&json!([report("A", "x"), report("B", "x")])), ["accepted", "accepted"]);
    assert_eq!(take(&json!([report("A", "x"), report("B", "y")])), ["unchanged", "accepted"]);
    let gone = json!([{ "hendelse": "trukket", "internTilsynsid": "A" },
        { "hendelse": "trukket", "internTilsynsid": "A" },
        { "hendelse": "trukket", "internTilsynsid": "Z" }]);
    assert_eq!(take(&gone), ["accepted", "already_gone", "never_seen"]);
    settle(&connector);
    assert_eq!(site.sequences(DAT), dense(4));
    let tally = Tally {
        rows: 7,
        first: 2,
        next: 1,
        retracted: 1,
        unchanged: 1,
        already_gone: 1,
        never_seen: 1,
        ..Tally::default()
    };
    assert_eq!(status(&connector, DAT).tally, tally);
}

#[test]
fn a_bad_object_is_told_with_path_rule_and_fix_and_stops_no_other() {
    let (site, connector) = site();
    let bad = json!({ "tildaenhet": "123456789", "tilsynsegenskaper":
        { "internTilsynsid": "B", "tilsynsstatus": "hemmelig" } });
    let body = json!([report("A", "x"), bad, report("C", "x"), 17]);
    let answer = hand(&connector, &handed(&body, None)).unwrap().0;
    assert_eq!(outcomes(&answer), ["accepted", "refused", "accepted", "refused"]);
    assert_eq!(answer.status, 200);
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    let problems = told["results"][1]["problems"].as_array().unwrap();
    let codes: Vec<&str> = problems.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["CONN-015", "CONN-018"]);
    assert_eq!(problems[0]["path"], "subjekt.tildaenhet");
    assert!(problems[0]["fix"].as_str().unwrap().contains("Enhetsregisteret"));
    for value in ["123456789", "hemmelig"] {
        assert!(!answer.body.contains(value));
    }
    assert_eq!(hand(&connector, &handed(&json!([17]), None)).unwrap().0.status, 422);
    settle(&connector);
    assert_eq!(site.sequences(DAT), dense(2));
}

/// The process ends right after the answer, or the answer is lost and the caller asks again: the
/// record is there once, and the answer is the same.
#[test]
fn what_was_answered_is_on_disk_and_the_same_key_is_answered_the_same() {
    let site = Site::of(&[DAT]);
    site.carrier.down.store(true, Ordering::SeqCst);
    let body = handed(&json!([report("A", "x"), report("B", "x")]), Some("k-1"));
    let connector = site.open();
    settle(&connector);
    let (first, replayed) = hand(&connector, &body).unwrap();
    assert!(!replayed);
    // Nothing is closed or drained: what is not on disk is gone.
    std::mem::forget(connector);
    let connector = site.open();
    settle(&connector);
    assert_eq!(hand(&connector, &body).unwrap(), (first, true));
    let other = handed(&json!([report("C", "x")]), Some("k-1"));
    assert_eq!(hand(&connector, &other), Err(Refused::KeyTaken));
    let kind = Handed { kind: None, ..handed(&json!([]), Some("k-1")) };
    assert_eq!(hand(&connector, &kind), Err(Refused::KeyTaken));
    // Without the key it is the content that makes no second version.
    let again = handed(&json!([report("A", "x"), report("B", "x")]), None);
    assert_eq!(outcomes(&hand(&connector, &again).unwrap().0), ["unchanged", "unchanged"]);
    site.carrier.down.store(false, Ordering::SeqCst);
    settle(&connector);
    assert_eq!(site.sequences(DAT), dense(2));
}

#[test]
fn the_oldest_answers_are_forgotten_and_no_more_than_the_bound_is_kept() {
    let (_site, connector) = site();
    let empty = |key: &str| hand(&connector, &handed(&json!([]), Some(key))).unwrap().1;
    for number in 0..=crate::limits::ANSWERS {
        assert!(!empty(&format!("k{number}")));
    }
    assert!(empty("k1"));
    assert!(!empty("k0"));
}

#[test]
fn a_source_is_its_authoritys_alone_and_only_where_the_settings_say_so() {
    let (mut site, connector) = site();
    let body = handed(&json!([report("A", "x")]), None);
    let other: OrgNumber = "314159268".parse().unwrap();
    let ours: OrgNumber = CALLER.parse().unwrap();
    let source = DAT.parse().unwrap();
    assert_eq!(connector.hand_in(other, &source, &body), Err(Refused::Source));
    assert_eq!(connector.hand_in(ours, &"MAT".parse().unwrap(), &body), Err(Refused::Source));
    let unknown = Handed { kind: Some("finnes-ikke".to_owned()), ..handed(&json!([]), None) };
    assert_eq!(hand(&connector, &unknown), Err(Refused::Kind));
    site.part.sources[0].http = false;
    let closed = site.open();
    settle(&closed);
    assert_eq!(hand(&closed, &body), Err(Refused::Source));
}

#[test]
fn a_full_spool_and_an_exchange_behind_are_told_and_nothing_is_taken() {
    let mut site = Site::of(&[DAT]);
    site.part.sources[0].limits.spool_records = 2;
    site.part.sources[0].limits.intake_records = 3;
    site.carrier.down.store(true, Ordering::SeqCst);
    let connector = site.open();
    settle(&connector);
    let body = |id: &str| handed(&json!([report(id, "x"), report(&format!("{id}2"), "x")]), None);
    assert!(hand(&connector, &body("A")).is_ok());
    assert_eq!(hand(&connector, &body("B")), Err(Refused::Busy));
    site.carrier.down.store(false, Ordering::SeqCst);
    settle(&connector);
    site.clock.advance(std::time::Duration::from_secs(2));
    assert!(hand(&connector, &body("B")).is_ok());
    settle(&connector);
    site.clock.advance(std::time::Duration::from_secs(2));
    // Four on the lane that nobody has taken.
    assert_eq!(hand(&connector, &body("C")), Err(Refused::Busy));
    assert_eq!(site.sequences(DAT), dense(4));
}

#[test]
fn while_the_carrier_does_not_answer_a_source_takes_in_and_tells_how_it_stands() {
    let (site, connector) = site();
    let body = |id: &str| handed(&json!([report(id, "x")]), None);
    assert!(hand(&connector, &body("A")).is_ok());
    let hung = site.carrier.hung.lock().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| connector.submit(&connector.names[0], &connector.sources[0]));
        while site.carrier.came.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        // In the midst of it, as with brokers that are away.
        assert!(connector.sources[0].try_lock().is_ok());
        assert!(hand(&connector, &body("B")).is_ok());
        assert_eq!(lock(&connector.sources[0]).pass(), Pass::Idle);
        assert_eq!(status(&connector, DAT).spool_records, 2);
        drop(hung);
    });
    settle(&connector);
    assert_eq!(site.sequences(DAT), dense(2));
    assert_eq!(status(&connector, DAT).spool_records, 0);
}

#[test]
fn a_source_that_is_held_takes_nothing() {
    let site = Site::of(&[DAT]);
    std::fs::write(&site.part.sources[0].key, "no key").unwrap();
    let connector = site.open();
    settle(&connector);
    assert_eq!(hand(&connector, &handed(&json!([]), None)), Err(Refused::Held));
}

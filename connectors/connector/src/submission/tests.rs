//! Tilda's shapes with all their irregularities, and what is refused of them.

use super::{Malformed, Submission};
use crate::{Mapping, Outcome, Refusal, Rule, Said};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vocabulary::{Secret, Timestamp};

const MAPPING: &str = r#"
source = "DAT-tilda"
producer = "974761211"
[[kind]]
name = "rapport"
record_type = "inspection_report"
lists = ["tilsynsrapporter"]
object = { column = "tilsynsegenskaper.interntilsynsid" }
operation = { column = "hendelse", state = ["ny"], gone = ["trukket"] }
[[kind.field]]
column = "tildaenhet"
aliases = ["tilsynsobjekt"]
to = "subjekt.tildaenhet"
read = "orgnr"
[[kind.field]]
column = "tilsynsegenskaper.tilsynstema"
to = "tilsynsegenskaper.tilsynstema"
[[kind.field]]
column = "kontrolladresser[].breddegrad"
aliases = ["tilsynsadresser[].breddegrad"]
to = "kontrolladresser[].breddegrad"
[[kind.field]]
column = "kontrolladresser[].lokalitetsreferanse"
to = "kontrolladresser[].lokalitetsreferanse"
read = { integer = { min = 0, max = 99 } }
unset = ["0"]
[[kind.field]]
column = "utfoertetilsynsaktiviteter[].startdatofortilsynsaktivitet"
to = "utfoerteTilsynsaktiviteter[].startdatoForTilsynsaktivitet"
read = "day"
[[kind.field]]
column = "utfoertetilsynsaktiviteter[].samtidigekontroller[].tilsynstema"
to = "utfoerteTilsynsaktiviteter[].samtidigeKontroller[].tilsynstema"
"#;

const NOW: Timestamp = Timestamp::from_micros(5);

fn mapping() -> Mapping {
    Mapping::load(MAPPING, |_| None).unwrap()
}

fn parse(body: &[u8]) -> Result<Submission, Malformed> {
    Submission::parse(&mapping(), None, body)
}

fn typed(body: &[u8]) -> Result<Submission, Malformed> {
    let mapping = mapping();
    Submission::parse(&mapping, mapping.kind("rapport"), body)
}

fn report(more: &Json) -> Json {
    let mut report = json!({ "tildaenhet": "974761211",
        "tilsynsegenskaper": { "internTilsynsid": "A1" } });
    for (key, value) in more.as_object().unwrap() {
        report[key] = value.clone();
    }
    report
}

/// The record a report makes, as the contract's JSON.
fn made(report: &Json) -> Result<Json, Vec<Refusal>> {
    let submission = typed(report.to_string().as_bytes()).unwrap();
    let reading = submission.items()[0].read(1, NOW)?;
    let machine = crate::Machine::new("DAT-tilda".parse().unwrap(), Secret::new([1; 32]));
    let Outcome::Finding(finding, _) = machine.take(&reading, None)? else { panic!() };
    let schema = records::schema(finding.record_type());
    Ok(avro_span::to_value(&schema, finding.datum()).unwrap())
}

fn rules(report: &Json) -> Vec<Rule> {
    made(report).unwrap_err().iter().map(Refusal::rule).collect()
}

fn said(report: &Json) -> Said {
    typed(report.to_string().as_bytes()).unwrap().items()[0].read(1, NOW).unwrap().said()
}

#[test]
fn an_envelope_its_list_and_a_bare_object_hold_the_same() {
    let report = report(&json!({}));
    let envelope = json!({ "status": "ok", "tilsynsmyndighet": "974761211",
        "TilsynsRapporter": [report, report] });
    assert_eq!(parse(envelope.to_string().as_bytes()).unwrap().items().len(), 2);
    let both = json!([envelope, envelope]);
    assert_eq!(parse(both.to_string().as_bytes()).unwrap().items().len(), 4);
    assert_eq!(typed(envelope.to_string().as_bytes()).unwrap().items().len(), 2);
    assert_eq!(typed(json!([report]).to_string().as_bytes()).unwrap().items().len(), 1);
    let single = json!({ "tilsynsrapporter": report });
    assert_eq!(parse(single.to_string().as_bytes()).unwrap().items().len(), 1);
}

#[test]
fn nothing_is_nothing() {
    let nothing = ["", " \n", "null", "{}", "[]", r#"{"status":"ikkeFunnet"}"#];
    for body in nothing {
        assert_eq!(parse(body.as_bytes()).unwrap().items().len(), 0, "{body}");
    }
    let empty = r#"{"status":"ok","tilsynsrapporter":null}"#;
    assert_eq!(parse(empty.as_bytes()).unwrap().items().len(), 0);
}

#[test]
fn keys_are_found_in_any_case_and_old_spelling_and_extra_ones_are_left() {
    let odd = json!({ "TILSYNSOBJEKT": "974 761 211", "nyttFelt": { "x": [1, 2] },
        "Tilsynsegenskaper": { "INTERNTILSYNSID": 17, "TilsynsTema": "Utslipp", "enda": "mer" },
        "tilsynsadresser": [{ "breddegrad": 59.25 }] });
    let made = made(&odd).unwrap();
    assert_eq!(made["subjekt"]["tildaenhet"], "974761211");
    assert_eq!(made["subjekt"]["objektId"], "17");
    assert_eq!(made["tilsynsegenskaper"]["tilsynstema"], "Utslipp");
    assert_eq!(made["kontrolladresser"][0]["breddegrad"], "59.25");
}

#[test]
fn lists_within_lists_keep_their_places_and_unset_is_null() {
    let made = made(&report(&json!({
        "kontrolladresser":
            [{ "breddegrad": "1" }, null, { "lokalitetsreferanse": 0, "breddegrad": "3" }],
        "utfoerteTilsynsaktiviteter": [
            { "startdatoForTilsynsaktivitet": "0001-01-01T00:00:00",
              "samtidigeKontroller": [{ "tilsynstema": "a" }, { "tilsynstema": "b" }] },
            { "startdatoForTilsynsaktivitet": "2026-06-30T22:30:00Z",
              "samtidigeKontroller": { "tilsynstema": "c" } }],
    })))
    .unwrap();
    assert_eq!(made["kontrolladresser"].as_array().unwrap().len(), 2);
    assert_eq!(made["kontrolladresser"][1]["breddegrad"], "3");
    assert!(made["kontrolladresser"][1]["lokalitetsreferanse"].is_null());
    let activities = &made["utfoerteTilsynsaktiviteter"];
    assert!(activities[0]["startdatoForTilsynsaktivitet"].is_null());
    assert_eq!(activities[0]["samtidigeKontroller"][1]["tilsynstema"], "b");
    // Half past midnight on the first of July in Norway.
    assert_eq!(activities[1]["startdatoForTilsynsaktivitet"], "2026-07-01");
    assert_eq!(activities[1]["samtidigeKontroller"][0]["tilsynstema"], "c");
}

#[test]
fn what_could_lose_something_is_refused_with_its_path() {
    let twice = r#"{"tildaenhet":"974761211","TILDAENHET":"974761211"}"#;
    let twice = typed(twice.as_bytes()).unwrap().items()[0].read(1, NOW).unwrap_err();
    assert_eq!(twice[0].rule(), Rule::Twice);
    assert_eq!(rules(&report(&json!({ "tilsynsobjekt": "974761211" }))), [Rule::Twice]);
    assert_eq!(rules(&report(&json!({ "kontrolladresser": "Storgata 1" }))), [Rule::Form]);
    assert_eq!(rules(&report(&json!({ "kontrolladresser": [["x"]] }))), [Rule::Form]);
    assert_eq!(rules(&report(&json!({ "tildaenhet": { "orgnr": 1 } }))), [Rule::Form]);
    let long: Vec<Json> = (0..1_001).map(|_| json!({ "breddegrad": "1" })).collect();
    assert_eq!(rules(&report(&json!({ "kontrolladresser": long }))), [Rule::Depth]);
    let bad = json!({ "kontrolladresser": [{}, { "lokalitetsreferanse": 100 }] });
    let refusals = made(&report(&bad)).unwrap_err();
    assert_eq!(refusals[0].path(), "kontrolladresser[1].lokalitetsreferanse");
    let huge = json!({ "kontrolladresser": [{ "lokalitetsreferanse": 1e300 }] });
    assert_eq!(rules(&report(&huge)), [Rule::Integer]);
}

#[test]
fn a_list_without_a_kind_is_refused_and_not_passed_over() {
    let body = json!({ "status": "ok", "trender": [{ "tildaenhet": "1" }] });
    let submission = parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(submission.items()[0].read(1, NOW).unwrap_err()[0].rule(), Rule::Unmapped);
}

#[test]
fn what_is_no_submission_is_malformed() {
    let malformed = |body: &[u8]| parse(body).err();
    for body in [&b"{"[..], b"\xff", b"{\"a\":\"\xc3\"}", b"{} x", b"{\"a\":1e999}"] {
        assert_eq!(malformed(body), Some(Malformed::Syntax));
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(malformed(deep.as_bytes()), Some(Malformed::Shape));
    for body in ["17", "\"x\"", "[1]", r#"{"noe":"annet"}"#] {
        assert_eq!(malformed(body.as_bytes()), Some(Malformed::Shape), "{body}");
    }
    let other = r#"{"tilsynsmyndighet":"314159268","tilsynsrapporter":[]}"#;
    assert_eq!(malformed(other.as_bytes()), Some(Malformed::Authority));
    let word = r#"{"tilsynsmyndighet":"BRANN","tilsynsrapporter":[]}"#;
    assert_eq!(malformed(word.as_bytes()), None);
    let many = format!(r#"{{"tilsynsrapporter":[{}{{}}]}}"#, "{},".repeat(1_000));
    assert_eq!(malformed(many.as_bytes()), Some(Malformed::Size));
    let wide = format!(r#"{{"status":[{}0]}}"#, "0,".repeat(600_000));
    assert_eq!(malformed(wide.as_bytes()), Some(Malformed::Size));
}

#[test]
fn what_nobody_maps_may_be_as_deep_as_it_likes() {
    let mut deep = json!("x");
    for _ in 0..30 {
        deep = json!({ "x": deep });
    }
    let body = json!({ "tilsynsrapporter":
        [report(&json!({ "kontrolladresser": [deep] })), report(&json!({ "annet": deep }))] });
    let submission = parse(body.to_string().as_bytes()).unwrap();
    assert!(submission.items().iter().all(|item| item.read(1, NOW).is_ok()));
}

#[test]
fn sameness_looks_at_what_is_read_only() {
    let first = said(&report(&json!({ "tilsynsobjekt": null })));
    assert_eq!(first, said(&report(&json!({ "nyttFelt": 1, "kontrolladresser": [] }))));
    let other = report(&json!({ "kontrolladresser": [{ "breddegrad": "1" }] }));
    assert_ne!(first, said(&other));
    let moved = report(&json!({ "kontrolladresser": [{}, { "breddegrad": "1" }] }));
    assert_ne!(said(&other), said(&moved));
    assert_eq!(said(&report(&json!({ "hendelse": "Trukket" }))), Said::Gone);
    assert_eq!(rules(&report(&json!({ "hendelse": "kanskje" }))), [Rule::Operation]);
}

#[test]
fn the_corpus_of_malformed_bodies_is_told_and_never_taken() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/json");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let body = std::fs::read(&path).unwrap();
        let read = typed(&body).map(|submission| {
            submission.items().iter().map(|item| item.read(1, NOW).is_ok()).collect::<Vec<_>>()
        });
        assert!(!matches!(read, Ok(ok) if ok.contains(&true)), "{}", path.display());
        count += 1;
    }
    assert!(count >= 12);
}

proptest! {
    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&body);
    }

    #[test]
    fn no_json_panics(text in "[\\[\\]{}\",:0-9a-z ]{0,60}") {
        if let Ok(submission) = typed(text.as_bytes()) {
            for item in submission.items() {
                let _ = item.read(1, NOW);
            }
        }
    }
}

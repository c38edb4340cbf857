//! The days: the same for a seed, of everyone, with every fact, in an order that can happen.

use crate::house::Rulebook;
use crate::{Counts, Happening, Plan, Simulation, Size, Step, everyone, without_number};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{ChangeKind, RecordType};

const PLAN: Plan = Plan {
    seed: 3,
    first: 20_689,
    days: 5,
    authorities: usize::MAX,
    size: Size { organisations: 150, records: 12 },
};

fn bytes(steps: &[Step]) -> Vec<String> {
    let text = |step: &Step| match &step.what {
        Happening::Register(text) => text.clone(),
        Happening::Entitled(terms) => format!("{terms:?}"),
        Happening::Dropped(file) => format!("{}/{}\n{}", file.authority, file.name, file.text),
    };
    steps.iter().map(|step| format!("{}\n{}", step.at.as_micros(), text(step))).collect()
}

#[test]
fn a_seed_gives_the_same_days_to_the_byte_and_another_gives_others() {
    let (one, same) = (Simulation::new(PLAN), Simulation::new(PLAN));
    assert_eq!(bytes(one.steps()), bytes(same.steps()));
    assert_eq!(one.flips(), same.flips());
    let other = Simulation::new(Plan { seed: 4, ..PLAN });
    assert_ne!(bytes(one.steps()), bytes(other.steps()));
}

#[test]
fn everyone_sends_and_is_known_to_the_bundle_by_number() {
    let rulebook = Rulebook::national().unwrap();
    let groups = rulebook.files().text("groups.toml").unwrap().to_owned();
    let synthetic: BTreeMap<_, _> = without_number().into_iter().collect();
    let everyone = everyone();
    let sources: BTreeSet<_> = everyone.iter().map(|one| one.code.clone()).collect();
    assert_eq!((everyone.len(), sources.len()), (95, 95));
    for authority in everyone {
        let code = authority.code.authority().unwrap();
        let of = |row: &&str| row.contains(&format!("\ncode = \"{code}\"\n"));
        let row = groups.split("[[member]]").find(of).unwrap_or_else(|| panic!("{code}"));
        match synthetic.get(&code) {
            Some(number) => {
                assert_eq!(*number, authority.number);
                assert!(number.is_synthetic() && !row.contains("orgnr"), "{code}");
            }
            None => assert!(row.contains(authority.number.as_str()), "{code}"),
        }
    }
}

#[test]
fn every_type_of_record_comes_with_every_value_of_its_facts() {
    let mut seen: BTreeMap<(RecordType, String), BTreeSet<String>> = BTreeMap::new();
    let mut regimes = BTreeSet::new();
    let size = Size { organisations: 150, records: 150 };
    for sent in Simulation::new(Plan { size, ..PLAN }).traffic().sent() {
        let body = avro_span::to_value(
            &records::schema(sent.record.record_type()),
            &records::encode(&sent.record).unwrap(),
        );
        let body = body.unwrap();
        for (fact, value) in body["fakta"].as_object().unwrap() {
            let Some(word) = value.as_str() else { continue };
            let of = seen.entry((sent.record.record_type(), fact.clone())).or_default();
            of.insert(word.to_owned());
        }
        let regime = body["fakta"]["taushetsregime"].as_str();
        regimes.extend(regime.map(str::to_owned));
    }
    for record_type in RecordType::ALL {
        let schema = records::schema(*record_type);
        let facts: Vec<_> =
            schema.fields().iter().filter(|field| field.path().starts_with("fakta.")).collect();
        assert!(!facts.is_empty(), "{record_type}");
        for field in facts {
            let fact = field.path().trim_start_matches("fakta.").to_owned();
            // The law is the producer's own; that something is published, one open register's.
            if ["taushetsregime", "alleredePublisert"].contains(&fact.as_str()) {
                continue;
            }
            let words: BTreeSet<String> = symbols(schema.text(), &fact);
            let of = seen.get(&(*record_type, fact.clone()));
            assert_eq!(of, Some(&words), "{record_type} {fact}");
        }
    }
    assert_eq!(regimes.len(), records::SecrecyRegime::ALL.len());
}

/// The words of a fact's closed list, as the contract's text has them.
fn symbols(schema: &str, fact: &str) -> BTreeSet<String> {
    fn named(value: &serde_json::Value, name: &str, found: &mut Vec<serde_json::Value>) {
        match value {
            serde_json::Value::Object(fields) => {
                if fields.get("name").and_then(|it| it.as_str()) == Some(name) {
                    found.push(fields.get("type").cloned().unwrap_or_default());
                }
                fields.values().for_each(|value| named(value, name, found));
            }
            serde_json::Value::Array(items) => {
                items.iter().for_each(|value| named(value, name, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    named(&serde_json::from_str(schema).unwrap(), fact, &mut found);
    let text = serde_json::to_string(&found).unwrap();
    let words = text.split("\"symbols\":[").nth(1).unwrap_or_default().split(']').next();
    let words = words.unwrap_or_default().split(',');
    words.map(|word| word.trim_matches('"').to_owned()).collect()
}

#[test]
fn nothing_is_corrected_before_it_was_said_and_every_row_comes_once() {
    let simulation = Simulation::new(PLAN);
    let (mut said, mut rows) = (BTreeSet::new(), 0);
    for step in simulation.steps() {
        let Happening::Dropped(file) = &step.what else { continue };
        rows += step.rows();
        for line in file.text.lines().skip(1) {
            let mut cells = line.split(';');
            let (object, what) = (cells.next().unwrap().to_owned(), cells.next().unwrap());
            let first = what == ChangeKind::Create.to_string();
            let key = (file.authority.clone(), object);
            assert_eq!(first, !said.contains(&key), "{key:?}");
            said.insert(key);
        }
    }
    let expected = simulation.traffic().expected();
    let sum = |of: fn(&Counts) -> usize| expected.values().map(of).sum::<usize>();
    assert_eq!(rows, sum(|counts| counts.rows));
    assert!(simulation.steps().is_sorted_by_key(|step| step.at));
}

#[test]
fn days_have_a_rhythm_bursts_and_silence() {
    let simulation = Simulation::new(PLAN);
    let (mut by_hour, mut days) = ([0; 24], BTreeMap::<_, BTreeSet<i64>>::new());
    let mut burst = 0;
    for step in simulation.steps() {
        let Happening::Dropped(file) = &step.what else { continue };
        let hours = step.at.as_micros() / super::HOUR;
        by_hour[usize::try_from(hours.rem_euclid(24)).unwrap()] += step.rows();
        days.entry(file.authority.clone()).or_default().insert(hours.div_euclid(24));
        burst = burst.max(step.rows());
    }
    let office: usize = by_hour[7..16].iter().sum();
    assert!(office > by_hour.iter().sum::<usize>() / 2 && burst >= 5, "{by_hour:?} {burst}");
    assert!(days.values().any(|of| of.len() < usize::from(PLAN.days)));
}

#[test]
fn forms_flip_both_ways_and_entitlements_end_and_lapse() {
    let simulation = Simulation::new(PLAN);
    let forms: BTreeSet<_> = simulation.flips().iter().map(|flip| flip.form).collect();
    assert_eq!(forms, ["AS", "ENK"].into());
    let flip = simulation.flips()[0];
    let row = |form: &str| format!("\n{};{form};", flip.number);
    let of = |step: &Step| match &step.what {
        Happening::Register(text) => Some((step.at.days(), text.clone())),
        _ => None,
    };
    for (day, text) in simulation.steps().iter().filter_map(of) {
        assert_eq!(text.contains(&row(flip.form)), day >= i64::from(flip.day), "{day}");
    }
    let last = i32::try_from(simulation.end().days()).unwrap();
    let (mut ended, mut lapse) = (0, 0);
    for step in simulation.steps() {
        let Happening::Entitled(terms) = &step.what else { continue };
        ended += usize::from(terms.ended);
        lapse += usize::from(terms.to < last - 1);
    }
    assert!(ended > 0 && lapse > 0);
    let last_day = simulation.lapse().unwrap().last.days();
    assert!(last_day >= PLAN.first && last_day < last);
}

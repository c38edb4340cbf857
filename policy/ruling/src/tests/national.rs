//! The bundle `national-2026` as a whole, over every sender and combination of facts.

use super::properties::reveals;
use super::{contract, files, load, national};
use crate::applies::Period;
use crate::compile::compile_for;
use crate::decide::Decider;
use crate::{
    Audience, Bundle, BundleFiles, Comparison, Inquiry, Rulings, compare, compile, explain, matrix,
};
use avro_tree::Schema;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::RecordType;

fn each(bundle: &Bundle, mut look: impl FnMut(&Rulings, &Schema)) {
    for view in bundle.views() {
        for record_type in &view.record_types {
            let rulings = compile(bundle, view, *record_type, bundle.first_day());
            look(&rulings, bundle.schema(*record_type).unwrap());
        }
    }
}

/// Compares, for every sender and combination, the ruling with the one after `change` of its facts,
/// in every view but those left out.
fn never_freer(bundle: &Bundle, left_out: &[&str], change: impl Fn(&Schema, &mut Vec<u8>) -> bool) {
    each(bundle, |rulings, schema| {
        if left_out.contains(&rulings.view().as_str()) {
            return;
        }
        for sender in bundle.senders().classes() {
            for facts in 0..u16::try_from(rulings.combinations()).unwrap() {
                let mut stricter = schema.facts().values(facts);
                if change(schema, &mut stricter) {
                    let stricter = schema.facts().index(&stricter).unwrap();
                    let (free, strict) =
                        (rulings.get(Some(sender), facts), rulings.get(Some(sender), stricter));
                    let words = Inquiry::facts_of(schema, facts);
                    assert!(reveals(free, strict), "{} {words:?}", rulings.view());
                }
            }
        }
    });
}

#[test]
fn every_view_can_release_each_of_its_record_types_and_only_what_its_schema_holds() {
    let bundle = national();
    each(bundle, |rulings, _| {
        let can = bundle.releasable(rulings.view(), rulings.record_type());
        let waits = rulings.view().as_str() == "crossborder";
        assert_eq!(rulings.releasable().is_empty(), waits, "{}", rulings.view());
        assert!(rulings.releasable().is_subset(&can));
    });
}

#[test]
fn a_missing_fact_is_never_freer_than_any_value_of_it() {
    let bundle = national();
    for name in [
        "subject_kind",
        "inspection_state",
        "unannounced",
        "akrim_case",
        "already_published",
        "decision_state",
        "regime",
        "scheme",
        "selection",
        "publication_state",
        "licence_state",
        "check_level",
        "onward_sharing",
    ] {
        // That a check is about one worker closes it to everybody but that worker.
        let left_out: &[&str] = if name == "check_level" { &["contract-own"] } else { &[] };
        never_freer(bundle, left_out, |schema, values| {
            let facts = schema.facts().facts();
            let Some(at) = facts.iter().position(|fact| fact.name() == name) else { return false };
            values[at] = facts[at].strictest();
            true
        });
    }
}

#[test]
fn an_unknown_subject_is_never_freer_than_a_sole_proprietorship_in_either_bundle() {
    for bundle in [national(), super::tilda::tilda()] {
        never_freer(bundle, &[], |schema, values| {
            let facts = schema.facts().facts();
            let at = facts.iter().position(|fact| fact.name() == "subject_kind").unwrap();
            let number = |word: &str| {
                facts[at].values().iter().position(|value| value == word).unwrap() as u8
            };
            let was = values[at];
            values[at] = number("unknown");
            was == number("sole_prop")
        });
    }
}

#[test]
fn an_unknown_sender_and_facts_out_of_range_get_nothing() {
    let bundle = national();
    each(bundle, |rulings, _| {
        assert!(!rulings.get(None, 0).releases());
        let beyond = u16::try_from(rulings.combinations()).unwrap();
        let known = bundle.senders().classes().next();
        assert!(!rulings.get(known, beyond).releases());
        assert_eq!(rulings.get(known, beyond).released().count(), 0);
    });
}

#[test]
fn rulings_hold_until_the_day_a_basis_turns() {
    let mut files = files("national-2026");
    let text = files.text("bases.toml").unwrap();
    let (before, after) = text.split_once("id = \"SERV\"").unwrap();
    let after = after.replacen(
        "valid_from = 1998-01-01",
        "valid_from = 1998-01-01\nvalid_to = 2027-03-31",
        1,
    );
    let text = format!("{before}id = \"SERV\"{after}");
    files.0.insert("bases.toml".to_owned(), text.into_bytes());
    let bundle = load(&files);
    let view = bundle.view(&"municipality-licence".parse().unwrap()).unwrap();
    let day = bundle.first_day();
    let lapses = bundle.turns(day).unwrap();
    let open = |day| {
        let rulings = compile(&bundle, view, RecordType::ApprovalStatus, day);
        rulings.distinct().iter().any(crate::Ruling::releases)
    };
    assert!(open(day) && open(lapses - 1), "in force to its last day");
    assert!(!open(lapses), "the day after, nothing leaves");
    assert_eq!(bundle.turns(lapses), None);
}

#[test]
fn rulings_kept_from_loading_are_those_that_compiling_anew_gives() {
    let bundle = national();
    // The first day, and days before some basis came into force.
    for day in [bundle.first_day(), 19_000, 15_000] {
        for view in bundle.views() {
            for record_type in &view.record_types {
                let period = Period::on_day(day);
                let mut decider = Decider::new(bundle, view, *record_type, period).unwrap();
                let given = compile(bundle, view, *record_type, day);
                assert!(*given == compile_for(&mut decider), "{} on {day}", view.id);
            }
        }
    }
    let view = &bundle.views()[0];
    let again = |day| compile(bundle, view, view.record_types[0], day);
    let first = bundle.first_day();
    assert!(Arc::ptr_eq(&again(first), &again(first + 90)), "nothing is compiled twice");
}

#[test]
fn each_municipality_is_addressed_in_its_own_area_alone() {
    let bundle = national();
    let view = bundle.view(&"municipality-licence".parse().unwrap()).unwrap();
    assert_eq!(view.audience, Audience::OwnArea);
    let of = |area: &str| bundle.addressees(&view.id, area.parse().unwrap());
    assert_eq!(of("4601"), ["964338531".parse().unwrap()]);
    assert_ne!(of("0301"), of("5001"));
    assert!(of("4204").is_empty(), "no member's area is nobody's");
    let one_lane = "tilda-supervisor".parse().unwrap();
    assert!(bundle.addressees(&one_lane, "4601".parse().unwrap()).is_empty());
}

#[test]
fn only_the_open_register_may_stamp_publication() {
    let bundle = national();
    let may = |source: &str, kind| bundle.may_stamp_published(&source.parse().unwrap(), kind);
    assert!(may("MAT-smilefjes", RecordType::InspectionReport));
    assert!(!may("MAT", RecordType::InspectionReport));
    assert!(!may("MAT-smilefjes", RecordType::Sanction));
    assert!(!may("DAT", RecordType::InspectionReport));
}

fn with(change: impl FnOnce(&mut BundleFiles)) -> Bundle {
    let mut files = files("national-2026");
    change(&mut files);
    load(&files)
}

fn edit(files: &mut BundleFiles, file: &str, from: &str, to: &str) {
    let text = files.text(file).unwrap();
    assert!(text.contains(from));
    let text = text.replacen(from, to, 1);
    files.0.insert(file.to_owned(), text.into_bytes());
}

#[test]
fn a_bundle_that_lets_out_more_is_named_a_widening_and_its_reverse_a_narrowing() {
    let old = national();
    let day = old.first_day();
    let narrower = with(|files| {
        edit(files, "rules/tilda.cedar", "Class::\"OPS\", Class::\"BIZ\"", "Class::\"BIZ\"");
    });
    assert_eq!(compare(old, &narrower, day), Comparison::Narrowing);
    let Comparison::Widening(found) = compare(&narrower, old, day) else { panic!("it widens") };
    assert!(found.iter().all(|widening| widening.place == "tilda-supervisor"));
    assert!(found.iter().any(|widening| widening.what.contains("kontaktpunkt")));
}

#[test]
fn longer_retention_and_a_new_member_widen_too() {
    let old = national();
    let longer = with(|files| {
        edit(files, "bundle.toml", "intake_days = 30", "intake_days = 31");
        edit(files, "groups.toml", "groups = [\"G6\"]", "groups = [\"G6\", \"G7\"]");
    });
    let day = old.first_day();
    let Comparison::Widening(found) = compare(old, &longer, day) else { panic!("it widens") };
    let places: Vec<&str> = found.iter().map(|widening| widening.place.as_str()).collect();
    assert_eq!(places, ["bundle", "buyer-private"]);
    assert_eq!(compare(&longer, old, day), Comparison::Narrowing);
}

fn ask(facts: &[(&str, &str)]) -> Inquiry {
    let facts: BTreeMap<String, String> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Inquiry::new(
        "tilda-supervisor".parse().unwrap(),
        RecordType::Sanction,
        "DAT".parse().unwrap(),
        facts,
        20_780,
    )
}

#[test]
fn an_explanation_names_class_rule_law_and_what_would_turn_it() {
    let bundle = national();
    let facts = [
        ("subject_kind", "sole_prop"),
        ("decision_state", "made"),
        ("regime", "fvl"),
        ("akrim_case", "nei"),
    ];
    let told = explain(bundle, &ask(&facts), "beloep").unwrap();
    assert!(told.answer.contains("forbidden by rule never-persons-in-tilda"));
    assert_eq!(told.steps.len(), 2, "OFF by the contract, PER by the subject");
    assert_eq!(told.turns, ["it would leave if subject_kind were legal or facility"]);
    let text = told.to_string();
    for part in ["rules/never.cedar:", "forvaltningsloven § 13 (1) no. 1", "natural-person"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(explain(bundle, &ask(&facts), "nope").is_err());
    assert!(explain(bundle, &ask(&[("mood", "good")]), "beloep").is_err());
}

#[test]
fn the_matrix_shows_every_field_once_in_text_csv_and_json() {
    let bundle = national();
    let facts = [
        ("subject_kind", "legal"),
        ("decision_state", "made"),
        ("regime", "fvl"),
        ("akrim_case", "nei"),
    ];
    let page = matrix(bundle, &ask(&facts)).unwrap();
    let fields = contract()[2].1.fields().len();
    assert!(page.released);
    assert_eq!(page.rows.len(), fields);
    assert_eq!(page.csv().lines().count(), fields + 1);
    assert_eq!(page.json()["fields"].as_array().unwrap().len(), fields);
    let text = page.text();
    assert!(text.lines().any(|line| line.contains("beloep") && line.contains("FVL13b-5")));
    assert!(text.lines().any(|line| line.contains("politianmeldt") && line.contains("withhold")));
    let shut = matrix(bundle, &ask(&[])).unwrap();
    assert!(!shut.released && shut.rows.iter().all(|row| row.outcome == "withhold"));
}

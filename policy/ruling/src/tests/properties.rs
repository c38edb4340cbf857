//! What must hold of every ruling, of any bundle: small random ones here, `national-2026` in
//! `national`.

use crate::applies::Period;
use crate::bundle::Bundle;
use crate::compile::compile_for;
use crate::decide::Decider;
use crate::load::read;
use crate::{BundleFiles, FieldOutcome, Ruling, Rulings};
use avro_tree::Schema;
use proptest::prelude::*;
use std::sync::Arc;
use vocabulary::RecordType;

const CONTRACT: &str = r#"{
  "type": "record", "name": "t.R",
  "facts": [
    {"name": "subject_kind", "path": "fakta.slag", "values": ["legal", "unknown"],
     "strictest": "unknown"},
    {"name": "akrim_case", "path": "fakta.sak", "values": ["ja", "nei"], "strictest": "ja"}
  ],
  "fields": [
    {"name": "konvolutt", "class": "OFF", "type": {"type": "record", "name": "t.K", "fields": [
      {"name": "id", "class": "OFF", "frozen": true, "type": "string"},
      {"name": "sak", "class": "OFF", "subject": true, "type": ["null", "string"], "default": null}
    ]}},
    {"name": "fakta", "class": "OFF", "type": {"type": "record", "name": "t.F", "fields": [
      {"name": "slag", "class": "OFF", "type": ["null", {"type": "enum", "name": "t.S",
        "symbols": ["legal", "unknown"]}], "default": null},
      {"name": "sak", "class": "OFF", "type": ["null", {"type": "enum", "name": "t.J",
        "symbols": ["ja", "nei"]}], "default": null}
    ]}},
    {"name": "dato", "class": "EMB", "type": ["null", {"type": "int", "logicalType": "date"}],
     "default": null},
    {"name": "navn", "class": "PUB", "subject": true, "type": ["null", "string"],
     "default": null},
    {"name": "tekst", "class": "PER", "freeText": true, "type": ["null", "string"],
     "default": null},
    {"name": "ukjent", "type": ["null", "string"], "default": null},
    {"name": "liste", "class": "BIZ", "type": ["null", {"type": "array", "items":
      {"type": "record", "name": "t.L", "fields": [
        {"name": "dag", "class": "EMB", "type": ["null", {"type": "int", "logicalType": "date"}],
         "default": null},
        {"name": "kilde", "class": "SRC", "type": ["null", "string"], "default": null}
      ]}}], "default": null}
  ]
}"#;

const FILES: [(&str, &str); 6] = [
    (
        "bundle.toml",
        "name = 'small'\nversion = 1\nvalid_from = 2026-01-01\nusual_regime = 'fvl'\n[retention]\n\
         intake_days = 1\nrelease_days = 1\nakrim_days = 1\ndisclosure_days = 1\n\
         quarantine_days = 1",
    ),
    (
        "groups.toml",
        "[[group]]\nid = 'G1'\nname = ''\n[[group]]\nid = 'S'\nname = ''\n[[group]]\nid = 'N'\n\
         name = ''\n[[member]]\nname = 'a'\ncode = 'AAA'\ngroups = ['S']\n[[member]]\nname = 'b'\n\
         code = 'BBB'\ngroups = ['S', 'N']",
    ),
    (
        "bases.toml",
        "[[basis]]\nid = 'ONE'\nkind = 'opens'\ncitation = 'x'\ntext = ''\nlink = ''\n\
         from = ['S']\nexcept_from = ['N']\nto = ['G1']\npurposes = ['any']\nregimes = ['any']\n\
         valid_from = 2020-01-01\nvisible_to_subject = 'yes'\nconfidence = 'S'\nactive = true\n\
         [[basis]]\nid = 'TWO'\nkind = 'opens'\ncitation = 'x'\ntext = ''\nlink = ''\n\
         from = ['any']\nto = ['G1']\npurposes = ['any']\nregimes = ['fvl']\n\
         valid_from = 2020-01-01\nvisible_to_subject = 'yes'\nconfidence = 'S'\nactive = true",
    ),
    (
        "views.toml",
        "[[view]]\nid = 'v'\ntitle = ''\nmeasure = ''\naudience = 'group'\ngroups = ['G1']\n\
         purposes = ['coordination', 'audit']\nbases = ['ONE', 'TWO']\n\
         record_types = ['inspection_report']",
    ),
    (
        "modifiers.toml",
        "[[modifier]]\nid = 'm'\nlaw = ''\nwhen = { subject_kind = ['unknown'] }\n\
         parts = ['subject']\nclasses = ['PUB', 'OFF', 'BIZ']\nbecomes = 'PER'",
    ),
    ("invariants.toml", ""),
];

pub(super) fn bundle(rules: &[String]) -> Bundle {
    let mut files: BundleFiles = BundleFiles::default();
    for (path, text) in FILES {
        files.0.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    let rules: Vec<String> =
        rules.iter().enumerate().map(|(n, rule)| rule.replace("ID", &format!("r{n}"))).collect();
    files.0.insert("rules/a.cedar".to_owned(), rules.join("\n").into_bytes());
    let schema = Arc::new(Schema::parse(CONTRACT).unwrap());
    let mut errors = Vec::new();
    let bundle = read(&files, &[(RecordType::InspectionReport, schema)], &mut errors);
    assert!(errors.is_empty(), "{errors:?}");
    bundle.unwrap()
}

pub(super) fn rulings(bundle: &Bundle) -> Rulings {
    let view = &bundle.views()[0];
    let mut decider =
        Decider::new(bundle, view, RecordType::InspectionReport, Period::default()).unwrap();
    compile_for(&mut decider)
}

/// Whether `more` reveals at least what `less` does, in every field.
pub(super) fn reveals(more: &Ruling, less: &Ruling) -> bool {
    if !less.releases() {
        return true;
    }
    more.releases()
        && more.fields.iter().zip(&less.fields).all(|(m, l)| m.reveals_at_least(l) == Some(true))
}

fn everywhere(bundle: &Bundle, holds: impl Fn(&Ruling, usize, u16) -> bool) -> bool {
    let rulings = rulings(bundle);
    bundle.senders().classes().all(|sender| {
        (0..u16::try_from(rulings.combinations()).unwrap())
            .all(|facts| holds(rulings.get(Some(sender), facts), sender.index(), facts))
    })
}

fn at_least(more: &Bundle, less: &Bundle) -> bool {
    let less_rulings = rulings(less);
    everywhere(more, |ruling, sender, facts| {
        let class = standing::SenderClass::new(u16::try_from(sender).unwrap());
        reveals(ruling, less_rulings.get(Some(class), facts))
    })
}

fn condition() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        " when { context.akrim_case == AkrimCase::\"nei\" }",
        " when { context.subject_kind == SubjectKind::\"legal\" }",
        " unless { resource in Part::\"subject\" }",
        " when { context.sender.contains(Group::\"N\") }",
        " when { context.regime == Regime::\"fvl\" && resource in Class::\"PER\" }",
    ])
}

fn scope() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "resource",
        "resource in Class::\"OFF\"",
        "resource in Class::\"PUB\"",
        "resource in Class::\"PER\"",
        "resource in Class::\"BIZ\"",
        "resource in Class::\"EMB\"",
        "resource in Part::\"envelope\"",
        "resource in Part::\"free_text\"",
        "resource == Field::\"liste[].dag\"",
    ])
}

fn action() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["action", "action", "action == Action::\"audit\""])
}

fn permit() -> impl Strategy<Value = String> {
    let basis = prop::sample::select(vec!["ONE", "TWO", "ONE, TWO"]);
    let form =
        prop::sample::select(vec!["", "", "", " @transform(\"month\")", " @transform(\"year\")"]);
    (basis, form, action(), scope(), condition()).prop_map(|(basis, form, action, scope, when)| {
        let scope = format!("principal in Group::\"G1\", {action}, {scope}");
        format!("@id(\"ID\") @basis(\"{basis}\"){form} permit ({scope}){when};")
    })
}

fn forbid() -> impl Strategy<Value = String> {
    (action(), scope(), condition()).prop_map(|(action, scope, when)| {
        format!("@id(\"ID\") @basis(\"TWO\") forbid (principal, {action}, {scope}){when};")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_ruling_partitions_the_fields(
        rules in prop::collection::vec(permit(), 0..6), no in forbid()
    ) {
        let mut rules = rules;
        rules.push(no);
        let bundle = bundle(&rules);
        let schema = bundle.schema(RecordType::InspectionReport).unwrap();
        let holds = everywhere(&bundle, |ruling, _, _| {
            let leave: Vec<_> = ruling.released().collect();
            let whole = ruling.fields.len() == schema.fields().len()
                && ruling.classes.len() == schema.fields().len();
            let grounded = ruling.fields.iter().all(|outcome| match outcome {
                FieldOutcome::Withhold { .. } => outcome.grounds().is_none(),
                _ => outcome.grounds().is_some_and(|grounds| !grounds.bases().is_empty()),
            });
            // A field leaves only within fields that do; a container only with something in it.
            let nested = leave.iter().all(|id| {
                let holds = schema.children(*id).next().is_some();
                schema.lineage(*id).all(|above| leave.contains(&above))
                    && (!holds || schema.children(*id).any(|child| leave.contains(&child)))
            });
            let unclassified = leave.iter().all(|id| schema.field(*id).class().is_some());
            let frozen = leave.is_empty()
                || schema.field_ids().filter(|id| schema.field(*id).frozen()).all(|id| {
                    matches!(ruling.field(id), FieldOutcome::Release { .. })
                });
            whole && grounded && nested && unclassified && frozen
        });
        prop_assert!(holds);
    }

    #[test]
    fn removing_a_permit_never_reveals_more(
        rules in prop::collection::vec(permit(), 1..7), no in forbid(),
        at in any::<prop::sample::Index>()
    ) {
        let mut rules = rules;
        let gone = at.index(rules.len());
        rules.push(no);
        let more = bundle(&rules);
        rules.remove(gone);
        prop_assert!(at_least(&more, &bundle(&rules)));
    }

    #[test]
    fn adding_a_forbid_never_reveals_more(
        rules in prop::collection::vec(permit(), 0..6), no in forbid()
    ) {
        let mut rules = rules;
        let more = bundle(&rules);
        rules.push(no);
        prop_assert!(at_least(&more, &bundle(&rules)));
    }

    #[test]
    fn looking_up_gives_what_deciding_each_combination_anew_gives(
        rules in prop::collection::vec(permit(), 0..6), no in forbid()
    ) {
        let mut rules = rules;
        rules.push(no);
        let bundle = bundle(&rules);
        let same = everywhere(&bundle, |ruling, sender, facts| {
            let view = &bundle.views()[0];
            let class = standing::SenderClass::new(u16::try_from(sender).unwrap());
            // A decider that has seen nothing: no answer of another combination can be mistaken.
            let (kind, ever) = (RecordType::InspectionReport, Period::default());
            let fresh = Decider::new(&bundle, view, kind, ever);
            fresh.unwrap().ruling(class, facts) == *ruling
        });
        prop_assert!(same);
    }
}

#[test]
fn without_a_permit_nothing_leaves() {
    let bundle = bundle(&[]);
    assert!(
        everywhere(&bundle, |ruling, _, _| !ruling.releases() && ruling.released().count() == 0)
    );
}

#[test]
fn a_sender_that_a_basis_takes_out_opens_nothing_by_it() {
    // Both authorities are in S, from which ONE leads; the second is in N, which it takes out.
    let rule = "@id(\"ID\") @basis(\"ONE\") permit (principal in Group::\"G1\", action, resource);";
    let bundle = bundle(&[rule.to_owned()]);
    let rulings = rulings(&bundle);
    let opens = |code: &str| {
        let sender = bundle.sender_class(&code.parse().unwrap());
        (0..4).any(|facts| rulings.get(sender, facts).releases())
    };
    assert!(opens("AAA"));
    assert!(!opens("BBB"), "except_from");
}

#[test]
fn a_rule_that_fails_withholds_the_whole_record() {
    // Cedar skips a rule that fails; a skipped forbid would be an open door.
    let open = "@id(\"ID\") @basis(\"TWO\") permit (principal in Group::\"G1\", action, resource);";
    let fails = "@id(\"ID\") @basis(\"TWO\") \
                 forbid (principal, action, resource == Field::\"liste[].dag\") \
                 when { context.nothing == 1 };";
    assert!(everywhere(&bundle(&[open.to_owned()]), |ruling, _, _| ruling.releases()));
    let failing = bundle(&[open.to_owned(), fails.to_owned()]);
    assert!(everywhere(&failing, |ruling, _, _| {
        !ruling.releases()
            && ruling
                .fields
                .iter()
                .all(|field| *field == FieldOutcome::Withhold { reason: crate::Reason::Error })
    }));
}

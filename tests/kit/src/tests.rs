//! The traffic itself: the same for a seed, complete, synthetic, counted and planted as said.

use crate::{Counts, Size, Traffic, authorities};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{ChangeKind, FieldClass, NationalId, RecordType, SubjectKind};

const SMALL: Size = Size { organisations: 60, records: 20 };

fn traffic() -> Traffic {
    Traffic::generate(7, SMALL)
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_gives_others() {
    let (one, same) = (traffic(), traffic());
    assert_eq!(one.files(), same.files());
    assert_eq!(one.register(), same.register());
    assert_ne!(one.files(), Traffic::generate(8, SMALL).files());
}

#[test]
fn authorities_are_real_and_none_is_mattilsynet() {
    let known = include_str!("../../corpus/open/authorities.csv");
    for authority in authorities() {
        let (code, number) = (authority.code.as_str(), authority.number.as_str());
        let line = known.lines().find(|line| line.starts_with(&format!("{code},"))).unwrap();
        assert!(line.contains(number) && line.contains(authority.name), "{code}");
        assert_ne!(code, "MAT");
    }
    assert_eq!(authorities().len(), 11);
}

#[test]
fn every_subject_is_synthetic_and_every_kind_occurs() {
    let traffic = traffic();
    let mut kinds = BTreeSet::new();
    for organisation in traffic.organisations() {
        assert!(organisation.number.is_synthetic());
        kinds.insert((organisation.kind, organisation.form, organisation.parent.is_some()));
    }
    for sent in traffic.sent() {
        assert!(sent.record.subject().organisation.is_none_or(|number| number.is_synthetic()));
    }
    for expected in [
        (SubjectKind::Legal, Some("AS"), false),
        (SubjectKind::Legal, Some("BEDR"), true),
        (SubjectKind::SoleProprietor, Some("ENK"), false),
        (SubjectKind::SoleProprietor, Some("BEDR"), true),
        (SubjectKind::Unknown, None, false),
    ] {
        assert!(kinds.contains(&expected), "{expected:?}");
    }
    assert!(kinds.iter().any(|(kind, ..)| *kind == SubjectKind::PersonalLinked));
}

#[test]
fn the_register_holds_all_but_the_unknown_and_parents_come_with_sub_units() {
    let traffic = traffic();
    let register = traffic.register();
    for organisation in traffic.organisations() {
        let held = register.contains(&format!("\n{};", organisation.number));
        assert_eq!(held, organisation.kind != SubjectKind::Unknown);
        if let Some(parent) = organisation.parent {
            assert!(register.contains(&format!("\n{parent};")));
        }
    }
}

#[test]
fn every_record_is_complete_and_encodes() {
    for sent in traffic().sent() {
        assert_eq!(records::check(&sent.record), Ok(()), "{}", sent.object);
        let datum = records::encode(&sent.record).unwrap();
        assert!(records::decode(sent.record.record_type(), &datum).unwrap() == sent.record);
    }
}

#[test]
fn expected_counts_are_the_rows_of_the_files() {
    let traffic = traffic();
    let mut rows: BTreeMap<_, usize> = BTreeMap::new();
    for file in traffic.files() {
        let word = file.name.split('-').next().unwrap().to_owned();
        *rows.entry((file.authority, word)).or_default() += file.text.lines().count() - 1;
    }
    let expected = traffic.expected();
    assert_eq!(rows.len(), expected.len());
    let sum = |of: fn(&Counts) -> usize| expected.values().map(of).sum::<usize>();
    assert_eq!(rows.values().sum::<usize>(), sum(|counts| counts.rows));
    assert_eq!(sum(|counts| counts.first), 36 * SMALL.records);
    assert_eq!(sum(|counts| counts.refused), 11);
    assert!(sum(|counts| counts.corrected) > 20 && sum(|counts| counts.retracted) > 20);
    let parts = |counts: &Counts| {
        counts.first + counts.corrected + counts.retracted + counts.refused == counts.rows
    };
    assert!(expected.values().all(parts));
}

#[test]
fn every_type_of_record_occurs_as_a_first_version_a_correction_and_a_retraction() {
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        for sent in Traffic::generate(seed, SMALL).sent() {
            seen.insert((sent.record.record_type(), sent.record.envelope().change_kind));
        }
    }
    let changes = [ChangeKind::Create, ChangeKind::Correct, ChangeKind::Retract];
    let all = RecordType::ALL.iter().flat_map(|kind| changes.map(|change| (*kind, change)));
    assert_eq!(seen, all.collect());
}

#[test]
fn each_row_has_a_cell_for_each_column() {
    for file in traffic().files() {
        let mut widths = file.text.lines().map(|line| {
            let (mut width, mut quoted) = (1, false);
            for letter in line.chars() {
                quoted ^= letter == '"';
                width += usize::from(letter == ';' && !quoted);
            }
            width
        });
        let header = widths.next().unwrap();
        assert!(widths.all(|width| width == header), "{} {}", file.authority, file.name);
    }
}

#[test]
fn every_planted_secret_stands_in_its_authoritys_file_and_names_its_class() {
    let traffic = traffic();
    let files = traffic.files();
    let mut classes = BTreeSet::new();
    for planted in traffic.planted() {
        let mut of = files.iter().filter(|file| file.authority == planted.authority);
        assert!(of.any(|file| file.text.contains(&planted.token)), "{}", planted.path);
        let schema = records::schema(planted.record_type);
        let id = schema.field_by_path(planted.path).unwrap();
        let field = schema.field(id);
        // A leaf leaves only with what holds it: the class is its own or its list's.
        let mut above = [id].into_iter().chain(schema.lineage(id)).map(|id| schema.field(id));
        assert!(above.any(|field| field.class() == Some(planted.class)), "{}", planted.path);
        assert_eq!(field.free_text(), planted.free_text, "{}", planted.path);
        classes.insert(planted.class);
    }
    let without = [FieldClass::Pub, FieldClass::Off, FieldClass::Tax];
    let expected = FieldClass::ALL.into_iter().filter(|class| !without.contains(class));
    assert_eq!(classes, expected.collect());
}

#[test]
fn tokens_are_unique_and_persons_synthetic() {
    let traffic = traffic();
    let (mut tokens, mut persons) = (BTreeSet::new(), 0);
    for planted in traffic.planted() {
        if let Ok(person) = planted.token.parse::<NationalId>() {
            assert!(person.is_synthetic());
            persons += 1;
        } else {
            assert!(tokens.insert(planted.token.clone()), "{} twice", planted.token);
        }
    }
    assert!(persons > 20, "{persons}");
}

#[test]
fn some_natural_persons_are_stamped_as_companies() {
    let traffic = traffic();
    let truth: BTreeMap<_, _> =
        traffic.organisations().iter().map(|one| (one.number, one.kind)).collect();
    let mut wrong = BTreeSet::new();
    for sent in traffic.sent() {
        let records::Record::Sanction(body) = &sent.record else { continue };
        let Some(number) = body.subject.organisation else { continue };
        if body.facts.subject_kind == Some(SubjectKind::Legal) {
            wrong.insert(truth[&number]);
        }
    }
    assert!(wrong.contains(&SubjectKind::SoleProprietor) && wrong.contains(&SubjectKind::Unknown));
}

#[test]
fn the_showcases_are_first_versions_that_stay() {
    let traffic = traffic();
    let (company, person) =
        (traffic.showcase().unwrap(), traffic.showcase_sole_proprietor().unwrap());
    for shown in [company, person] {
        assert_eq!(shown.record.record_type(), RecordType::Sanction);
        assert_eq!(shown.record.envelope().change_kind, ChangeKind::Create);
        let versions = traffic.sent().iter().filter(|sent| sent.object == shown.object);
        assert_eq!(versions.count(), 1);
    }
    let kind = |of: &crate::Sent| {
        let number = of.record.subject().organisation.unwrap();
        traffic.organisations().iter().find(|one| one.number == number).unwrap().kind
    };
    assert_eq!(kind(company), SubjectKind::Legal);
    assert_eq!(kind(person), SubjectKind::SoleProprietor);
}

//! Rules of trends, alerts, suspensions, licences, contract checks, case notes and findings: each
//! broken alone names its field.

use super::checks::{found, synthetic_person};
use super::{envelope, subject};
use crate::*;
use vocabulary::ChangeKind;

const FVL: Option<SecrecyRegime> = Some(SecrecyRegime::Administration);

fn trend() -> TrendAggregate {
    let facts = TrendAggregateFacts {
        secrecy_regime: FVL,
        selection: Some(Selection::OneSubject),
        ..Default::default()
    };
    let mut body = TrendAggregate::new(envelope(), subject(), facts);
    body.years = Some(vec![YearlyTotal { year: Some(2025), ..Default::default() }]);
    body
}

fn cell(selection: Selection, subjects: i32) -> TrendAggregate {
    let mut body = trend();
    let object_id = Some("0301-56".to_owned());
    body.subject = Subject { object_id, ..Subject::default() };
    body.facts.selection = Some(selection);
    body.subjects = Some(subjects);
    body
}

fn alert() -> AuthorityAlert {
    let facts = AuthorityAlertFacts { secrecy_regime: FVL, ..Default::default() };
    let to = "999601391".parse().unwrap();
    let mut body = AuthorityAlert::new(envelope(), subject(), facts, to);
    let alert_type = Some(AlertType::FreeText);
    body.content = Some(AlertContent { alert_type, ..Default::default() });
    body
}

fn suspension() -> SuspensionDecision {
    let facts = SuspensionDecisionFacts {
        decision_state: Some(DecisionState::Made),
        publication_state: Some(PublicationState::Published),
        ..Default::default()
    };
    SuspensionDecision {
        effective_from: Some(Date::from_days(20_000)),
        publication_basis: Some("offl. § 3".to_owned()),
        notice_sent_on: Some(Date::from_days(20_000)),
        publication_ends_on: Some(Date::from_days(20_700)),
        ..SuspensionDecision::new(envelope(), subject(), facts)
    }
}

fn licence() -> FoodServiceLicence {
    let facts = FoodServiceLicenceFacts { secrecy_regime: FVL, ..Default::default() };
    FoodServiceLicence {
        licence_state: Some(LicenceState::Granted),
        municipality: Some("0301".parse().unwrap()),
        kinds: Some(vec![LicenceKind::Food]),
        ..FoodServiceLicence::new(envelope(), subject(), facts)
    }
}

fn contracts(level: CheckLevel) -> EmploymentContractCheck {
    let facts = EmploymentContractCheckFacts {
        secrecy_regime: FVL,
        check_level: Some(level),
        ..Default::default()
    };
    let mut body = EmploymentContractCheck::new(envelope(), subject(), facts);
    body.worker = (level == CheckLevel::Worker).then(|| "arbeidstaker-1".to_owned());
    body
}

fn note() -> CaseNote {
    let facts = CaseNoteFacts { secrecy_regime: FVL, ..Default::default() };
    CaseNote {
        case_id: Some("sak-1".to_owned()),
        review_by: Some(Date::from_days(20_600)),
        ..CaseNote::new(envelope(), subject(), facts)
    }
}

fn finding() -> Finding {
    let facts = FindingFacts { secrecy_regime: FVL, ..Default::default() };
    Finding {
        finding_id: Some("F-1".to_owned()),
        kind: Some(FindingKind::Deviation),
        ..Finding::new(envelope(), subject(), facts)
    }
}

#[test]
fn complete_ones_pass() {
    for record in [
        Record::from(trend()),
        cell(Selection::LargeCell, 5).into(),
        cell(Selection::SmallCell, 4).into(),
        alert().into(),
        suspension().into(),
        licence().into(),
        contracts(CheckLevel::Employer).into(),
        contracts(CheckLevel::Worker).into(),
        note().into(),
        finding().into(),
    ] {
        assert_eq!(found(record), []);
    }
}

#[test]
fn bare_ones_lack_what_the_domain_requires_and_a_retraction_needs_nothing() {
    let lacking = |record: Record| {
        let mut gone = record.clone();
        *gone.envelope_mut() = envelope().next(ChangeKind::Retract, envelope().recorded_at);
        assert_eq!(found(gone), []);
        let paths: Vec<_> = found(record).into_iter().map(|(path, code)| (code, path)).collect();
        assert!(paths.iter().all(|(code, _)| *code == "REC-101"));
        paths.into_iter().map(|(_, path)| path).collect::<Vec<_>>()
    };
    let (envelope, subject) = (envelope(), subject());
    let bare = TrendAggregate::new(envelope.clone(), subject.clone(), Default::default());
    assert_eq!(lacking(bare.into()), ["fakta.utvalg", "aarligeTildaenhetTotaler"]);
    let to = "999601391".parse().unwrap();
    let bare = AuthorityAlert::new(envelope.clone(), subject.clone(), Default::default(), to);
    let kind = "meldingsinnholdTilAnnenMyndighet.meldingsType";
    assert_eq!(lacking(bare.into()), [kind, "fakta.taushetsregime"]);
    let bare = SuspensionDecision::new(envelope.clone(), subject.clone(), Default::default());
    let paths = ["fakta.vedtaksstatus", "fakta.publiseringsstatus", "virkningFra"];
    assert_eq!(lacking(bare.into()), paths);
    let bare = FoodServiceLicence::new(envelope.clone(), subject.clone(), Default::default());
    let paths = ["bevillingsstatus", "bevillingskommunenummer", "bevillingstyper"];
    assert_eq!(lacking(bare.into()), [&paths[..], &["fakta.taushetsregime"]].concat());
    let bare = EmploymentContractCheck::new(envelope.clone(), subject.clone(), Default::default());
    assert_eq!(lacking(bare.into()), ["fakta.kontrollnivaa", "fakta.taushetsregime"]);
    let bare = CaseNote::new(envelope.clone(), subject.clone(), Default::default());
    assert_eq!(lacking(bare.into()), ["saksId", "fakta.taushetsregime", "gjennomgaasInnen"]);
    let bare = Finding::new(envelope, subject, Default::default());
    assert_eq!(lacking(bare.into()), ["funnId", "funntype", "fakta.taushetsregime"]);
}

#[test]
fn a_cell_names_nobody_and_is_as_large_as_it_says() {
    let count = [("antallSubjekter", "REC-103")];
    assert_eq!(found(cell(Selection::LargeCell, 4)), count);
    assert_eq!(found(cell(Selection::SmallCell, 5)), count);
    let mut uncounted = cell(Selection::LargeCell, 5);
    uncounted.subjects = None;
    assert_eq!(found(uncounted), count);
    let mut named = cell(Selection::LargeCell, 5);
    named.subject.organisation = subject().organisation;
    assert_eq!(found(named), [("subjekt.tildaenhet", "REC-103")]);
}

#[test]
fn an_alert_is_to_another_authority() {
    let mut body = alert();
    body.recipient = body.envelope.producer;
    assert_eq!(found(body), [("mottaker", "REC-103")]);
}

#[test]
fn what_is_published_says_by_which_law_and_that_the_suspended_were_told() {
    let mut body = suspension();
    (body.publication_basis, body.notice_sent_on, body.publication_ends_on) = (None, None, None);
    let missing = ["publiseringshjemmel", "varselSendt", "publiseringUtloeper"];
    assert_eq!(found(body), missing.map(|path| (path, "REC-101")));
    let mut body = suspension();
    body.lifted_on = Some(Date::from_days(20_010));
    assert_eq!(found(body.clone()), [("fakta.vedtaksstatus", "REC-103")]);
    body.facts.decision_state = Some(DecisionState::Lifted);
    assert_eq!(found(body.clone()), []);
    body.lifted_on = Some(Date::from_days(19_999));
    assert_eq!(found(body), [("opphevetDato", "REC-103")]);
}

#[test]
fn a_contract_check_names_a_worker_or_is_about_none() {
    let mut body = contracts(CheckLevel::Worker);
    body.worker = None;
    assert_eq!(found(body), [("arbeidstakerPseudonym", "REC-101")]);
    let mut body = contracts(CheckLevel::Employer);
    body.worker = Some("arbeidstaker-1".to_owned());
    assert_eq!(found(body), [("arbeidstakerPseudonym", "REC-103")]);
}

#[test]
fn numbers_and_days_keep_their_range() {
    let mut body = trend();
    body.years = Some(vec![YearlyTotal { months_with_data: Some(13), ..Default::default() }]);
    let year = "aarligeTildaenhetTotaler[].trenddataForKalenderAar";
    let months = "aarligeTildaenhetTotaler[].antallMaanederMedData";
    assert_eq!(found(body), [(year, "REC-101"), (months, "REC-102")]);
    let mut body = licence();
    body.penalty_points = Some(-1);
    (body.valid_from, body.valid_to) = (Some(Date::from_days(2)), Some(Date::from_days(1)));
    assert_eq!(found(body), [("prikker", "REC-102"), ("gyldigTil", "REC-103")]);
    let mut body = contracts(CheckLevel::Employer);
    body.contracts_seen = Some(-1);
    (body.period_from, body.period_to) = (Some(Date::from_days(2)), Some(Date::from_days(1)));
    assert_eq!(found(body), [("antallAvtalerSett", "REC-102"), ("periodeTil", "REC-103")]);
    let mut body = finding();
    body.workers_affected = Some(-1);
    assert_eq!(found(body), [("antallBeroerteArbeidstakere", "REC-102")]);
    let mut body = note();
    body.review_by = Some(Date::from_days(22_000));
    assert_eq!(found(body), [("gjennomgaasInnen", "REC-102")]);
}

#[test]
fn an_identity_number_in_place_of_a_pseudonym_is_refused() {
    let person = Some(synthetic_person());
    let identity = |record: Record, path: &'static str| {
        assert_eq!(found(record), [(path, "REC-104")]);
    };
    let mut body = contracts(CheckLevel::Worker);
    body.worker.clone_from(&person);
    identity(body.into(), "arbeidstakerPseudonym");
    let mut body = note();
    body.victims = Some(person.clone().into_iter().collect());
    identity(body.into(), "ofre");
    let mut body = note();
    let person_pseudonym = person.clone();
    body.persons = Some(vec![CasePerson { person_pseudonym, ..Default::default() }]);
    identity(body.into(), "personer[].personPseudonym");
    let mut body = finding();
    body.person_concerned.clone_from(&person);
    identity(body.into(), "beroertPersonPseudonym");
    let mut body = licence();
    body.influence = Some(vec![InfluentialPerson { person_pseudonym: person, role: None }]);
    identity(body.into(), "personerMedInnflytelse[].personPseudonym");
}

//! Rules a complete record must keep: each broken alone names its field.

use super::{envelope, plan, report, sanction, subject};
use crate::*;
use vocabulary::{ChangeKind, NationalId};

pub(crate) fn found(record: impl Into<Record>) -> Vec<(&'static str, &'static str)> {
    let broken = check(&record.into()).err().unwrap_or_default();
    broken.iter().map(|violation| (violation.path, violation.rule.code())).collect()
}

fn approval() -> ApprovalStatus {
    let facts = ApprovalStatusFacts {
        secrecy_regime: Some(SecrecyRegime::Administration),
        ..Default::default()
    };
    ApprovalStatus {
        scheme: Some(ApprovalScheme::Cleaning),
        status: Some(RegisterStatus::ApprovedWithEmployees),
        ..ApprovalStatus::new(envelope(), subject(), facts)
    }
}

pub(crate) fn synthetic_person() -> String {
    (0..100_000_u32)
        .map(|n| format!("013170{n:05}"))
        .chain((0..100_000).map(|n| format!("018170{n:05}")))
        .find(|text| text.parse::<NationalId>().is_ok_and(|id| id.is_synthetic()))
        .unwrap()
}

#[test]
fn complete_records_pass() {
    assert!(found(report()).is_empty());
    assert!(found(plan()).is_empty());
    assert!(found(sanction()).is_empty());
    assert!(found(approval()).is_empty());
}

#[test]
fn what_the_domain_requires_is_missed() {
    let mut body = sanction();
    (body.kind, body.decided_on) = (None, None);
    (body.facts.decision_state, body.facts.secrecy_regime) = (None, None);
    (body.amount, body.envelope.retention_state) = (Some(Oere::new(1)), None);
    body.subject.organisation = None;
    let missing = [
        "konvolutt.bevaringstilstand",
        "subjekt.tildaenhet",
        "reaksjonstype",
        "fakta.vedtaksstatus",
        "fakta.taushetsregime",
        "reaksjonsdato",
        "valuta",
    ];
    assert_eq!(found(body), missing.map(|path| (path, "REC-101")));

    let mut body = approval();
    (body.scheme, body.status, body.facts.secrecy_regime) = (None, None, None);
    let missing = ["ordning", "status", "fakta.taushetsregime"];
    assert_eq!(found(body), missing.map(|path| (path, "REC-101")));

    let mut body = plan();
    body.facts.inspection_state = None;
    body.campaigns = Some(vec![Campaign::default()]);
    let missing = ["fakta.tilsynsstatus", "tilsynskampanjer[].kampanjenavn"];
    assert_eq!(found(body), missing.map(|path| (path, "REC-101")));
}

#[test]
fn a_retraction_needs_no_body() {
    let mut body = sanction();
    body.envelope = body.envelope.next(ChangeKind::Retract, body.envelope.recorded_at);
    let bare = Sanction::new(body.envelope, Subject::default(), SanctionFacts::default());
    assert!(found(bare).is_empty());
}

#[test]
fn values_outside_their_range_are_refused() {
    let mut body = report();
    body.envelope.version = 0;
    body.subject.facility_id = Some("123456789".to_owned());
    body.overall_grade = Some(4);
    body.grades = Some(vec![Grade { area: Some(5), grade: Some(-2) }]);
    let paths = [
        "konvolutt.versjon",
        "subjekt.npdid",
        "samletVurdering",
        "vurderinger[].omraade",
        "vurderinger[].karakter",
    ];
    assert_eq!(found(body), paths.map(|path| (path, "REC-102")));
    let mut body = sanction();
    (body.amount, body.currency) = (Some(Oere::new(-1)), Some("NOK".to_owned()));
    assert_eq!(found(body), [("beloep", "REC-102")]);
}

#[test]
fn contradictions_are_refused() {
    let mut body = plan();
    body.envelope.record_type = Some(vocabulary::RecordType::Sanction);
    let (from, to) = (Date::from_civil(2026, 2, 2), Date::from_civil(2026, 2, 1));
    let name = Some("Rein bygg".to_owned());
    body.campaigns = Some(vec![Campaign { name, from, to, ..Default::default() }]);
    let paths = ["konvolutt.posttype", "tilsynskampanjer[].sluttdatoForKampanje"];
    assert_eq!(found(body), paths.map(|path| (path, "REC-103")));
}

#[test]
fn an_identity_number_in_place_of_an_id_is_refused() {
    let person = Some(synthetic_person());
    let mut body = sanction();
    body.envelope.source_case_id = person.clone();
    body.subject.object_id = person.clone();
    body.subject.person_pseudonym = person.clone();
    body.addressee_pseudonym = person.clone();
    body.same_facts_id = person;
    let paths = [
        "konvolutt.internTilsynsid",
        "subjekt.objektId",
        "subjekt.personPseudonym",
        "adressatPseudonym",
        "sammeForholdId",
    ];
    assert_eq!(found(body), paths.map(|path| (path, "REC-104")));
}

#[test]
fn long_texts_and_lists_are_refused() {
    let mut body = report();
    body.notes = Some("x".repeat(limits::TEXT_BYTES + 1));
    body.remarks = Some(vec![Remark::default(); limits::LIST_ITEMS + 1]);
    assert_eq!(found(body), ["tilsynsnotater", "anmerkninger"].map(|path| (path, "REC-105")));
}

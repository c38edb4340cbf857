//! Trends, alerts, contract checks and case notes: made, changed, and the columns of their rows.

use super::case::Case;
use super::columns::{Column, Form};
use records::{
    AlertContent, AlertType, AuthorityAlert, AuthorityAlertFacts, CaseNote, CaseNoteFacts,
    CasePerson, CaseRole, CheckLevel, CheckResult, Date, EmploymentContractCheck,
    EmploymentContractCheckFacts, IdentityCheck, OnwardSharing, RegisterMatch, Selection,
    SizeGroup, Subject, TrendAggregate, TrendAggregateFacts, WageLevel, YearlyTotal, YesNo,
};
use vocabulary::{FieldClass, OrgNumber};

pub(crate) const TREND: &[Column] = &[
    ("regime", "fakta.taushetsregime", Form::Plain),
    ("utvalg", "fakta.utvalg", Form::Plain),
    ("stoerrelse", "stoerrelsesgruppe", Form::Plain),
    ("subjekter", "antallSubjekter", Form::Plain),
    ("aar", "aarligeTildaenhetTotaler[0].trenddataForKalenderAar", Form::Plain),
    ("maaneder", "aarligeTildaenhetTotaler[0].antallMaanederMedData", Form::Plain),
    ("tilsyn", "aarligeTildaenhetTotaler[0].antallTilsyn", Form::Plain),
    ("med_reaksjon", "aarligeTildaenhetTotaler[0].antallTilsynMedReaksjoner", Form::Plain),
    ("uten_reaksjon", "aarligeTildaenhetTotaler[0].antallTilsynUtenReaksjoner", Form::Plain),
    ("anmeldt", "aarligeTildaenhetTotaler[0].antallAnmeldteReaksjoner", Form::Plain),
];

pub(crate) const ALERT: &[Column] = &[
    // First, since the row of a retraction keeps it.
    ("mottaker", "mottaker", Form::Plain),
    ("regime", "fakta.taushetsregime", Form::Plain),
    ("akrim", "fakta.akrimsak", Form::Plain),
    ("melding", "identifikator", Form::Plain),
    ("dato", "datoForMeldingTilAnnenMyndighet", Form::Day),
    ("type", "meldingsinnholdTilAnnenMyndighet.meldingsType", Form::Plain),
    ("tekst", "meldingsinnholdTilAnnenMyndighet.fritekst", Form::Plain),
];

pub(crate) const CONTRACTS: &[Column] = &[
    ("regime", "fakta.taushetsregime", Form::Plain),
    ("akrim", "fakta.akrimsak", Form::Plain),
    ("nivaa", "fakta.kontrollnivaa", Form::Plain),
    ("arbeidstaker", "arbeidstakerPseudonym", Form::Plain),
    ("kontroll", "kontrollId", Form::Plain),
    ("fra", "periodeFra", Form::Day),
    ("til", "periodeTil", Form::Day),
    ("sett", "antallAvtalerSett", Form::Plain),
    ("mangler", "antallAvtalerMangler", Form::Plain),
    ("punkter", "manglendePunkter", Form::Plain),
    ("yrke", "yrkeskode", Form::Plain),
    ("loenn", "loennMotMinstesats", Form::Plain),
    ("utsendt", "utsendtArbeidstaker", Form::Flag),
    ("hjemland", "hjemland", Form::Plain),
    ("aaregisteret", "aaRegisteret", Form::Plain),
    ("id_kontroll", "idKontroll", Form::Plain),
    ("pensjon", "pensjonsordningBekreftet", Form::Flag),
    ("resultat", "resultat", Form::Plain),
];

pub(crate) const NOTE: &[Column] = &[
    ("regime", "fakta.taushetsregime", Form::Plain),
    ("akrim", "fakta.akrimsak", Form::Plain),
    ("videredeling", "fakta.videredeling", Form::Plain),
    ("sak", "saksId", Form::Plain),
    ("enhet", "forfatterenhet", Form::Plain),
    ("notat", "notat", Form::Plain),
    ("skjema", "graderingsskjema", Form::Plain),
    ("kildegrad", "kildegrad", Form::Plain),
    ("informasjonsgrad", "informasjonsgrad", Form::Plain),
    ("person", "personer[0].personPseudonym", Form::Plain),
    ("rolle", "personer[0].rolle", Form::Plain),
    ("ofre", "ofre", Form::Plain),
    ("kilde", "kilde", Form::Plain),
    ("telefoner", "telefoner", Form::Plain),
    ("gjennomgaas", "gjennomgaasInnen", Form::Day),
];

/// Of one subject, or of a cell that names none.
pub(crate) fn trend(case: &mut Case<'_>) -> TrendAggregate {
    let cell = !case.show && case.random.percent(60);
    let subjects = if cell { case.random.within(1, 40) } else { 1 };
    let selection = match subjects {
        _ if !cell => Selection::OneSubject,
        0..5 => Selection::SmallCell,
        _ => Selection::LargeCell,
    };
    let facts = TrendAggregateFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
        selection: Some(selection),
    };
    let whole = case.subject();
    let subject = match cell {
        true => Subject { organisation: None, name: None, ..whole },
        false => whole,
    };
    let mut body = TrendAggregate::new(case.envelope.clone(), subject, facts);
    if cell {
        body.size_group = Some(case.random.pick(SizeGroup::ALL));
        body.subjects = Some(subjects);
    }
    let (with, without) = (case.random.within(0, 30), case.random.within(0, 30));
    body.years = Some(vec![YearlyTotal {
        year: Some(2025),
        months_with_data: Some(12),
        inspections: Some(with + without),
        inspections_with_sanction: Some(with),
        inspections_without_sanction: Some(without),
        police_reports: Some(case.random.within(0, 2)),
        ..YearlyTotal::default()
    }]);
    body
}

pub(crate) fn correct_trend(body: &mut TrendAggregate) {
    for year in body.years.iter_mut().flatten() {
        year.months_with_data = Some(11);
    }
}

/// To an authority that is not the sender.
pub(crate) fn alert(case: &mut Case<'_>) -> AuthorityAlert {
    let facts = AuthorityAlertFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
        akrim_case: case.akrim_case(),
    };
    let to: OrgNumber = case.other().unwrap_or(case.authority.number);
    let mut body = AuthorityAlert::new(case.envelope.clone(), case.subject(), facts, to);
    body.alert_id = Some(format!("melding-{:06}", case.random.below(1_000_000)));
    body.sent_on = case.day(-3, 0);
    let path = "meldingsinnholdTilAnnenMyndighet.fritekst";
    body.content = Some(AlertContent {
        alert_type: Some(AlertType::FreeText),
        text: Some(case.text(FieldClass::Per, path, "Vi så forhold som dere bør følge opp")),
    });
    body
}

pub(crate) fn correct_alert(body: &mut AuthorityAlert) {
    if let Some(content) = &mut body.content {
        content.alert_type = Some(AlertType::Report);
    }
}

/// Of an employer, or of one worker of it.
pub(crate) fn contracts(case: &mut Case<'_>) -> EmploymentContractCheck {
    // The third is always a worker's, so that somebody has one.
    let third = case.planter.at.object.ends_with("-0003");
    let worker = third || (!case.show && case.random.percent(40));
    let level = if worker { CheckLevel::Worker } else { CheckLevel::Employer };
    let facts = EmploymentContractCheckFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
        akrim_case: case.akrim_case(),
        check_level: Some(level),
    };
    let mut body = EmploymentContractCheck::new(case.envelope.clone(), case.subject(), facts);
    body.check_id = Some(format!("AK-{:05}", case.random.below(100_000)));
    (body.period_from, body.period_to) = (case.day(-90, -31), case.day(-30, 0));
    if worker {
        // An address, not a secret: the exchange keeps it to reach the worker.
        body.worker = Some(format!("arbeidstaker-{:05}", case.random.below(100_000)));
        body.occupation = Some("7114".to_owned());
        body.wage = Some(case.random.pick(WageLevel::ALL));
        body.posted_worker = Some(case.random.percent(30));
        body.home_state = body.posted_worker.filter(|posted| *posted).map(|_| "PL".to_owned());
        body.employer_register = Some(case.random.pick(RegisterMatch::ALL));
        body.identity_check = Some(IdentityCheck::Ok);
    } else {
        let seen = case.random.within(1, 60);
        body.contracts_seen = Some(seen);
        body.contracts_missing = Some(case.random.within(0, seen));
    }
    body.items_missing = Some(vec!["d".to_owned(), "h".to_owned()]);
    body.pension_confirmed = Some(case.random.percent(70));
    body.result = Some(case.random.pick(CheckResult::ALL));
    body
}

pub(crate) fn correct_contracts(body: &mut EmploymentContractCheck) {
    body.result = match body.result {
        Some(CheckResult::InOrder) => Some(CheckResult::Lacking),
        _ => Some(CheckResult::InOrder),
    };
}

/// Of an a-krim case, but for a few.
pub(crate) fn note(case: &mut Case<'_>) -> CaseNote {
    let facts = CaseNoteFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
        // A few claim to be from no case.
        akrim_case: Some(if case.random.percent(8) { YesNo::No } else { YesNo::Yes }),
        onward_sharing: Some(case.random.pick(OnwardSharing::ALL)),
    };
    let mut body = CaseNote::new(case.envelope.clone(), case.subject(), facts);
    body.case_id = Some(case.token(FieldClass::Int, "saksId"));
    body.author_unit = Some("A-krimsenteret".to_owned());
    body.text = Some(case.text(FieldClass::Int, "notat", "Flere foretak bruker samme adresse"));
    body.grading_scheme = Some("4x4".to_owned());
    body.source_grade = Some("B".to_owned());
    body.information_grade = Some("2".to_owned());
    body.persons = Some(vec![CasePerson {
        person_pseudonym: Some(case.token(FieldClass::Cri, "personer[].personPseudonym")),
        role: Some(case.random.pick(CaseRole::ALL)),
    }]);
    body.victims = Some(vec![case.token(FieldClass::Sen, "ofre")]);
    body.source = Some(case.token(FieldClass::Src, "kilde"));
    body.phones = Some(vec![case.token(FieldClass::Int, "telefoner")]);
    body.review_by = case.day(180, 900);
    body
}

pub(crate) fn correct_note(body: &mut CaseNote) {
    body.review_by = body.review_by.map(|day| Date::from_days(day.days() + 30));
}

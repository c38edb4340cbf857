//! Suspensions, licences and findings: made, changed, and the columns of their rows.

use super::case::{Case, FIRST_DAY};
use super::columns::{Column, Form};
use records::{
    ConductAssessment, Date, DecisionState, Finding, FindingFacts, FindingKind, FoodServiceLicence,
    FoodServiceLicenceFacts, HearingAnswer, InfluentialPerson, LicenceKind, LicenceState,
    LicensedPremises, PublicationState, Severity, SuspendedSite, SuspensionDecision,
    SuspensionDecisionFacts, SuspensionGround, SuspensionReason, SuspensionScope,
};
use vocabulary::FieldClass;

pub(crate) const SUSPENSION: &[Column] = &[
    ("regime", "taushetsregime", Form::Plain),
    ("vedtaksstatus", "fakta.vedtaksstatus", Form::Plain),
    ("publisering", "fakta.publiseringsstatus", Form::Plain),
    ("akrim", "fakta.akrimsak", Form::Plain),
    ("vedtak", "vedtaksId", Form::Plain),
    ("adresse", "stanssteder[0].adresselinje", Form::Plain),
    ("sted", "stanssteder[0].poststedsnavn", Form::Plain),
    ("omfang", "stansomfang", Form::Plain),
    ("grunn", "stansgrunn", Form::Plain),
    ("paragraf", "lovparagraf", Form::Plain),
    ("fra", "virkningFra", Form::Day),
    ("opphevet", "opphevetDato", Form::Day),
    ("sektor", "sektor", Form::Plain),
    ("offentlig_grunn", "offentligBegrunnelse", Form::Plain),
    ("begrunnelse", "begrunnelse", Form::Plain),
    ("hjemmel", "publiseringshjemmel", Form::Plain),
    ("varslet", "varselSendt", Form::Day),
    ("publisert_til", "publiseringUtloeper", Form::Day),
];

pub(crate) const LICENCE: &[Column] = &[
    ("regime", "fakta.taushetsregime", Form::Plain),
    ("status", "bevillingsstatus", Form::Plain),
    ("bevilling", "bevillingsId", Form::Plain),
    ("bevillingskommune", "bevillingskommunenummer", Form::Plain),
    ("stedsnavn", "serveringssted.stedsnavn", Form::Plain),
    ("adresse", "serveringssted.adresselinje", Form::Plain),
    ("styrer", "styrerNavn", Form::Plain),
    ("proeve", "etablererproeveBestaatt", Form::Flag),
    ("typer", "bevillingstyper", Form::Plain),
    ("aapent", "aapningstider", Form::Plain),
    ("ute", "uteservering", Form::Flag),
    ("fra", "gyldigFra", Form::Day),
    ("til", "gyldigTil", Form::Day),
    ("politi", "hoeringssvarPoliti", Form::Plain),
    ("skatt", "hoeringssvarSkatt", Form::Plain),
    ("nav", "hoeringssvarNav", Form::Plain),
    ("vandel", "vandelsvurdering", Form::Plain),
    ("innflytelse", "personerMedInnflytelse[0].personPseudonym", Form::Plain),
    ("prikker", "prikker", Form::Plain),
];

pub(crate) const FINDING: &[Column] = &[
    ("regime", "fakta.taushetsregime", Form::Plain),
    ("akrim", "fakta.akrimsak", Form::Plain),
    ("funn", "funnId", Form::Plain),
    ("lov", "lov", Form::Plain),
    ("paragraf", "lovparagraf", Form::Plain),
    ("tema", "temakode", Form::Plain),
    ("type", "funntype", Form::Plain),
    ("utredning", "utredningAvBruddOgReaksjon", Form::Plain),
    ("alvor", "alvorsgrad.utmaaltReaksjonsverdi", Form::Plain),
    ("beroerte", "antallBeroerteArbeidstakere", Form::Plain),
    ("person", "beroertPersonPseudonym", Form::Plain),
    ("helse", "helserelatert", Form::Flag),
    ("bevis", "bevisreferanser", Form::Plain),
    ("frist", "frist", Form::Day),
];

/// Published, on its way to be, or not.
pub(crate) fn suspension(case: &mut Case<'_>) -> SuspensionDecision {
    let publication = if case.show {
        PublicationState::Published
    } else {
        case.random.pick(PublicationState::ALL)
    };
    let state = match case.show || case.random.percent(70) {
        true => DecisionState::Made,
        false => case.random.pick(DecisionState::ALL),
    };
    let facts = SuspensionDecisionFacts {
        subject_kind: Some(case.stamped),
        decision_state: Some(state),
        publication_state: Some(publication),
        akrim_case: case.akrim_case(),
    };
    let mut body = SuspensionDecision::new(case.envelope.clone(), case.subject(), facts);
    body.secrecy_regime = Some(case.authority.regime);
    body.decision_id = Some(format!("S-{:05}", case.random.below(100_000)));
    body.sites = Some(vec![SuspendedSite {
        address_line: Some(format!("Prøvegata {}", case.random.within(1, 99))),
        postal_place: Some("Prøvested".to_owned()),
        ..SuspendedSite::default()
    }]);
    body.scope = Some(case.random.pick(SuspensionScope::ALL));
    body.ground = Some(case.random.pick(SuspensionGround::ALL));
    body.provision = Some("aml. § 18-8".to_owned());
    body.effective_from = case.day(-10, 0);
    body.sector = Some(case.organisation.industry.to_owned());
    body.public_reason = Some(case.random.pick(SuspensionReason::ALL));
    let about = "Arbeidet er stanset på stedet";
    body.reasoning = Some(case.text(FieldClass::Per, "begrunnelse", about));
    if publication != PublicationState::NotPublished {
        body.publication_basis = Some("offl. § 3".to_owned());
        body.notice_sent_on = case.day(-9, 0);
        body.publication_ends_on = case.day(300, 700);
    }
    body
}

/// It is lifted and taken down.
pub(crate) fn correct_suspension(body: &mut SuspensionDecision) {
    body.facts.decision_state = Some(DecisionState::Lifted);
    body.facts.publication_state = Some(PublicationState::Withdrawn);
    body.lifted_on = Some(Date::from_days(FIRST_DAY + 1));
}

pub(crate) fn licence(case: &mut Case<'_>) -> FoodServiceLicence {
    let state = if case.show { LicenceState::Granted } else { case.random.pick(LicenceState::ALL) };
    let facts = FoodServiceLicenceFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
    };
    let mut body = FoodServiceLicence::new(case.envelope.clone(), case.subject(), facts);
    body.licence_state = Some(state);
    body.licence_id = Some(format!("B-{:05}", case.random.below(100_000)));
    body.municipality = municipality_of(case.authority.code.as_str()).parse().ok();
    body.premises = Some(LicensedPremises {
        name: Some(format!("Kafé Prøve {}", case.random.within(1, 99))),
        address_line: Some(format!("Prøveveien {}", case.random.within(1, 99))),
        ..LicensedPremises::default()
    });
    body.manager_name = Some(case.token(FieldClass::Per, "styrerNavn"));
    body.manager_passed_exam = Some(case.random.percent(90));
    body.kinds = Some(vec![LicenceKind::Food, case.random.pick(LicenceKind::ALL)]);
    body.opening_hours = Some("10-23".to_owned());
    body.outdoor = Some(case.random.percent(40));
    (body.valid_from, body.valid_to) = (case.day(-30, 0), case.day(300, 1_000));
    body.hearing_police = Some(case.random.pick(HearingAnswer::ALL));
    body.hearing_tax = Some(case.random.pick(HearingAnswer::ALL));
    body.hearing_welfare = Some(case.random.pick(HearingAnswer::ALL));
    body.conduct = Some(case.random.pick(ConductAssessment::ALL));
    let path = "personerMedInnflytelse[].personPseudonym";
    body.influence = Some(vec![InfluentialPerson {
        person_pseudonym: Some(case.token(FieldClass::Per, path)),
        role: None,
    }]);
    body.penalty_points = Some(case.random.within(0, 8));
    body
}

/// The municipality that grants: its own, or Oslo for whoever grants on behalf of many.
fn municipality_of(code: &str) -> &'static str {
    match code {
        "BERGEN" => "4601",
        "TRD" => "5001",
        "STVG" => "1103",
        _ => "0301",
    }
}

pub(crate) fn correct_licence(body: &mut FoodServiceLicence) {
    body.licence_state = match body.licence_state {
        Some(LicenceState::Withdrawn) => Some(LicenceState::Granted),
        _ => Some(LicenceState::Withdrawn),
    };
}

pub(crate) fn finding(case: &mut Case<'_>) -> Finding {
    let facts = FindingFacts {
        subject_kind: Some(case.stamped),
        secrecy_regime: Some(case.authority.regime),
        akrim_case: case.akrim_case(),
    };
    let mut body = Finding::new(case.envelope.clone(), case.subject(), facts);
    body.finding_id = Some(format!("F-{:05}", case.random.below(100_000)));
    body.act = Some("arbeidsmiljøloven".to_owned());
    body.provision = Some("aml. § 14-6".to_owned());
    body.theme = Some("arbeidsavtale".to_owned());
    body.kind = Some(case.random.pick(FindingKind::ALL));
    let (path, about) = ("utredningAvBruddOgReaksjon", "Avtalene mangler opplysninger");
    body.explanation = Some(case.text(FieldClass::Per, path, about));
    // Its file has the measured value alone.
    let value = case.severity().value;
    body.severity = Some(Severity { value, ..Severity::default() });
    body.workers_affected = Some(case.random.within(0, 30));
    if case.random.percent(30) {
        body.person_concerned = Some(case.token(FieldClass::Per, "beroertPersonPseudonym"));
        body.health_related = Some(case.random.percent(50));
    }
    body.evidence_refs = Some(vec![case.token(FieldClass::Biz, "bevisreferanser")]);
    body.deadline = case.day(10, 60);
    body
}

pub(crate) fn correct_finding(body: &mut Finding) {
    body.kind = match body.kind {
        Some(FindingKind::Remark) => Some(FindingKind::Deviation),
        _ => Some(FindingKind::Remark),
    };
}

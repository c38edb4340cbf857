//! Sanctions: made, changed, and as rows of a drop file.

use super::case::Case;
use super::rows::{code, day, flag, kroner, number, text};
use records::{
    AddresseeKind, AppealStatus, DecisionState, Oere, Sanction, SanctionFacts, SanctionKind,
    SecrecyRegime, YesNo,
};
use vocabulary::FieldClass;

pub(crate) const COLUMNS: &[&str] = &[
    "regime",
    "vedtaksstatus",
    "akrim",
    "reaksjon",
    "anmeldt",
    "anmeldt_dato",
    "paragraf",
    "vedtaksdato",
    "virkning_fra",
    "frist",
    "beloep",
    "valuta",
    "daglig",
    "betalt",
    "adressat",
    "adressat_ref",
    "klage",
    "ledes_av",
    "samme_forhold",
    "alvor",
    "alvor_type",
    "alvor_lav",
    "alvor_hoey",
    "indeks_lav",
    "indeks_hoey",
    "ganger",
    "begrunnelse",
];

pub(crate) fn make(case: &mut Case<'_>) -> Sanction {
    let facts = SanctionFacts {
        subject_kind: Some(case.stamped),
        decision_state: Some(state(case)),
        secrecy_regime: Some(case.authority.regime),
        akrim_case: case.akrim_case(),
    };
    let kind = kind(case);
    let mut body = Sanction::new(case.envelope.clone(), case.subject(), facts);
    body.kind = Some(kind);
    body.provision = Some(provision(kind).to_owned());
    // What is for show is the same about a company and about a person.
    let shown = |case: &mut Case<'_>, fixed, low, high| match case.show {
        true => fixed,
        false => case.random.within(low, high),
    };
    body.decided_on = case.day(-60, 0);
    body.effective_from = case.day(1, 14);
    body.deadline = case.day(15, 60);
    if case.show || money(kind) {
        body.amount = Some(Oere::new(i64::from(shown(case, 250, 5, 900)) * 100_000));
        body.currency = Some("NOK".to_owned());
        body.daily = Some(kind == SanctionKind::CoerciveFine);
        body.paid = Some(shown(case, 0, 0, 1) == 1);
    }
    if case.show || case.random.percent(12) {
        body.police_report = Some(true);
        body.police_report_on = case.day(-20, 0);
    }
    body.addressee_kind = Some(AddresseeKind::Enterprise);
    if case.show || case.random.percent(20) {
        body.addressee_kind = Some(AddresseeKind::Person);
        body.addressee_pseudonym = Some(case.token(FieldClass::Cri, "adressatPseudonym"));
    }
    body.appeal_status = Some(AppealStatus::NotAppealed);
    if case.random.percent(15) {
        body.coordination_lead = case.other();
        body.same_facts_id = Some(format!("forhold-{:04}", case.random.below(10_000)));
    }
    body.severity = Some(case.severity());
    body.times_used = Some(shown(case, 2, 0, 4));
    let about = "Virksomheten oppfyller ikke kravene";
    body.reasoning = Some(case.text(FieldClass::Per, "begrunnelse", about));
    body
}

fn state(case: &mut Case<'_>) -> DecisionState {
    use DecisionState::{Annulled, Appealed, Lifted, Made, TimeBarred, Upheld, Warned};
    let states = [Made, Made, Made, Made, Upheld, Appealed, Warned, Lifted, Annulled, TimeBarred];
    if case.show { Upheld } else { case.random.pick(&states) }
}

fn kind(case: &mut Case<'_>) -> SanctionKind {
    use SanctionKind::{
        AdditionalTax, AdministrativeFine, CoerciveFine, Guidance, Order, Suspension,
    };
    match case.authority.regime {
        SecrecyRegime::Tax => AdditionalTax,
        _ if case.show => AdministrativeFine,
        _ => case.random.pick(&[
            Guidance,
            Order,
            Order,
            CoerciveFine,
            AdministrativeFine,
            Suspension,
        ]),
    }
}

const fn money(kind: SanctionKind) -> bool {
    use SanctionKind::{AdditionalTax, AdministrativeFine, CoerciveFine};
    matches!(kind, AdditionalTax | AdministrativeFine | CoerciveFine)
}

const fn provision(kind: SanctionKind) -> &'static str {
    match kind {
        SanctionKind::AdditionalTax => "skfvl. § 14-3",
        SanctionKind::Suspension => "aml. § 18-8",
        SanctionKind::AdministrativeFine => "aml. § 18-10",
        SanctionKind::CoerciveFine => "aml. § 18-7",
        _ => "aml. § 18-6",
    }
}

/// The amount was wrong, or the order had been used once more.
pub(crate) fn correct(body: &mut Sanction) {
    body.amount = body.amount.map(|amount| Oere::new(amount.get() / 2));
    body.times_used = body.times_used.map(|times| times + 1);
}

pub(crate) fn row(body: &Sanction) -> Vec<String> {
    let severity = body.severity.clone().unwrap_or_default();
    vec![
        code(body.facts.secrecy_regime.map(SecrecyRegime::as_str)),
        code(body.facts.decision_state.map(DecisionState::as_str)),
        code(body.facts.akrim_case.map(YesNo::as_str)),
        code(body.kind.map(SanctionKind::as_str)),
        flag(body.police_report),
        day(body.police_report_on),
        text(body.provision.as_ref()),
        day(body.decided_on),
        day(body.effective_from),
        day(body.deadline),
        kroner(body.amount),
        text(body.currency.as_ref()),
        flag(body.daily),
        flag(body.paid),
        code(body.addressee_kind.map(AddresseeKind::as_str)),
        text(body.addressee_pseudonym.as_ref()),
        code(body.appeal_status.map(AppealStatus::as_str)),
        body.coordination_lead.map(|number| number.to_string()).unwrap_or_default(),
        text(body.same_facts_id.as_ref()),
        number(severity.value),
        text(severity.scale.as_ref()),
        number(severity.low),
        number(severity.high),
        number(severity.index_low),
        number(severity.index_high),
        number(body.times_used),
        text(body.reasoning.as_ref()),
    ]
}

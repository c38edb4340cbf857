//! Inspection reports: made, changed, and as rows of a drop file.

use super::case::Case;
use super::rows::{code, day, number, text};
use records::{
    Breach, InspectionActivity, InspectionAttributes, InspectionReport, InspectionReportFacts,
    InspectionState, Location, Outcome, Remark, SecrecyRegime, Unannounced, YesNo,
};
use vocabulary::{AlreadyPublished, FieldClass};

pub(crate) const COLUMNS: &[&str] = &[
    "regime",
    "tilsynsstatus",
    "akrim",
    "tema",
    "uanmeldt",
    "utvelgelse",
    "gateadresse",
    "postnr",
    "poststed",
    "stedsbeskrivelse",
    "kontrollobjekt",
    "startdato",
    "dager",
    "aktivitet",
    "utfoerelse",
    "observasjon",
    "kontaktperson",
    "avdeling",
    "telefon",
    "epost",
    "notater",
    "anmerkning",
    "utfall",
    "brudd_tekst",
    "brudd_paragraf",
    "reaksjonsdato",
    "alvor",
    "alvor_type",
    "indeks_lav",
    "indeks_hoey",
];

pub(crate) fn make(case: &mut Case<'_>) -> InspectionReport {
    let state = match case.show || case.random.percent(70) {
        true => InspectionState::Closed,
        false => case.random.pick(InspectionState::ALL),
    };
    let facts = InspectionReportFacts {
        subject_kind: Some(case.stamped),
        inspection_state: Some(state),
        akrim_case: case.akrim_case(),
        already_published: Some(AlreadyPublished::No),
    };
    let mut body = InspectionReport::new(case.envelope.clone(), case.subject(), facts);
    body.secrecy_regime = Some(case.authority.regime);
    body.attributes = Some(attributes(case));
    body.locations = Some(vec![location(case)]);
    body.activities = Some(vec![activity(case)]);
    body.contacts = Some(case.contact());
    body.notes = Some(case.text(FieldClass::Per, "tilsynsnotater", "Interne notater"));
    let outcomes = [Outcome::NoBreach, Outcome::Remark, Outcome::Breach];
    let outcome = if case.show { Outcome::Breach } else { case.random.pick(&outcomes) };
    body.outcome = Some(outcome);
    if case.show || outcome == Outcome::Remark {
        let about = "Bør følges opp";
        let text = case.text(FieldClass::Per, "anmerkninger[].anmerkning", about);
        body.remarks = Some(vec![Remark { remark_ref: None, text: Some(text) }]);
    }
    if outcome == Outcome::Breach {
        body.breaches = Some(vec![breach(case)]);
    }
    body
}

fn attributes(case: &mut Case<'_>) -> InspectionAttributes {
    let path = "tilsynsegenskaper.tilsynsutvelgelse";
    InspectionAttributes {
        theme: Some(case.random.pick(&["HMS", "Kjemikalier", "Utslipp", "Brannvern"]).to_owned()),
        unannounced: Some(case.random.pick(&[Unannounced::Yes, Unannounced::No])),
        selection_reason: Some(case.text(FieldClass::Per, path, "Valgt ut etter tips")),
        ..InspectionAttributes::default()
    }
}

fn location(case: &mut Case<'_>) -> Location {
    let (postcode, place) = case.organisation.place;
    let path = "kontrolladresser[].lokalitetsbeskrivelse";
    Location {
        street: Some("Prøveveien".to_owned()),
        postal_code: Some(postcode.to_owned()),
        postal_place: Some(place.to_owned()),
        description: Some(case.text(FieldClass::Per, path, "Bakgård, inngang ved porten")),
        ..Location::default()
    }
}

fn activity(case: &mut Case<'_>) -> InspectionActivity {
    let (list, object) = ("utfoerteTilsynsaktiviteter[].kontrollobjekt", FieldClass::Biz);
    let path = "utfoerteTilsynsaktiviteter[].observasjonFraTilsynsaktivitet";
    InspectionActivity {
        control_object: Some(case.token(object, list)),
        started_on: case.day(-90, -1),
        days: Some(case.random.within(1, 5)),
        activity: Some("inspeksjon".to_owned()),
        mode: Some("fysisk".to_owned()),
        observation: Some(case.text(FieldClass::Per, path, "To arbeidstakere uten kontrakt")),
        ..InspectionActivity::default()
    }
}

fn breach(case: &mut Case<'_>) -> Breach {
    let path = "bruddOgReaksjoner[].utredningAvBruddOgReaksjon";
    Breach {
        explanation: Some(case.text(FieldClass::Per, path, "Manglende sikring")),
        provision: Some("aml. § 4-4".to_owned()),
        reaction_date: case.day(0, 10),
        severity: Some(records::Severity { low: None, high: None, ..case.severity() }),
        ..Breach::default()
    }
}

/// The inspection lasted a day longer.
pub(crate) fn correct(body: &mut InspectionReport) {
    for activity in body.activities.iter_mut().flatten() {
        activity.days = activity.days.map(|days| days + 1);
    }
}

pub(crate) fn row(body: &InspectionReport) -> Vec<String> {
    let attributes = body.attributes.clone().unwrap_or_default();
    let place = body.locations.iter().flatten().next().cloned().unwrap_or_default();
    let activity = body.activities.iter().flatten().next().cloned().unwrap_or_default();
    let contact = body.contacts.iter().flatten().next().cloned().unwrap_or_default();
    let remark = body.remarks.iter().flatten().next().cloned().unwrap_or_default();
    let breach = body.breaches.iter().flatten().next().cloned().unwrap_or_default();
    let severity = breach.severity.unwrap_or_default();
    vec![
        code(body.secrecy_regime.map(SecrecyRegime::as_str)),
        code(body.facts.inspection_state.map(InspectionState::as_str)),
        code(body.facts.akrim_case.map(YesNo::as_str)),
        text(attributes.theme.as_ref()),
        code(attributes.unannounced.map(Unannounced::as_str)),
        text(attributes.selection_reason.as_ref()),
        text(place.street.as_ref()),
        text(place.postal_code.as_ref()),
        text(place.postal_place.as_ref()),
        text(place.description.as_ref()),
        text(activity.control_object.as_ref()),
        day(activity.started_on),
        number(activity.days),
        text(activity.activity.as_ref()),
        text(activity.mode.as_ref()),
        text(activity.observation.as_ref()),
        text(contact.person_or_title.as_ref()),
        text(contact.unit.as_ref()),
        text(contact.phone.as_ref()),
        text(contact.email.as_ref()),
        text(body.notes.as_ref()),
        text(remark.text.as_ref()),
        code(body.outcome.map(Outcome::as_str)),
        text(breach.explanation.as_ref()),
        text(breach.provision.as_ref()),
        day(breach.reaction_date),
        number(severity.value),
        text(severity.scale.as_ref()),
        number(severity.index_low),
        number(severity.index_high),
    ]
}

//! Planned inspections: made, changed, and as rows of a drop file.

use super::case::Case;
use super::rows::{code, day, number, text};
use records::{
    Alert, AlertContent, AlertType, Campaign, ConcurrentInspection, Date, InspectionState,
    Location, PlannedInspection, PlannedInspectionFacts, PlannedVisit, SecrecyRegime, Unannounced,
};
use vocabulary::FieldClass;

pub(crate) const COLUMNS: &[&str] = &[
    "regime",
    "tilsynsstatus",
    "uanmeldt",
    "akrim",
    "utvelgelse",
    "gateadresse",
    "postnr",
    "poststed",
    "kontaktperson",
    "avdeling",
    "telefon",
    "epost",
    "plandato",
    "dager",
    "tema",
    "aktivitet",
    "utfoerelse",
    "samtidig",
    "kampanje",
    "kampanjetekst",
    "kampanjestart",
    "kampanjeslutt",
    "varsel_til",
    "varsel_dato",
    "varsel_tekst",
];

pub(crate) fn make(case: &mut Case<'_>) -> PlannedInspection {
    use InspectionState::{Aborted, Closed, NotStated, Open, Planned};
    let states =
        [Planned, Planned, Planned, Planned, Planned, Open, Open, Closed, Aborted, NotStated];
    let state = if case.show { Planned } else { case.random.pick(&states) };
    let unannounced = [Unannounced::Yes, Unannounced::Yes, Unannounced::No, Unannounced::NotStated];
    let facts = PlannedInspectionFacts {
        subject_kind: Some(case.stamped),
        inspection_state: Some(state),
        unannounced: Some(case.random.pick(&unannounced)),
        akrim_case: case.akrim_case(),
    };
    let mut body = PlannedInspection::new(case.envelope.clone(), case.subject(), facts);
    body.secrecy_regime = Some(case.authority.regime);
    let why = "Valgt ut etter flere meldinger";
    body.selection_reason = Some(case.text(FieldClass::Per, "tilsynsutvelgelse", why));
    body.locations = Some(vec![location(case)]);
    body.contacts = Some(case.contact());
    body.planned = Some(vec![visit(case)]);
    if case.show || case.random.percent(40) {
        body.campaigns = Some(vec![campaign(case)]);
    }
    if case.show || case.random.percent(25) {
        body.alerts = Some(vec![alert(case)]);
    }
    body
}

fn location(case: &mut Case<'_>) -> Location {
    let street = case.token(FieldClass::Emb, "kontrolladresser[].adressenavn");
    let (postcode, place) = case.organisation.place;
    Location {
        street: Some(format!("{street} vei")),
        postal_code: Some(postcode.to_owned()),
        postal_place: Some(place.to_owned()),
        ..Location::default()
    }
}

fn visit(case: &mut Case<'_>) -> PlannedVisit {
    let concurrent = case.random.percent(30).then(|| ConcurrentInspection {
        authority: case.other(),
        ..ConcurrentInspection::default()
    });
    PlannedVisit {
        planned_on: case.day(30, 200),
        days: Some(case.random.within(1, 3)),
        theme: Some(case.token(FieldClass::Emb, "planlagteKontroller[].tilsynstema")),
        activity: Some("inspeksjon".to_owned()),
        mode: Some("fysisk".to_owned()),
        concurrent: concurrent.map(|one| vec![one]),
    }
}

fn campaign(case: &mut Case<'_>) -> Campaign {
    let about = "Felles innsats mot ulovlig innleie";
    Campaign {
        name: Some("Rein høst".to_owned()),
        description: Some(case.text(
            FieldClass::Emb,
            "tilsynskampanjer[].kampanjebeskrivelse",
            about,
        )),
        from: case.day(10, 20),
        to: case.day(210, 240),
    }
}

fn alert(case: &mut Case<'_>) -> Alert {
    let path = "meldingTilAnnenMyndighet[].meldingsinnholdTilAnnenMyndighet.fritekst";
    Alert {
        sent_on: case.day(-20, 0),
        recipient: case.other(),
        content: Some(AlertContent {
            alert_type: None::<AlertType>,
            text: Some(case.text(FieldClass::Per, path, "Vi ber dere merke dere forholdet")),
        }),
        ..Alert::default()
    }
}

/// The plan moves by a week.
pub(crate) fn correct(body: &mut PlannedInspection) {
    for visit in body.planned.iter_mut().flatten() {
        visit.planned_on = visit.planned_on.map(|day| Date::from_days(day.days() + 7));
    }
}

pub(crate) fn row(body: &PlannedInspection) -> Vec<String> {
    let place = body.locations.iter().flatten().next().cloned().unwrap_or_default();
    let contact = body.contacts.iter().flatten().next().cloned().unwrap_or_default();
    let visit = body.planned.iter().flatten().next().cloned().unwrap_or_default();
    let with = visit.concurrent.iter().flatten().next().cloned().unwrap_or_default();
    let campaign = body.campaigns.iter().flatten().next().cloned().unwrap_or_default();
    let alert = body.alerts.iter().flatten().next().cloned().unwrap_or_default();
    vec![
        code(body.secrecy_regime.map(SecrecyRegime::as_str)),
        code(body.facts.inspection_state.map(InspectionState::as_str)),
        code(body.facts.unannounced.map(Unannounced::as_str)),
        code(body.facts.akrim_case.map(records::YesNo::as_str)),
        text(body.selection_reason.as_ref()),
        text(place.street.as_ref()),
        text(place.postal_code.as_ref()),
        text(place.postal_place.as_ref()),
        text(contact.person_or_title.as_ref()),
        text(contact.unit.as_ref()),
        text(contact.phone.as_ref()),
        text(contact.email.as_ref()),
        day(visit.planned_on),
        number(visit.days),
        text(visit.theme.as_ref()),
        text(visit.activity.as_ref()),
        text(visit.mode.as_ref()),
        with.authority.map(|number| number.to_string()).unwrap_or_default(),
        text(campaign.name.as_ref()),
        text(campaign.description.as_ref()),
        day(campaign.from),
        day(campaign.to),
        alert.recipient.map(|number| number.to_string()).unwrap_or_default(),
        day(alert.sent_on),
        text(alert.content.unwrap_or_default().text.as_ref()),
    ]
}

//! What reports, plans and findings must hold.

use super::Found;
use crate::{Finding, Grade, InspectionReport, PlannedInspection};

impl Found {
    pub(super) fn report(&mut self, body: &InspectionReport) {
        let overall = body.overall_grade.is_none_or(|grade| (0..=3).contains(&grade));
        self.within(overall, "samletVurdering", "grade 0 to 3");
        let area = |grade: &Grade| grade.area.is_some_and(|area| (1..=4).contains(&area));
        let value = |grade: &Grade| grade.grade.is_some_and(|grade| (-1..=3).contains(&grade));
        let grades = body.grades.as_deref().unwrap_or_default();
        self.within(grades.iter().all(area), "vurderinger[].omraade", "area 1 to 4");
        self.within(grades.iter().all(value), "vurderinger[].karakter", "grade -1 to 3");
        self.text(body.notes.as_ref(), "tilsynsnotater");
        self.list(body.locations.as_ref(), "kontrolladresser");
        self.list(body.activities.as_ref(), "utfoerteTilsynsaktiviteter");
        self.list(body.contacts.as_ref(), "kontaktpunkt");
        self.list(body.remarks.as_ref(), "anmerkninger");
        self.list(body.breaches.as_ref(), "bruddOgReaksjoner");
        self.list(body.grades.as_ref(), "vurderinger");
        for activity in body.activities.iter().flatten() {
            let path = "utfoerteTilsynsaktiviteter[].observasjonFraTilsynsaktivitet";
            self.text(activity.observation.as_ref(), path);
        }
    }

    pub(super) fn plan(&mut self, body: &PlannedInspection, whole: bool) {
        if whole {
            let state = body.facts.inspection_state.is_some();
            self.need(state, "fakta.tilsynsstatus", "say planlegging, aapen, lukket or avbrutt");
        }
        for campaign in body.campaigns.iter().flatten() {
            let named = campaign.name.as_ref().is_some_and(|name| !name.is_empty());
            self.need(named, "tilsynskampanjer[].kampanjenavn", "name the campaign");
            let ordered = match (campaign.from, campaign.to) {
                (Some(from), Some(to)) => from <= to,
                _ => true,
            };
            let path = "tilsynskampanjer[].sluttdatoForKampanje";
            self.agree(ordered, path, "end the campaign on or after its first day");
        }
        self.text(body.selection_reason.as_ref(), "tilsynsutvelgelse");
        self.list(body.locations.as_ref(), "kontrolladresser");
        self.list(body.planned.as_ref(), "planlagteKontroller");
        self.list(body.campaigns.as_ref(), "tilsynskampanjer");
    }

    pub(super) fn finding(&mut self, body: &Finding, whole: bool) {
        if whole {
            let id = body.finding_id.as_ref().is_some_and(|id| !id.is_empty());
            self.need(id, "funnId", "give the id that reports and sanctions name it by");
            self.need(body.kind.is_some(), "funntype", "say avvik, anmerkning or umiddelbarFare");
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
        }
        let affected = body.workers_affected.is_none_or(|count| count >= 0);
        self.within(affected, "antallBeroerteArbeidstakere", "give a number, 0 or more");
        self.no_identity(body.finding_id.as_ref(), "funnId");
        self.no_identity(body.person_concerned.as_ref(), "beroertPersonPseudonym");
        self.text(body.explanation.as_ref(), "utredningAvBruddOgReaksjon");
        self.list(body.evidence_refs.as_ref(), "bevisreferanser");
    }
}

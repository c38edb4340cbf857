//! What sanctions, suspensions, approvals and licences must hold.

use super::Found;
use crate::{
    ApprovalStatus, DecisionState, FoodServiceLicence, PublicationState, Sanction, SanctionKind,
    SuspensionDecision,
};

impl Found {
    pub(super) fn sanction(&mut self, body: &Sanction, whole: bool) {
        if whole {
            self.need(body.kind.is_some(), "reaksjonstype", "give the kind of reaction");
            let state = body.facts.decision_state;
            self.need(state.is_some(), "fakta.vedtaksstatus", "give the state of the decision");
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
            let decided = state == Some(DecisionState::Warned)
                || body.kind == Some(SanctionKind::None)
                || body.decided_on.is_some();
            self.need(decided, "reaksjonsdato", "give the day of the decision");
        }
        let amount = body.amount.is_none_or(|amount| amount.get() >= 0);
        self.within(amount, "beloep", "give the amount in øre, 0 or more");
        let currency = body.amount.is_none() || body.currency.is_some();
        self.need(currency, "valuta", "give the currency of the amount, such as NOK");
        self.no_identity(body.addressee_pseudonym.as_ref(), "adressatPseudonym");
        self.no_identity(body.same_facts_id.as_ref(), "sammeForholdId");
        self.text(body.reasoning.as_ref(), "begrunnelse");
        self.list(body.finding_ids.as_ref(), "funnIder");
    }

    pub(super) fn approval(&mut self, body: &ApprovalStatus, whole: bool) {
        if whole {
            self.need(body.scheme.is_some(), "ordning", "name the scheme");
            self.need(body.status.is_some(), "status", "give the status in the register");
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
        }
        self.list(body.approval_numbers.as_ref(), "godkjenningsnumre");
        self.list(body.sub_units.as_ref(), "underenheter");
        self.list(body.conditions_failed.as_ref(), "vilkaarIkkeOppfylt");
        self.text(body.grounds.as_ref(), "begrunnelse");
    }

    pub(super) fn suspension(&mut self, body: &SuspensionDecision, whole: bool) {
        if whole {
            let state = body.facts.decision_state.is_some();
            self.need(state, "fakta.vedtaksstatus", "give the state of the decision");
            let publication = body.facts.publication_state;
            let fix = "say whether it is published";
            self.need(publication.is_some(), "fakta.publiseringsstatus", fix);
            self.need(body.effective_from.is_some(), "virkningFra", "give its first day");
            if publication == Some(PublicationState::Published) {
                self.published(body);
            }
        }
        let ordered = match (body.effective_from, body.lifted_on) {
            (Some(from), Some(lifted)) => from <= lifted,
            _ => true,
        };
        self.agree(ordered, "opphevetDato", "lift it on or after its first day");
        self.no_identity(body.decision_id.as_ref(), "vedtaksId");
        self.text(body.reasoning.as_ref(), "begrunnelse");
        self.list(body.sites.as_ref(), "stanssteder");
    }

    /// What may be public must say by which provision, and that the suspended were told.
    fn published(&mut self, body: &SuspensionDecision) {
        let basis = body.publication_basis.as_ref().is_some_and(|basis| !basis.is_empty());
        self.need(basis, "publiseringshjemmel", "name the provision it is published by");
        let fix = "tell the suspended first, and say when";
        self.need(body.notice_sent_on.is_some(), "varselSendt", fix);
        let ends = body.publication_ends_on.is_some();
        self.need(ends, "publiseringUtloeper", "say how long it may stay published");
        let lifted =
            body.lifted_on.is_some() && body.facts.decision_state != Some(DecisionState::Lifted);
        let fix = "a lifted suspension has the state lifted";
        self.agree(!lifted, "fakta.vedtaksstatus", fix);
    }

    pub(super) fn licence(&mut self, body: &FoodServiceLicence, whole: bool) {
        if whole {
            self.need(body.licence_state.is_some(), "bevillingsstatus", "give its state");
            let municipality = body.municipality.is_some();
            let fix = "give the number of the municipality that licenses";
            self.need(municipality, "bevillingskommunenummer", fix);
            let kinds = body.kinds.as_ref().is_some_and(|kinds| !kinds.is_empty());
            self.need(kinds, "bevillingstyper", "name at least one kind of licence");
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
        }
        let points = body.penalty_points.is_none_or(|points| points >= 0);
        self.within(points, "prikker", "give a number, 0 or more");
        let ordered = match (body.valid_from, body.valid_to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        self.agree(ordered, "gyldigTil", "end the licence on or after its first day");
        self.no_identity(body.licence_id.as_ref(), "bevillingsId");
        for person in body.influence.iter().flatten() {
            let path = "personerMedInnflytelse[].personPseudonym";
            self.no_identity(person.person_pseudonym.as_ref(), path);
        }
        self.list(body.kinds.as_ref(), "bevillingstyper");
        self.list(body.influence.as_ref(), "personerMedInnflytelse");
    }
}

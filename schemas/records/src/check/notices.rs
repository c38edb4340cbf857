//! What trends, alerts, contract checks and case notes must hold.

use super::Found;
use crate::{AuthorityAlert, CaseNote, CheckLevel, EmploymentContractCheck};
use crate::{Selection, TrendAggregate};

/// Longest time to the next review of a case note, in days (a-krim regulation § 9: three years).
const REVIEW_DAYS: i64 = 3 * 366;
/// Subjects of a cell that points to nobody.
const LARGE_CELL: i32 = 5;

impl Found {
    pub(super) fn trend(&mut self, body: &TrendAggregate, whole: bool) {
        if whole {
            let selection = body.facts.selection;
            let fix = "say whether it is about one subject, or how large the cell is";
            self.need(selection.is_some(), "fakta.utvalg", fix);
            let years = body.years.as_ref().is_some_and(|years| !years.is_empty());
            self.need(years, "aarligeTildaenhetTotaler", "give at least one year");
            self.cell(body, selection);
        }
        for year in body.years.iter().flatten() {
            self.need(
                year.year.is_some(),
                "aarligeTildaenhetTotaler[].trenddataForKalenderAar",
                "give the calendar year",
            );
            let months = year.months_with_data.is_none_or(|months| (0..=12).contains(&months));
            let path = "aarligeTildaenhetTotaler[].antallMaanederMedData";
            self.within(months, path, "give 0 to 12 months");
        }
        self.list(body.years.as_ref(), "aarligeTildaenhetTotaler");
    }

    /// A cell names no organisation, and is as large as it says.
    fn cell(&mut self, body: &TrendAggregate, selection: Option<Selection>) {
        let large = match selection {
            Some(Selection::LargeCell) => true,
            Some(Selection::SmallCell) => false,
            _ => return,
        };
        let named = body.subject.organisation.is_some()
            || body.subject.parent.is_some()
            || body.subject.name.is_some();
        self.agree(!named, "subjekt.tildaenhet", "a cell of subjects names none of them");
        let fix = "count the subjects of the cell, and stamp it by their number";
        let count = body.subjects.filter(|count| (*count >= LARGE_CELL) == large);
        self.agree(count.is_some(), "antallSubjekter", fix);
    }

    pub(super) fn alert(&mut self, body: &AuthorityAlert, whole: bool) {
        if whole {
            let kind = body.content.as_ref().is_some_and(|content| content.alert_type.is_some());
            let path = "meldingsinnholdTilAnnenMyndighet.meldingsType";
            self.need(kind, path, "give the type of message");
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
        }
        let to_itself = body.recipient == body.envelope.producer;
        self.agree(!to_itself, "mottaker", "address it to another authority");
        self.no_identity(body.alert_id.as_ref(), "identifikator");
        let text = body.content.as_ref().and_then(|content| content.text.as_ref());
        self.text(text, "meldingsinnholdTilAnnenMyndighet.fritekst");
    }

    pub(super) fn contracts(&mut self, body: &EmploymentContractCheck, whole: bool) {
        if whole {
            let level = body.facts.check_level;
            let fix = "say whether it is about the employer or one worker";
            self.need(level.is_some(), "fakta.kontrollnivaa", fix);
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
            let worker = body.worker.is_some();
            match level {
                Some(CheckLevel::Worker) => {
                    let fix = "give the worker's pseudonym";
                    self.need(worker, "arbeidstakerPseudonym", fix);
                }
                Some(CheckLevel::Employer) => {
                    let fix = "a check of the employer is about no worker";
                    self.agree(!worker, "arbeidstakerPseudonym", fix);
                }
                None => {}
            }
        }
        for (count, path) in [
            (body.contracts_seen, "antallAvtalerSett"),
            (body.contracts_missing, "antallAvtalerMangler"),
            (body.contracts_incomplete, "antallAvtalerUfullstendige"),
            (body.contracts_late, "antallAvtalerForSent"),
        ] {
            let counted = count.is_none_or(|count| count >= 0);
            self.within(counted, path, "give a number, 0 or more");
        }
        let ordered = match (body.period_from, body.period_to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        self.agree(ordered, "periodeTil", "end the period on or after its first day");
        self.no_identity(body.worker.as_ref(), "arbeidstakerPseudonym");
        self.list(body.items_missing.as_ref(), "manglendePunkter");
    }

    pub(super) fn note(&mut self, body: &CaseNote, whole: bool) {
        if whole {
            let case = body.case_id.as_ref().is_some_and(|case| !case.is_empty());
            self.need(case, "saksId", "name the case it belongs to");
            let regime = body.facts.secrecy_regime.is_some();
            self.need(regime, "fakta.taushetsregime", "give the law of secrecy");
            let fix = "say by which day it is reviewed, at most three years on";
            self.need(body.review_by.is_some(), "gjennomgaasInnen", fix);
        }
        let recorded = body.envelope.recorded_at.days();
        let days = body.review_by.map(|day| i64::from(day.days()) - recorded);
        let fix = "review it within three years of recording it";
        self.within(days.is_none_or(|days| days <= REVIEW_DAYS), "gjennomgaasInnen", fix);
        self.no_identity(body.case_id.as_ref(), "saksId");
        for person in body.persons.iter().flatten() {
            self.no_identity(person.person_pseudonym.as_ref(), "personer[].personPseudonym");
        }
        for victim in body.victims.iter().flatten() {
            self.no_identity(Some(victim), "ofre");
        }
        self.text(body.text.as_ref(), "notat");
        self.list(body.persons.as_ref(), "personer");
        self.list(body.victims.as_ref(), "ofre");
        self.list(body.vehicles.as_ref(), "kjoeretoey");
        self.list(body.accounts.as_ref(), "kontoer");
        self.list(body.phones.as_ref(), "telefoner");
    }
}

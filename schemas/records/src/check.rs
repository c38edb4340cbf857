//! What a complete record must hold beyond its types: the contract leaves nearly every field
//! nullable so that views may withhold it; a source may not. Refuses, never repairs.

mod decisions;
mod inspections;
mod notices;

use crate::limits::{LIST_ITEMS, TEXT_BYTES};
use crate::{Envelope, Record, Subject};
use vocabulary::{ChangeKind, NationalId, RecordType};

/// A rule a record broke. Each has a page in `ops/codes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The field must be filled in.
    Required,
    /// The value is outside the field's range.
    Range,
    /// Two fields contradict each other.
    Contradiction,
    /// A national identity number stands where an id or a pseudonym belongs.
    IdentityNumber,
    /// A text or a list is longer than it may be.
    Length,
}

/// One thing wrong with a record. Holds no value of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field, in names of the contract (`vurderinger[].karakter`).
    pub path: &'static str,
    /// The rule it broke.
    pub rule: Rule,
    /// What to do about it.
    pub fix: &'static str,
}

impl Rule {
    /// The code of the page that explains it.
    pub const fn code(self) -> &'static str {
        match self {
            Rule::Required => "REC-101",
            Rule::Range => "REC-102",
            Rule::Contradiction => "REC-103",
            Rule::IdentityNumber => "REC-104",
            Rule::Length => "REC-105",
        }
    }
}

/// Every rule the record breaks; a retraction needs an envelope and nothing else.
pub fn check(record: &Record) -> Result<(), Vec<Violation>> {
    let mut found = Found(Vec::new());
    found.envelope(record.envelope(), record.record_type());
    let whole = record.envelope().change_kind != ChangeKind::Retract;
    if whole {
        found.subject(record.subject());
    }
    match record {
        Record::InspectionReport(body) => found.report(body),
        Record::PlannedInspection(body) => found.plan(body, whole),
        Record::Sanction(body) => found.sanction(body, whole),
        Record::ApprovalStatus(body) => found.approval(body, whole),
        Record::TrendAggregate(body) => found.trend(body, whole),
        Record::Alert(body) => found.alert(body, whole),
        Record::SuspensionDecision(body) => found.suspension(body, whole),
        Record::FoodServiceLicence(body) => found.licence(body, whole),
        Record::EmploymentContractCheck(body) => found.contracts(body, whole),
        Record::CaseNote(body) => found.note(body, whole),
        Record::Finding(body) => found.finding(body, whole),
    }
    if found.0.is_empty() { Ok(()) } else { Err(found.0) }
}

struct Found(Vec<Violation>);

// === impl Found ===

impl Found {
    fn add(&mut self, path: &'static str, rule: Rule, fix: &'static str) {
        self.0.push(Violation { path, rule, fix });
    }

    fn need(&mut self, present: bool, path: &'static str, fix: &'static str) {
        if !present {
            self.add(path, Rule::Required, fix);
        }
    }

    fn within(&mut self, holds: bool, path: &'static str, fix: &'static str) {
        if !holds {
            self.add(path, Rule::Range, fix);
        }
    }

    fn agree(&mut self, holds: bool, path: &'static str, fix: &'static str) {
        if !holds {
            self.add(path, Rule::Contradiction, fix);
        }
    }

    fn no_identity(&mut self, text: Option<&String>, path: &'static str) {
        if text.is_some_and(|text| text.trim().parse::<NationalId>().is_ok()) {
            let fix = "use the source's own id, or a pseudonym made under the source's key";
            self.add(path, Rule::IdentityNumber, fix);
        }
    }

    fn text(&mut self, text: Option<&String>, path: &'static str) {
        if text.is_some_and(|text| text.len() > TEXT_BYTES) {
            self.add(path, Rule::Length, "shorten the text to 32 KiB");
        }
    }

    fn list<T>(&mut self, list: Option<&Vec<T>>, path: &'static str) {
        if list.is_some_and(|list| list.len() > LIST_ITEMS) {
            self.add(path, Rule::Length, "send at most 1,000 elements");
        }
    }

    fn envelope(&mut self, envelope: &Envelope, record_type: RecordType) {
        self.within(envelope.version >= 1, "konvolutt.versjon", "count versions from 1");
        self.need(
            envelope.retention_state.is_some(),
            "konvolutt.bevaringstilstand",
            "stamp live, restricted or expired",
        );
        self.agree(
            envelope.record_type.is_none_or(|stamped| stamped == record_type),
            "konvolutt.posttype",
            "stamp the type the record has, or none",
        );
        self.no_identity(envelope.source_case_id.as_ref(), "konvolutt.internTilsynsid");
    }

    fn subject(&mut self, subject: &Subject) {
        let named = subject.organisation.is_some()
            || [&subject.object_id, &subject.person_pseudonym, &subject.facility_id]
                .iter()
                .any(|id| id.as_ref().is_some_and(|id| !id.is_empty()));
        let fix = "give an organisation number or the source's own object id";
        self.need(named, "subjekt.tildaenhet", fix);
        self.no_identity(subject.object_id.as_ref(), "subjekt.objektId");
        self.no_identity(subject.person_pseudonym.as_ref(), "subjekt.personPseudonym");
        let digits = |id: &String| id.len() <= 8 && id.bytes().all(|byte| byte.is_ascii_digit());
        let npdid = subject.facility_id.as_ref().is_none_or(digits);
        self.within(npdid, "subjekt.npdid", "give at most eight digits");
    }
}

//! First values of records: everything a caller does not set is absent. Fills in nothing that a
//! source should say.

use crate::{ApprovalStatus, Envelope, InspectionReport, PlannedInspection, Record, Sanction};
use crate::{ApprovalStatusFacts, InspectionReportFacts, PlannedInspectionFacts, SanctionFacts};
use crate::{SecrecyRegime, Subject};
use vocabulary::{ChangeKind, OrgNumber, RecordId, RecordType, RetentionState, Timestamp};

/// The version of the contract that this crate compiles in.
pub const CONTRACT_VERSION: i32 = 2;

impl Envelope {
    /// The envelope of a record's first version, live.
    pub fn new(record_id: RecordId, producer: OrgNumber, recorded_at: Timestamp) -> Self {
        Envelope {
            record_id,
            version: 1,
            change_kind: ChangeKind::Create,
            producer,
            recorded_at,
            retention_state: Some(RetentionState::Live),
            record_type: None,
            schema_version: Some(CONTRACT_VERSION),
            responsible: None,
            performed_by: None,
            source_case_id: None,
            supersedes: None,
            occurred_at: None,
            published_at: None,
            collection_basis: None,
            retain_until: None,
            archive: None,
        }
    }

    /// The envelope of the version after this one.
    pub fn next(&self, change_kind: ChangeKind, recorded_at: Timestamp) -> Self {
        Envelope {
            version: self.version.saturating_add(1),
            change_kind,
            recorded_at,
            ..self.clone()
        }
    }

    fn of_type(mut self, record_type: RecordType) -> Self {
        self.record_type = Some(record_type);
        self
    }
}

impl Subject {
    /// A subject known by its organisation number.
    pub fn organisation(number: OrgNumber) -> Self {
        Subject { organisation: Some(number), ..Subject::default() }
    }
}

impl InspectionReport {
    /// A report that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: InspectionReportFacts) -> Self {
        InspectionReport {
            envelope: envelope.of_type(RecordType::InspectionReport),
            subject,
            facts,
            secrecy_regime: Some(SecrecyRegime::Administration),
            attributes: None,
            locations: None,
            activities: None,
            contacts: None,
            notes: None,
            remarks: None,
            breaches: None,
            outcome: None,
            finding_ids: None,
            reaction_ids: None,
            pdf_digest: None,
            overall_grade: None,
            grades: None,
            grade_status: None,
        }
    }
}

impl PlannedInspection {
    /// A plan that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: PlannedInspectionFacts) -> Self {
        PlannedInspection {
            envelope: envelope.of_type(RecordType::PlannedInspection),
            subject,
            facts,
            secrecy_regime: Some(SecrecyRegime::Administration),
            major_accident: None,
            selection_reason: None,
            locations: None,
            contacts: None,
            alerts: None,
            open_inspections: None,
            planned: None,
            campaigns: None,
            conflict_hint: None,
        }
    }
}

impl Sanction {
    /// A sanction that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: SanctionFacts) -> Self {
        Sanction {
            envelope: envelope.of_type(RecordType::Sanction),
            subject,
            facts,
            kind: None,
            police_report: None,
            police_report_on: None,
            provision: None,
            decided_on: None,
            effective_from: None,
            deadline: None,
            amount: None,
            currency: None,
            daily: None,
            paid: None,
            addressee_kind: None,
            addressee_pseudonym: None,
            appeal_status: None,
            coordination_lead: None,
            same_facts_id: None,
            severity: None,
            times_used: None,
            reasoning: None,
        }
    }
}

impl ApprovalStatus {
    /// A status that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: ApprovalStatusFacts) -> Self {
        ApprovalStatus {
            envelope: envelope.of_type(RecordType::ApprovalStatus),
            subject,
            facts,
            scheme: None,
            status: None,
            status_changed_on: None,
            valid_to: None,
            approval_numbers: None,
            sub_units: None,
            conditions_failed: None,
            annual_report_ok: None,
            has_employees: None,
            grounds: None,
        }
    }
}

// === from a body ===

impl From<InspectionReport> for Record {
    fn from(body: InspectionReport) -> Record {
        Record::InspectionReport(body)
    }
}

impl From<PlannedInspection> for Record {
    fn from(body: PlannedInspection) -> Record {
        Record::PlannedInspection(body)
    }
}

impl From<Sanction> for Record {
    fn from(body: Sanction) -> Record {
        Record::Sanction(body)
    }
}

impl From<ApprovalStatus> for Record {
    fn from(body: ApprovalStatus) -> Record {
        Record::ApprovalStatus(body)
    }
}

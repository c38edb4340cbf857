//! First values of records: everything a caller does not set is absent. Fills in nothing that a
//! source should say.

use crate::{
    ApprovalStatus, ApprovalStatusFacts, AuthorityAlert, AuthorityAlertFacts, CaseNote,
    CaseNoteFacts, EmploymentContractCheck, EmploymentContractCheckFacts, Envelope, Finding,
    FindingFacts, FoodServiceLicence, FoodServiceLicenceFacts, InspectionReport,
    InspectionReportFacts, PlannedInspection, PlannedInspectionFacts, Sanction, SanctionFacts,
    SecrecyRegime, Subject, SuspensionDecision, SuspensionDecisionFacts, TrendAggregate,
    TrendAggregateFacts,
};
use vocabulary::{ChangeKind, OrgNumber, RecordId, RecordType, RetentionState, Timestamp};

/// The version of the contract that this crate compiles in.
pub const CONTRACT_VERSION: i32 = 3;

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
            finding_ids: None,
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

impl TrendAggregate {
    /// A trend that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: TrendAggregateFacts) -> Self {
        TrendAggregate {
            envelope: envelope.of_type(RecordType::TrendAggregate),
            subject,
            facts,
            size_group: None,
            subjects: None,
            years: None,
        }
    }
}

impl AuthorityAlert {
    /// A message to another authority that holds nothing yet.
    pub fn new(
        envelope: Envelope,
        subject: Subject,
        facts: AuthorityAlertFacts,
        recipient: OrgNumber,
    ) -> Self {
        AuthorityAlert {
            envelope: envelope.of_type(RecordType::Alert),
            subject,
            facts,
            recipient,
            alert_id: None,
            sent_on: None,
            related_record: None,
            content: None,
            acknowledged_at: None,
        }
    }
}

impl SuspensionDecision {
    /// A suspension that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: SuspensionDecisionFacts) -> Self {
        SuspensionDecision {
            envelope: envelope.of_type(RecordType::SuspensionDecision),
            subject,
            facts,
            secrecy_regime: Some(SecrecyRegime::Administration),
            decision_id: None,
            sites: None,
            scope: None,
            ground: None,
            provision: None,
            effective_from: None,
            lifted_on: None,
            sector: None,
            public_reason: None,
            reasoning: None,
            publication_basis: None,
            notice_sent_on: None,
            publication_ends_on: None,
        }
    }
}

impl FoodServiceLicence {
    /// A licence that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: FoodServiceLicenceFacts) -> Self {
        FoodServiceLicence {
            envelope: envelope.of_type(RecordType::FoodServiceLicence),
            subject,
            facts,
            licence_state: None,
            licence_id: None,
            municipality: None,
            premises: None,
            manager_name: None,
            manager_passed_exam: None,
            kinds: None,
            opening_hours: None,
            outdoor: None,
            valid_from: None,
            valid_to: None,
            transferred_on: None,
            transfer_deadline: None,
            hearing_police: None,
            hearing_tax: None,
            hearing_welfare: None,
            conduct: None,
            influence: None,
            penalty_points: None,
            last_inspection: None,
        }
    }
}

impl EmploymentContractCheck {
    /// A check of employment contracts that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: EmploymentContractCheckFacts) -> Self {
        EmploymentContractCheck {
            envelope: envelope.of_type(RecordType::EmploymentContractCheck),
            subject,
            facts,
            worker: None,
            check_id: None,
            period_from: None,
            period_to: None,
            contracts_seen: None,
            contracts_missing: None,
            contracts_incomplete: None,
            contracts_late: None,
            items_missing: None,
            occupation: None,
            wage: None,
            hours_scheme: None,
            pension_confirmed: None,
            injury_insurance_confirmed: None,
            posted_worker: None,
            home_state: None,
            employer_register: None,
            identity_check: None,
            result: None,
        }
    }
}

impl CaseNote {
    /// A case note that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: CaseNoteFacts) -> Self {
        CaseNote {
            envelope: envelope.of_type(RecordType::CaseNote),
            subject,
            facts,
            case_id: None,
            author_unit: None,
            text: None,
            grading_scheme: None,
            source_grade: None,
            information_grade: None,
            persons: None,
            victims: None,
            source: None,
            vehicles: None,
            accounts: None,
            phones: None,
            review_by: None,
        }
    }
}

impl Finding {
    /// A finding that holds nothing yet.
    pub fn new(envelope: Envelope, subject: Subject, facts: FindingFacts) -> Self {
        Finding {
            envelope: envelope.of_type(RecordType::Finding),
            subject,
            facts,
            finding_id: None,
            activity_ref: None,
            location_ref: None,
            act: None,
            provision: None,
            lovdata_id: None,
            theme: None,
            kind: None,
            explanation: None,
            severity: None,
            workers_affected: None,
            person_concerned: None,
            health_related: None,
            evidence_refs: None,
            deadline: None,
            closed_on: None,
            times_used: None,
        }
    }
}

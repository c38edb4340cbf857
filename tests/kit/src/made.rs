//! Single records for stories: complete, about a company unless said otherwise, and changed by the
//! story where it matters. Traffic in bulk is `traffic`'s.

use crate::{Outcome, authorities};
use records::{
    AlertContent, AlertType, ApprovalScheme, ApprovalStatus, ApprovalStatusFacts, AuthorityAlert,
    AuthorityAlertFacts, CaseNote, CaseNoteFacts, CheckLevel, CheckResult, Date, DecisionState,
    EmploymentContractCheck, EmploymentContractCheckFacts, Envelope, Finding, FindingFacts,
    FindingKind, FoodServiceLicence, FoodServiceLicenceFacts, InspectionReport,
    InspectionReportFacts, InspectionState, LicenceKind, LicenceState, LicensedPremises,
    OnwardSharing, PlannedInspection, PlannedInspectionFacts, PlannedVisit, PublicationState,
    Record, RegisterStatus, Sanction, SanctionFacts, SanctionKind, SecrecyRegime, Selection,
    SizeGroup, Subject, SuspendedSite, SuspensionDecision, SuspensionDecisionFacts,
    SuspensionGround, SuspensionReason, SuspensionScope, TrendAggregate, TrendAggregateFacts,
    Unannounced, YearlyTotal, YesNo,
};
use vocabulary::{AlreadyPublished, ChangeKind, OrgNumber, RecordId, SubjectKind, Timestamp};

/// A decided order about a company, from no a-krim case.
pub fn sanction(source: &str, label: &str, subject: OrgNumber) -> Outcome<Sanction> {
    let facts = SanctionFacts {
        subject_kind: Some(SubjectKind::Legal),
        decision_state: Some(DecisionState::Made),
        secrecy_regime: Some(SecrecyRegime::Administration),
        akrim_case: Some(YesNo::No),
    };
    let mut body = Sanction::new(envelope(source, label)?, about(subject), facts);
    body.kind = Some(SanctionKind::Order);
    body.provision = Some("aml. § 18-6".to_owned());
    body.decided_on = Some(Date::from_days(20_770));
    body.reasoning = Some("Arbeidsplanen manglet.".to_owned());
    Ok(body)
}

/// A closed inspection of a company, from no a-krim case, published nowhere.
pub fn report(source: &str, label: &str, subject: OrgNumber) -> Outcome<InspectionReport> {
    let facts = InspectionReportFacts {
        subject_kind: Some(SubjectKind::Legal),
        inspection_state: Some(InspectionState::Closed),
        akrim_case: Some(YesNo::No),
        already_published: Some(AlreadyPublished::No),
    };
    Ok(InspectionReport::new(envelope(source, label)?, about(subject), facts))
}

/// An approved cleaning company.
pub fn approval(source: &str, label: &str, subject: OrgNumber) -> Outcome<ApprovalStatus> {
    let facts = ApprovalStatusFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
    };
    let mut body = ApprovalStatus::new(envelope(source, label)?, about(subject), facts);
    body.scheme = Some(ApprovalScheme::Cleaning);
    body.status = Some(RegisterStatus::ApprovedWithEmployees);
    body.valid_to = Some(Date::from_days(21_000));
    Ok(body)
}

/// An announced plan about a company, a fortnight off, from no a-krim case.
pub fn plan(source: &str, label: &str, subject: OrgNumber) -> Outcome<PlannedInspection> {
    let facts = PlannedInspectionFacts {
        subject_kind: Some(SubjectKind::Legal),
        inspection_state: Some(InspectionState::Planned),
        unannounced: Some(Unannounced::No),
        akrim_case: Some(YesNo::No),
    };
    let mut body = PlannedInspection::new(envelope(source, label)?, about(subject), facts);
    let planned_on = Some(Date::from_days(20_794));
    body.planned = Some(vec![PlannedVisit { planned_on, ..PlannedVisit::default() }]);
    Ok(body)
}

/// A company's totals of one year.
pub fn trend(source: &str, label: &str, subject: OrgNumber) -> Outcome<TrendAggregate> {
    let mut body = TrendAggregate::new(
        envelope(source, label)?,
        about(subject),
        totals(Selection::OneSubject),
    );
    body.years = Some(vec![year()]);
    Ok(body)
}

/// Totals of one year over twelve unnamed restaurants of Oslo.
pub fn cell(source: &str, label: &str) -> Outcome<TrendAggregate> {
    let subject = Subject {
        object_id: Some("0301-56".to_owned()),
        municipality: "0301".parse().ok(),
        industry_code: Some("56.101".to_owned()),
        industry_scheme: Some("SN2007".to_owned()),
        ..Subject::default()
    };
    let mut body =
        TrendAggregate::new(envelope(source, label)?, subject, totals(Selection::LargeCell));
    body.size_group = Some(SizeGroup::To19);
    body.subjects = Some(12);
    body.years = Some(vec![year()]);
    Ok(body)
}

fn totals(selection: Selection) -> TrendAggregateFacts {
    TrendAggregateFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
        selection: Some(selection),
    }
}

fn year() -> YearlyTotal {
    YearlyTotal {
        year: Some(2025),
        months_with_data: Some(12),
        inspections: Some(30),
        inspections_with_sanction: Some(7),
        ..YearlyTotal::default()
    }
}

/// A message about a company to one other authority.
pub fn alert(
    source: &str,
    label: &str,
    subject: OrgNumber,
    to: OrgNumber,
) -> Outcome<AuthorityAlert> {
    let facts = AuthorityAlertFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
        akrim_case: Some(YesNo::No),
    };
    let mut body = AuthorityAlert::new(envelope(source, label)?, about(subject), facts, to);
    body.sent_on = Some(Date::from_days(20_780));
    body.content = Some(AlertContent {
        alert_type: Some(AlertType::FreeText),
        text: Some("Utslipp til elva ved siste tilsyn.".to_owned()),
    });
    Ok(body)
}

/// A company's suspension that is published and stands.
pub fn suspension(source: &str, label: &str, subject: OrgNumber) -> Outcome<SuspensionDecision> {
    let facts = SuspensionDecisionFacts {
        subject_kind: Some(SubjectKind::Legal),
        decision_state: Some(DecisionState::Made),
        publication_state: Some(PublicationState::Published),
        akrim_case: Some(YesNo::No),
    };
    let mut body = SuspensionDecision::new(envelope(source, label)?, about(subject), facts);
    body.decision_id = Some("S-2026-17".to_owned());
    body.sites = Some(vec![SuspendedSite {
        address_line: Some("Prøvegata 1".to_owned()),
        postal_place: Some("Oslo".to_owned()),
        ..SuspendedSite::default()
    }]);
    body.scope = Some(SuspensionScope::Site);
    body.ground = Some(SuspensionGround::ImminentDanger);
    body.provision = Some("aml. § 18-8".to_owned());
    body.effective_from = Some(Date::from_days(20_779));
    body.public_reason = Some(SuspensionReason::Fall);
    body.reasoning = Some("To mann arbeidet uten sikring på taket.".to_owned());
    body.publication_basis = Some("offl. § 3".to_owned());
    body.notice_sent_on = Some(Date::from_days(20_779));
    body.publication_ends_on = Some(Date::from_days(21_500));
    Ok(body)
}

/// A company's licence, granted by Oslo.
pub fn licence(source: &str, label: &str, subject: OrgNumber) -> Outcome<FoodServiceLicence> {
    let facts = FoodServiceLicenceFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
    };
    let mut body = FoodServiceLicence::new(envelope(source, label)?, about(subject), facts);
    body.licence_state = Some(LicenceState::Granted);
    body.licence_id = Some("B-2026-4".to_owned());
    body.municipality = "0301".parse().ok();
    body.premises = Some(LicensedPremises {
        name: Some("Kafé Prøve".to_owned()),
        ..LicensedPremises::default()
    });
    body.manager_name = Some("Syn Tetisk".to_owned());
    body.kinds = Some(vec![LicenceKind::Food]);
    Ok(body)
}

/// A check of a company's contracts as an employer: in order.
pub fn contracts(
    source: &str,
    label: &str,
    subject: OrgNumber,
) -> Outcome<EmploymentContractCheck> {
    let facts = EmploymentContractCheckFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
        akrim_case: Some(YesNo::No),
        check_level: Some(CheckLevel::Employer),
    };
    let mut body = EmploymentContractCheck::new(envelope(source, label)?, about(subject), facts);
    body.contracts_seen = Some(14);
    body.result = Some(CheckResult::InOrder);
    Ok(body)
}

/// A check of one worker's contract.
pub fn contract_of(
    source: &str,
    label: &str,
    subject: OrgNumber,
    worker: &str,
) -> Outcome<EmploymentContractCheck> {
    let mut body = contracts(source, label, subject)?;
    body.facts.check_level = Some(CheckLevel::Worker);
    body.worker = Some(worker.to_owned());
    body.contracts_seen = None;
    Ok(body)
}

/// A note of an a-krim case that may be shared within a-krim.
pub fn note(source: &str, label: &str, subject: OrgNumber) -> Outcome<CaseNote> {
    let facts = CaseNoteFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
        akrim_case: Some(YesNo::Yes),
        onward_sharing: Some(OnwardSharing::WithinCore),
    };
    let mut body = CaseNote::new(envelope(source, label)?, about(subject), facts);
    body.case_id = Some("sak-7".to_owned());
    body.text = Some("Flere foretak bruker samme adresse.".to_owned());
    body.source = Some("Tips fra nabo".to_owned());
    body.review_by = Some(Date::from_days(21_000));
    Ok(body)
}

/// A deviation found at a company.
pub fn finding(source: &str, label: &str, subject: OrgNumber) -> Outcome<Finding> {
    let facts = FindingFacts {
        subject_kind: Some(SubjectKind::Legal),
        secrecy_regime: Some(SecrecyRegime::Administration),
        akrim_case: Some(YesNo::No),
    };
    let mut body = Finding::new(envelope(source, label)?, about(subject), facts);
    body.finding_id = Some("F-1".to_owned());
    body.kind = Some(FindingKind::Deviation);
    body.provision = Some("aml. § 14-6".to_owned());
    body.workers_affected = Some(7);
    body.explanation = Some("Avtalene mangler arbeidssted.".to_owned());
    Ok(body)
}

/// The next version of a record, an hour later.
pub fn next(record: &Record, change: ChangeKind) -> Record {
    let mut next = record.clone();
    let later = record.envelope().recorded_at.as_micros() + 3_600_000_000;
    *next.envelope_mut() = record.envelope().next(change, Timestamp::from_micros(later));
    next
}

fn about(subject: OrgNumber) -> Subject {
    Subject {
        organisation: Some(subject),
        name: Some("Syntetisk Bygg AS".to_owned()),
        ..Subject::default()
    }
}

/// The envelope of a first version; the record id is the label's bytes.
fn envelope(source: &str, label: &str) -> Outcome<Envelope> {
    let code = source.split('-').next().unwrap_or_default();
    let known = authorities().into_iter().find(|one| one.code.as_str() == code);
    let producer = match (known, code) {
        (Some(authority), _) => authority.number,
        (None, "MAT") => "985399077".parse()?,
        (None, _) => return Err("the kit knows no such authority".into()),
    };
    let mut id = [0; RecordId::LEN];
    id.iter_mut().zip(label.bytes()).for_each(|(byte, letter)| *byte = letter);
    Ok(Envelope::new(RecordId::new(id), producer, crate::house::MORNING))
}

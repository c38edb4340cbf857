//! Single records for stories: complete, about a company unless said otherwise, and changed by the
//! story where it matters. Traffic in bulk is `traffic`'s.

use crate::{Outcome, authorities};
use records::{
    ApprovalScheme, ApprovalStatus, ApprovalStatusFacts, Date, DecisionState, Envelope,
    InspectionReport, InspectionReportFacts, InspectionState, Record, RegisterStatus, Sanction,
    SanctionFacts, SanctionKind, SecrecyRegime, Subject, YesNo,
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

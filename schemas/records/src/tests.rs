//! The Rust types against the contract: names, order, symbols, bytes, rules. Tests only.

mod bytes;
mod checks;
mod complete;
mod equal;
mod measures;
mod names;
mod random;

use crate::{InspectionReport, PlannedInspection, Record, Sanction};
use vocabulary::RecordType;

pub(crate) const TYPES: &[RecordType] = RecordType::ALL;

pub(crate) fn envelope() -> crate::Envelope {
    crate::Envelope::new(
        vocabulary::RecordId::new([7; 16]),
        "974761211".parse().unwrap(),
        vocabulary::Timestamp::from_micros(1_771_000_000_000_000),
    )
}

pub(crate) fn subject() -> crate::Subject {
    crate::Subject::organisation("310000000".parse().unwrap())
}

pub(crate) fn sanction() -> Sanction {
    let facts = crate::SanctionFacts {
        decision_state: Some(crate::DecisionState::Made),
        secrecy_regime: Some(crate::SecrecyRegime::Administration),
        ..Default::default()
    };
    Sanction {
        kind: Some(crate::SanctionKind::Order),
        decided_on: crate::Date::from_civil(2026, 3, 1),
        ..Sanction::new(envelope(), subject(), facts)
    }
}

pub(crate) fn plan() -> PlannedInspection {
    let facts = crate::PlannedInspectionFacts {
        inspection_state: Some(crate::InspectionState::Planned),
        ..Default::default()
    };
    PlannedInspection::new(envelope(), subject(), facts)
}

pub(crate) fn report() -> InspectionReport {
    InspectionReport::new(envelope(), subject(), Default::default())
}

#[test]
fn a_header_names_record_version_and_subject() {
    let record = Record::from(sanction());
    let header = record.header();
    assert_eq!(header.record_id, record.envelope().record_id);
    assert_eq!(header.record_type, RecordType::Sanction);
    assert_eq!(header.version, 1);
    assert_eq!(header.change, vocabulary::ChangeKind::Create);
    assert_eq!(header.producer.as_str(), "974761211");
    assert_eq!(header.subject.unwrap().as_str(), "310000000");
}

#[test]
fn no_part_of_a_record_is_printed() {
    let mut body = sanction();
    body.reasoning = Some("HEMMELIG".to_owned());
    let printed = format!("{:?} {body:?}", Record::from(body.clone()));
    assert!(!printed.contains("HEMMELIG") && !printed.contains("310000000"), "{printed}");
}

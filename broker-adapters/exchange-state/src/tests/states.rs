//! States as bytes and back.

use crate::limits::{MAX_HOLDERS, MAX_SUBJECT};
use crate::{Error, Holder, Permanent, RecordState, RegisterEntry};
use carrier::Offset;
use proptest::prelude::*;
use vocabulary::{Digest, MajorAccidentDuty, OrgNumber, RecordId, RecordType, SourceId, Timestamp};

/// A synthetic organisation number.
pub(super) fn org(at: usize) -> OrgNumber {
    let mut numbers = (0..).filter_map(|n: u32| (300_000_000 + n).to_string().parse().ok());
    numbers.nth(at).unwrap()
}

pub(super) fn source(name: &str) -> SourceId {
    name.parse().unwrap()
}

pub(super) fn record(of: &SourceId, id: u8, version: u64) -> RecordState {
    RecordState {
        source: of.clone(),
        record_id: RecordId::new([id; 16]),
        record_type: RecordType::Sanction,
        version,
        producer: org(0),
        recorded_at: Timestamp::from_micros(-5),
        subject: Some(org(usize::from(id))),
        subject_text: org(usize::from(id)).to_string(),
        first_subject: "object 7".to_owned(),
        addressee: None,
        person: None,
        facts: 511,
        live: true,
        retracted: false,
        traced: false,
        intake: Offset(9),
        sequence: version,
        schema: 3,
        holders: vec![],
    }
}

fn holders() -> impl Strategy<Value = Holder> {
    let recipient = prop::option::of((0..5usize).prop_map(org));
    ("[a-z][a-z0-9-]{0,20}", recipient, any::<[u8; 64]>(), any::<u64>()).prop_map(
        |(view, recipient, digests, version)| Holder {
            view: view.parse().unwrap(),
            recipient,
            plan: Digest::new(*digests.first_chunk().unwrap()),
            bytes: Digest::new(*digests.last_chunk().unwrap()),
            version,
        },
    )
}

fn records() -> impl Strategy<Value = RecordState> {
    let subject = prop::option::of((0..9usize).prop_map(org));
    let texts = (".{0,60}", ".{0,60}", subject, ".{0,60}");
    let numbers = (any::<u64>(), any::<u64>(), any::<u64>(), any::<u32>(), any::<u16>());
    let flags = any::<[bool; 2]>();
    let types = 0..RecordType::ALL.len();
    let others = (any::<[u8; 16]>(), any::<i64>(), any::<bool>(), flags, types);
    let holders = prop::collection::vec(holders(), 0..25);
    (texts, numbers, others, holders).prop_map(|(texts, numbers, others, holders)| RecordState {
        source: source("MAT-smilefjes"),
        record_id: RecordId::new(others.0),
        record_type: RecordType::ALL[others.4],
        version: numbers.0,
        producer: org(1),
        recorded_at: Timestamp::from_micros(others.1),
        subject: texts.2,
        subject_text: texts.0,
        first_subject: texts.1,
        addressee: texts.2.filter(|_| others.2),
        person: others.3[0].then_some(texts.3),
        facts: numbers.4,
        live: others.2,
        retracted: others.3[0],
        traced: others.3[1],
        intake: Offset(numbers.1),
        sequence: numbers.2,
        schema: numbers.3,
        holders,
    })
}

proptest! {
    #[test]
    fn a_record_comes_back_from_its_message(record in records()) {
        let message = record.message().unwrap();
        let id = RecordId::try_from(message.key.as_slice()).unwrap();
        let bytes = message.value.unwrap();
        let found = RecordState::decode(record.source.clone(), id, &bytes);
        prop_assert_eq!(found.as_ref(), Ok(&record));
        for end in 0..bytes.len() {
            let cut = RecordState::decode(record.source.clone(), id, &bytes[..end]);
            prop_assert!(matches!(cut, Err(Error::Permanent(_))));
        }
        let mut longer = bytes;
        longer.push(0);
        let found = RecordState::decode(record.source, id, &longer);
        prop_assert_eq!(found, Err(Permanent::Malformed.into()));
    }

    #[test]
    fn any_bytes_are_a_record_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Some(first) = bytes.first_mut() {
            *first = 1;
        }
        if let Ok(record) = RecordState::decode(source("A"), RecordId::new([0; 16]), &bytes) {
            prop_assert_eq!(record.encode(), Ok(bytes));
        }
    }
}

#[test]
fn a_state_over_its_bounds_is_refused() {
    let mut record = record(&source("A"), 1, 1);
    let holder = Holder {
        view: "v".parse().unwrap(),
        recipient: None,
        plan: Digest::new([0; 32]),
        bytes: Digest::new([0; 32]),
        version: 1,
    };
    record.holders = vec![holder; MAX_HOLDERS + 1];
    assert_eq!(record.encode(), Err(Permanent::TooLarge.into()));
    record.holders.pop();
    assert!(record.encode().is_ok());
    record.first_subject = "x".repeat(MAX_SUBJECT + 1);
    assert_eq!(record.message(), Err(Permanent::TooLarge.into()));
}

#[test]
fn a_newer_state_is_not_guessed_at() {
    let found = RecordState::decode(source("A"), RecordId::new([0; 16]), &[3, 0]);
    assert_eq!(found, Err(Permanent::Newer.into()));
}

#[test]
fn a_register_entry_is_json_and_comes_back() {
    let entry = RegisterEntry {
        orgnr: org(1),
        form: "BEDR".parse().unwrap(),
        parent: Some(org(2)),
        nace: None,
        municipality: Some("0301".parse().unwrap()),
        status: "aktiv".to_owned(),
        storulykke: Some(MajorAccidentDuty::Reports),
        as_of: Timestamp::from_micros(5),
    };
    let json = |entry: &RegisterEntry| serde_json::to_vec(entry).unwrap();
    assert_eq!(RegisterEntry::decode(&json(&entry)), Ok(entry.clone()));
    let text = String::from_utf8(json(&entry)).unwrap();
    assert!(text.contains("\"storulykke\":\"paragraf9\""));
    let unsaid = RegisterEntry { storulykke: None, ..entry.clone() };
    assert_eq!(RegisterEntry::decode(&json(&unsaid)), Ok(unsaid));
    let unknown = text.replace("paragraf9", "paragraf10");
    assert!(RegisterEntry::decode(unknown.as_bytes()).is_err());
    let long = RegisterEntry { status: "x".repeat(65), ..entry };
    assert_eq!(RegisterEntry::decode(&json(&long)), Err(Permanent::TooLarge.into()));
}

//! Properties of the port's own parts. What carriers do is tested by the suite, not here.

use crate::*;
use proptest::prelude::*;
use seal::{SigningKey, Unsealed, seal_batch};
use vocabulary::{RecordId, SourceId, Timestamp};

fn lanes() -> impl Strategy<Value = Lane> {
    let source = "[A-Z]{2,4}(-[a-z0-9]{1,8})?".prop_map(|text| text.parse().unwrap());
    let view = "[a-z][a-z0-9-]{0,12}".prop_map(|text: String| text.parse().unwrap());
    let authority = "[A-Z]{2,4}".prop_map(|text: String| text.parse().unwrap());
    let recipient = prop::option::of(Just("999999999".parse().unwrap_or_else(|_| some_org())));
    prop_oneof![
        source.clone().prop_map(Lane::Intake),
        source.prop_map(Lane::State),
        (view.clone(), recipient).prop_map(|(view, recipient)| Lane::Release { view, recipient }),
        view.prop_map(Lane::Keys),
        authority.prop_map(Lane::Quarantine),
        prop::sample::select(vec![
            Lane::Disclosure,
            Lane::Receipt,
            Lane::Bundle,
            Lane::Register,
            Lane::Entitlement,
        ]),
    ]
}

fn some_org() -> vocabulary::OrgNumber {
    (300_000_000..300_000_100u32).find_map(|number| number.to_string().parse().ok()).unwrap()
}

proptest! {
    #[test]
    fn a_topic_names_one_lane_and_back(lane in lanes(), prefix in "([a-z]{1,5}\\.){0,2}") {
        let topic = lane.topic(&prefix);
        prop_assert!(topic.len() <= limits::MAX_TOPIC);
        prop_assert_eq!(Lane::from_topic(&prefix, &topic), Ok(lane));
    }

    #[test]
    fn any_text_is_a_lane_or_refused(text in "[a-zA-Z0-9.-]{0,40}") {
        if let Ok(lane) = Lane::from_topic(PREFIX, &text) {
            prop_assert_eq!(lane.topic(PREFIX), text);
        }
    }

    #[test]
    fn a_sealed_record_comes_back_from_its_message(
        sequence: u64, id: [u8; 16], value in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let source: SourceId = "MAT-smilefjes".parse().unwrap();
        let record_id = RecordId::new(id);
        let record = Unsealed { source: source.clone(), sequence, record_id, value };
        let key = SigningKey::generate().unwrap();
        let sealed = seal_batch(&key, Timestamp::from_micros(7), vec![record]).unwrap().remove(0);
        let message = message_of(sealed.clone(), vec![("traceparent".into(), vec![1])]);
        message.check(&Lane::Intake(source.clone())).unwrap();
        let fetched = Fetched { offset: Offset(0), appended: Timestamp::from_micros(0), message };
        let other = "MAT".parse().unwrap();
        prop_assert_eq!(
            sealed_of(&other, fetched.clone()), Err(Permanent::ForeignSource.into())
        );
        for gone in 0..4 {
            let mut fetched = fetched.clone();
            fetched.message.headers.remove(gone);
            prop_assert_eq!(sealed_of(&source, fetched), Err(Permanent::Header.into()));
        }
        prop_assert_eq!(sealed_of(&source, fetched), Ok(sealed));
    }
}

#[test]
fn topics_are_those_of_the_design() {
    let lane = |text: &str| Lane::from_topic(PREFIX, text).unwrap();
    assert_eq!(lane("samsyn.intake.DAT.v1"), Lane::Intake("DAT".parse().unwrap()));
    assert_eq!(lane("samsyn.disclosure.v1"), Lane::Disclosure);
    for wrong in ["samsyn.intake.v1", "samsyn.disclosure.x.v1", "samsyn.intake.A.v2", "other", ""] {
        assert_eq!(Lane::from_topic(PREFIX, wrong), Err(Permanent::UnknownTopic), "{wrong}");
    }
}

#[test]
fn a_message_prints_sizes_and_no_bytes() {
    let message =
        Message { key: b"kk".to_vec(), value: Some(b"planted".to_vec()), headers: vec![] };
    assert_eq!(format!("{message:?}"), "Message { key: 2, value: Some(7), headers: 0 }");
}

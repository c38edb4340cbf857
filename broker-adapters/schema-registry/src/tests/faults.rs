//! A registry that is down, late, wrong or huge: an error every time, and never a guess.

use super::far::Mood;
use super::{SUBJECT, record, site};
use crate::{Client, Error, Level, limits};
use proptest::prelude::*;

/// Everything a client can be asked; each must fail.
fn all_fail(client: &Client) -> Vec<Error> {
    let text = record(&[("a", "PUB")]);
    vec![
        client.register(SUBJECT, &text).unwrap_err(),
        client.look_up(SUBJECT, &text).unwrap_err(),
        client.latest(SUBJECT).unwrap_err(),
        client.may_follow(SUBJECT, &text).unwrap_err(),
        client.require(SUBJECT, Level::Backward).unwrap_err(),
        client.level(SUBJECT).unwrap_err(),
    ]
}

#[test]
fn a_registry_that_is_away_is_asked_a_bounded_number_of_times() {
    let (client, far) = site();
    far.mood(Mood::Away(usize::MAX));
    assert!(all_fail(&client).iter().all(|error| *error == Error::Away && error.is_temporary()));
    assert_eq!(far.calls().len(), 6 * limits::ATTEMPTS);
    assert_eq!(client.text(1), Err(Error::Away));
    // One lost answer is tried again.
    far.mood(Mood::Away(limits::ATTEMPTS - 1));
    assert!(client.register(SUBJECT, &record(&[("a", "PUB")])).is_ok());
}

#[test]
fn statuses_are_told_apart_and_a_bare_404_says_nothing() {
    let (client, far) = site();
    for (status, body, expected) in [
        (500, "{}", Error::Away),
        (503, "", Error::Away),
        (429, "{\"error_code\":42901}", Error::Away),
        (401, "", Error::Refused(401)),
        (403, "{}", Error::Refused(403)),
        (422, "{}", Error::Refused(422)),
        (404, "<html>no such page</html>", Error::Answer),
        (404, "{\"error_code\":404}", Error::Answer),
        (302, "", Error::Answer),
        (200, "", Error::Answer),
        (200, "[]", Error::Answer),
        (200, "{\"id\":\"1\"}", Error::Answer),
        (200, "null", Error::Answer),
    ] {
        far.mood(Mood::Says(status, body.into()));
        for error in all_fail(&client) {
            assert_eq!(error, expected, "{status} {body}");
        }
        assert_eq!(client.text(1), Err(expected), "{status} {body}");
    }
    assert_eq!(client.cached(), (0, 0, 0));
}

#[test]
fn a_huge_answer_is_an_error_and_a_huge_schema_is_none_of_ours() {
    let (client, far) = site();
    let huge = vec![b' '; limits::MAX_ANSWER + 1];
    for mood in [Mood::TooLarge, Mood::Says(200, huge)] {
        far.mood(mood);
        assert!(all_fail(&client).iter().all(|error| *error == Error::Large));
        // The record that bears its id is set aside; its lane goes on.
        assert_eq!(client.text(1), Ok(None));
    }
}

#[test]
fn an_incompatible_schema_is_refused_by_the_registry_too() {
    let (client, far) = site();
    let text = record(&[("a", "PUB")]);
    far.mood(Mood::At("/versions", 409, "{\"error_code\":409}".to_owned()));
    // Asked for the newest first, which 409 is no answer to either.
    assert_eq!(client.register(SUBJECT, &text), Err(Error::Incompatible));
    far.mood(Mood::At("/compatibility", 200, "{\"is_compatible\":false}".to_owned()));
    assert_eq!(client.may_follow(SUBJECT, &text), Ok(false));
}

#[test]
fn an_id_is_believed_only_when_its_schema_comes_back() {
    let (client, far) = site();
    let text = record(&[("a", "PUB")]);
    let other = serde_json::json!({ "schema": record(&[("b", "PUB")]) }).to_string();
    far.mood(Mood::At("/schemas/ids/", 200, other));
    assert_eq!(client.register(SUBJECT, &text), Err(Error::Disagrees));
    let unknown = "{\"error_code\":40403}".to_owned();
    far.mood(Mood::At("/schemas/ids/", 404, unknown));
    assert_eq!(client.register(SUBJECT, &text), Err(Error::Disagrees));
    assert_eq!(client.cached(), (0, 0, 0));
    for id in ["0", "-1", "4294967296", "1.5", "true"] {
        let (client, far) = site();
        far.mood(Mood::At("/versions", 200, format!("{{\"id\":{id}}}")));
        assert!(client.register(SUBJECT, &text).is_err(), "{id}");
    }
}

#[test]
fn another_subjects_answer_is_no_answer() {
    let (client, far) = site();
    let text = record(&[("a", "PUB")]);
    let row = serde_json::json!({ "subject": "other", "version": 1, "id": 1, "schema": text });
    far.mood(Mood::Says(200, row.to_string().into()));
    assert_eq!(client.latest(SUBJECT), Err(Error::Answer));
    assert_eq!(client.register(SUBJECT, &text), Err(Error::Answer));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512, failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn any_answer_is_an_error_or_what_it_says(status in 100u16..600, body: Vec<u8>) {
        let (client, far) = site();
        far.mood(Mood::Says(status, body.clone()));
        prop_assert!(client.register(SUBJECT, &record(&[("a", "PUB")])).is_err());
        if let Ok(Some(text)) = client.text(1) {
            prop_assert_eq!(status, 200);
            let row: serde_json::Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(row["schema"].as_str(), Some(&*text));
        }
    }
}

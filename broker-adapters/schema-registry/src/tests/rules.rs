//! What may be registered, and what an id's text is.

use super::{SUBJECT, record, site};
use crate::{Error, Level, Strategy};
use avro_tree::{Change, Schema};
use serde_json::json;

#[test]
fn the_same_text_has_the_same_id_and_no_second_version() {
    let (client, far) = site();
    let text = record(&[("a", "PUB")]);
    let id = client.register(SUBJECT, &text).unwrap();
    assert_eq!(client.register(SUBJECT, &text), Ok(id));
    // Spelt otherwise it is the same schema; another client finds it there.
    let other = crate::Client::new(far);
    let spelt = text.replace(':', " : ");
    assert_eq!(other.register(SUBJECT, &spelt), Ok(id));
    assert_eq!(other.latest(SUBJECT).unwrap().unwrap().version, 1);
    assert_eq!(other.look_up(SUBJECT, &spelt).unwrap().unwrap().id, id);
    assert_eq!(other.look_up("another", &spelt), Ok(None));
}

#[test]
fn a_field_without_a_class_is_never_registered() {
    let (client, far) = site();
    let bare = client.register(SUBJECT, &record(&[("a", "PUB"), ("b", "")]));
    assert_eq!(bare, Err(Error::Unclassified("b".to_owned())));
    assert!(far.calls().is_empty());
}

#[test]
fn what_could_reveal_more_is_refused_before_the_registry_is_asked() {
    let (client, far) = site();
    client.register(SUBJECT, &record(&[("a", "PER")])).unwrap();
    for (text, change) in [
        (record(&[("a", "PUB")]), Change::ClassWidened),
        (
            record(&[("a", "PER")])
                .replace("[\"null\",\"string\"]", "\"string\"")
                .replace(",\"default\":null", ""),
            Change::BranchRemoved,
        ),
    ] {
        far.calls();
        let refused = client.register(SUBJECT, &text);
        let Err(Error::Breaking(breaking)) = refused else { panic!("{refused:?}") };
        assert!(breaking.named().iter().any(|finding| finding.change == change), "{breaking}");
        assert_eq!(client.may_follow(SUBJECT, &text).map_err(|error| error.code()), Err("REG-009"));
        assert!(!far.calls().iter().any(|call| call.ends_with("/versions")));
    }
    // Narrower, and one more that is classified: both may follow.
    let next = record(&[("a", "PER"), ("b", "OFF")]);
    assert_eq!(client.may_follow(SUBJECT, &next), Ok(true));
    assert!(client.register(SUBJECT, &next).is_ok());
}

#[test]
fn an_older_schema_keeps_its_id_beside_a_newer_one() {
    let (client, far) = site();
    let (old, new) = (record(&[("a", "PUB")]), record(&[("a", "OFF")]));
    let id = client.register(SUBJECT, &old).unwrap();
    client.register(SUBJECT, &new).unwrap();
    // To go back would widen; what stands there already is no step back.
    assert_eq!(crate::Client::new(far).register(SUBJECT, &old), Ok(id));
}

#[test]
fn nothing_follows_a_schema_that_is_none_of_the_house() {
    let (client, far) = site();
    far.put(SUBJECT, json!({ "schema": "{\"type\":\"string\"}" }));
    assert_eq!(client.register(SUBJECT, &record(&[("a", "PUB")])), Err(Error::Foreign));
}

#[test]
fn a_text_comes_back_in_one_spelling_and_a_foreign_one_as_it_is() {
    let (client, far) = site();
    let text = record(&[("a", "PUB")]);
    let id = client.register(SUBJECT, &text).unwrap();
    far.respell();
    let other = crate::Client::new(far.clone());
    let own = Schema::parse(&text).unwrap();
    assert_eq!(other.text(id).unwrap().as_deref(), Some(own.text()));
    // One class differs: it is another schema, whoever registered it.
    let forged = far.put("forged", json!({ "schema": record(&[("a", "SEN")]) }));
    assert_ne!(other.text(forged).unwrap().as_deref(), Some(own.text()));
    let foreign = far.put("foreign", json!({ "schema": "{\"type\": \"long\"}" }));
    assert_eq!(other.text(foreign).unwrap().as_deref(), Some("{\"type\": \"long\"}"));
}

#[test]
fn an_unknown_id_and_one_that_is_no_avro_have_no_text() {
    let (client, far) = site();
    assert_eq!(client.text(7), Ok(None));
    let text = record(&[("a", "PUB")]);
    let json = far.put("json", json!({ "schema": text, "schemaType": "JSON" }));
    let partial = far.put("partial", json!({ "schema": text, "references": [{ "name": "x" }] }));
    assert_eq!((client.text(json), client.text(partial)), (Ok(None), Ok(None)));
    // The unknown is asked for again: it may be there by now.
    assert_eq!(client.text(3), Ok(None));
    far.put(SUBJECT, json!({ "schema": text }));
    assert!(client.text(3).unwrap().is_some());
}

#[test]
fn a_level_that_was_required_stands() {
    let (client, _far) = site();
    assert_eq!(client.level(SUBJECT), Ok(None));
    for level in [Level::Backward, Level::BackwardTransitive, Level::None] {
        client.require(SUBJECT, level).unwrap();
        assert_eq!(client.level(SUBJECT), Ok(Some(level)));
    }
}

#[test]
fn a_subject_that_would_lead_elsewhere_is_no_subject() {
    let (client, far) = site();
    let long = "a".repeat(crate::limits::MAX_SUBJECT + 1);
    for subject in ["", ".", "..", "a/b", "a?b", "a b", "a%2fb", "å", long.as_str()] {
        let refused = client.register(subject, &record(&[("a", "PUB")]));
        assert_eq!(refused, Err(Error::Subject), "{subject}");
    }
    assert!(far.calls().is_empty());
}

#[test]
fn subjects_follow_their_strategy() {
    let subject = |name: &str| {
        let strategy: Strategy = name.parse().unwrap();
        assert_eq!(strategy.as_str(), name);
        strategy.subject("samsyn.intake.DAT.v1", "no.samsyn.Sanction")
    };
    assert_eq!(Strategy::default().as_str(), "RecordNameStrategy");
    assert_eq!(subject("RecordNameStrategy"), "no.samsyn.Sanction");
    assert_eq!(subject("TopicNameStrategy"), "samsyn.intake.DAT.v1-value");
    assert_eq!(subject("TopicRecordNameStrategy"), "samsyn.intake.DAT.v1-no.samsyn.Sanction");
    assert!("Topic".parse::<Strategy>().is_err());
}

#[test]
fn the_whole_contract_may_be_registered() {
    let (client, _far) = site();
    for record_type in vocabulary::RecordType::ALL {
        let schema = records::schema(*record_type);
        let id = client.register(schema.name(), schema.text()).unwrap();
        assert_eq!(client.text(id).unwrap().as_deref(), Some(schema.text()));
    }
}

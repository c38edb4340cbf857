//! A record that names its addressee goes to it and to nobody else; one about a person goes, by the
//! gateway, to that person. Under a contract of the story's own: a sanction that names both.

use audit::Outcome as Left;
use avro_tree::Schema;
use kit::house::{Contract, Rulebook, Seen};
use kit::made::sanction;
use kit::{House, Outcome, numbers};
use records::Record;
use serde_json::{Value, json};
use std::sync::Arc;
use vocabulary::{ChangeKind, OrgNumber, RecordType};

/// Supervisors, by the bundle.
const MAT: &str = "985399077";
const JV: &str = "874761192";
/// No member of the view.
const BUYER: &str = "310000027";
const PERSON: &str = "3f6c-arbeidstaker";

const VIEWS: &str = r#"
[[view]]
id = "to-addressee"
title = "Messages to another authority"
measure = "M33"
audience = "addressee"
groups = ["G4"]
purposes = ["coordination"]
bases = ["FVL13b-5"]
record_types = ["sanction"]

[[view]]
id = "own"
title = "What is about oneself"
measure = "M18"
audience = "own_record"
groups = ["G11"]
purposes = ["access_request"]
bases = ["GDPR15"]
record_types = ["sanction"]
"#;

const RULES: &str = r#"
@id("story-all") @basis("FVL13b-5, GDPR15, AKRIM-3-1, AKRIM-3-1b")
permit (principal, action, resource)
when {
    resource in RecordType::"sanction" &&
    (resource in Class::"PUB" || resource in Class::"OFF" || resource in Part::"envelope")
};
"#;

/// A sanction's schema with an addressee, which every view carries, and a data subject.
fn contract() -> Outcome<Contract> {
    let mut text: Value = serde_json::from_str(records::schema(RecordType::Sanction).text())?;
    let fields = text["fields"].as_array_mut().ok_or("no fields")?;
    fields.push(json!({ "name": "mottaker", "type": "string", "class": "OFF", "frozen": true }));
    text["addressee"] = "mottaker".into();
    text["data_subject"] = "subjekt.personPseudonym".into();
    let addressed = Arc::new(Schema::parse(&text.to_string())?);
    let of = |kind: &RecordType| match kind {
        RecordType::Sanction => (*kind, Arc::clone(&addressed)),
        kind => (*kind, records::schema(*kind)),
    };
    Ok(RecordType::ALL.iter().map(of).collect())
}

fn house() -> Outcome<House> {
    let house = House::under(contract()?, &["DAT"], 1)?;
    let rulebook = Rulebook::national()?
        .without_cases()
        .append("views.toml", VIEWS)?
        .file("rules/story.cedar", RULES)
        .file("invariants.toml", "");
    house.publish(&rulebook)?;
    Ok(house)
}

/// Sends a record to an addressee: the field stands behind all others.
fn send(house: &mut House, record: &Record, addressee: &str) -> Outcome<()> {
    let mut value = Vec::new();
    avro_span::frame::write(house.schema_id(RecordType::Sanction)?, &mut value);
    value.extend_from_slice(&records::encode(record)?);
    // An Avro text: its length, zigzag, then its bytes.
    value.push(u8::try_from(addressee.len() * 2)?);
    value.extend_from_slice(addressee.as_bytes());
    let sealed = house.seal_values("DAT", vec![(record.envelope().record_id, value)])?;
    carrier::Carrier::submit(house.carrier().as_ref(), sealed)?;
    house.settle()
}

fn record(subject: OrgNumber, person: Option<&str>) -> Outcome<Record> {
    let mut body = sanction("DAT", "m-1", subject)?;
    body.subject.person_pseudonym = person.map(str::to_owned);
    Ok(body.into())
}

fn told(seen: Vec<Seen>) -> Vec<String> {
    seen.into_iter().map(|seen| format!("{} {}", seen.version, seen.change)).collect()
}

#[test]
fn a_message_is_read_by_its_addressee_and_by_nobody_else() -> Outcome<()> {
    // Given a message to Mattilsynet about a company.
    let mut house = house()?;
    let subject = numbers().next().ok_or("no number")?;
    house.register(subject.as_str(), "AS", "0301")?;
    let first = record(subject, None)?;
    send(&mut house, &first, MAT)?;
    // Then it lies on Mattilsynet's own lane, and on no other of the view.
    let seen = house.released_to("to-addressee", MAT)?;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].at("mottaker"), Some(&Value::from(MAT)));
    assert!(house.released_to("to-addressee", JV)?.is_empty());
    assert!(house.released("to-addressee")?.is_empty());
    // When it is corrected: it was meant for Justervesenet.
    send(&mut house, &kit::made::next(&first, ChangeKind::Correct), JV)?;
    // Then Mattilsynet is told to drop it, and not to whom it went instead.
    let seen = house.released_to("to-addressee", MAT)?;
    assert_eq!(seen[1].at("mottaker"), Some(&Value::from(MAT)));
    assert_eq!(told(seen), ["1 ny", "2 trukket"]);
    assert_eq!(told(house.released_to("to-addressee", JV)?), ["2 rettet"]);
    house.prove()
}

#[test]
fn a_message_to_nobody_the_view_knows_reaches_nobody() -> Outcome<()> {
    let mut house = house()?;
    let subject = numbers().next().ok_or("no number")?;
    house.register(subject.as_str(), "AS", "0301")?;
    send(&mut house, &record(subject, None)?, BUYER)?;
    for recipient in [MAT, JV, BUYER] {
        assert!(house.released_to("to-addressee", recipient)?.is_empty());
    }
    let entries = house.entries()?;
    let rows = entries.iter().flat_map(|entry| entry.rows());
    let mut rows = rows.filter(|row| row.view.as_str() == "to-addressee");
    assert!(rows.next().is_some_and(|row| row.outcome == Left::Withheld), "and it is recorded");
    // An addressee that is no organisation number is set aside with its record.
    let other: Record = sanction("DAT", "m-2", subject)?.into();
    send(&mut house, &other, "alle")?;
    assert_eq!(house.set_aside("DAT")?, ["REL-006"]);
    house.prove()
}

#[test]
fn a_person_is_given_what_is_about_that_person_and_by_the_gateway_alone() -> Outcome<()> {
    // Given a record about a person.
    let mut house = house()?;
    let subject = numbers().next().ok_or("no number")?;
    house.register(subject.as_str(), "AS", "0301")?;
    let first = record(subject, Some(PERSON))?;
    send(&mut house, &first, MAT)?;
    // Then the gateway's lane holds it with whose it is.
    let own = house.released("own")?;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].header("samsyn_data_subject"), PERSON);
    assert!(own[0].header("samsyn_recipients").is_empty());
    // When it turns out to be about nobody.
    let mut corrected = kit::made::next(&first, ChangeKind::Correct);
    if let Record::Sanction(body) = &mut corrected {
        body.subject.person_pseudonym = None;
    }
    send(&mut house, &corrected, MAT)?;
    // Then it is taken back, and one about nobody is never given out.
    assert_eq!(told(house.released("own")?), ["1 ny", "2 trukket"]);
    let other: Record = sanction("DAT", "m-2", subject)?.into();
    send(&mut house, &other, MAT)?;
    assert_eq!(house.released("own")?.len(), 2);
    house.prove()
}

//! A record that a consent or a case opens is its holder's alone, while it lasts: by lane, by the
//! gateway's list, and by count.

use carrier::{Carrier, Lane, Message};
use kit::house::{Rulebook, Seen};
use kit::made::{approval, next, sanction};
use kit::{House, Outcome, numbers};
use records::Record;
use std::time::Duration;
use vocabulary::{ChangeKind, OrgNumber};

const A: &str = "310000027";
const B: &str = "310000035";
const OSLO: &str = "971183675";
const BERGEN: &str = "964338531";
const DAY: Duration = Duration::from_secs(86_400);

const VIEWS: &str = r#"
[[view]]
id = "by-consent"
title = "What a buyer sees of who consented"
measure = "M20"
audience = "entitled"
entitlement = "consent"
groups = ["G7"]
purposes = ["procurement_before"]
bases = ["KONS", "FVL13a-1"]
record_types = ["approval_status"]

[[view]]
id = "by-case"
title = "What a municipality sees in a case"
measure = "M31"
audience = "entitled"
entitlement = "case"
groups = ["G5"]
purposes = ["akrim_case"]
bases = ["AKRIM-3-2"]
record_types = ["sanction"]
"#;

const RULES: &str = r#"
@id("story-consent") @basis("KONS")
permit (principal in Group::"G7", action, resource)
when {
    resource in RecordType::"approval_status" &&
    (resource in Class::"PUB" || resource in Part::"envelope")
};
@id("story-consent-more") @basis("FVL13a-1")
permit (principal in Group::"G7", action, resource)
when {
    resource in RecordType::"approval_status" &&
    (resource == Field::"aarsrapportOk" || resource in Part::"envelope")
};
@id("story-case") @basis("AKRIM-3-2")
permit (principal in Group::"G5", action, resource)
when {
    resource in RecordType::"sanction" &&
    (resource in Class::"PUB" || resource in Class::"OFF" || resource in Part::"envelope")
};
"#;

/// A house whose bundle has a view by consent, on the gateway's lane, and one by case.
fn house() -> Outcome<House> {
    let mut house = House::bare(&["DAT"], 1)?;
    let rulebook = Rulebook::national()?
        .only(&[], &[], &[])?
        .append("views.toml", VIEWS)?
        .file("rules/story.cedar", RULES);
    house.publish(&rulebook)?;
    house.settle()?;
    assert_eq!(house.watch()?.snapshot().refused_bundle, Vec::<String>::new());
    Ok(house)
}

fn subjects() -> Outcome<(OrgNumber, OrgNumber)> {
    let mut numbers = numbers();
    Ok((numbers.next().ok_or("no number")?, numbers.next().ok_or("no number")?))
}

/// A cleaning company's approval, with a report of the year.
fn approved(label: &str, subject: OrgNumber) -> Outcome<Record> {
    let mut body = approval("DAT", label, subject)?;
    body.annual_report_ok = Some(true);
    Ok(body.into())
}

/// Whom the gateway may give each message to, and what it is, as `310000027 ny`.
fn given(house: &House) -> Outcome<Vec<String>> {
    let told = |seen: &Seen| format!("{} {}", seen.header("samsyn_recipients"), seen.change);
    Ok(house.released("by-consent")?.iter().map(told).collect())
}

fn count(house: &House, recipient: &str) -> Outcome<u64> {
    let figures = house.watch()?.snapshot().addressed;
    Ok(figures.get(&("by-consent".parse()?, recipient.parse()?)).copied().unwrap_or_default())
}

#[test]
fn a_buyer_never_receives_what_only_anothers_consent_opens() -> Outcome<()> {
    // Given two buyers, and a company that has consented to one of them alone.
    let mut house = house()?;
    let (subject, other) = subjects()?;
    let consent = house.consent("s-1", subject, A)?;
    house.entitle(&consent)?;
    // When its approval comes, and that of a company that consented to nobody.
    house.send("DAT", &approved("a-1", subject)?)?;
    house.send("DAT", &approved("a-2", other)?)?;
    house.settle()?;
    // Then the gateway has one record, for A and nobody else, and nothing is counted for B.
    assert_eq!(given(&house)?, [format!("{A} ny")]);
    assert_eq!((count(&house, A)?, count(&house, B)?), (1, 0));
    for recipient in [A, B] {
        assert!(house.released_to("by-consent", recipient)?.is_empty(), "no lane of its own");
    }
    // And the entry says who got it, by which consent and on which basis, not what it holds.
    let entries = house.entries()?;
    let mut rows = entries
        .iter()
        .flat_map(|entry| entry.rows())
        .filter(|row| row.view.as_str() == "by-consent" && row.outcome == audit::Outcome::Released);
    let row = rows.next().ok_or("no row")?;
    assert!(rows.next().is_none());
    assert_eq!(row.recipient, Some(A.parse()?));
    let under: Vec<_> =
        row.under.iter().map(|u| (u.entitlement.as_str(), u.basis.as_str())).collect();
    assert_eq!(under, [("s-1", "KONS")]);
    // When B is consented to as well.
    house.entitle(&house.consent("s-2", subject, B)?)?;
    house.settle()?;
    // Then B gets it, under a key of its own, and A hears nothing.
    assert_eq!(given(&house)?, [format!("{A} ny"), format!("{B} ny")]);
    let keys = house.released("by-consent")?;
    assert_ne!(keys[0].message.message.key, keys[1].message.message.key);
    house.prove()
}

#[test]
fn a_consent_that_is_withdrawn_takes_back_exactly_what_it_opened() -> Outcome<()> {
    // Given two buyers that hold the same record by a consent each.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    let (a, b) = (house.consent("s-a", subject, A)?, house.consent("s-b", subject, B)?);
    house.send("DAT", &approved("a-1", subject)?)?;
    house.settle()?;
    assert!(given(&house)?.is_empty(), "nobody is entitled yet");
    house.entitle(&a)?;
    house.entitle(&b)?;
    house.settle()?;
    // When the consent to A is withdrawn.
    house.end(&a)?;
    house.settle()?;
    // Then A is told to drop it, and B is not.
    let told = [format!("{A} ny"), format!("{B} ny"), format!("{A} trukket")];
    assert_eq!(given(&house)?, told);
    // And a correction reaches B alone.
    let corrected = next(&approved("a-1", subject)?, ChangeKind::Correct);
    house.send("DAT", &corrected)?;
    house.settle()?;
    assert_eq!(given(&house)?.last(), Some(&format!("{B} rettet")));
    assert_eq!(given(&house)?.len(), told.len() + 1);
    // And an exchange that begins anew knows it still.
    house.lose_copy()?;
    house.settle()?;
    assert_eq!(given(&house)?.len(), told.len() + 1);
    house.prove()
}

#[test]
fn of_two_consents_to_one_buyer_either_is_enough_and_each_opens_its_own() -> Outcome<()> {
    // Given a buyer with two consents under one basis and a third under another.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    let first = house.consent("s-1", subject, A)?;
    let second = exchange_state::Terms { id: "s-2".parse()?, ..first.clone() };
    let more =
        exchange_state::Terms { id: "s-3".parse()?, basis: "FVL13a-1".parse()?, ..first.clone() };
    for terms in [&first, &second, &more] {
        house.entitle(terms)?;
    }
    house.send("DAT", &approved("a-1", subject)?)?;
    house.settle()?;
    let seen = house.released("by-consent")?;
    assert_eq!(seen.len(), 1);
    assert!(seen[0].at("status").is_some() && seen[0].at("aarsrapportOk").is_some());
    // When one of the two ends, nothing happens; when the other does, what it opened goes.
    house.end(&first)?;
    house.settle()?;
    assert_eq!(house.released("by-consent")?.len(), 1);
    house.end(&second)?;
    house.settle()?;
    let seen = house.released("by-consent")?;
    assert_eq!(seen.len(), 2);
    assert!(seen[1].at("status").is_none() && seen[1].at("aarsrapportOk").is_some());
    // And with the last of them the record.
    house.end(&more)?;
    house.settle()?;
    assert_eq!(given(&house)?.last(), Some(&format!("{A} trukket")));
    house.prove()
}

#[test]
fn an_entitlement_begins_and_lapses_with_its_days() -> Outcome<()> {
    // Given a consent from tomorrow, for two days.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    let mut consent = house.consent("s-1", subject, A)?;
    (consent.from, consent.to) = (consent.from + 1, consent.from + 2);
    house.send("DAT", &approved("a-1", subject)?)?;
    house.entitle(&consent)?;
    house.settle()?;
    assert!(given(&house)?.is_empty());
    // When the days pass.
    let mut story = Vec::new();
    for _ in 0..3 {
        house.wait(DAY);
        house.settle()?;
        story.push(given(&house)?.len());
    }
    // Then it opens on its first day, holds on its last, and is over on the third.
    assert_eq!(story, [1, 1, 2]);
    assert_eq!(given(&house)?, [format!("{A} ny"), format!("{A} trukket")]);
    house.prove()
}

#[test]
fn a_source_that_says_nothing_more_is_taken_to_have_ended_it() -> Outcome<()> {
    // Given a consent for a year, of which its source was heard once.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    let mut consent = house.consent("s-1", subject, A)?;
    consent.to = consent.from + 365;
    house.entitle(&consent)?;
    house.send("DAT", &approved("a-1", subject)?)?;
    house.settle()?;
    // When it says so again after a month, and then no more.
    house.wait(DAY * 30);
    house.entitle(&consent)?;
    house.settle()?;
    house.wait(DAY * 30);
    house.settle()?;
    assert_eq!(given(&house)?, [format!("{A} ny")], "heard within the last 45 days");
    house.wait(DAY * 20);
    house.settle()?;
    // Then whoever held the record loses it.
    assert_eq!(given(&house)?.last(), Some(&format!("{A} trukket")));
    house.prove()
}

#[test]
fn a_case_opens_a_record_to_one_municipality_and_closes_it_again() -> Outcome<()> {
    // Given a decision about a company, and a case that concerns it and Oslo.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    house.register(subject.as_str(), "AS", "4601")?;
    house.send("DAT", &sanction("DAT", "s-1", subject)?.into())?;
    let case = house.case("sak-1", subject, OSLO)?;
    house.entitle(&case)?;
    house.settle()?;
    // Then Oslo has it on its own lane, and Bergen, where the company lies, has nothing of it.
    let oslo = house.released_to("by-case", OSLO)?;
    assert_eq!(oslo.len(), 1);
    assert!(oslo[0].at("reaksjonstype").is_some());
    assert!(oslo[0].header("samsyn_recipients").is_empty(), "its lane is its own");
    assert!(house.released_to("by-case", BERGEN)?.is_empty());
    assert!(house.released("by-case")?.is_empty());
    // When the case is closed.
    house.end(&case)?;
    house.settle()?;
    // Then it is taken back.
    let changes: Vec<_> =
        house.released_to("by-case", OSLO)?.into_iter().map(|seen| seen.change).collect();
    assert_eq!(changes, ["ny", "trukket"]);
    house.prove()
}

#[test]
fn what_no_source_of_the_bundle_has_sealed_today_opens_nothing() -> Outcome<()> {
    let mut house = house()?;
    let (subject, _) = subjects()?;
    house.send("DAT", &approved("a-1", subject)?)?;
    house.settle()?;
    let consent = house.consent("s-1", subject, A)?;
    let now = daemon::Clock::now(house.clock());
    let good = house.entitlement("samtykke", &consent, now)?;
    // Unsealed, sealed by a source that may not speak for consents, and under another's name.
    let foreign = house.entitlement("sak", &consent, now)?;
    let mut masked = foreign;
    masked.headers = vec![masked.headers[0].clone(), good.headers[1].clone()];
    house.post(Message { headers: Vec::new(), ..good.clone() })?;
    house.post(masked)?;
    // A finding's seal is none.
    let record = approved("a-9", subject)?;
    let sealed = house.seal("DAT", std::slice::from_ref(&record))?.remove(0);
    house.post(Message { key: good.key.clone(), ..carrier::message_of(sealed, Vec::new()) })?;
    // Another id than its key, one that had expired, and one that was sealed long ago.
    house.post(Message { key: b"s-2".to_vec(), ..good.clone() })?;
    let mut expired = house.consent("s-3", subject, A)?;
    (expired.from, expired.to) = (expired.from - 9, expired.from - 1);
    house.entitle(&expired)?;
    house.wait(DAY * 2);
    house.post(good)?;
    house.settle()?;
    assert!(given(&house)?.is_empty());
    let unheard = house.watch()?.snapshot().unheard;
    let told: Vec<_> = unheard.into_iter().collect();
    assert_eq!(told, [("STATE-205", 3), ("STATE-206", 1), ("STATE-207", 1), ("STATE-208", 1)],);
    // One that its bundle does not name is kept, told of, and opens nothing.
    house.wait(Duration::from_millis(1));
    let now = daemon::Clock::now(house.clock());
    house.post(house.entitlement("sak", &consent, now)?)?;
    house.settle()?;
    assert!(given(&house)?.is_empty());
    assert_eq!(house.watch()?.snapshot().unheard.get("EXCH-104"), Some(&1));
    house.prove()
}

#[test]
fn a_consent_that_was_withdrawn_does_not_come_back_by_a_copy_of_it() -> Outcome<()> {
    // Given a consent given and withdrawn.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    let consent = house.consent("s-1", subject, A)?;
    house.entitle(&consent)?;
    house.send("DAT", &approved("a-1", subject)?)?;
    house.settle()?;
    house.end(&consent)?;
    house.settle()?;
    let told = given(&house)?;
    assert_eq!(told, [format!("{A} ny"), format!("{A} trukket")]);
    // When somebody who can write the lane puts the first message there once more.
    let lane = house.lane(&Lane::Entitlement)?;
    house.post(lane[0].message.clone())?;
    house.settle()?;
    house.wait(DAY * 5);
    house.post(lane[0].message.clone())?;
    house.settle()?;
    house.lose_copy()?;
    house.settle()?;
    // Then nothing is opened by it, at once or later.
    assert_eq!(given(&house)?, told);
    assert!(house.carrier().end(&Lane::Entitlement)?.0 >= 4);
    house.prove()
}

#[test]
fn a_buyer_that_is_no_longer_a_member_loses_what_its_consent_opened() -> Outcome<()> {
    // Given a buyer with a consent and a record.
    let mut house = house()?;
    let (subject, _) = subjects()?;
    house.entitle(&house.consent("s-1", subject, A)?)?;
    house.send("DAT", &approved("a-1", subject)?)?;
    house.settle()?;
    assert_eq!(given(&house)?, [format!("{A} ny")]);
    // When the bundle takes it out of the group.
    let member = format!("orgnr = \"{A}\"\ngroups = [\"G7\"]");
    let rulebook = Rulebook::national()?
        .only(&[], &[], &[])?
        .version(2)?
        .append("views.toml", VIEWS)?
        .file("rules/story.cedar", RULES)
        .edit("groups.toml", &member, &member.replace("G7", "G12"))?;
    house.publish(&rulebook)?;
    house.settle()?;
    // Then it is told to drop it.
    assert_eq!(given(&house)?.last(), Some(&format!("{A} trukket")));
    house.prove()
}

//! Corrections, retractions and withdrawals reach whoever holds the earlier version, and nobody
//! learns of a record that never had it.

use carrier::Lane;
use kit::made::{next, sanction};
use kit::{House, Outcome, numbers};
use records::{DecisionState, Record};
use vocabulary::{ChangeKind, RetentionState};

const OSLO: &str = "971183675";
const BERGEN: &str = "964338531";

/// A house in which a company in Oslo has a sanction that five readers hold.
fn with_a_sanction() -> Outcome<(House, Record)> {
    let mut house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    let first: Record = sanction("DAT", "s-1", company)?.into();
    house.send("DAT", &first)?;
    house.settle()?;
    Ok((house, first))
}

fn stories(house: &House) -> Outcome<[String; 4]> {
    let oslo = house.released_to("municipality-licence", OSLO)?;
    let oslo = oslo.iter().map(|seen| format!("{} {}", seen.version, seen.change));
    Ok([
        house.story_of("akrim-core")?,
        house.story_of("akrim-organ")?,
        house.story_of("tilda-supervisor")?,
        oslo.collect::<Vec<_>>().join(", "),
    ])
}

#[test]
fn a_correction_is_a_new_version_to_those_who_may_still_see_it_and_a_withdrawal_to_the_rest()
-> Outcome<()> {
    // Given a sanction that the municipality may see because it was decided.
    let (mut house, first) = with_a_sanction()?;
    assert_eq!(stories(&house)?, ["1 ny"; 4].map(str::to_owned));
    // When it is corrected: the decision is appealed.
    let mut second = next(&first, ChangeKind::Correct);
    let Record::Sanction(body) = &mut second else { return Err("no sanction".into()) };
    body.facts.decision_state = Some(DecisionState::Appealed);
    house.send("DAT", &second)?;
    house.settle()?;
    // Then those who may see an appealed decision get version 2, the municipality a withdrawal.
    let [core, organ, tilda, oslo] = stories(&house)?;
    assert_eq!([core, organ, tilda], ["1 ny, 2 rettet"; 3].map(str::to_owned));
    assert_eq!(oslo, "1 ny, 2 trukket");
    // And the withdrawal tells nothing but which record it was.
    let oslo = house.released_to("municipality-licence", OSLO)?;
    let last = oslo.last().ok_or("no withdrawal")?;
    assert_eq!(last.at("subjekt.navn"), None);
    assert_eq!(last.header("samsyn_withheld"), "");
    // And who never had it has no lane at all.
    assert!(house.released_to("municipality-licence", BERGEN)?.is_empty());
    assert!(house.released("buyer-private")?.is_empty());
    assert!(house.released("public-register")?.is_empty());
    house.prove()
}

#[test]
fn a_retraction_takes_the_record_back_from_every_holder_and_a_later_version_returns_it()
-> Outcome<()> {
    // Given a sanction held by four readers.
    let (mut house, first) = with_a_sanction()?;
    // When it is retracted, and the retraction is sent a second time under a new number.
    let second = next(&first, ChangeKind::Retract);
    house.send("DAT", &second)?;
    house.send("DAT", &second)?;
    house.settle()?;
    // Then each holder is told once.
    assert_eq!(stories(&house)?, ["1 ny, 2 trukket"; 4].map(str::to_owned));
    // When a later version comes.
    house.send("DAT", &next(&second, ChangeKind::Correct))?;
    house.settle()?;
    // Then everyone who may see it has it again.
    assert_eq!(stories(&house)?, ["1 ny, 2 trukket, 3 rettet"; 4].map(str::to_owned));
    house.prove()
}

#[test]
fn a_version_that_is_not_newer_changes_nothing() -> Outcome<()> {
    // Given a record in version 2.
    let (mut house, first) = with_a_sanction()?;
    house.send("DAT", &next(&first, ChangeKind::Correct))?;
    house.settle()?;
    let entries = house.entries()?.len();
    // When version 1 comes late, and version 2 once more with other content.
    house.send("DAT", &first)?;
    let mut other = next(&first, ChangeKind::Correct);
    let Record::Sanction(body) = &mut other else { return Err("no sanction".into()) };
    body.provision = Some("another".to_owned());
    house.send("DAT", &other)?;
    house.settle()?;
    // Then nothing is released and nothing is recorded, and the source sees both counted as stale.
    assert_eq!(stories(&house)?, ["1 ny, 2 rettet"; 4].map(str::to_owned));
    assert_eq!(house.entries()?.len(), entries);
    let figures = house.watch()?.snapshot();
    assert_eq!(figures.sources.values().map(|source| source.stale).sum::<u64>(), 2);
    house.prove()
}

#[test]
fn a_record_past_its_retention_is_held_by_nobody() -> Outcome<()> {
    // Given a sanction held by four readers.
    let (mut house, first) = with_a_sanction()?;
    // When its source says that it may no longer be kept.
    let mut second = next(&first, ChangeKind::Correct);
    second.envelope_mut().retention_state = Some(RetentionState::Expired);
    house.send("DAT", &second)?;
    house.settle()?;
    // Then it is withdrawn from each; nobody else has a lane for it.
    assert_eq!(stories(&house)?, ["1 ny, 2 trukket"; 4].map(str::to_owned));
    let lanes = house.carrier().as_ref();
    let lanes = carrier::Carrier::lanes(lanes)?;
    let release = lanes.iter().filter(|lane| matches!(lane, Lane::Release { .. })).count();
    assert_eq!(release, 6);
    house.prove()
}

#[test]
fn two_sources_that_chose_one_id_keep_their_records_apart() -> Outcome<()> {
    // Given two authorities whose sanctions have the same record id.
    let mut house = House::national(&["DAT", "SVV"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    for source in ["DAT", "SVV"] {
        house.send(source, &sanction(source, "same", company)?.into())?;
    }
    house.settle()?;
    // When one of them retracts its own.
    let first: Record = sanction("DAT", "same", company)?.into();
    house.send("DAT", &next(&first, ChangeKind::Retract))?;
    house.settle()?;
    // Then both were released, and the retraction has the key of the one it takes back.
    let lane = house.released("akrim-core")?;
    let key = |at: usize| lane.get(at).map(|seen| seen.message.message.key.clone());
    assert_eq!(lane.len(), 3);
    assert_ne!(key(0), key(1));
    let of_dat = lane.iter().position(|seen| {
        seen.header("ce_source")
            == lane.last().map(|last| last.header("ce_source")).unwrap_or_default()
    });
    assert_eq!(key(of_dat.ok_or("no release of DAT")?), key(2));
    house.prove()
}

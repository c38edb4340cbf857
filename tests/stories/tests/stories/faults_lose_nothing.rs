//! A full disk, a clock that goes back, a lost copy of state, an end at any step: an error with a
//! code where there is one to tell, nothing lost, nothing twice.

use kit::made::{next, sanction};
use kit::{House, Outcome, numbers};
use records::Record;
use std::time::Duration;
use vocabulary::{ChangeKind, Timestamp};

fn records(count: usize) -> Outcome<Vec<Record>> {
    let company = numbers().next().ok_or("no number")?;
    (0..count).map(|index| Ok(sanction("DAT", &format!("s-{index:05}"), company)?.into())).collect()
}

fn house() -> Outcome<House> {
    let mut house = House::national(&["DAT"])?;
    let company = numbers().next().ok_or("no number")?;
    house.register(company.as_str(), "AS", "0301")?;
    house.settle()?;
    Ok(house)
}

fn submit(house: &mut House, records: &[Record]) -> Outcome<()> {
    for piece in records.chunks(1_000) {
        let sealed = house.seal("DAT", piece)?;
        carrier::Carrier::submit(house.carrier().as_ref(), sealed)?;
    }
    Ok(())
}

/// Every one of `count` records stands once on the lane, in version 1.
fn each_once(house: &House, count: usize) -> Outcome<()> {
    let mut seen: Vec<String> =
        house.released("akrim-core")?.into_iter().map(|seen| seen.record).collect();
    assert_eq!(seen.len(), count);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "none stands twice");
    house.prove()
}

#[test]
fn a_full_disk_is_told_and_once_there_is_room_everything_goes_on() -> Outcome<()> {
    // Given findings that wait, and a disk without room for what their release needs.
    let mut house = house()?;
    let waiting = records(1_500)?;
    submit(&mut house, &waiting)?;
    let file = std::fs::metadata(house.lanes_file())?.len();
    house.carrier().set_max_bytes(Some(file + 64 * 1024))?;
    // When the exchange takes its step.
    let error = house.settle().err().ok_or("the disk was not full")?;
    let error = error.downcast::<exchanged::Error>()?;
    // Then it says so with a code, as something to try again, and has released nothing of it.
    assert!(error.is_temporary());
    assert_eq!(error.code(), "CARR-101");
    assert!(house.released("akrim-core")?.is_empty());
    // When there is room again.
    house.carrier().set_max_bytes(None)?;
    house.settle()?;
    // Then each is released once.
    each_once(&house, waiting.len())
}

#[test]
fn a_clock_that_goes_back_loses_and_repeats_nothing() -> Outcome<()> {
    // Given a house that has released two findings.
    let mut house = house()?;
    let all = records(5)?;
    submit(&mut house, &all[..2])?;
    house.settle()?;
    // When the clock goes back a month, then more findings and a correction come.
    let now = daemon::Clock::now(house.clock()).as_micros();
    house.clock().set(Timestamp::from_micros(now - 30 * 86_400_000_000));
    submit(&mut house, &all[2..])?;
    house.settle()?;
    each_once(&house, 5)?;
    house.send("DAT", &next(&all[0], ChangeKind::Correct))?;
    house.settle()?;
    // Then each is released once, the correction behind its first version, and time along the
    // lane never goes back.
    let lane = house.released("akrim-core")?;
    assert_eq!(lane.len(), 6);
    assert_eq!((lane[5].version, lane[5].change.as_str()), (2, "rettet"));
    assert!(lane.is_sorted_by_key(|seen| seen.message.appended));
    // And when the clock is right again, the next finding is released as ever.
    house.clock().set(Timestamp::from_micros(now));
    house.send("DAT", &next(&all[1], ChangeKind::Correct))?;
    house.settle()?;
    assert_eq!(house.released("akrim-core")?.len(), 7);
    house.prove()
}

#[test]
fn an_exchange_that_ends_at_any_step_begins_where_the_lanes_stand() -> Outcome<()> {
    // Given findings with corrections among them.
    let mut house = house()?;
    let first = records(40)?;
    for piece in first.chunks(7) {
        submit(&mut house, piece)?;
        // When the exchange ends after a step, once with its own copy of state lost as well.
        house.step()?;
        if piece.len() == 7 { house.restart()? } else { house.lose_copy()? }
    }
    house.settle()?;
    each_once(&house, 40)?;
    house.lose_copy()?;
    for record in &first {
        house.send("DAT", &next(record, ChangeKind::Correct))?;
        house.step()?;
    }
    house.restart()?;
    house.settle()?;
    // Then every version is released once, and a restart alone releases nothing.
    assert_eq!(house.released("akrim-core")?.len(), 80);
    assert_eq!(house.released("tilda-supervisor")?.len(), 80);
    house.prove()
}

#[test]
fn a_day_that_passes_releases_nothing_by_itself() -> Outcome<()> {
    // Given a house at rest.
    let mut house = house()?;
    submit(&mut house, &records(3)?)?;
    house.settle()?;
    let entries = house.entries()?.len();
    // When a day passes under the same bundle.
    house.wait(Duration::from_secs(86_400));
    house.settle()?;
    // Then nobody is told anything again.
    assert_eq!(house.released("akrim-core")?.len(), 3);
    let new = house.entries()?.split_off(entries);
    assert!(new.iter().all(|entry| entry.rows().is_empty()));
    house.prove()
}

//! Held records ruled again after a change of bundle in which one of a hundred differs. Their
//! states lie on the state lanes as the exchange wrote them; what differs was truly submitted. The
//! peer is SQLite alone, reading as many states.

use crate::Outcome;
use crate::exchange::views;
use crate::line::Line;
use carrier::{Carrier, Commit, Lane};
use exchange_state::{RecordState, SOURCE_KEY};
use kit::house::Rulebook;
use kit::made::sanction;
use kit::{House, numbers};
use records::{Record, YesNo};
use rusqlite::Connection;
use std::time::Instant;
use vocabulary::{RecordId, SourceId};

/// Held records of a long run and of a short one.
const MANY: usize = 1_000_000;
const FEW: usize = 20_000;
/// One of so many differs.
const DIFFERS: usize = 100;
/// Of the twenty views, those that hold reasons at all.
const HOLD_TEXTS: u64 = 10;
/// The shadow looks at one of so many, as at a site of usual settings.
const SHADOW_EVERY: u64 = 1_024;
/// States of one commit, and findings sealed as one batch.
const BATCH: usize = 2_000;
const SOURCES: [&str; 10] =
    ["DAT-0", "DAT-1", "DAT-2", "DAT-3", "DAT-4", "DAT-5", "DAT-6", "DAT-7", "DAT-8", "DAT-9"];

/// Holders of a-krim views get no free text of an a-krim case any more: a narrowing.
const NARROWING: &str = r#"
@id("bench-narrowing")
@basis("FVL13-1")
@note("What differs in the bench.")
forbid (principal in Group::"AKRIM", action, resource in Part::"free_text")
when { context.akrim_case == AkrimCase::"ja" };
"#;

/// A short run.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    measured(FEW)
}

/// A million records.
pub(crate) fn million() -> Outcome<Vec<Line>> {
    measured(MANY)
}

fn measured(records: usize) -> Outcome<Vec<Line>> {
    let before = views(&["akrim-core", "akrim-organ"], 10)?;
    let mut house = held(&before, records)?;
    let after = before.append("rules/never.cedar", NARROWING)?.version(2)?;
    let released = released(&house)?;
    house.publish(&after)?;
    let start = Instant::now();
    house.settle()?;
    let took = start.elapsed();
    if let Some(why) = house.watch()?.snapshot().refused_bundle.first() {
        return Err(why.as_str().into());
    }
    let differing = (records / DIFFERS) as u64 * HOLD_TEXTS;
    let again = self::released(&house)? - released;
    if again != differing {
        return Err(format!("{again} releases, expected {differing}").into());
    }
    house.stop();
    let peer_value = read(&house, records)?;
    Ok(vec![Line {
        name: format!("ruled again: {records} held x 20 views, 1 % differ"),
        unit: "us/record",
        value: took.as_secs_f64() * 1e6 / records as f64,
        peer: "SQLite select of as many states",
        peer_value,
    }])
}

fn released(house: &House) -> Outcome<u64> {
    Ok(house.watch()?.snapshot().views.values().map(|view| view.released).sum())
}

/// A house at rest that holds so many records, each in twenty views.
fn held(rulebook: &Rulebook, records: usize) -> Outcome<House> {
    let company = numbers().next().ok_or("no number")?;
    let mut house = House::bare(&SOURCES, SHADOW_EVERY)?;
    house.register(company.as_str(), "AS", "0301")?;
    house.publish(rulebook)?;
    house.settle()?;
    let differing = records / DIFFERS / SOURCES.len();
    for source in SOURCES {
        let record = |n: usize| -> Outcome<Record> {
            let mut made = sanction("DAT", &format!("r-{n}"), company)?;
            // The first is like all that do not differ.
            made.facts.akrim_case = Some(if n == 0 { YesNo::No } else { YesNo::Yes });
            Ok(made.into())
        };
        let submitted: Vec<Record> = (0..=differing).map(record).collect::<Outcome<_>>()?;
        for piece in submitted.chunks(BATCH) {
            let sealed = house.seal(source, piece)?;
            house.carrier().submit(sealed)?;
        }
    }
    house.settle()?;
    for source in SOURCES {
        spread(&house, source, records / SOURCES.len() - differing - 1)?;
    }
    house.restart()?;
    house.settle()?;
    Ok(house)
}

/// Puts as many more records like the source's first one on its state lane.
fn spread(house: &House, source: &str, records: usize) -> Outcome<()> {
    let source: SourceId = source.parse()?;
    let lane = Lane::State(source.clone());
    let newest = |bundle: &carrier::Fetched| bundle.offset;
    let bundle = house.lane(&Lane::Bundle)?.last().map(newest);
    let first = RecordId::try_from(b"r-0\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice())?;
    let states = house.lane(&lane)?;
    let template = states
        .iter()
        .map(|one| &one.message)
        .find(|one| one.key != SOURCE_KEY && one.key == first.as_bytes())
        .and_then(|one| one.value.as_deref())
        .ok_or("the first record has no state")?;
    let mut state = RecordState::decode(source.clone(), first, template)?;
    for begin in (0..records).step_by(BATCH) {
        let mut commit = Commit::new(bundle);
        for number in begin..records.min(begin + BATCH) {
            // Spread as ids are: keyed by their source.
            let spread =
                (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            state.record_id = RecordId::new(spread.to_be_bytes());
            commit.state(source.clone(), state.message()?);
        }
        house.carrier().commit(commit)?;
    }
    Ok(())
}

/// Microseconds a state that SQLite alone takes to read all of them, in pages as the exchange does.
fn read(house: &House, records: usize) -> Outcome<f64> {
    let db = Connection::open(house.folder().join("exchange-state.sqlite"))?;
    let start = Instant::now();
    let mut query = db.prepare("SELECT source, id, state FROM record ORDER BY place")?;
    let mut rows = query.query([])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get::<_, Vec<u8>>(1)?.len() + row.get::<_, Vec<u8>>(2)?.len();
    }
    std::hint::black_box(bytes);
    Ok(start.elapsed().as_secs_f64() * 1e6 / records as f64)
}

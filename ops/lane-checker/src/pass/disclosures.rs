//! The entries: numbered without a gap, named by their number, and in the ledger as they are. And
//! what was set aside, by where it lay.

use super::Bench;
use crate::entry::Entry;
use crate::finding::Kind;
use crate::{Error, Lane, Message};
use rusqlite::params;
use std::collections::BTreeMap;
use vocabulary::EntryId;

/// What is known of the lane while it is walked.
#[derive(Default)]
struct Walk {
    /// Highest number of each writer's run.
    runs: BTreeMap<(String, u64), u64>,
    /// The place in the ledger that the next entry is at or after.
    leaf: u64,
}

pub(crate) fn disclosures(bench: &mut Bench<'_>) -> Result<(), Error> {
    let mut walk = Walk::default();
    let lanes = bench.site.lanes;
    bench.cut = (lanes.begins(&Lane::Disclosure)? > 0).then_some(i64::MAX);
    lanes.walk(&Lane::Disclosure, &mut |message| {
        bench.cut = bench.cut.map(|begins| begins.min(message.appended));
        take(bench, &mut walk, &message)
    })?;
    of_the_lane(bench)
}

fn take(bench: &mut Bench<'_>, walk: &mut Walk, message: &Message) -> Result<(), Error> {
    let at = message.at;
    let Some(entry) = message.value.as_deref().and_then(Entry::decode) else {
        bench.report.find(Kind::Malformed, format!("disclosure, offset {at}"));
        return Ok(());
    };
    let id = entry.number.id();
    if message.key != id.as_bytes() || !entry.is_of_its_kind() {
        bench.report.find(Kind::Malformed, format!("disclosure, offset {at}, entry {id}"));
    }
    numbered(bench, walk, &entry);
    if at >= bench.site.lanes.moment() {
        bench.report.later += 1;
        return bench.notebook.put_later(&id, &entry.about);
    }
    bench.report.entries += 1;
    let truth = bench.site.truths.number(&entry.bundle, entry.about.at);
    if !bench.notebook.put_entry((&id, at), &entry, truth)? {
        bench.report.find(Kind::EntryTwice, format!("disclosure, offset {at}, entry {id}"));
    }
    integrated(bench, walk, &id, &entry)
}

/// A run's numbers are 1, 2, 3 …; at the beginning of a lane that was cut, from where it was.
fn numbered(bench: &mut Bench<'_>, walk: &mut Walk, entry: &Entry) {
    let number = &entry.number;
    let before = match walk.runs.get(&(number.writer.clone(), number.run)) {
        Some(before) => *before,
        None if bench.cut.is_some() => number.counter - 1,
        None => 0,
    };
    if number.counter > before + 1 {
        let (from, to) = (before + 1, number.counter - 1);
        let place = format!("writer {}, run {}: {from} to {to}", number.writer, number.run);
        bench.report.find(Kind::EntryMissing, place);
    } else if number.counter <= before {
        let place = format!("disclosure, entry {}", number.id());
        bench.report.find(Kind::Order, place);
    }
    walk.runs.insert((number.writer.clone(), number.run), number.counter.max(before));
}

/// The ledger's leaf says the same of it. The ledger takes entries in along the lane: leaves lie in
/// the lane's order, and an entry that is not there yet comes after all that are.
fn integrated(
    bench: &mut Bench<'_>,
    walk: &mut Walk,
    id: &EntryId,
    entry: &Entry,
) -> Result<(), Error> {
    if !bench.ledger {
        return Ok(());
    }
    let Some((number, body, root)) = bench.notebook.leaf(id)? else {
        bench.report.waiting += 1;
        return Ok(());
    };
    if bench.report.waiting > 0 || body != entry.body || root != entry.root {
        bench.report.find(Kind::Ledger, format!("entry {id}"));
    }
    if number < walk.leaf {
        bench.report.find(Kind::Order, format!("ledger, leaf {number}, entry {id}"));
    }
    walk.leaf = walk.leaf.max(number + 1);
    Ok(())
}

/// The ledger holds nothing that never lay on the lane.
fn of_the_lane(bench: &mut Bench<'_>) -> Result<(), Error> {
    if bench.cut.is_some() {
        return Ok(());
    }
    let mut missing = Vec::new();
    let unknown = "SELECT leaf.id FROM leaf LEFT JOIN entry ON entry.id = leaf.id
                   WHERE entry.id IS NULL";
    bench.notebook.each(unknown, |row| {
        missing.push(EntryId::new(row.get(0)?));
        Ok(())
    })?;
    let find = |id| bench.report.find(Kind::EntryMissing, format!("entry {id}, in the ledger"));
    missing.into_iter().for_each(find);
    Ok(())
}

/// What was set aside, by source and offset.
pub(crate) fn quarantines(bench: &mut Bench<'_>) -> Result<(), Error> {
    let all: Vec<Lane> = bench.lanes.clone();
    for lane in all.iter().filter(|lane| matches!(lane, Lane::Quarantine(_))) {
        bench.site.lanes.walk(lane, &mut |message| {
            let topic = message.text("__connect.errors.topic");
            let source = topic.and_then(|topic| topic.strip_prefix("intake."));
            let at = message.text("__connect.errors.offset").and_then(|at| at.parse::<i64>().ok());
            let (Some(source), Some(at)) = (source, at) else {
                bench.report.find(Kind::Malformed, format!("{lane}, offset {}", message.at));
                return Ok(());
            };
            bench
                .notebook
                .write("INSERT OR IGNORE INTO aside VALUES (?1, ?2)", params![source, at])
                .map(|_| ())
        })?;
    }
    Ok(())
}

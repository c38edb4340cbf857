//! What left: each message with its entry and row, once, in order, under a commitment to its very
//! bytes; and each row that says so with its message.

use super::Bench;
use crate::digest::sha256;
use crate::entry::Outcome;
use crate::finding::Kind;
use crate::lanes::unframed;
use crate::notebook::{Held, Holder, Line, Noted};
use crate::{Error, Lane, Message};
use rusqlite::params;
use std::collections::BTreeMap;
use vocabulary::{Digest, OrgNumber, RecordId, SourceId, ViewId};

const DAY: i64 = 86_400_000_000;

/// The last number of a run that left along a partition, by source.
type Last = BTreeMap<(u32, SourceId, String), u64>;

pub(crate) fn releases(bench: &mut Bench<'_>) -> Result<(), Error> {
    for lane in bench.lanes.clone() {
        let Lane::Release(view, recipient) = &lane else { continue };
        let mut last = Last::new();
        bench.site.lanes.walk(&lane, &mut |message| {
            take(bench, (&lane, view, recipient.as_ref()), &mut last, &message)
        })?;
    }
    unreleased(bench)
}

fn take(
    bench: &mut Bench<'_>,
    (lane, view, recipient): (&Lane, &ViewId, Option<&OrgNumber>),
    last: &mut Last,
    message: &Message,
) -> Result<(), Error> {
    let place = format!("{lane}, offset {}", message.at);
    let listed = recipient.is_none();
    let recipient = match recipient {
        Some(recipient) => recipient.as_str(),
        None => message.text("samsyn_recipients").unwrap_or_default(),
    };
    let Some(id) = message.entry() else {
        bench.report.find(Kind::NoEntry, place);
        return Ok(());
    };
    if bench.notebook.is_later(&id)? {
        bench.report.later += 1;
        return Ok(());
    }
    bench.report.releases += 1;
    let place = format!("{place}, entry {id}");
    let Some(entry) = bench.notebook.entry(&id)? else {
        // An entry that the ledger holds may be gone from its lane by age.
        if bench.cut.is_some() && bench.notebook.leaf(&id)?.is_some() {
            bench.report.beyond += 1;
            old(bench, (view, recipient), message)?;
        } else {
            bench.report.find(Kind::NoEntry, place);
        }
        return Ok(());
    };
    let row = bench.notebook.row(&id, view, recipient)?;
    let Some(row) = row.filter(|row| row.outcome != Outcome::Withheld) else {
        bench.report.find(Kind::NoRow, place);
        return Ok(());
    };
    if row.left > 0 {
        bench.report.find(Kind::Twice, &place);
    }
    let value = message.value.as_deref().unwrap_or_default();
    if sha256(&[&row.salt, value]) != row.commitment {
        bench.report.find(Kind::Commitment, &place);
    }
    let frame = unframed(value).map(|(id, _)| id);
    let whose = message.header("samsyn_data_subject").map(|whose| sha256(&[whose]));
    let whose = whose.as_ref().map(Digest::as_bytes);
    let left = "UPDATE line SET left = left + 1, frame = ?4, listed = ?5, whose = ?6
                WHERE entry = ?1 AND view = ?2 AND recipient = ?3";
    let values = params![id.as_bytes(), view.as_str(), recipient, frame, listed, whose];
    bench.notebook.write(left, values)?;
    say_the_same(bench, &entry, message, &place);
    in_order(bench, last, &entry, message.partition, &place);
    if row.outcome == Outcome::Withdrawn {
        withdrawn(bench, &entry, &row, value, &place);
    }
    hold(bench, &entry, &row, value, &place)
}

/// A release whose entry is gone still says whom it left for: the state may name it.
fn old(
    bench: &Bench<'_>,
    (view, recipient): (&ViewId, &str),
    message: &Message,
) -> Result<(), Error> {
    let id = message.text("ce_id").and_then(|id| id.rsplit_once('-'));
    let known = id.and_then(|(record, version)| {
        Some((record.parse::<RecordId>().ok()?, version.parse::<u64>().ok()?))
    });
    let Some((record, version)) = known else { return Ok(()) };
    let digest = sha256(&[message.value.as_deref().unwrap_or_default()]);
    let put = "INSERT OR REPLACE INTO old VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = params![
        view.as_str(),
        recipient,
        record.as_bytes(),
        version.cast_signed(),
        digest.as_bytes()
    ];
    bench.notebook.write(put, values).map(|_| ())
}

/// The headers name the record, version and view of the entry.
fn say_the_same(bench: &mut Bench<'_>, entry: &Noted, message: &Message, place: &str) {
    let same = entry.about.record.is_some_and(|record| {
        message.text("ce_id") == Some(format!("{record}-{}", entry.about.version).as_str())
    });
    if !same {
        bench.report.find(Kind::NoRow, place);
    }
}

/// Along a partition, what one run recorded of a source leaves in the order it was recorded.
fn in_order(bench: &mut Bench<'_>, last: &mut Last, entry: &Noted, partition: u32, place: &str) {
    let Some(source) = entry.about.source.clone() else { return };
    let before = last.entry((partition, source, entry.run.clone())).or_default();
    if entry.counter < *before {
        bench.report.find(Kind::Order, place);
    }
    *before = entry.counter.max(*before);
}

/// A withdrawal says that it is one, and nothing else of the record.
fn withdrawn(bench: &mut Bench<'_>, entry: &Noted, row: &Line, value: &[u8], place: &str) {
    let known = entry.truth.zip(entry.about.record_type);
    let said = known.and_then(|(truth, record_type)| {
        let shadow = bench.shadows.get_mut(truth)?;
        let (_, datum) = unframed(value)?;
        Some(shadow.withdrawal(&row.view, record_type, datum))
    });
    match said {
        Some(Ok(())) => {}
        Some(Err(_)) => bench.report.find(Kind::Withdrawal, place),
        None => bench.report.find(Kind::Unruled, place),
    }
}

/// What the holder has now, against what it had: no older version, and nothing a second time.
fn hold(
    bench: &mut Bench<'_>,
    entry: &Noted,
    row: &Line,
    value: &[u8],
    place: &str,
) -> Result<(), Error> {
    let (Some(source), Some(record)) = (&entry.about.source, &entry.about.record) else {
        return Ok(());
    };
    let holder: Holder<'_> = (&row.view, &row.recipient, source, record);
    let digest = (row.outcome == Outcome::Released).then(|| sha256(&[value]));
    let held = Held { version: entry.about.version, digest };
    if let Some(before) = bench.notebook.held(holder)? {
        if before.version > held.version {
            bench.report.find(Kind::Order, place);
        }
        if before.version == held.version && before.digest == held.digest && row.left == 0 {
            bench.report.find(Kind::Twice, place);
        }
    }
    bench.notebook.put_held(holder, &held)
}

/// Rows without what they say left. A carrier deletes what was replaced, after its days.
fn unreleased(bench: &mut Bench<'_>) -> Result<(), Error> {
    let replaced = bench.site.now.as_micros() - i64::from(bench.site.replaced_days) * DAY;
    let mut found = Vec::new();
    bench.notebook.unreleased(|id, row| {
        let Some(entry) = bench.notebook.entry(id)? else { return Ok(()) };
        let (Some(source), Some(record)) = (&entry.about.source, &entry.about.record) else {
            return Ok(());
        };
        let held = bench.notebook.held((&row.view, &row.recipient, source, record))?;
        let newer = held.is_some_and(|held| held.version >= entry.about.version);
        found.push((newer && entry.about.at < replaced, format!("{} for {}", entry.id, row.view)));
        Ok(())
    })?;
    for (aged, place) in found {
        if aged {
            bench.report.beyond += 1;
        } else {
            bench.report.find(Kind::NotReleased, format!("entry {place}"));
        }
    }
    Ok(())
}

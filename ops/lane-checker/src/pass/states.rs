//! The state lanes against what left: the newest state of a record names exactly those who hold it,
//! with these bytes.

use super::Bench;
use crate::finding::Kind;
use crate::state::{Held, Holder, SOURCE_KEY, highest};
use crate::{Error, Lane};
use rusqlite::params;
use vocabulary::{OrgNumber, RecordId, SourceId};

pub(crate) fn states(bench: &mut Bench<'_>) -> Result<(), Error> {
    for lane in bench.lanes.clone() {
        let Lane::State(source) = &lane else { continue };
        bench.site.lanes.walk(&lane, &mut |message| {
            let put = "INSERT OR REPLACE INTO state VALUES (?1, ?2, ?3)";
            let values = params![source.as_str(), message.key, message.value];
            bench.notebook.write(put, values).map(|_| ())
        })?;
    }
    let mut found = Vec::new();
    // A record with an entry after the moment has the state of a later one.
    let states = "SELECT source, record, value FROM state WHERE NOT EXISTS
        (SELECT 1 FROM later WHERE later.source = state.source AND later.record = state.record)";
    bench.notebook.each(states, |row| {
        let source: String = row.get(0)?;
        let (key, value): (Vec<u8>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
        let Some(value) = value.filter(|_| key != SOURCE_KEY) else { return Ok(()) };
        let known = (source.parse().ok(), RecordId::try_from(key.as_slice()).ok());
        let ((Some(source), Some(record)), Some(held)) = (known, Held::decode(&value)) else {
            found.push((Kind::Malformed, format!("state.{source}")));
            return Ok(());
        };
        if !agrees(bench, &source, &record, &held)? {
            found.push((Kind::State, format!("state.{source}, record {record}")));
        }
        Ok(())
    })?;
    let orphans = "SELECT DISTINCT held.source, held.record FROM held LEFT JOIN state
                   ON state.source = held.source AND state.record = held.record
                   WHERE state.record IS NULL AND held.digest IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM later WHERE later.source = held.source AND later.record = held.record)";
    bench.notebook.each(orphans, |row| {
        let (source, record): (String, [u8; 16]) = (row.get(0)?, row.get(1)?);
        found.push((Kind::State, format!("state.{source}, record {}", RecordId::new(record))));
        Ok(())
    })?;
    found.into_iter().for_each(|(kind, place)| bench.report.find(kind, place));
    Ok(())
}

/// Whether those who hold it by the state are those to whom it left last, and no more.
fn agrees(
    bench: &Bench<'_>,
    source: &SourceId,
    record: &RecordId,
    state: &Held,
) -> Result<bool, Error> {
    let mut old = 0;
    for holder in &state.holders {
        let recipient = holder.recipient.as_ref().map_or("", OrgNumber::as_str);
        let left = bench.notebook.held((&holder.view, recipient, source, record))?;
        let same = match left {
            Some(left) => left.digest == Some(holder.bytes) && left.version == holder.version,
            None => {
                old += 1;
                is_old(bench, holder, recipient, record)?
            }
        };
        if !same || holder.version > state.version {
            return Ok(false);
        }
    }
    let count = "SELECT count(*) FROM held
                 WHERE source = ?1 AND record = ?2 AND digest IS NOT NULL";
    let left = bench.notebook.number(count, params![source.as_str(), record.as_bytes()])?;
    Ok(left.map(|left| left + old) == Some(state.holders.len() as u64))
}

/// Whether it left under an entry that is gone by age.
fn is_old(
    bench: &Bench<'_>,
    holder: &Holder,
    recipient: &str,
    record: &RecordId,
) -> Result<bool, Error> {
    let count = "SELECT count(*) FROM old WHERE view = ?1 AND recipient = ?2 AND record = ?3
                 AND version = ?4 AND digest = ?5";
    let values = params![
        holder.view.as_str(),
        recipient,
        record.as_bytes(),
        holder.version.cast_signed(),
        holder.bytes.as_bytes()
    ];
    Ok(bench.notebook.number(count, values)? != Some(0))
}

/// The version of a record that its state holds.
pub(super) fn version(
    bench: &Bench<'_>,
    source: &SourceId,
    record: &RecordId,
) -> Result<Option<u64>, Error> {
    let mut found = None;
    let text = format!(
        "SELECT value FROM state WHERE source = '{source}' AND record = x'{}'",
        hex(record.as_bytes())
    );
    bench.notebook.each(&text, |row| {
        let value: Option<Vec<u8>> = row.get(0)?;
        found = value.as_deref().and_then(Held::decode).map(|held| held.version);
        Ok(())
    })?;
    Ok(found)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The highest number that a source's state has accepted; 0 where it has none.
pub(super) fn accepted(bench: &Bench<'_>, source: &SourceId) -> Result<u64, Error> {
    let mut found = 0;
    let text = format!(
        "SELECT value FROM state WHERE source = '{source}' AND record = x'{}'",
        hex(SOURCE_KEY)
    );
    bench.notebook.each(&text, |row| {
        let value: Option<Vec<u8>> = row.get(0)?;
        found = value.as_deref().and_then(highest).unwrap_or_default();
        Ok(())
    })?;
    Ok(found)
}

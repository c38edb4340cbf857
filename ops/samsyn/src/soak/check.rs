//! What must hold on disk after the site was killed: nothing accepted lost, nothing released
//! twice, every release with its entry, the ledger without gap, every file delivered once.

use crate::demo::Prepared;
use audit::{Entry, EntryKind, Outcome, Row};
use carrier::{Carrier, Fetched, Lane, Limit, Offset};
use carrier_embedded::Embedded;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;
use vocabulary::{Digest, Timestamp};

/// A register that knows nobody.
pub(super) const REGISTER_HEAD: &str = "organisasjonsnummer;organisasjonsform;overordnetEnhet;\
naeringskode;kommunenummer;driftsstatus;oppdatert\n";

/// Holds the site's files against the list; the report says what was counted.
pub(super) fn check(prepared: &Prepared, list: &str) -> Result<String, String> {
    let clock = Arc::new(|| Timestamp::from_micros(0));
    let carrier = Embedded::open(&prepared.settings.carrier.file, clock);
    let carrier = carrier.map_err(|error| format!("the lanes: {error}"))?;
    let objects: BTreeSet<&str> =
        list.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
    let intake = all(&carrier, &Lane::Intake("MAT-smilefjes".parse().map_err(word)?))?;
    dense(&intake, objects.len())?;
    let entries: Vec<Entry> = all(&carrier, &Lane::Disclosure)?
        .iter()
        .map(|one| Entry::decode(one.message.value.as_deref().unwrap_or_default()))
        .collect::<Result<_, _>>()
        .map_err(word)?;
    let released = releases(&carrier, &entries, objects.len())?;
    runs_are_dense(&entries)?;
    let delivered = delivered(prepared, &carrier)?;
    verified(prepared)?;
    Ok(format!(
        "{} accepted, {} on the intake lane (resent ones dropped as duplicates), {released} \
         releases each once and with its entry, {} entries without gap, {delivered} delivered \
         once, ledger verified",
        objects.len(),
        intake.len(),
        entries.len(),
    ))
}

/// Every sequence number from 1 on is there, and as many as objects were handed in.
fn dense(intake: &[Fetched], expected: usize) -> Result<(), String> {
    let numbers: BTreeSet<u64> = intake
        .iter()
        .filter_map(|one| str::from_utf8(one.message.header("samsyn_sequence")?).ok()?.parse().ok())
        .collect();
    let last = numbers.last().copied().unwrap_or_default();
    let whole = numbers.first() == Some(&1) && last == numbers.len() as u64;
    if whole && numbers.len() == expected {
        return Ok(());
    }
    Err(format!("{expected} objects were handed in, {} sequence numbers to {last}", numbers.len()))
}

/// Releases and the rows of entries are one to one, each committing to the other's bytes.
fn releases(carrier: &Embedded, entries: &[Entry], expected: usize) -> Result<usize, String> {
    let mut rows: BTreeMap<(String, String), &Row> = BTreeMap::new();
    for entry in entries {
        for row in entry.rows().iter().filter(|row| row.outcome != Outcome::Withheld) {
            rows.insert((entry.id().to_string(), lane_of(row)), row);
        }
    }
    let mut released = 0;
    let mut public = 0;
    for lane in carrier.lanes().map_err(word)? {
        let Lane::Release { view, .. } = &lane else { continue };
        let mut seen = BTreeSet::new();
        for one in all(carrier, &lane)? {
            let header =
                |name| String::from_utf8_lossy(one.message.header(name).unwrap_or_default());
            let id = header("ce_id").into_owned();
            if !seen.insert(id.clone()) {
                return Err(format!("{lane}: {id} was released twice"));
            }
            let key = (header("samsyn_entry").into_owned(), lane.to_string());
            let row = rows.remove(&key).ok_or_else(|| format!("{lane}: {id} has no entry"))?;
            let value = one.message.value.as_deref().unwrap_or_default();
            if Row::commit(&row.salt, value) != row.commitment || row.commitment == zero() {
                return Err(format!("{lane}: {id} is not what its entry commits to"));
            }
            released += 1;
            public += usize::from(view.as_str() == "public-register");
        }
    }
    if !rows.is_empty() {
        return Err(format!("{} rows of entries have no release", rows.len()));
    }
    if public != expected {
        return Err(format!("{expected} accepted, {public} released to the public register"));
    }
    Ok(released)
}

fn lane_of(row: &Row) -> String {
    Lane::Release { view: row.view.clone(), recipient: row.recipient }.to_string()
}

/// Within every run of the writer the counters are 1, 2, 3 …
fn runs_are_dense(entries: &[Entry]) -> Result<(), String> {
    let mut runs: BTreeMap<u64, u64> = BTreeMap::new();
    for entry in entries {
        let last = runs.entry(entry.run()).or_default();
        if entry.counter() != *last + 1 {
            return Err(format!("an entry is missing before {}", entry.id()));
        }
        *last = entry.counter();
    }
    let changes = entries.iter().filter(|entry| entry.kind() == EntryKind::Change).count();
    if changes == 0 { Err("no entry says which bundle was in force".to_owned()) } else { Ok(()) }
}

/// Every record of a group lane stands once in its recipient's NDJSON files.
fn delivered(prepared: &Prepared, carrier: &Embedded) -> Result<u64, String> {
    let mut total = 0;
    for recipient in prepared.recipients.iter().filter(|one| one.view.as_str() == "akrim-core") {
        let lane = Lane::Release { view: recipient.view.clone(), recipient: None };
        let mut offsets = BTreeSet::new();
        let mut lines = 0;
        for entry in std::fs::read_dir(&recipient.folder).map_err(word)? {
            let path = entry.map_err(word)?.path();
            if path.extension().is_none_or(|ending| ending != "ndjson") {
                continue;
            }
            for line in std::fs::read_to_string(path).map_err(word)?.lines() {
                let line: serde_json::Value = serde_json::from_str(line).map_err(word)?;
                offsets.insert(line.get("offset").and_then(serde_json::Value::as_u64));
                lines += 1;
            }
        }
        let end = carrier.end(&lane).map_err(word)?.0;
        if lines != end || offsets.len() as u64 != end {
            return Err(format!("{lane}: {end} records, {lines} delivered lines"));
        }
        total += lines;
    }
    Ok(total)
}

fn verified(prepared: &Prepared) -> Result<(), String> {
    let mut verifier = std::env::current_exe().map_err(word)?;
    verifier.set_file_name("samsyn-verify");
    let done = Command::new(verifier)
        .arg("ledger")
        .arg(prepared.folder.join("ledger/public"))
        .arg("--key")
        .arg(prepared.folder.join("keys/checkpoint.pub.pem"))
        .output()
        .map_err(word)?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("samsyn-verify: {}", String::from_utf8_lossy(&done.stdout)))
}

fn all(carrier: &Embedded, lane: &Lane) -> Result<Vec<Fetched>, String> {
    let mut messages: Vec<Fetched> = Vec::new();
    let mut from = Offset::default();
    loop {
        let page = carrier.read(lane, from, Limit::default()).map_err(word)?;
        let Some(last) = page.last() else { return Ok(messages) };
        from = last.offset.next();
        messages.extend(page);
    }
}

fn zero() -> Digest {
    Digest::new([0; Digest::LEN])
}

fn word(error: impl std::fmt::Display) -> String {
    error.to_string()
}

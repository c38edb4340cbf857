//! What must hold on disk after the site was killed: nothing accepted lost, nothing released
//! twice, every release with its entry, every holder up to date, the ledger without gap, every
//! file delivered once and complete.

use super::handed_in::{HandedIn, Object, Versions};
use super::holders::{self, RecordKey, Released};
use crate::audit_lanes::audit_site;
use crate::demo::{OPEN_SOURCE, Prepared, Recipient};
use crate::verify::verify;
use audit::{Entry, EntryKind, Outcome};
use avro_span::frame;
use carrier::{Carrier, Fetched, Lane, Limit, Offset, SEQUENCE, whole_lane};
use daemon::WallClock;
use exchange_state::{RecordState, SOURCE_KEY};
use records::Record;
use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use vocabulary::{ChangeKind, RecordId, RecordType, SourceId};

/// Records as accepted: what each version does, and the numbers under which they came.
#[derive(Default)]
struct Accepted {
    versions: BTreeMap<RecordKey, Versions>,
    /// Which version of which record came under a source's number.
    numbers: BTreeMap<(SourceId, u64), (RecordKey, u64)>,
    resent: usize,
}

/// What is looked at of a delivered line; the rest is read over.
#[derive(serde::Deserialize)]
struct Line {
    offset: u64,
}

/// Holds the site's files against what was handed in; the report says what was counted.
pub(super) fn check(prepared: &Prepared, handed_in: &HandedIn) -> Result<String, String> {
    let carrier = lanes::open(&prepared.settings.carrier, Arc::new(WallClock));
    let carrier = carrier.map_err(|error| format!("the lanes: {error}"))?;
    let carrier = carrier.as_ref();
    let accepted = accepted(carrier, &handed_in.expected)?;
    let entries = entries(carrier)?;
    one_entry_a_version(&accepted, &entries)?;
    runs_are_dense(&entries)?;
    let released = holders::follow(carrier, &entries, &accepted.versions)?;
    all_that_is_public(&accepted, &entries)?;
    state_says_the_same(carrier, &released)?;
    let delivered = delivered(prepared, carrier)?;
    let ledger = verify("ledger", &prepared.folder.join("ledger/public"), &prepared.folder)?;
    if !ledger.held {
        return Err(format!("samsyn-verify: {}", ledger.said));
    }
    let audited = audit_site(prepared)?;
    if audited.found() > 0 {
        return Err(format!("the independent checker: {audited}"));
    }
    if released.corrections == 0 || released.withdrawals == 0 {
        return Err("nothing was corrected or nothing withdrawn: that proves too little".to_owned());
    }
    let Released { releases, corrections, withdrawals, .. } = released;
    Ok(format!(
        "{} versions of {} records accepted ({} came twice and were dropped), {releases} releases \
         each once and with its entry, {corrections} of them corrections and {withdrawals} \
         withdrawals to exactly the holders, {} entries without gap, {delivered} delivered once, \
         ledger verified",
        accepted.numbers.len(),
        accepted.versions.len(),
        accepted.resent,
        entries.len(),
    ))
}

/// Reads the intake lanes: every source's numbers are 1, 2, 3 …, every record's versions too, and
/// they do what the files handed in say.
fn accepted(
    carrier: &dyn Carrier,
    expected: &BTreeMap<Object, Versions>,
) -> Result<Accepted, String> {
    let mut accepted = Accepted::default();
    let mut seen: BTreeMap<Object, Versions> = BTreeMap::new();
    let mut types = HashMap::new();
    for lane in carrier.lanes().map_err(word)? {
        let source = match &lane {
            Lane::Intake(source) => source,
            Lane::Quarantine(_) => return Err(format!("{lane}: something was set aside")),
            _ => continue,
        };
        let mut numbered = BTreeMap::new();
        let messages = whole_lane(carrier, &lane).map_err(word)?;
        accepted.resent += messages.len();
        for fetched in messages {
            numbered.insert(number(&fetched).ok_or("a record without a number")?, fetched);
        }
        accepted.resent -= numbered.len();
        if numbered.last_key_value().is_some_and(|(last, _)| *last != numbered.len() as u64) {
            return Err(format!("{lane}: the numbers have a gap"));
        }
        for (number, fetched) in numbered {
            let record = record(carrier, &fetched, &mut types)?;
            let envelope = record.envelope();
            let object = record.subject().object_id.clone().unwrap_or_default();
            seen.entry((source.clone(), object)).or_default().push(envelope.change_kind);
            let key = (source.clone(), envelope.record_id);
            let versions = accepted.versions.entry(key.clone()).or_default();
            versions.push(envelope.change_kind);
            if u64::try_from(envelope.version) != Ok(versions.len() as u64) {
                return Err(format!(
                    "{lane}: the versions of {} are not dense",
                    envelope.record_id
                ));
            }
            let version = versions.len() as u64;
            accepted.numbers.insert((source.clone(), number), (key, version));
        }
    }
    let lost = expected.iter().filter(|(object, versions)| seen.get(object) != Some(versions));
    match (lost.count(), seen.len() == expected.len()) {
        (0, true) => Ok(accepted),
        (wrong, _) => Err(format!(
            "{} objects were handed in and {} accepted, {wrong} of them not as handed in",
            expected.len(),
            seen.len()
        )),
    }
}

fn number(fetched: &Fetched) -> Option<u64> {
    str::from_utf8(fetched.message.header(SEQUENCE)?).ok()?.parse().ok()
}

fn record(
    carrier: &dyn Carrier,
    fetched: &Fetched,
    types: &mut HashMap<u32, RecordType>,
) -> Result<Record, String> {
    let value = fetched.message.value.as_deref().unwrap_or_default();
    let (id, datum) = frame::read(value).map_err(word)?;
    let kind = match types.entry(id) {
        hash_map::Entry::Occupied(known) => *known.get(),
        hash_map::Entry::Vacant(unknown) => {
            let text = carrier.schema(id).map_err(word)?;
            let same = |kind: &&RecordType| Some(records::schema(**kind).text()) == text.as_deref();
            let kind = RecordType::ALL.iter().find(same).ok_or("an unknown schema")?;
            *unknown.insert(*kind)
        }
    };
    records::decode(kind, datum).map_err(word)
}

fn entries(carrier: &dyn Carrier) -> Result<Vec<Entry>, String> {
    let lane = whole_lane(carrier, &Lane::Disclosure).map_err(word)?;
    let values = lane.iter().map(|one| one.message.value.as_deref().unwrap_or_default());
    values.map(Entry::decode).collect::<Result<_, _>>().map_err(word)
}

/// Each version that was accepted has one entry, and no other finding has any.
fn one_entry_a_version(accepted: &Accepted, entries: &[Entry]) -> Result<(), String> {
    let mut left = accepted.numbers.clone();
    let findings =
        |entry: &&Entry| matches!(entry.kind(), EntryKind::Release | EntryKind::Withheld);
    for entry in entries.iter().filter(findings) {
        let shared = entry.shared();
        let (Some(source), Some(record)) = (&shared.source, shared.record_id) else {
            return Err(format!("entry {} is about no record", entry.id()));
        };
        let ruled = ((source.clone(), record), shared.version);
        if left.remove(&(source.clone(), shared.sequence)) != Some(ruled) {
            return Err(format!("entry {} is about a version that has one", entry.id()));
        }
    }
    if left.is_empty() { Ok(()) } else { Err(format!("{} versions have no entry", left.len())) }
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

/// The open list is public whatever the register says: each version but a retraction left.
fn all_that_is_public(accepted: &Accepted, entries: &[Entry]) -> Result<(), String> {
    let open = accepted.versions.iter().filter(|((source, _), _)| source.as_str() == OPEN_SOURCE);
    let open = open.flat_map(|(_, versions)| versions);
    let expected = open.filter(|change| **change != ChangeKind::Retract).count();
    let of_list = |entry: &&Entry| {
        entry.shared().source.as_ref().is_some_and(|source| source.as_str() == OPEN_SOURCE)
    };
    let rows = entries.iter().filter(of_list).flat_map(Entry::rows);
    let public = rows.filter(|row| row.view.as_str() == "public-register");
    let public = public.filter(|row| row.outcome == Outcome::Released).count();
    if public == expected {
        return Ok(());
    }
    Err(format!("{expected} versions of the open list, {public} released to the public register"))
}

/// The state lanes name exactly those holders that the release lanes make.
fn state_says_the_same(carrier: &dyn Carrier, released: &Released) -> Result<(), String> {
    let mut told = BTreeSet::new();
    for lane in carrier.lanes().map_err(word)? {
        let Lane::State(source) = &lane else { continue };
        let mut newest = BTreeMap::new();
        for fetched in whole_lane(carrier, &lane).map_err(word)? {
            newest.insert(fetched.message.key, fetched.message.value.unwrap_or_default());
        }
        newest.remove(SOURCE_KEY);
        for (key, value) in newest {
            let id = RecordId::try_from(key.as_slice()).map_err(word)?;
            let state = RecordState::decode(source.clone(), id, &value).map_err(word)?;
            told.extend(state.holders.into_iter().map(|held| {
                let lane = Lane::Release { view: held.view, recipient: held.recipient };
                (lane.to_string(), (source.clone(), id), held.version)
            }));
        }
    }
    match told == released.held {
        true => Ok(()),
        false => Err("the state names other holders than the lanes have".to_owned()),
    }
}

/// Every message of a recipient's lane stands once in its files, and nothing else.
pub(super) fn delivered(prepared: &Prepared, carrier: &dyn Carrier) -> Result<usize, String> {
    let mut total = 0;
    for recipient in &prepared.recipients {
        let addressed = recipient.addressed.then_some(recipient.orgnr);
        let lane = Lane::Release { view: recipient.view.clone(), recipient: addressed };
        let on_lane = offsets_on(carrier, &lane)?;
        let mut in_files = offsets(recipient)?;
        in_files.sort_unstable();
        if in_files != on_lane {
            let (lane_has, files_have) = (on_lane.len(), in_files.len());
            return Err(format!("{lane}: {lane_has} on the lane, {files_have} in the files"));
        }
        total += in_files.len();
    }
    Ok(total)
}

/// The offsets of a lane's messages; a lane of any length is read piece by piece.
fn offsets_on(carrier: &dyn Carrier, lane: &Lane) -> Result<Vec<u64>, String> {
    let mut offsets: Vec<u64> = Vec::new();
    loop {
        let from = Offset(offsets.last().map_or(0, |last| last + 1));
        let page = carrier.read(lane, from, Limit::default()).map_err(word)?;
        if page.is_empty() {
            return Ok(offsets);
        }
        offsets.extend(page.iter().map(|one| one.offset.0));
    }
}

/// The offsets that stand in a recipient's files, as often as they do.
fn offsets(recipient: &Recipient) -> Result<Vec<u64>, String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(&recipient.folder).map_err(word)? {
        let path = entry.map_err(word)?.path();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("ndjson") => found.extend(lines(&path)?),
            Some("csv") => found.extend(rows(&path)?),
            _ => {}
        }
    }
    Ok(found)
}

fn lines(path: &Path) -> Result<Vec<u64>, String> {
    let text = fs::read_to_string(path).map_err(word)?;
    let offset = |line| serde_json::from_str(line).map(|Line { offset }| offset).map_err(word);
    text.lines().map(offset).collect()
}

fn rows(path: &Path) -> Result<Vec<u64>, String> {
    let table = csv::ReaderBuilder::new().delimiter(b';').from_path(path).map_err(word)?;
    let offset = |row: Result<csv::StringRecord, csv::Error>| -> Result<u64, String> {
        row.map_err(word)?.get(0).unwrap_or_default().parse().map_err(word)
    };
    table.into_records().map(offset).collect()
}

/// An error in words.
pub(super) fn word(error: impl std::fmt::Display) -> String {
    error.to_string()
}

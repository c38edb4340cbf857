//! Who holds what, followed message by message along every release lane and held against the
//! entries: each release once and as its entry commits to it, each new version or withdrawal to
//! exactly those who hold an earlier one.

use super::check::word;
use audit::{Entry, Outcome, Row};
use carrier::{Carrier, Fetched, Lane, whole_lane};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{ChangeKind, RecordId, SourceId};

/// A record: two sources that choose one id have two.
pub(super) type RecordKey = (SourceId, RecordId);

/// What was released, in numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Released {
    pub(super) releases: usize,
    /// Releases of a later version to a lane that held an earlier one.
    pub(super) corrections: usize,
    pub(super) withdrawals: usize,
    /// What stands at the end: lane, record, version.
    pub(super) held: BTreeSet<(String, RecordKey, u64)>,
}

/// Messages of one record on one lane by version: whether it was released or withdrawn.
type Course = BTreeMap<u64, Outcome>;

/// Rows of entries that must have a message, by entry and lane.
type Rows<'a> = BTreeMap<(String, String), (&'a Entry, &'a Row)>;

/// Follows every release lane. `accepted` has what each version of a record does.
pub(super) fn follow(
    carrier: &dyn Carrier,
    entries: &[Entry],
    accepted: &BTreeMap<RecordKey, Vec<ChangeKind>>,
) -> Result<Released, String> {
    let mut rows = rows(entries);
    let mut released = Released::default();
    for lane in carrier.lanes().map_err(word)? {
        let Lane::Release { .. } = &lane else { continue };
        let lane_name = lane.to_string();
        let mut courses: BTreeMap<RecordKey, Course> = BTreeMap::new();
        for message in whole_lane(carrier, &lane).map_err(word)? {
            let (key, version, outcome) = told(&lane_name, &message, &mut rows)?;
            let course = courses.entry(key).or_default();
            if course.last_key_value().is_some_and(|(last, _)| *last >= version) {
                return Err(format!("{lane}: version {version} of a record comes twice or late"));
            }
            course.insert(version, outcome);
        }
        for (key, course) in courses {
            let changes = accepted.get(&key).ok_or_else(|| format!("{lane}: nobody's record"))?;
            let held = released.walk(changes, &course);
            let held = held.map_err(|error| format!("{lane}, record {}: {error}", key.1))?;
            released.held.extend(held.map(|version| (lane_name.clone(), key, version)));
        }
    }
    match rows.len() {
        0 => Ok(released),
        left => Err(format!("{left} rows of entries have no release")),
    }
}

/// Every row that says something left.
fn rows(entries: &[Entry]) -> Rows<'_> {
    let mut rows = Rows::new();
    for entry in entries {
        for row in entry.rows().iter().filter(|row| row.outcome != Outcome::Withheld) {
            let lane = Lane::Release { view: row.view.clone(), recipient: row.recipient };
            rows.insert((entry.id().to_string(), lane.to_string()), (entry, row));
        }
    }
    rows
}

/// What a message is, by the entry that it must have and that commits to its bytes.
fn told(
    lane: &str,
    fetched: &Fetched,
    rows: &mut Rows<'_>,
) -> Result<(RecordKey, u64, Outcome), String> {
    let message = &fetched.message;
    let header = |name| String::from_utf8_lossy(message.header(name).unwrap_or_default());
    let id = header("ce_id");
    let key = (header("samsyn_entry").into_owned(), lane.to_owned());
    let found = rows.remove(&key).ok_or_else(|| format!("{lane}: {id} has no entry of its own"))?;
    let (entry, row) = found;
    let value = message.value.as_deref().unwrap_or_default();
    if Row::commit(&row.salt, value) != row.commitment || row.commitment == Row::NOTHING {
        return Err(format!("{lane}: {id} is not what its entry commits to"));
    }
    let shared = entry.shared();
    let (Some(source), Some(record)) = (&shared.source, shared.record_id) else {
        return Err(format!("{lane}: the entry of {id} is about no record"));
    };
    if id != format!("{record}-{}", shared.version) {
        return Err(format!("{lane}: {id} stands under another record's entry"));
    }
    Ok(((source.clone(), record), shared.version, row.outcome))
}

// === impl Released ===

impl Released {
    /// Walks a record's versions along one lane: what is held must be replaced or withdrawn by
    /// every later version, and only what is held can be withdrawn. Returns what is held last.
    fn walk(&mut self, changes: &[ChangeKind], course: &Course) -> Result<Option<u64>, String> {
        let mut held = None;
        for (version, change) in (1..).zip(changes) {
            match (course.get(&version), held) {
                (None | Some(Outcome::Withheld), None) => {}
                (None | Some(Outcome::Withheld), Some(old)) => {
                    return Err(format!("version {old} is held, {version} never came"));
                }
                (Some(Outcome::Withdrawn), None) => {
                    return Err(format!("version {version} withdraws what was not held"));
                }
                (Some(Outcome::Withdrawn), Some(_)) => {
                    self.withdrawals += 1;
                    held = None;
                }
                (Some(Outcome::Released), _) if *change == ChangeKind::Retract => {
                    return Err(format!("version {version} is a retraction and was released"));
                }
                (Some(Outcome::Released), before) => {
                    self.releases += 1;
                    self.corrections += usize::from(before.is_some());
                    held = Some(version);
                }
            }
        }
        let versions = changes.len() as u64;
        match course.last_key_value() {
            Some((last, _)) if *last > versions => Err("a version nobody handed in".to_owned()),
            _ => Ok(held),
        }
    }
}

#[cfg(test)]
mod tests;

//! The copy against lanes: following, reopening, loss and foreign files.

use super::states::{org, record, source};
use crate::{Changes, Error, Holder, Page, Place, RecordState, SourceState, State, Temporary};
use carrier::{Carrier, Commit, Lane, Message, REGISTER_SOURCE};
use carrier_embedded::Embedded;
use proptest::prelude::*;
use seal::{Keyring, SigningKey};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use vocabulary::{RecordId, SourceId, Timestamp};

pub(super) struct House {
    dir: TempDir,
    pub(super) carrier: Embedded,
    sources: Vec<SourceId>,
    /// The register's own key.
    pub(super) key: Arc<SigningKey>,
}

impl House {
    pub(super) fn new() -> House {
        let dir = tempfile::tempdir().unwrap();
        let carrier = carrier(&dir.path().join("lanes.db"));
        let key = Arc::new(SigningKey::generate().unwrap());
        House { dir, carrier, sources: vec![source("AAA"), source("BBB-1")], key }
    }

    pub(super) fn copy(&self) -> PathBuf {
        self.dir.path().join("state.db")
    }

    fn open(&self) -> State {
        let mut keys = Keyring::default();
        for name in [REGISTER_SOURCE, "samtykke"] {
            keys.add(source(name), self.key.public().clone()).unwrap();
        }
        State::open(&self.copy(), keys).unwrap()
    }

    /// Opens the copy and catches up.
    pub(super) fn state(&self) -> State {
        let state = self.open();
        state.catch_up(&self.carrier, &self.sources).unwrap();
        state
    }

    /// The copy closed and opened again.
    pub(super) fn state_again(&self, state: State) -> State {
        drop(state);
        self.state()
    }

    fn commit(&self, changes: &Changes) -> carrier::Committed {
        let mut commit = Commit::new(None);
        changes.write(&mut commit).unwrap();
        self.carrier.commit(commit).unwrap()
    }
}

fn carrier(path: &Path) -> Embedded {
    Embedded::open(path, Arc::new(|| Timestamp::from_micros(0))).unwrap()
}

/// One batch: which records get a new version, and whether the copy follows, is reopened or lost,
/// or the batch does not happen.
fn histories() -> impl Strategy<Value = Vec<(Vec<(usize, u8)>, u8)>> {
    let records = prop::collection::vec((0..2usize, 0..6u8), 1..8);
    prop::collection::vec((records, 0..6u8), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_copy_says_what_the_lanes_say(history in histories()) {
        let house = House::new();
        let mut state = house.state();
        let mut model: BTreeMap<(SourceId, RecordId), RecordState> = BTreeMap::new();
        let mut sequences = BTreeMap::<SourceId, SourceState>::new();
        for (version, (records, fate)) in (1..).zip(history) {
            let mut changes = Changes::default();
            let before = (model.clone(), sequences.clone());
            for (of, id) in records {
                let of = &house.sources[of];
                let record = record(of, id, version);
                model.insert((of.clone(), record.record_id), record.clone());
                let sequence = sequences.entry(of.clone()).or_default();
                sequence.accept(sequence.highest() + 2);
                changes.records.push(record);
            }
            changes.sources.extend(sequences.clone());
            match fate {
                // Followed.
                0..=2 => follow(&state, changes, &house),
                // It does not happen.
                3 => {
                    prop_assert_eq!(state.apply(changes, || Err(())), Ok(Err(())));
                    (model, sequences) = before;
                }
                // Killed between commit and copy.
                4 => {
                    house.commit(&changes);
                    drop(state);
                    state = house.state();
                }
                // The copy is lost.
                _ => {
                    house.commit(&changes);
                    drop(state);
                    std::fs::remove_file(house.copy()).unwrap();
                    state = house.state();
                }
            }
            for of in &house.sources {
                let expected = sequences.get(of).cloned().unwrap_or_default();
                prop_assert_eq!(state.source(of).unwrap(), expected);
                for id in 0..6 {
                    let id = RecordId::new([id; 16]);
                    let found = state.record(of, &id).unwrap();
                    prop_assert_eq!(found.as_deref(), model.get(&(of.clone(), id)));
                }
            }
            let all = pages(|behind| state.records(behind, 3).unwrap());
            prop_assert_eq!(all.len(), model.len());
            prop_assert!(all.iter().all(|one| model.values().any(|other| other == one)));
            let about = pages(|behind| state.records_of_subject(&org(3), behind, 1).unwrap());
            let expected = model.values().filter(|record| record.subject == Some(org(3)));
            prop_assert_eq!(about.len(), expected.count());
        }
    }
}

fn follow(state: &State, changes: Changes, house: &House) {
    let written = changes.clone();
    let committed = state.apply(changes, || Ok::<_, ()>(house.commit(&written)));
    assert!(matches!(committed, Ok(Ok(_))));
}

fn pages(ask: impl Fn(Place) -> Page) -> Vec<RecordState> {
    let (mut all, mut behind) = (Vec::new(), Place::default());
    loop {
        let page = ask(behind);
        if page.records.is_empty() {
            assert_eq!(page.last, behind);
            return all;
        }
        assert!(page.last > behind);
        all.extend(page.records);
        behind = page.last;
    }
}

#[test]
fn a_changed_subject_moves_in_the_index() {
    let house = House::new();
    let state = house.state();
    let mut moved = record(&house.sources[0], 3, 1);
    for subject in [Some(org(3)), Some(org(4)), None] {
        moved.subject = subject;
        let changes = Changes { records: vec![moved.clone()], sources: vec![] };
        follow(&state, changes, &house);
        for at in [3, 4] {
            let found = state.records_of_subject(&org(at), Place::default(), 9).unwrap();
            let found = found.records.len();
            assert_eq!(found, usize::from(subject == Some(org(at))));
        }
    }
}

#[test]
fn a_source_not_caught_up_with_is_not_answered_for() {
    let house = House::new();
    let state = house.open();
    let behind = Err(Error::from(Temporary::Behind));
    assert_eq!(state.source(&house.sources[0]), behind);
    state.catch_up(&house.carrier, &house.sources[..1]).unwrap();
    assert_eq!(state.source(&house.sources[0]), Ok(SourceState::default()));
    assert_eq!(state.source(&house.sources[1]), behind);
    let changes = Changes { records: vec![record(&house.sources[1], 1, 1)], sources: vec![] };
    let committed = house.commit(&changes);
    let applied = state.apply(changes, || Ok::<_, ()>(committed));
    assert_eq!(applied, Err(Temporary::Behind.into()));
    state.catch_up(&house.carrier, &house.sources).unwrap();
    let id = RecordId::new([1; 16]);
    assert_eq!(state.record(&house.sources[1], &id).unwrap().unwrap().version, 1);
}

#[test]
fn a_copy_begun_anew_for_one_source_still_answers_for_the_others() {
    let house = House::new();
    let nobodys = Message { key: b"?".to_vec(), value: None, headers: vec![] };
    house.carrier.publish(&Lane::Register, vec![nobodys]).unwrap();
    let state = house.open();
    state.catch_up(&house.carrier, &house.sources[..1]).unwrap();
    // Lanes of a carrier that the copy is ahead of.
    let other = carrier(&house.dir.path().join("other.db"));
    state.catch_up(&other, &house.sources[1..]).unwrap();
    for source in &house.sources {
        assert_eq!(state.source(source), Ok(SourceState::default()));
    }
}

fn fill(house: &House) -> RecordState {
    let state = house.state();
    let mut held = record(&house.sources[0], 1, 7);
    let (view, bytes) = ("v".parse().unwrap(), vocabulary::Digest::new([7; 32]));
    held.holders.push(Holder { view, recipient: None, plan: bytes, bytes, version: 7 });
    let changes = Changes {
        records: vec![held.clone()],
        sources: vec![(house.sources[0].clone(), SourceState::default())],
    };
    follow(&state, changes, house);
    held
}

#[test]
fn a_torn_file_is_begun_anew() {
    let house = House::new();
    let held = fill(&house);
    let whole = std::fs::read(house.copy()).unwrap();
    for (from, until) in [(0, 16), (0, whole.len()), (100, 110), (8_192, whole.len())] {
        let mut torn = whole.clone();
        torn[from..until].fill(0xa5);
        std::fs::write(house.copy(), torn).unwrap();
        let state = house.state();
        let found = state.record(&held.source, &held.record_id).unwrap();
        assert_eq!(found.as_deref(), Some(&held));
    }
    std::fs::write(house.copy(), &whole[..whole.len() / 2]).unwrap();
    let found = house.state().record(&held.source, &held.record_id).unwrap();
    assert_eq!(found.as_deref(), Some(&held));
}

#[test]
fn a_file_that_is_not_ours_is_set_aside_whole() {
    let house = House::new();
    let held = fill(&house);
    std::fs::write(house.copy(), b"somebody's notes").unwrap();
    let found = house.state().record(&held.source, &held.record_id).unwrap();
    assert_eq!(found.as_deref(), Some(&held));
    let aside = std::fs::read(house.dir.path().join("state.db.aside")).unwrap();
    assert_eq!(aside, b"somebody's notes");
}

/// The files as a killed process leaves them.
fn killed(house: &House) -> House {
    let held = fill(house);
    let state = house.state();
    let changes = Changes { records: vec![RecordState { version: 8, ..held }], sources: vec![] };
    follow(&state, changes, house);
    let left = House { carrier: carrier(&house.dir.path().join("lanes.db")), ..House::new() };
    for end in ["", "-wal"] {
        let name = format!("state.db{end}");
        std::fs::copy(house.dir.path().join(&name), left.dir.path().join(&name)).unwrap();
    }
    left
}

#[test]
fn a_killed_process_leaves_a_copy_that_goes_on() {
    let house = House::new();
    let left = killed(&house);
    let found = left.state().record(&left.sources[0], &RecordId::new([1; 16])).unwrap();
    assert_eq!(found.unwrap().version, 8);
    assert!(!left.dir.path().join("state.db.aside").exists());
}

#[test]
fn a_crash_of_the_machine_leaves_a_copy_that_is_begun_anew() {
    let house = House::new();
    let left = killed(&house);
    let conn = rusqlite::Connection::open(left.copy()).unwrap();
    conn.execute("UPDATE life SET boot = 'before'", []).unwrap();
    drop(conn);
    let found = left.state().record(&left.sources[0], &RecordId::new([1; 16])).unwrap();
    assert_eq!(found.unwrap().version, 8);
    assert!(left.dir.path().join("state.db.aside").exists());
}

#[test]
fn a_copy_of_other_lanes_is_begun_anew() {
    let house = House::new();
    fill(&house);
    let other = House::new();
    // As long as the first carrier's lanes, and other.
    let changes = Changes {
        records: vec![record(&house.sources[0], 9, 1), record(&house.sources[0], 8, 1)],
        sources: vec![],
    };
    other.commit(&changes);
    for carrier in [&other.carrier, &House::new().carrier] {
        let state = house.open();
        state.catch_up(carrier, &house.sources).unwrap();
        let found = state.record(&house.sources[0], &RecordId::new([1; 16])).unwrap();
        assert_eq!(found, None);
        let expected = carrier.end(&Lane::State(house.sources[0].clone())).unwrap().0;
        assert_eq!(state.records(Place::default(), 9).unwrap().records.len() as u64, expected);
    }
}

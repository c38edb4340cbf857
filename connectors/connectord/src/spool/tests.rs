//! A spool against a model: whatever happens between, what was accepted stays, in order, once.

use super::{Progress, Spool};
use crate::{Error, Tally};
use connector::Held;
use proptest::prelude::*;
use seal::{Sealed, SigningKey, Unsealed, seal_batch};
use settings::SourceLimits;
use std::fs;
use std::path::Path;
use vocabulary::{Digest, RecordId, RecordType, SourceId, Timestamp};

fn source() -> SourceId {
    "DAT".parse().unwrap()
}

fn open(folder: &Path) -> Result<Spool, Error> {
    Spool::open(folder, &source(), &SourceLimits::default())
}

fn code(spool: Result<Spool, Error>) -> &'static str {
    spool.err().map_or("none", |error| error.code())
}

/// Accepts `count` records as the rows of a chunk do; fails after the work if told to.
fn accept(spool: &mut Spool, key: &SigningKey, count: u64, fail: bool) -> Result<(), Error> {
    let at = Timestamp::from_micros(5);
    spool.write(|entry| {
        let unsealed = |_| Unsealed {
            source: source(),
            sequence: entry.next_sequence(),
            record_id: RecordId::new([3; 16]),
            value: vec![7; 10],
        };
        let records: Vec<Unsealed> = (0..count).map(unsealed).collect();
        if !records.is_empty() {
            let sealed = seal_batch(key, at, records)?;
            entry.append(&sealed, &vec![RecordType::Sanction; sealed.len()])?;
        }
        entry.at(at);
        if fail { Err(Error::Unavailable) } else { Ok(()) }
    })
}

#[derive(Debug, Clone)]
enum Op {
    Accept(u64),
    Fail(u64),
    Submit,
    /// The carrier took the batch, but the process died before the spool let go.
    SubmitUnreleased,
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (0_u64..5).prop_map(Op::Accept),
        (1_u64..5).prop_map(Op::Fail),
        Just(Op::Submit),
        Just(Op::SubmitUnreleased),
        Just(Op::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The carrier sees every accepted number in order; again only as a repeat of the oldest that
    /// the spool still holds; never one that was not accepted.
    #[test]
    fn nothing_accepted_is_lost_or_renumbered(ops in prop::collection::vec(op(), 1..25)) {
        let home = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        let mut spool = open(home.path()).unwrap();
        let (mut accepted, mut released) = (0_u64, 0_u64);
        for op in ops {
            match op {
                Op::Accept(count) => {
                    accept(&mut spool, &key, count, false).unwrap();
                    accepted += count;
                }
                Op::Fail(count) => prop_assert!(accept(&mut spool, &key, count, true).is_err()),
                Op::Submit | Op::SubmitUnreleased => {
                    let batch = spool.batch().unwrap();
                    let waiting = batch.iter().flat_map(|batch| &batch.records);
                    let numbers: Vec<u64> = waiting.map(Sealed::sequence).collect();
                    prop_assert_eq!(&numbers, &(released + 1..=accepted).collect::<Vec<_>>());
                    if let (Op::Submit, Some(batch)) = (op, batch) {
                        spool.release(&batch).unwrap();
                        released = accepted;
                    }
                }
                Op::Reopen => spool = open(home.path()).unwrap(),
            }
            prop_assert_eq!(spool.pending().records, accepted - released);
            prop_assert_eq!(spool.pending().bytes, 10 * (accepted - released));
        }
    }
}

#[test]
fn objects_progress_and_tallies_are_remembered_with_the_records() {
    let home = tempfile::tempdir().unwrap();
    let mut spool = open(home.path()).unwrap();
    let digest = Digest::new([4; 32]);
    let record = RecordId::new([1; 16]);
    let held = Held { record, version: 3, content: digest, alive: false };
    let tally = Tally { rows: 2, first: 1, refused: 1, ..Tally::default() };
    let progress = Progress { rows: 3, finished: true, tally };
    spool
        .write(|entry| {
            entry.remember("plan", "1", &held)?;
            entry.progress("a.csv", &digest, &progress, tally)?;
            entry.refuse("a.csv", "{}")?;
            entry.taken("a.csv", Timestamp::from_micros(9), &tally)
        })
        .unwrap();
    let mut spool = open(home.path()).unwrap();
    spool
        .write(|entry| {
            assert_eq!(entry.held("plan", "1")?, Some(held));
            assert_eq!(entry.held("plan", "2")?, None);
            Ok(())
        })
        .unwrap();
    assert_eq!(spool.tally(), tally);
    assert_eq!(spool.progress("a.csv", &digest).unwrap(), progress);
    // The same name with other content is another file.
    assert_eq!(spool.progress("a.csv", &Digest::new([5; 32])).unwrap(), Progress::default());
    assert_eq!(spool.taken(5).unwrap().len(), 1);
    spool.write(|entry| entry.forget("a.csv")).unwrap();
    assert!(spool.refused("a.csv").unwrap().is_empty() && spool.under_way().unwrap().is_empty());
}

#[test]
fn a_full_spool_says_so() {
    let home = tempfile::tempdir().unwrap();
    let limits = SourceLimits { spool_records: 3, ..SourceLimits::default() };
    let mut spool = Spool::open(home.path(), &source(), &limits).unwrap();
    let key = SigningKey::generate().unwrap();
    accept(&mut spool, &key, 2, false).unwrap();
    spool.room().unwrap();
    accept(&mut spool, &key, 1, false).unwrap();
    assert_eq!(spool.room(), Err(Error::Full));
    let batch = spool.batch().unwrap().unwrap();
    spool.release(&batch).unwrap();
    spool.room().unwrap();
}

#[test]
fn a_torn_or_foreign_spool_is_refused_by_code() {
    let home = tempfile::tempdir().unwrap();
    let key = SigningKey::generate().unwrap();
    accept(&mut open(home.path()).unwrap(), &key, 3, false).unwrap();
    let other: SourceId = "NAV".parse().unwrap();
    let foreign = Spool::open(home.path(), &other, &SourceLimits::default());
    assert_eq!(code(foreign), "SPOOL-005");

    let file = home.path().join("spool.db");
    let whole = fs::read(&file).unwrap();
    for torn in [b"torn".repeat(600), whole[..whole.len() / 2].to_vec()] {
        fs::write(&file, torn).unwrap();
        assert_eq!(code(open(home.path())), "SPOOL-002");
    }
    fs::write(&file, whole).unwrap();
    assert_eq!(open(home.path()).unwrap().pending().records, 3);
}

/// A full disk refuses the chunk whole; what was accepted before stays.
#[test]
fn a_full_disk_takes_nothing_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let key = SigningKey::generate().unwrap();
    let mut spool = open(home.path()).unwrap();
    accept(&mut spool, &key, 2, false).unwrap();
    let pages: i64 = spool.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    spool.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    assert_eq!(accept(&mut spool, &key, 500, false), Err(Error::DiskFull));
    spool.reload().unwrap();
    assert_eq!(spool.pending().records, 2);
    spool.db.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).unwrap();
    accept(&mut spool, &key, 500, false).unwrap();
    let batch = spool.batch().unwrap().unwrap();
    let numbers: Vec<u64> = batch.records.iter().map(|one| one.sequence()).collect();
    assert_eq!(numbers, (1..=502).collect::<Vec<_>>());
}

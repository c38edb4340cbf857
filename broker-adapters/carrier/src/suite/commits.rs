//! All or nothing, the bundle's fence, and positions. What a release is made of is made up.
#![expect(clippy::unwrap_used, reason = "tests, though in a library")]

use super::{
    Site, all, authority, commit_now, finding, message, plain, recipient, sealed, source, texts,
    view,
};
use crate::{Carrier, Commit, CommitError, Lane, Message, Offset, Permanent, limits};
use audit::Recorder;
use audit::test_util::recorded;
use std::collections::BTreeMap;
use std::sync::Barrier;
use vocabulary::Timestamp;

fn release(to: &str) -> Lane {
    Lane::Release { view: view(to), recipient: None }
}

fn addressed(to: &str) -> Lane {
    Lane::Release { view: view(to), recipient: Some(recipient()) }
}

/// Releases, entry, state, quarantine, receipt and position of a commit are all there, also after
/// reopening, and the entry reads as it was recorded.
pub fn a_commit_shows_everywhere(site: &dyn Site) {
    let of = source("AAA");
    let (entry, committed) = {
        let carrier = site.open();
        carrier.submit(sealed(&of, 1..3)).unwrap();
        let mut recorder = Recorder::new("suite", 1).unwrap();
        let mut commit = Commit::new(None);
        let covered = vec![plain("one", None, "r1"), plain("two", Some(recipient()), "r2")];
        let made = recorded(&mut recorder, Timestamp::from_micros(9), covered).unwrap();
        let entry = made.entry().encode();
        commit.record(made);
        commit.state(of.clone(), message("s", "state"));
        commit.quarantine(authority("AAA"), message("q", "quarantined"));
        commit.receipt(message("t", "told"));
        commit.advance(of.clone(), Offset(0), Offset(2));
        (entry, carrier.commit(commit).unwrap())
    };
    let carrier = site.open();
    assert_eq!(texts(&*carrier, &release("one")), ["r1"]);
    assert_eq!(texts(&*carrier, &addressed("two")), ["r2"]);
    assert_eq!(texts(&*carrier, &Lane::State(of.clone())), ["state"]);
    assert_eq!(texts(&*carrier, &Lane::Quarantine(authority("AAA"))), ["quarantined"]);
    assert_eq!(texts(&*carrier, &Lane::Receipt), ["told"]);
    let disclosed = all(&*carrier, &Lane::Disclosure).remove(0).message;
    assert_eq!(disclosed.value.as_ref(), Some(&entry));
    let released = all(&*carrier, &release("one")).remove(0).message;
    assert_eq!(released.header("ce_id"), Some(&b"r1"[..]));
    assert_eq!(carrier.positions().unwrap(), BTreeMap::from([(of.clone(), Offset(2))]));
    let end = all(&*carrier, &Lane::State(of.clone())).remove(0).offset.next();
    assert_eq!(committed.states, BTreeMap::from([(of, end)]));
}

/// However late in a commit the reason for its refusal stands, nothing of it shows.
pub fn a_refused_commit_shows_nowhere(site: &dyn Site) {
    let carrier = site.open();
    let of = source("AAA");
    carrier.submit(sealed(&of, 1..9)).unwrap();
    let mut recorder = Recorder::new("suite", 1).unwrap();
    carrier.commit(finding(&*carrier, &mut recorder, &of, 0)).unwrap();
    let lanes = carrier.lanes().unwrap();
    let before: Vec<_> = lanes.iter().map(|lane| all(&*carrier, lane)).collect();
    let mut oversize = finding(&*carrier, &mut recorder, &of, 1);
    let value = Some(vec![0; limits::MAX_VALUE + 1]);
    oversize.state(of.clone(), Message { value, ..Message::default() });
    assert_eq!(carrier.commit(oversize), Err(Permanent::TooLarge.into()));
    let mut moved = finding(&*carrier, &mut recorder, &of, 1);
    moved.advance(source("BBB"), Offset(1), Offset(2));
    assert_eq!(carrier.commit(moved), Err(CommitError::Moved));
    carrier.publish(&Lane::Bundle, vec![message("b", "newer")]).unwrap();
    let mut stale = Commit::new(None);
    stale.quarantine(authority("NEW"), message("q", "q"));
    stale.receipt(message("t", "t"));
    assert_eq!(carrier.commit(stale), Err(CommitError::StaleBundle));
    let after: Vec<_> = lanes.iter().map(|lane| all(&*carrier, lane)).collect();
    assert_eq!(before, after);
    assert!(all(&*carrier, &Lane::Quarantine(authority("NEW"))).is_empty());
    assert!(all(&*carrier, &Lane::Receipt).is_empty());
    assert_eq!(carrier.positions().unwrap(), BTreeMap::from([(of.clone(), Offset(1))]));
    carrier.commit(finding(&*carrier, &mut recorder, &of, 1)).unwrap();
    assert_eq!(texts(&*carrier, &release("suite-a")), ["AAA 0", "AAA 1"]);
}

/// Work done under a bundle commits only while that bundle is the newest.
pub fn a_newer_bundle_fences_commits_off(site: &dyn Site) {
    let carrier = site.open();
    let of = source("AAA");
    let state = |bundle, text: &str| {
        let mut commit = Commit::new(bundle);
        commit.state(of.clone(), message("s", text));
        carrier.commit(commit)
    };
    state(None, "before any").unwrap();
    let mut newest = None;
    for round in 0..3 {
        carrier.publish(&Lane::Bundle, vec![message("b", "bundle")]).unwrap();
        assert_eq!(state(newest, "stale"), Err(CommitError::StaleBundle));
        assert_eq!(state(None, "stale"), Err(CommitError::StaleBundle));
        newest = all(&*carrier, &Lane::Bundle).last().map(|bundle| bundle.offset);
        state(newest, &format!("under {round}")).unwrap();
    }
    let found = texts(&*carrier, &Lane::State(of));
    assert_eq!(found, ["before any", "under 0", "under 1", "under 2"]);
}

/// Two exchanges that both work from one position: one commits, the other is told that the
/// position has moved, whichever comes first.
pub fn of_two_exchanges_at_one_position_one_fails(site: &dyn Site) {
    let of = source("AAA");
    let exchanges = [site.open(), site.open()];
    exchanges.first().unwrap().submit(sealed(&of, 1..11)).unwrap();
    let barrier = Barrier::new(2);
    for n in 0..10 {
        let outcomes = std::thread::scope(|scope| {
            let (barrier, of) = (&barrier, &of);
            let work = |(run, carrier): (usize, &std::sync::Arc<dyn Carrier>)| {
                let carrier = std::sync::Arc::clone(carrier);
                scope.spawn(move || {
                    let mut recorder = Recorder::new("suite", run as u64).unwrap();
                    let commit = finding(&*carrier, &mut recorder, of, n);
                    barrier.wait();
                    carrier.commit(commit)
                })
            };
            let threads: Vec<_> = exchanges.iter().enumerate().map(work).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let moved = outcomes.iter().filter(|one| **one == Err(CommitError::Moved)).count();
        assert_eq!((moved, outcomes.iter().filter(|one| one.is_ok()).count()), (1, 1));
    }
    let carrier = site.open();
    let once: Vec<_> = (0..10).map(|n| format!("AAA {n}")).collect();
    assert_eq!(texts(&*carrier, &release("suite-a")), once);
    assert_eq!(all(&*carrier, &Lane::Disclosure).len(), once.len());
}

/// Positions are where the last commit left them.
pub fn positions_survive_reopening(site: &dyn Site) {
    let (first, second) = (source("AAA"), source("BBB"));
    {
        let carrier = site.open();
        assert!(carrier.positions().unwrap().is_empty());
        carrier.submit(sealed(&first, 1..9)).unwrap();
        carrier.submit(sealed(&second, 1..9)).unwrap();
        let mut commit = commit_now(&*carrier);
        commit.advance(first.clone(), Offset(0), Offset(3));
        commit.advance(second.clone(), Offset(0), Offset(8));
        commit.advance(first.clone(), Offset(3), Offset(5));
        carrier.commit(commit).unwrap();
    }
    let positions = site.open().positions().unwrap();
    assert_eq!(positions, BTreeMap::from([(first, Offset(5)), (second, Offset(8))]));
}

/// A commit that would move a position back is refused for good.
pub fn a_position_never_moves_back(site: &dyn Site) {
    let carrier = site.open();
    let of = source("AAA");
    carrier.submit(sealed(&of, 1..9)).unwrap();
    let mut commit = commit_now(&*carrier);
    commit.advance(of.clone(), Offset(0), Offset(4));
    carrier.commit(commit.clone()).unwrap();
    assert_eq!(carrier.commit(commit), Err(CommitError::Moved));
    let mut back = commit_now(&*carrier);
    back.advance(of.clone(), Offset(4), Offset(3));
    assert_eq!(carrier.commit(back), Err(Permanent::Position.into()));
    assert_eq!(carrier.positions().unwrap(), BTreeMap::from([(of, Offset(4))]));
}

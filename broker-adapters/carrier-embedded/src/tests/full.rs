//! No space left: a clear answer, nothing lost, and service once there is space again.

use super::site::Site;
use crate::{Embedded, Options};
use carrier::suite::{all, authority, message, sealed, source, texts};
use carrier::{Carrier, Commit, CommitError, Error, Lane, Message, Offset, Retention, Temporary};
use std::time::Duration;

const FULL: Error = Error::Temporary(Temporary::Full);

fn small() -> Site {
    let mut site = Site::new();
    let intake = Duration::ZERO;
    let retention = Retention { intake, ..Retention::default() };
    site.options = Options { max_bytes: Some(1 << 20), retention, ..Options::default() };
    site
}

/// Submits until there is no space; returns how many were accepted.
fn fill(carrier: &Embedded) -> u64 {
    let of = source("AAA");
    for n in 1.. {
        match carrier.submit(sealed(&of, n..n + 1)) {
            Ok(end) => assert_eq!(end, Offset(n)),
            Err(error) => {
                assert_eq!(error, FULL);
                assert_eq!(error.code(), "CARR-101");
                return n - 1;
            }
        }
    }
    0
}

#[test]
fn a_full_file_loses_nothing_and_serves_again_when_it_may_grow() {
    let site = small();
    let carrier = site.embedded();
    let accepted = fill(&carrier);
    assert!(accepted > 100 && carrier.counts().full == 1);
    let lane = Lane::Intake(source("AAA"));
    assert_eq!(carrier.end(&lane), Ok(Offset(accepted)));
    assert_eq!(all(&carrier, &lane).len() as u64, accepted);
    let mut commit = Commit::new(None);
    commit.advance(source("AAA"), Offset(0), Offset(1));
    let value = Some(vec![7; 300_000]);
    commit.quarantine(authority("AAA"), Message { value, ..Message::default() });
    assert_eq!(carrier.commit(commit.clone()), Err(CommitError::Carrier(FULL)));
    assert!(carrier.positions().unwrap().is_empty());
    assert_eq!(carrier.lanes().unwrap(), std::slice::from_ref(&lane));
    drop(carrier);
    let carrier = site.embedded();
    assert_eq!(all(&carrier, &lane).len() as u64, accepted);
    carrier.set_max_bytes(None).unwrap();
    carrier.commit(commit).unwrap();
    let next = accepted + 1;
    assert_eq!(carrier.submit(sealed(&source("AAA"), next..next + 1)), Ok(Offset(next)));
}

#[test]
fn retention_gives_a_full_file_space_again() {
    let site = small();
    let carrier = site.embedded();
    let accepted = fill(&carrier);
    let mut commit = Commit::new(None);
    commit.advance(source("AAA"), Offset(0), Offset(accepted));
    // Needs no new page: the position's table has one.
    let committed = carrier.commit(commit.clone());
    if committed.is_err() {
        carrier.set_max_bytes(Some((1 << 20) + (1 << 15))).unwrap();
        carrier.commit(commit).unwrap();
    }
    carrier.maintain().unwrap();
    let next = accepted + 1;
    let end = carrier.submit(sealed(&source("AAA"), next..next + 200));
    assert_eq!(end, Ok(Offset(accepted + 200)));
}

#[test]
fn a_request_too_large_for_the_space_sinks_no_other() {
    let site = small();
    let carrier = site.embedded();
    let large = Message { value: Some(vec![7; 1 << 20]), ..Message::default() };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (carrier, large) = (&carrier, large.clone());
            scope.spawn(move || {
                for n in 0..20 {
                    if thread % 2 == 0 {
                        // The first fits; it must go with the second.
                        let batch = vec![message("k", "first"), large.clone()];
                        let refused = carrier.publish(&Lane::Receipt, batch);
                        assert_eq!(refused, Err(FULL));
                    } else {
                        let small = message("k", &format!("{thread} {n}"));
                        carrier.publish(&Lane::Register, vec![small]).unwrap();
                    }
                }
            });
        }
    });
    let mut found = texts(&carrier, &Lane::Register);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 40);
    drop(carrier);
    let carrier = site.embedded();
    assert!(all(&carrier, &Lane::Receipt).is_empty());
    carrier.publish(&Lane::Receipt, vec![message("k", "next")]).unwrap();
    assert_eq!(texts(&carrier, &Lane::Receipt), ["next"]);
}

#[test]
fn a_refused_commit_among_others_leaves_nothing() {
    let site = Site::new();
    let carrier = site.embedded();
    carrier.submit(sealed(&source("AAA"), 1..9)).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let carrier = &carrier;
            scope.spawn(move || {
                for n in 0..40 {
                    if thread == 0 {
                        let mut commit = Commit::new(None);
                        commit.advance(source("AAA"), Offset(0), Offset(3));
                        commit.advance(source("BBB"), Offset(1), Offset(2));
                        assert_eq!(carrier.commit(commit), Err(CommitError::Moved));
                    } else {
                        let text = format!("{thread} {n}");
                        carrier.publish(&Lane::Register, vec![message(&text, &text)]).unwrap();
                    }
                }
            });
        }
    });
    assert!(carrier.positions().unwrap().is_empty());
    drop(carrier);
    let carrier = site.embedded();
    assert!(carrier.positions().unwrap().is_empty());
    assert_eq!(all(&carrier, &Lane::Register).len(), 120);
}

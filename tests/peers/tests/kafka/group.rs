//! Several exchanges share the intake lanes: each lane is one exchange's at a time, it is handed
//! over between two commits, and who lost it commits nothing more on it.

use crate::site::Site;
use audit::Recorder;
use carrier::suite::{all, finding, sealed, source, texts, view};
use carrier::{Carrier, CommitError, Lane, Offset, Share};
use carrier_kafka::Kafka;
use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};
use vocabulary::SourceId;

const SOURCES: usize = 4;

fn sources() -> BTreeSet<SourceId> {
    (0..SOURCES).map(|n| source(&format!("S{n}"))).collect()
}

fn held(carrier: &Kafka) -> BTreeSet<SourceId> {
    match carrier.share().unwrap() {
        Share::All => panic!("a member of a group never has all by right"),
        Share::Some { sources, .. } => sources,
    }
}

/// Asks until it is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(50));
    }
}

/// Commits the next finding of each lane that it holds; how many went through.
fn work(carrier: &Kafka, recorder: &mut Recorder) -> usize {
    let mine = held(carrier);
    let positions = carrier.positions().unwrap();
    let mut done = 0;
    for of in mine {
        let next = positions.get(&of).map_or(0, |next| next.0);
        if carrier.end(&Lane::Intake(of.clone())).unwrap() <= Offset(next) {
            continue;
        }
        match carrier.commit(finding(carrier, recorder, &of, next)) {
            Ok(_) => done += 1,
            // The lane went to another in between.
            Err(CommitError::Moved) => {}
            Err(error) => panic!("{error}"),
        }
    }
    done
}

#[test]
fn lanes_are_shared_and_handed_over_and_each_finding_is_released_once() {
    let mut site = Site::new();
    site.options.group = true;
    let findings = 30u64;
    let first = site.kafka();
    for of in sources() {
        first.submit(sealed(&of, 1..findings + 1)).unwrap();
    }
    until("the first member is given all", || held(&first) == sources());
    let mut recorder = Recorder::new("first", 1).unwrap();
    assert_eq!(work(&first, &mut recorder), SOURCES);

    site.options.instance = "exchange-1".to_owned();
    let second = site.kafka();
    let mut other = Recorder::new("second", 2).unwrap();
    until("both have their part", || {
        work(&first, &mut recorder);
        work(&second, &mut other);
        let (one, two) = (held(&first), held(&second));
        assert!(one.is_disjoint(&two), "a lane is in two hands");
        !two.is_empty() && one.union(&two).cloned().collect::<BTreeSet<_>>() == sources()
    });
    let lost: Vec<_> = sources().into_iter().filter(|of| !held(&first).contains(of)).collect();
    for of in &lost {
        let next = first.positions().unwrap()[of].0;
        let late = first.commit(finding(&first, &mut recorder, of, next));
        assert_eq!(late, Err(CommitError::Moved), "who lost a lane commits nothing on it");
    }
    drop(first);
    until("the one that stays is given all and ends the work", || {
        work(&second, &mut other);
        let positions = second.positions().unwrap();
        positions.len() == SOURCES && positions.values().all(|next| *next == Offset(findings))
    });
    let reader = site.kafka();
    let mut released = texts(&reader, &Lane::Release { view: view("suite-a"), recipient: None });
    released.sort();
    let each = |of: SourceId| (0..findings).map(move |n| format!("{of} {n}"));
    let mut expected: Vec<_> = sources().into_iter().flat_map(each).collect();
    expected.sort();
    assert_eq!(released, expected);
    assert_eq!(all(&reader, &Lane::Disclosure).len(), expected.len());
    for of in sources() {
        let states = texts(&reader, &Lane::State(of.clone()));
        // What was replaced may be gone by now.
        let whole: Vec<_> = each(of).collect();
        assert!(whole.ends_with(&states) && !states.is_empty(), "state is in order, once");
    }
}

//! Many threads at once. Speed is measured elsewhere.
#![expect(clippy::unwrap_used, reason = "tests, though in a library")]

use super::{Site, all, finding, sealed, source, texts, view};
use crate::{Carrier, Lane, Limit, Offset, sealed_of};
use audit::Recorder;
use std::time::Duration;
use vocabulary::SourceId;

const SOURCES: usize = 6;
const RECORDS: u64 = 120;

fn sources() -> Vec<SourceId> {
    (0..SOURCES).map(|n| source(&format!("S{n}"))).collect()
}

/// Each reader sees its lane grow from the left, without gap or repetition, while all write.
pub fn many_sources_and_readers_at_once(site: &dyn Site) {
    let carrier = site.open();
    std::thread::scope(|scope| {
        for of in &sources() {
            let (of, carrier) = (of.clone(), &carrier);
            let reader = of.clone();
            scope.spawn(move || {
                for first in (1..=RECORDS).step_by(5) {
                    carrier.submit(sealed(&of, first..first + 5)).unwrap();
                }
            });
            scope.spawn(move || read_all(&**carrier, &reader));
        }
    });
    let lanes = carrier.lanes().unwrap();
    assert!(sources().into_iter().all(|of| lanes.contains(&Lane::Intake(of))));
}

fn read_all(carrier: &dyn Carrier, of: &SourceId) {
    let lane = Lane::Intake(of.clone());
    let (mut position, mut expected) = (Offset(0), 1);
    let mut seen = carrier.wait(u64::MAX, Duration::ZERO);
    while expected <= RECORDS {
        let found = carrier.read(&lane, position, Limit { records: 17, bytes: 4_096 }).unwrap();
        if found.is_empty() {
            seen = carrier.wait(seen, Duration::from_millis(200));
        }
        for fetched in found {
            position = fetched.offset.next();
            assert_eq!(sealed_of(of, fetched).unwrap().sequence(), expected);
            expected += 1;
        }
    }
}

/// Exchanges that hold different sources do not disturb each other, and each finding is released
/// once with one entry.
pub fn commits_of_many_sources_at_once(site: &dyn Site) {
    let carrier = site.open();
    std::thread::scope(|scope| {
        for (run, of) in sources().into_iter().enumerate() {
            let carrier = &carrier;
            scope.spawn(move || {
                let mut recorder = Recorder::new("suite", run as u64).unwrap();
                for n in 0..RECORDS / 5 {
                    carrier.submit(sealed(&of, n + 1..n + 2)).unwrap();
                    carrier.commit(finding(&**carrier, &mut recorder, &of, n)).unwrap();
                }
            });
        }
    });
    let mut released = texts(&*carrier, &Lane::Release { view: view("suite-a"), recipient: None });
    released.sort();
    let findings = |of| (0..RECORDS / 5).map(move |n| format!("{of} {n}"));
    let mut expected: Vec<_> = sources().into_iter().flat_map(findings).collect();
    expected.sort();
    assert_eq!(released, expected);
    assert_eq!(all(&*carrier, &Lane::Disclosure).len(), expected.len());
    let positions = carrier.positions().unwrap();
    assert!(positions.values().all(|position| *position == Offset(RECORDS / 5)));
}

//! Intake goes a time after it was committed, disclosures a time after they were integrated, on a
//! clock that is moved; nothing else of them ever, and whoever reads there goes on.

use crate::site::Site;
use audit::Recorder;
use carrier::suite::{all, finding, sealed, source, texts, view};
use carrier::{Carrier, Lane, Limit, Offset, Retention, sealed_of};
use carrier_kafka::Kafka;
use std::time::Duration;
use vocabulary::SourceId;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// More than any time of a table.
const AGES: u32 = 400;

/// A place with ten findings of one source on its intake lane.
struct Case {
    site: Site,
    carrier: Kafka,
    recorder: Recorder,
    of: SourceId,
}

// === impl Case ===

impl Case {
    fn new() -> Case {
        let (site, of) = (Site::new(), source("AAA"));
        let carrier = site.kafka();
        carrier.submit(sealed(&of, 1..11)).unwrap();
        let recorder = Recorder::new("retention", 1).unwrap();
        Case { site, carrier, recorder, of }
    }

    fn commit(&mut self, findings: std::ops::Range<u64>) {
        for at in findings {
            let commit = finding(&self.carrier, &mut self.recorder, &self.of, at);
            self.carrier.commit(commit).unwrap();
        }
    }

    /// Moves the clock, then looks for what is past its time.
    fn wait(&self, days: u32) {
        self.site.wait(DAY * days);
        self.carrier.maintain().unwrap();
    }

    /// The numbers that are left on the intake lane, read from its beginning by a reader of its
    /// own.
    fn left(&self) -> Vec<u64> {
        let found = all(&self.site.kafka(), &Lane::Intake(self.of.clone())).into_iter();
        found.map(|one| sealed_of(&self.of, one).unwrap().sequence()).collect()
    }

    fn entries(&self) -> usize {
        all(&self.site.kafka(), &Lane::Disclosure).len()
    }
}

#[test]
fn intake_goes_30_days_after_its_commit_and_what_is_not_committed_never() {
    let mut case = Case::new();
    case.carrier.set_retention(Retention::default()).unwrap();
    // It has lain there for long when it is committed.
    case.wait(40);
    case.commit(0..4);
    case.wait(0);
    case.wait(10);
    case.commit(4..6);
    case.wait(0);
    case.wait(19);
    assert_eq!(case.left(), (1..11).collect::<Vec<_>>(), "it went too early");
    // Fetched from the very beginning before that is gone.
    let lane = Lane::Intake(case.of.clone());
    let reader = case.site.kafka();
    let one = Limit { records: 1, ..Limit::default() };
    assert_eq!(reader.read(&lane, Offset(0), one).unwrap()[0].offset, Offset(0));
    case.wait(1);
    assert_eq!(case.left(), (5..11).collect::<Vec<_>>());
    case.wait(9);
    assert_eq!(case.left(), (5..11).collect::<Vec<_>>(), "it went too early");
    case.wait(1);
    assert_eq!(case.left(), [7, 8, 9, 10]);
    case.wait(AGES);
    assert_eq!(case.left(), [7, 8, 9, 10], "what is not committed stays");

    // Positions stand, reading goes on behind what is gone, from any place, and so does the work.
    let next = case.site.kafka();
    assert_eq!(next.positions().unwrap().get(&case.of), Some(&Offset(6)));
    for from in [3, 0, 6] {
        let found = reader.read(&lane, Offset(from), Limit::default()).unwrap();
        assert!(found.last().is_some_and(|last| last.offset == Offset(9)), "from {from}");
    }
    assert_eq!(next.read(&lane, Offset(2), one).unwrap()[0].offset, Offset(6));
    drop(std::mem::replace(&mut case.carrier, next));
    case.recorder = Recorder::new("retention", 2).unwrap();
    case.commit(6..10);
    assert_eq!(case.carrier.submit(sealed(&case.of, 11..12)), Ok(Offset(11)));
    let released = texts(&case.carrier, &Lane::Release { view: view("suite-a"), recipient: None });
    assert_eq!(released, (0..10).map(|n| format!("AAA {n}")).collect::<Vec<_>>());
}

#[test]
fn disclosures_go_7_days_after_they_were_integrated_and_no_others() {
    let mut case = Case::new();
    case.commit(0..5);
    let integrated = all(&case.carrier, &Lane::Disclosure)[2].offset.next();
    case.carrier.set_retention(Retention::default()).unwrap();
    case.wait(AGES);
    assert_eq!(case.entries(), 5, "none is integrated");
    // Another process says so.
    case.site.kafka().integrated(integrated).unwrap();
    case.wait(0);
    case.wait(6);
    assert_eq!(case.entries(), 5, "it went too early");
    case.wait(1);
    assert_eq!(case.entries(), 2);
    case.wait(AGES);
    assert_eq!(case.entries(), 2, "what is not integrated stays");
    case.commit(5..6);
    assert_eq!(case.entries(), 3);
}

#[test]
fn a_lane_that_went_whole_is_read_and_written_on() {
    let mut case = Case::new();
    case.commit(0..10);
    let end = all(&case.carrier, &Lane::Disclosure)[9].offset.next();
    case.carrier.integrated(end).unwrap();
    // Days of 0: gone as soon as it is committed.
    case.carrier.set_retention(Retention::of_days(0, 30, 0, 90)).unwrap();
    case.wait(0);
    assert!(case.left().is_empty() && case.entries() == 0);
    let (lane, reader) = (Lane::Intake(case.of.clone()), case.site.kafka());
    assert_eq!(reader.end(&lane), Ok(Offset(10)));
    assert!(reader.end(&Lane::Disclosure).unwrap() >= end);
    assert!(reader.read(&Lane::Disclosure, Offset(0), Limit::default()).unwrap().is_empty());
    case.carrier.submit(sealed(&case.of, 11..12)).unwrap();
    case.commit(10..11);
    assert_eq!((case.left(), case.entries()), (vec![11], 1));
    let found = reader.read(&lane, Offset(0), Limit::default()).unwrap();
    assert_eq!(found.iter().map(|one| one.offset).collect::<Vec<_>>(), [Offset(10)]);
}

#[test]
fn nothing_goes_until_somebody_says_how_long() {
    let mut case = Case::new();
    case.commit(0..10);
    let end = all(&case.carrier, &Lane::Disclosure)[9].offset.next();
    case.carrier.integrated(end).unwrap();
    case.wait(0);
    case.wait(AGES);
    assert_eq!((case.left().len(), case.entries()), (10, 10));
    // From the first look on, which is all that can be known.
    case.carrier.set_retention(Retention::default()).unwrap();
    case.wait(0);
    assert_eq!((case.left().len(), case.entries()), (10, 10));
    case.wait(30);
    assert!(case.left().is_empty() && case.entries() == 0);
}

#[test]
fn of_exchanges_that_share_the_lanes_each_deletes_on_its_own() {
    let mut case = Case::new();
    case.commit(0..10);
    case.site.options.group = true;
    let member = case.site.kafka();
    member.set_retention(Retention::of_days(0, 30, 0, 90)).unwrap();
    member.maintain().unwrap();
    assert_eq!(case.left().len(), 10, "no lane is its own yet");
    let begun = std::time::Instant::now();
    while !member.share().unwrap().holds(&case.of) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the group gives it nothing");
        std::thread::sleep(Duration::from_millis(50));
    }
    member.maintain().unwrap();
    assert!(case.left().is_empty());
}

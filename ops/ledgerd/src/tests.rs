//! The loop over a lane in memory that fails when told to.

use crate::*;
use audit::test_util::{Plain, recorded};
use audit::{Recorder, check_ledger};
use audit_vault::{Opening, PublicFiles, Reader};
use carrier::{
    Carrier, Commit, CommitError, Committed, Fetched, Lane, Limit, Message, Offset, Temporary,
};
use daemon::{HandClock, Health, Stop};
use seal::{Sealed, SigningKey};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use vocabulary::{Digest, Secret, SourceId, Timestamp};

const AT: Timestamp = Timestamp::from_micros(1_795_400_000_000_000);

/// A disclosure lane.
#[derive(Default)]
struct Lanes {
    messages: Mutex<Vec<Vec<u8>>>,
    fails: AtomicBool,
}

impl Lanes {
    fn append(&self, value: Vec<u8>) {
        self.messages.lock().unwrap().push(value);
    }
}

impl Carrier for Lanes {
    fn read(&self, _: &Lane, from: Offset, limit: Limit) -> Result<Vec<Fetched>, carrier::Error> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(Temporary::Unavailable.into());
        }
        let messages = self.messages.lock().unwrap();
        let from = from.0 as usize;
        let found = messages.iter().enumerate().skip(from).take(limit.records.min(64));
        let fetched = |(at, value): (usize, &Vec<u8>)| Fetched {
            offset: Offset(at as u64),
            appended: AT,
            message: Message { value: Some(value.clone()), ..Message::default() },
        };
        Ok(found.map(fetched).collect())
    }

    fn set_retention(&self, _: carrier::Retention) -> Result<(), carrier::Error> {
        panic!("not asked")
    }

    fn integrated(&self, _: Offset) -> Result<(), carrier::Error> {
        panic!("not asked")
    }

    fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        std::thread::sleep(timeout.min(Duration::from_millis(2)));
        seen
    }

    fn end(&self, _: &Lane) -> Result<Offset, carrier::Error> {
        panic!("not asked")
    }

    fn lanes(&self) -> Result<Vec<Lane>, carrier::Error> {
        panic!("not asked")
    }

    fn submit(&self, _: Vec<Sealed>) -> Result<Offset, carrier::Error> {
        panic!("not asked")
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, Offset>, carrier::Error> {
        panic!("not asked")
    }

    fn commit(&self, _: Commit) -> Result<Committed, CommitError> {
        panic!("not asked")
    }

    fn publish(&self, _: &Lane, _: Vec<Message>) -> Result<Offset, carrier::Error> {
        panic!("not asked")
    }

    fn compacted(&self, _: &Lane, _: &[u8]) -> Result<Option<Fetched>, carrier::Error> {
        panic!("not asked")
    }

    fn register_schema(&self, _: &Lane, _: &str, _: &str) -> Result<u32, carrier::Error> {
        panic!("not asked")
    }

    fn schema(&self, _: u32) -> Result<Option<String>, carrier::Error> {
        panic!("not asked")
    }
}

struct Scene {
    folder: TempDir,
    key: Secret<Vec<u8>>,
    lanes: Arc<Lanes>,
    clock: HandClock,
    recorder: Recorder,
    metrics: telemetry::Metrics,
}

impl Scene {
    fn new() -> Self {
        let key = SigningKey::generate().unwrap().to_pem().unwrap();
        let recorder = Recorder::new("exchange-0", 42).unwrap();
        let folder = TempDir::new().unwrap();
        let metrics = telemetry::Metrics::new("ledgerd", "0").unwrap();
        let clock = HandClock::at(AT);
        Scene { folder, key, lanes: Arc::default(), clock, recorder, metrics }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_pem(self.key.expose()).unwrap()
    }

    fn write(&mut self, count: usize) {
        for _ in 0..count {
            let entry = recorded(&mut self.recorder, AT, vec![]).unwrap().into_parts().0;
            self.lanes.append(entry.encode());
        }
    }

    fn open(&mut self) -> Ledger {
        self.metrics = telemetry::Metrics::new("ledgerd", "0").unwrap();
        let origin = "samsyn.example/ledger".to_owned();
        let opening = Opening { origin, key: self.key(), index_secret: Secret::new([3; 32]) };
        let lanes: Arc<dyn Carrier> = Arc::clone(&self.lanes) as _;
        let clock = Arc::new(self.clock.clone());
        let checkpoint = Duration::from_millis(40);
        Ledger::open(self.folder.path(), opening, (lanes, clock), checkpoint, &self.metrics)
            .unwrap()
    }

    fn check(&self) -> audit::Report {
        let files = PublicFiles::of(self.folder.path());
        check_ledger(&files, self.key().public(), None).unwrap()
    }
}

/// Runs the ledger beside until the condition holds.
fn run_until(mut ledger: Ledger, part: &daemon::Part, until: impl Fn(Standing) -> bool) -> Ledger {
    let stop = Stop::new();
    let watch = ledger.watch();
    std::thread::scope(|scope| {
        let handle = scope.spawn(|| ledger.run(part, &stop));
        let begun = Instant::now();
        while !until(watch.standing()) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", watch.standing());
            std::thread::sleep(Duration::from_millis(1));
        }
        stop.stop();
        handle.join().unwrap().unwrap();
    });
    ledger
}

#[test]
fn what_lies_on_the_lane_comes_under_a_checkpoint() {
    let mut scene = Scene::new();
    scene.write(700);
    let part = Health::default().part("ledger");
    let ledger = scene.open();
    drop(run_until(ledger, &part, |standing| standing.published == 700));
    assert_eq!((scene.check().findings, scene.check().leaves), (vec![], 700));
    scene.write(5);
    let ledger = scene.open();
    drop(run_until(ledger, &part, |standing| standing.published == 705));
    assert_eq!((scene.check().findings, scene.check().leaves), (vec![], 705));
    let text = scene.metrics.text();
    assert!(text.contains("samsyn_disclosure_log_entries_total 5"), "{text}");
    assert!(text.contains("samsyn_disclosure_log_checkpoint_timestamp_seconds 1795400000"));
    assert_eq!(scene.metrics.violations(), []);
}

#[test]
fn an_empty_ledger_has_a_checkpoint_too() {
    let mut scene = Scene::new();
    drop(scene.open());
    assert_eq!((scene.check().findings, scene.check().leaves), (vec![], 0));
}

#[test]
fn a_failure_that_passes_is_waited_out() {
    let mut scene = Scene::new();
    scene.write(3);
    scene.lanes.fails.store(true, Ordering::SeqCst);
    let health = Health::default();
    let part = health.part("ledger");
    let lanes = Arc::clone(&scene.lanes);
    let report = health.clone();
    let ledger = scene.open();
    let ledger = run_until(ledger, &part, move |standing| {
        if report.report().contains("tries again") {
            lanes.fails.store(false, Ordering::SeqCst);
        }
        standing.published == 3
    });
    drop(ledger);
    assert!(health.is_ready());
    assert_eq!(scene.check().findings, []);
}

#[test]
fn what_is_no_entry_is_passed_over_and_shows_as_missing() {
    let mut scene = Scene::new();
    scene.write(3);
    scene.lanes.messages.lock().unwrap()[1] = b"\x02nonsense".to_vec();
    let part = Health::default().part("ledger");
    let ledger = scene.open();
    drop(run_until(ledger, &part, |standing| standing.position == 3));
    assert!(matches!(scene.check().findings[..], [audit::Finding::Missing { from: 2, to: 2, .. }]));
    assert!(scene.metrics.text().contains("samsyn_disclosure_log_malformed_total 1"));
    assert!(scene.metrics.text().contains("samsyn_disclosure_log_missing_total 1"));
}

#[test]
fn an_entry_of_a_newer_version_stops_the_ledger() {
    let mut scene = Scene::new();
    scene.write(3);
    scene.lanes.messages.lock().unwrap()[1][0] = 9;
    let mut ledger = scene.open();
    assert!(matches!(ledger.step(), Err(Error::Version)));
    assert_eq!(ledger.watch().standing().position, 0);
}

#[test]
fn a_question_waits_for_its_record() {
    let mut scene = Scene::new();
    let mut ledger = scene.open();
    let question = audit::Question::WhoGot { subject: "999999999".to_owned() };
    let inquiry = audit::Inquiry { question, asker: "dpo".to_owned(), reason: "innsyn".to_owned() };
    let bundle = Digest::new([1; 32]);
    let asked = scene.recorder.access::<Plain>(AT, bundle, &inquiry).unwrap().into_parts().0;
    let reader = Reader::open(scene.folder.path(), Secret::new([3; 32])).unwrap();
    let short = Duration::from_millis(30);
    assert!(matches!(crate::recorded(&reader, &asked.id(), short), Err(Error::Slow)));
    scene.lanes.append(asked.encode());
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| {
            let reader = Reader::open(scene.folder.path(), Secret::new([3; 32])).unwrap();
            crate::recorded(&reader, &asked.id(), Duration::from_secs(60)).unwrap()
        });
        ledger.step().unwrap();
        assert_eq!(answer.join().unwrap().inquiry(), &inquiry);
    });
}

#[test]
fn entries_past_their_time_are_shredded_and_no_sooner() {
    let mut scene = Scene::new();
    scene.write(2);
    let mut ledger = scene.open();
    let keys = scene.folder.path().join("private/keys.sqlite");
    let held = || std::fs::read(&keys).unwrap();
    let day = Duration::from_secs(86_400);
    ledger.step().unwrap();
    let before = held();
    // Nobody has told how long: for ever.
    scene.clock.advance(day * 4_000);
    ledger.step().unwrap();
    assert_eq!(held(), before);
    // The month in which they lie is not over by the limit.
    ledger.keeping().set_days(4_000);
    ledger.step().unwrap();
    assert_eq!(held(), before);
    scene.clock.advance(day * 31);
    ledger.step().unwrap();
    assert_ne!(held(), before);
    assert!(scene.metrics.text().contains("samsyn_disclosure_log_shredded_months_total 1"));
    ledger.close().unwrap();
    assert_eq!(scene.check().findings, []);
}

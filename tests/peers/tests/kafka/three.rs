//! Three brokers with three copies of everything, of which two must answer: with one dead the work
//! goes on, with two it waits, and either way nothing is lost, doubled or out of order.

use crate::site::Site;
use audit::Recorder;
use carrier::suite::{all, finding, message, sealed, source, texts, view};
use carrier::{Carrier, CommitError, Error, Lane, Offset, sealed_of};
use peers::{Kafka, Layout};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use vocabulary::SourceId;

/// Findings submitted at once.
const BATCH: u64 = 10;
/// Findings submitted ahead of what is committed.
const AHEAD: u64 = 50;
/// How long the work may stand still: the others take a silent broker for dead after 3 s, and a
/// commit that was under way then may have to be taken back.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is done to the brokers while the work goes on, and how far it is.
struct Work<'a> {
    site: &'a Site,
    of: SourceId,
    submitted: AtomicU64,
    committed: AtomicU64,
    /// Where the lane ends, once nothing more is submitted.
    lies: AtomicU64,
    ends: AtomicBool,
}

/// Ends the work also when the test fails.
struct Ends<'a>(&'a Work<'a>);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.ends.store(true, Ordering::Release);
    }
}

// === impl Work ===

impl Work<'_> {
    /// As a spool does: until it is taken, in order.
    fn submit(&self) {
        let carrier = self.site.kafka();
        let mut first = 1;
        while !self.ends.load(Ordering::Acquire) {
            if first > self.committed.load(Ordering::Relaxed) + AHEAD {
                sleep(Duration::from_millis(10));
                continue;
            }
            if carrier.submit(sealed(&self.of, first..first + BATCH)).is_err() {
                sleep(Duration::from_millis(50));
                continue;
            }
            first += BATCH;
            self.submitted.store(first - 1, Ordering::Release);
        }
    }

    /// As an exchange does: from its positions, begun anew when it does not know how it ended.
    fn commit(&self) {
        let mut run = 0;
        while !self.is_done() {
            run += 1;
            let carrier = self.site.kafka();
            let Ok(positions) = carrier.positions() else { continue };
            let next = positions.get(&self.of).copied().unwrap_or_default();
            self.committed.store(next.0, Ordering::Relaxed);
            let mut recorder = Recorder::new("three", run).unwrap();
            self.commit_from(&carrier, &mut recorder, next.0);
        }
    }

    fn commit_from(&self, carrier: &dyn Carrier, recorder: &mut Recorder, mut next: u64) {
        while !self.is_done() {
            if carrier.end(&Lane::Intake(self.of.clone())).is_ok_and(|end| end.0 <= next) {
                sleep(Duration::from_millis(5));
                continue;
            }
            match carrier.commit(finding(carrier, recorder, &self.of, next)) {
                Ok(_) => {
                    next += 1;
                    self.committed.store(next, Ordering::Relaxed);
                }
                Err(CommitError::Carrier(Error::Temporary(_)))
                | Err(CommitError::Unknown | CommitError::Moved) => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn is_done(&self) -> bool {
        let (ends, committed) = (&self.ends, self.committed.load(Ordering::Relaxed));
        ends.load(Ordering::Acquire) && committed >= self.lies.load(Ordering::Acquire)
    }

    /// Waits until submits and commits have both come so much further.
    fn goes_on(&self, what: &str) {
        let (submitted, committed) = (&self.submitted, &self.committed);
        let from = [submitted, committed].map(|so_far| so_far.load(Ordering::Relaxed));
        let begun = Instant::now();
        while submitted.load(Ordering::Relaxed) < from[0] + 3 * BATCH
            || committed.load(Ordering::Relaxed) < from[1] + 3 * BATCH
        {
            assert!(begun.elapsed() < PATIENCE, "{what}");
            sleep(Duration::from_millis(20));
        }
    }
}

/// Waits until every copy of every lane is in sync again.
fn in_sync(brokers: &str) {
    let begun = Instant::now();
    let config = ClientConfig::new().set("bootstrap.servers", brokers).clone();
    let asker: BaseConsumer = config.create().unwrap();
    loop {
        let metadata = asker.fetch_metadata(None, Duration::from_secs(10)).unwrap();
        let mut places = metadata.topics().iter().flat_map(|topic| topic.partitions());
        if places.all(|place| place.isr().len() == 3) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "it is not in sync");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn one_dead_of_three_is_not_waited_for_and_two_are() {
    // How soon the others take a silent one for dead; 9 s as it comes.
    let soon = [("broker.session.timeout.ms", "3000"), ("broker.heartbeat.interval.ms", "500")];
    let settings = soon.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let layout = Layout { brokers: 3, settings, ..Layout::default() };
    let kafka = Mutex::new(Kafka::start_with(&layout).unwrap());
    let mut site = Site::on(&kafka.lock().unwrap());
    (site.options.copies, site.options.in_sync) = (Some(3), Some(2));
    let of = source("AAA");
    let work = Work {
        site: &site,
        of: of.clone(),
        submitted: AtomicU64::default(),
        committed: AtomicU64::default(),
        lies: AtomicU64::default(),
        ends: AtomicBool::default(),
    };
    let brokers = || kafka.lock().unwrap();
    std::thread::scope(|scope| {
        let submits = scope.spawn(|| work.submit());
        scope.spawn(|| work.commit());
        let ends = Ends(&work);
        work.goes_on("it does not begin");
        // Each of the three in turn, so that also whoever leads a lane or the transactions dies.
        for dead in 0..3 {
            brokers().kill(dead).unwrap();
            work.goes_on("it waits for the one that is dead");
            brokers().restart(dead).unwrap();
            in_sync(&site.options.brokers);
        }
        brokers().kill(0).unwrap();
        brokers().kill(1).unwrap();
        sleep(Duration::from_secs(1));
        let stood = work.committed.load(Ordering::Relaxed);
        sleep(Duration::from_secs(2));
        assert!(work.committed.load(Ordering::Relaxed) <= stood + 1, "one broker is not enough");
        let mut kafka = brokers();
        kafka.restart_all(&[0, 1]).unwrap();
        drop(kafka);
        work.goes_on("it does not go on when two are back");
        work.lies.store(u64::MAX, Ordering::Release);
        drop(ends);
        submits.join().unwrap();
        let end = site.kafka().end(&Lane::Intake(of.clone())).unwrap();
        work.lies.store(end.0, Ordering::Release);
    });
    once_each(&site, &of, work.submitted.into_inner(), work.lies.into_inner());
}

#[test]
fn a_lane_that_nobody_led_is_read_as_soon_as_somebody_does() {
    let settings = ["default.replication.factor", "min.insync.replicas"];
    let settings = settings.map(|name| (name.to_owned(), "1".to_owned())).to_vec();
    let layout = Layout { brokers: 3, settings, ..Layout::default() };
    let mut kafka = Kafka::start_with(&layout).unwrap();
    let site = Site::on(&kafka);
    let lane = Lane::Receipt;
    site.kafka().publish(&lane, vec![message("one", "one")]).unwrap();
    let mut unled = 0;
    for holder in 0..3 {
        kafka.stop(holder).unwrap();
        // What it is told of the lane now, it remembers.
        let late = site.kafka();
        unled += u32::from(late.end(&lane).is_err());
        kafka.restart(holder).unwrap();
        let begun = Instant::now();
        while late.end(&lane) != Ok(Offset(1)) {
            assert!(begun.elapsed() < PATIENCE, "it is led again, and not asked for");
        }
        assert_eq!(texts(&late, &lane), ["one"]);
    }
    assert_eq!(unled, 1, "one of them holds it");
}

/// Everything submitted lies on the lane in order, and all that lies there is released once.
fn once_each(site: &Site, of: &SourceId, submitted: u64, lies: u64) {
    let reader = site.kafka();
    let found = all(&reader, &Lane::Intake(of.clone())).into_iter();
    let mut expected = 1;
    for number in found.map(|one| sealed_of(of, one).unwrap().sequence()) {
        // A batch may stand twice, never behind a later one that came first without it.
        assert!(number <= expected, "{number} came before {expected}");
        expected = expected.max(number + 1);
    }
    assert_eq!(expected, submitted + 1);
    let once: Vec<_> = (0..lies).map(|n| format!("AAA {n}")).collect();
    let lane = Lane::Release { view: view("suite-a"), recipient: None };
    assert_eq!(texts(&reader, &lane), once);
    assert_eq!(all(&reader, &Lane::Disclosure).len(), once.len());
    assert_eq!(reader.positions().unwrap().get(of), Some(&Offset(lies)));
}

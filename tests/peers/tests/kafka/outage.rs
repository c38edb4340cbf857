//! A broker that stops, dies, stands still or comes back: nothing is lost, nothing is there twice.

use crate::site::Site;
use audit::Recorder;
use carrier::suite::{all, commit_now, finding, message, recipient, sealed, source, texts, view};
use carrier::{Carrier, CommitError, Lane, Offset, sealed_of};
use peers::{Kafka, Layout};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use vocabulary::SourceId;

/// What a test takes at the longest. Whoever waits in a thread of his own gives up then: a test
/// whose broker did not come back ends with the reason instead of never.
const PATIENCE: Duration = Duration::from_secs(240);

/// Submits until it is taken, as a spool does.
fn submit_until_taken(carrier: &dyn Carrier, of: &SourceId, batch: std::ops::Range<u64>) {
    let begun = Instant::now();
    while let Err(error) = carrier.submit(sealed(of, batch.clone())) {
        assert!(begun.elapsed() < PATIENCE, "{error}");
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_submitted_while_the_broker_stops_and_comes_back_lies_there_in_order() {
    let mut kafka = Kafka::start().unwrap();
    let site = Site::on(&kafka);
    let of = source("AAA");
    let carrier = site.kafka();
    carrier.submit(sealed(&of, 1..11)).unwrap();
    let last = 2_000;
    std::thread::scope(|scope| {
        let submitter = scope.spawn(|| {
            for first in (11..=last).step_by(10) {
                submit_until_taken(&carrier, &of, first..first + 10);
            }
        });
        for kill in [false, true] {
            sleep(Duration::from_millis(150));
            if kill { kafka.kill(0) } else { kafka.stop(0) }.unwrap();
            sleep(Duration::from_millis(500));
            kafka.restart(0).unwrap();
        }
        submitter.join().unwrap();
    });
    let lane = Lane::Intake(of.clone());
    let found = all(&site.kafka(), &lane).into_iter();
    let numbers: Vec<u64> = found.map(|one| sealed_of(&of, one).unwrap().sequence()).collect();
    // A number may stand twice, never behind a later one that came first without it.
    let mut expected = 1;
    for number in numbers {
        assert!(number <= expected, "{number} came before {expected}");
        expected = expected.max(number + 1);
    }
    assert_eq!(expected, last + 1);
}

#[test]
fn commits_while_the_broker_stops_and_comes_back_are_there_once_or_not_at_all() {
    let kafka = Mutex::new(Kafka::start().unwrap());
    let site = Site::on(&kafka.lock().unwrap());
    let of = source("AAA");
    let findings = 150;
    let mut carrier = site.kafka();
    carrier.submit(sealed(&of, 1..findings + 1)).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while !done.load(Ordering::Relaxed) && round < 3 {
                sleep(Duration::from_millis(700));
                let mut kafka = kafka.lock().unwrap();
                if round % 2 == 0 { kafka.kill(0) } else { kafka.stop(0) }.unwrap();
                kafka.restart(0).unwrap();
                round += 1;
            }
        });
        let mut run = 0;
        let mut recorder = Recorder::new("suite", run).unwrap();
        let mut next = 0;
        let begun = Instant::now();
        while next < findings {
            assert!(begun.elapsed() < PATIENCE, "stands at {next}");
            match carrier.commit(finding(&carrier, &mut recorder, &of, next)) {
                Ok(_) => next += 1,
                Err(CommitError::Carrier(error)) => {
                    assert!(matches!(error, carrier::Error::Temporary(_)), "{error}");
                }
                Err(CommitError::Unknown | CommitError::Moved) => {
                    // As an exchange that begins anew: the positions say where.
                    carrier = site.kafka();
                    next = loop {
                        match carrier.positions() {
                            Ok(positions) => break positions.get(&of).map_or(0, |next| next.0),
                            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
                        }
                        sleep(Duration::from_millis(50));
                    };
                    run += 1;
                    recorder = Recorder::new("suite", run).unwrap();
                }
                Err(CommitError::StaleBundle) => panic!("no bundle was published"),
            }
            if next % 10 == 0 {
                sleep(Duration::from_millis(100));
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    let carrier = site.kafka();
    let once: Vec<_> = (0..findings).map(|n| format!("AAA {n}")).collect();
    let lane = Lane::Release { view: view("suite-a"), recipient: None };
    assert_eq!(texts(&carrier, &lane), once);
    assert_eq!(texts(&carrier, &Lane::State(of.clone())), once);
    assert_eq!(all(&carrier, &Lane::Disclosure).len(), once.len());
    assert_eq!(carrier.positions().unwrap().get(&of), Some(&Offset(findings)));
}

#[test]
fn a_broker_that_stands_still_is_waited_for() {
    let kafka = Kafka::start().unwrap();
    let site = Site::on(&kafka);
    let of = source("AAA");
    let carrier = site.kafka();
    carrier.publish(&Lane::Register, vec![message("k", "v")]).unwrap();
    carrier.submit(sealed(&of, 1..5)).unwrap();
    let mut first = commit_now(&carrier);
    first.advance(of.clone(), Offset(0), Offset(1));
    carrier.commit(first).unwrap();
    std::thread::scope(|scope| {
        kafka.broker(0).unwrap().pause().unwrap();
        let submitter = scope.spawn(|| carrier.submit(sealed(&of, 5..9)));
        sleep(Duration::from_secs(2));
        kafka.broker(0).unwrap().resume().unwrap();
        submitter.join().unwrap().unwrap();
    });
    let mut second = commit_now(&carrier);
    second.advance(of.clone(), Offset(1), Offset(8));
    carrier.commit(second).unwrap();
    assert_eq!(all(&carrier, &Lane::Intake(of)).len(), 8);
}

/// Commits one finding after the other until one more has gone well after the first failure, as an
/// exchange whose broker goes away and comes back; how many are there. `done` counts up to then.
fn commit_over_a_failure(carrier: &dyn Carrier, of: &SourceId, done: &AtomicU64) -> u64 {
    let begun = Instant::now();
    let (mut run, mut next) = (1, 0);
    let mut recorder = Recorder::new("suite", run).unwrap();
    loop {
        assert!(begun.elapsed() < PATIENCE, "stands at {next} in run {run}");
        match carrier.commit(finding(carrier, &mut recorder, of, next)) {
            Ok(_) if run > 1 => return next + 1,
            Ok(_) => {
                next += 1;
                done.store(next, Ordering::Release);
            }
            Err(CommitError::Moved) => panic!("nobody took over"),
            Err(_) => {
                run += 1;
                recorder = Recorder::new("suite", run).unwrap();
                let Ok(positions) = carrier.positions() else { continue };
                next = positions.get(of).map_or(0, |next| next.0);
            }
        }
    }
}

#[test]
fn a_commit_that_lost_its_end_with_a_broker_is_there_once_or_not_at_all() {
    // So that the broker looks for transactions that were open for too long before it is let in
    // again: Kafka 4.3 then leaves out their ends on every lane. It does the same to commits that
    // it had answered and was still writing to the lanes.
    let often = "transaction.abort.timed.out.transaction.cleanup.interval.ms";
    let settings = vec![(often.to_owned(), "100".to_owned())];
    let layout = Layout { settings, ..Layout::default() };
    let mut kafka = Kafka::start_with(&layout).unwrap();
    let site = Site::on(&kafka);
    let of = source("AAA");
    let carrier = site.kafka();
    carrier.submit(sealed(&of, 1..4_001)).unwrap();
    let done = AtomicU64::new(0);
    let there = std::thread::scope(|scope| {
        let committing = scope.spawn(|| commit_over_a_failure(&carrier, &of, &done));
        while done.load(Ordering::Acquire) < 2 {
            assert!(!committing.is_finished(), "ended before the broker was away");
            sleep(Duration::from_millis(1));
        }
        kafka.kill(0).unwrap();
        // Longer than a transaction may be open.
        sleep(carrier_kafka::limits::OPEN + Duration::from_secs(2));
        kafka.restart(0).unwrap();
        committing.join().unwrap()
    });
    let once: Vec<_> = (0..there).map(|n| format!("AAA {n}")).collect();
    for lane in [
        Lane::Release { view: view("suite-a"), recipient: None },
        Lane::Release { view: view("suite-b"), recipient: Some(recipient()) },
        Lane::State(of.clone()),
    ] {
        assert_eq!(texts(&site.kafka(), &lane), once, "{lane}");
    }
    assert_eq!(all(&site.kafka(), &Lane::Disclosure).len(), once.len());
    assert_eq!(site.kafka().positions().unwrap().get(&of), Some(&Offset(there)));
}

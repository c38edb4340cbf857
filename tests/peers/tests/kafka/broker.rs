//! What only a carrier over Kafka promises: fencing by number, nothing of an aborted transaction,
//! no broker of the old protocol, and reading anywhere at the price of reading on.

use crate::site::Site;
use audit::Recorder;
use audit::test_util::recorded;
use carrier::suite::{all, commit_now, finding, message, plain, sealed, source, texts, view};
use carrier::{Carrier, CommitError, Lane, Limit, Offset, whole_lane};
use carrier_kafka::{Client, Error, Figures, Listener};
use peers::{Kafka, Layout};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};
use vocabulary::Timestamp;

/// Set in the child of a test: where it works.
const CHILD: &str = "SAMSYN_PEERS_CHILD";

#[test]
fn a_broker_with_the_old_transaction_protocol_is_refused() {
    let layout = Layout { transactions: Some(1), ..Layout::default() };
    let kafka = Kafka::start_with(&layout).unwrap();
    let opened = Site::on(&kafka).try_kafka();
    assert_eq!(opened.err(), Some(Error::OldProtocol));
}

#[test]
fn an_exchange_that_was_taken_over_commits_nothing_more() {
    let site = Site::new();
    let of = source("AAA");
    let (first, second) = (site.kafka(), site.kafka());
    first.submit(sealed(&of, 1..9)).unwrap();
    let mut recorder = Recorder::new("suite", 1).unwrap();
    first.commit(finding(&first, &mut recorder, &of, 0)).unwrap();
    let mut successor = Recorder::new("suite", 2).unwrap();
    second.commit(finding(&second, &mut successor, &of, 1)).unwrap();
    let late = first.commit(finding(&first, &mut recorder, &of, 1));
    assert_eq!(late, Err(CommitError::Moved));
    let lane = Lane::Release { view: view("suite-a"), recipient: None };
    assert_eq!(texts(&site.kafka(), &lane), ["AAA 0", "AAA 1"]);
}

#[test]
fn the_registers_and_the_bundles_of_another_prefix_are_not_ours() {
    let (ours, theirs) = (Site::new(), Site::new());
    theirs.kafka().publish(&Lane::Bundle, vec![message("b", "theirs")]).unwrap();
    let carrier = ours.kafka();
    assert!(all(&carrier, &Lane::Bundle).is_empty());
    assert!(carrier.lanes().unwrap().is_empty());
}

#[test]
fn reading_anywhere_gives_what_reading_on_gives() {
    let site = Site::new();
    let of = source("AAA");
    let carrier = site.kafka();
    for first in (1..3_000u64).step_by(500) {
        carrier.submit(sealed(&of, first..first + 500)).unwrap();
    }
    let lane = Lane::Intake(of);
    let whole = whole_lane(&carrier, &lane).unwrap();
    assert_eq!(whole.len(), 3_000);
    let mut at = 17u64;
    for _ in 0..200 {
        at = (at * 7_919 + 104_729) % 3_000;
        let limit = Limit { records: 1 + (at % 40) as usize, ..Limit::default() };
        let found = carrier.read(&lane, Offset(at), limit).unwrap();
        let from = at as usize;
        let to = (from + limit.records).min(whole.len());
        assert_eq!(found, whole[from..to], "from {at}");
    }
    assert!(carrier.read(&lane, Offset(3_000), Limit::default()).unwrap().is_empty());
    assert!(carrier.read(&lane, Offset(9_999), Limit::default()).unwrap().is_empty());
}

#[test]
fn another_process_s_message_wakes_a_waiter_and_is_read_from_where_it_stood() {
    let site = Site::new();
    let (writer, reader) = (site.kafka(), site.kafka());
    writer.publish(&Lane::Receipt, vec![message("k", "1")]).unwrap();
    let mut next = all(&reader, &Lane::Receipt).last().unwrap().offset.next();
    for n in 2..40 {
        writer.publish(&Lane::Receipt, vec![message("k", &n.to_string())]).unwrap();
        let begun = Instant::now();
        let mut seen = reader.wait(u64::MAX, Duration::ZERO);
        let found = loop {
            let found = reader.read(&Lane::Receipt, next, Limit::default()).unwrap();
            if !found.is_empty() || begun.elapsed() > Duration::from_secs(20) {
                break found;
            }
            seen = reader.wait(seen, Duration::from_secs(20));
        };
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message.value.as_deref(), Some(n.to_string().as_bytes()));
        next = found[0].offset.next();
        assert_eq!(reader.end(&Lane::Receipt).unwrap(), next);
    }
}

/// Adds up what clients tell.
#[derive(Default)]
struct Sums(Mutex<BTreeMap<&'static str, Figures>>);

impl Listener for Sums {
    fn hear(&self, client: Client, figures: &Figures) {
        let mut sums = self.0.lock().unwrap();
        let sum = sums.entry(client.as_str()).or_default();
        sum.sent += figures.sent;
        sum.fetched += figures.fetched;
        sum.requests += figures.requests;
        sum.waiting += figures.waiting;
        sum.connected += figures.connected;
        sum.round_trips.extend(&figures.round_trips);
    }
}

#[test]
fn what_the_clients_did_is_told_and_what_they_held_is_taken_back_when_they_go() {
    let site = Site::new();
    let of = source("AAA");
    let sums = Arc::new(Sums::default());
    let carrier = site.kafka();
    carrier.listen(sums.clone());
    carrier.submit(sealed(&of, 1..31)).unwrap();
    let mut recorder = Recorder::new("suite", 1).unwrap();
    carrier.commit(finding(&carrier, &mut recorder, &of, 0)).unwrap();
    assert_eq!(all(&carrier, &Lane::Intake(of)).len(), 30);
    let of = |client: &str| sums.0.lock().unwrap().get(client).cloned().unwrap_or_default();
    let begun = Instant::now();
    while of("submitter").sent < 30 || of("committer").sent < 3 || of("reader").fetched < 30 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", sums.0);
        std::thread::sleep(Duration::from_millis(100));
    }
    for client in ["submitter", "committer", "reader"] {
        let figures = of(client);
        assert!(figures.connected > 0 && figures.requests > 0, "{client}: {figures:?}");
        assert!(!figures.round_trips.is_empty(), "{client}");
    }
    assert_eq!(of("submitter").sent, 30, "told twice");
    drop(carrier);
    for client in ["submitter", "committer", "reader"] {
        assert_eq!((of(client).connected, of(client).waiting), (0, 0), "{client}");
    }
}

/// The child of the next test: it commits one finding, and is killed in the middle of the second,
/// after everything of it has been produced.
#[test]
fn a_process_killed_between_produce_and_commit_leaves_nothing_visible() {
    let of = source("AAA");
    if let Ok(place) = std::env::var(CHILD) {
        let (brokers, prefix) = place.split_once(' ').unwrap();
        let carrier: Arc<dyn Carrier> = Arc::new(Site::named(brokers, prefix).kafka());
        let mut recorder = Recorder::new("suite", 1).unwrap();
        carrier.commit(finding(&*carrier, &mut recorder, &of, 0)).unwrap();
        // Large, so that the kill finds it half produced.
        let mut commit = commit_now(&*carrier);
        let text = "never".repeat(4_000);
        for _ in 0..5_000 {
            let covered = vec![plain("suite-a", None, &text)];
            commit.record(recorded(&mut recorder, Timestamp::from_micros(1), covered).unwrap());
        }
        commit.advance(of.clone(), Offset(1), Offset(2));
        println!("begun");
        panic!("not killed: {:?}", carrier.commit(commit));
    }
    let site = Site::new();
    let carrier = site.kafka();
    carrier.submit(sealed(&of, 1..9)).unwrap();
    let place = format!("{} {}", site.options.brokers, site.options.prefix);
    let name = "broker::a_process_killed_between_produce_and_commit_leaves_nothing_visible";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(CHILD, place)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert!(lines.map_while(Result::ok).any(|line| line.contains("begun")));
    std::thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "it ended by itself before it was killed");
    let positions = carrier.positions().unwrap();
    assert_eq!(positions.get(&of), Some(&Offset(1)), "the kill came too late to show anything");
    // The next exchange goes on at once: it aborts what the dead one left open.
    let mut recorder = Recorder::new("suite", 2).unwrap();
    carrier.commit(finding(&carrier, &mut recorder, &of, 1)).unwrap();
    let lane = Lane::Release { view: view("suite-a"), recipient: None };
    assert_eq!(texts(&site.kafka(), &lane), ["AAA 0", "AAA 1"]);
    assert_eq!(all(&site.kafka(), &Lane::Disclosure).len(), 2);
}

#[test]
fn who_reads_a_lane_as_it_grows_is_not_sent_back_to_where_it_once_ended() {
    let site = Site::new();
    let (writer, reader) = (site.kafka(), site.kafka());
    let of = source("AAA");
    let lane = Lane::Intake(of.clone());
    let (pieces, size) = (30, 2_000);
    let (mut next, mut reads, mut generation) = (Offset(0), 0, 0);
    for piece in 0..pieces {
        writer.submit(sealed(&of, piece * size + 1..(piece + 1) * size + 1)).unwrap();
        while next < Offset((piece + 1) * size) {
            let read = reader.read(&lane, next, Limit::default()).unwrap();
            reads += 1;
            match read.last() {
                Some(last) => next = last.offset.next(),
                None => generation = reader.wait(generation, Duration::from_millis(200)),
            }
        }
    }
    // Passing over all that it had read before would take it hundreds for each piece.
    assert!(reads < pieces * 20, "{reads} reads for {pieces} pieces");
}

#[test]
fn a_lane_that_is_silently_fetched_no_longer_is_fetched_anew() {
    let site = Site::new();
    let lane = Lane::Receipt;
    let (writer, reader) = (site.kafka(), site.kafka());
    let put = |text: &str| {
        writer.publish(&lane, vec![message(text, text)]).unwrap();
    };
    put("one");
    let mut next = Offset(0);
    let mut follow = |until: u64| {
        let begun = Instant::now();
        while next < Offset(until) {
            assert!(begun.elapsed() < Duration::from_secs(60), "stands at {next:?}");
            if reader.end(&lane).unwrap() > next {
                // Refused while what is there does not come.
                let read = reader.read(&lane, next, Limit::default()).unwrap_or_default();
                next = read.last().map_or(next, |last| last.offset.next());
            }
            sleep(Duration::from_millis(20));
        }
    };
    follow(1);
    reader.stall(&lane).unwrap();
    ["two", "three", "four"].iter().for_each(|text| put(text));
    follow(4);
    put("five");
    follow(5);
}

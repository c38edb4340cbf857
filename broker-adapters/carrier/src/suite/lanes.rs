//! Order, durability and bounds of single lanes. Commits have their own tests.
#![expect(clippy::unwrap_used, reason = "tests, though in a library")]

use super::{Site, all, authority, message, sealed, source, texts, view};
use crate::{Commit, Error, Lane, Limit, Message, Offset, Permanent, limits, sealed_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::time::{Duration, Instant};
use vocabulary::SourceId;

/// Records of a source are read as they were submitted; offsets rise, times never go back, and
/// other sources' lanes are untouched.
pub fn submitted_records_are_read_in_order(site: &dyn Site) {
    let carrier = site.open();
    let (first, second) = (source("AAA"), source("AAA-shard"));
    let lane = Lane::Intake(first.clone());
    assert_eq!(carrier.end(&lane).unwrap(), Offset(0));
    assert!(carrier.read(&lane, Offset(0), Limit::default()).unwrap().is_empty());
    let mut submitted = Vec::new();
    for batch in [1..4, 4..5, 5..25] {
        let records = sealed(&first, batch);
        submitted.extend(records.clone());
        let end = carrier.submit(records).unwrap();
        assert_eq!(carrier.end(&lane).unwrap(), end);
    }
    let found = all(&*carrier, &lane);
    assert!(found.is_sorted_by(|a, b| a.offset < b.offset && a.appended <= b.appended));
    assert!(carrier.end(&lane).unwrap() >= found.last().unwrap().offset.next());
    let records = found.into_iter().map(|fetched| sealed_of(&first, fetched).unwrap());
    assert_eq!(records.collect::<Vec<_>>(), submitted);
    carrier.submit(sealed(&second, 1..2)).unwrap();
    assert_eq!(all(&*carrier, &lane).len(), submitted.len());
    let lanes = carrier.lanes().unwrap();
    assert!(lanes.is_sorted() && lanes.contains(&lane) && lanes.contains(&Lane::Intake(second)));
}

/// A read returns no more than asked for, but always the first message.
pub fn a_read_keeps_to_its_limit(site: &dyn Site) {
    let carrier = site.open();
    let text = "x".repeat(1_000);
    let messages = (0..10).map(|n| message(&n.to_string(), &text)).collect();
    carrier.publish(&Lane::Register, messages).unwrap();
    let read = |records, bytes| {
        let limit = Limit { records, bytes };
        carrier.read(&Lane::Register, Offset(0), limit).unwrap().len()
    };
    assert_eq!(read(3, 1_000_000), 3);
    assert_eq!(read(100, 3_500), 3);
    assert_eq!(read(100, 10), 1);
    assert_eq!(read(100, 1_000_000), 10);
}

/// Wherever a carrier was told that lanes will be read, they are read from anywhere as they are.
pub fn a_lane_that_is_followed_reads_the_same(site: &dyn Site) {
    let carrier = site.open();
    let sources = ["AAA", "BBB", "CCC"].map(source);
    for source in &sources {
        carrier.submit(sealed(source, 1..21)).unwrap();
    }
    let lane = |source: &SourceId| Lane::Intake(source.clone());
    let ends = sources.clone().map(|source| carrier.end(&lane(&source)).unwrap());
    let whole = sources.clone().map(|source| all(&*carrier, &lane(&source)));
    let carrier = site.open();
    // From the beginning, from within, from behind its end; and one that holds nothing.
    let [first, second, third] = sources.clone();
    let within = whole.get(1).and_then(|lane| lane.get(7)).unwrap().offset;
    carrier.follow(&[(first.clone(), Offset(0)), (second, within), (third, Offset(1_000))]);
    carrier.follow(&[(source("DDD"), Offset(3)), (first, Offset(0))]);
    for ((source, end), whole) in sources.iter().zip(ends).zip(whole) {
        assert_eq!(carrier.end(&lane(source)).unwrap(), end);
        for begin in [7, 0, 19] {
            let rest: Vec<_> = whole.iter().skip(begin).cloned().collect();
            let from = rest.first().unwrap().offset;
            assert_eq!(carrier.read(&lane(source), from, Limit::default()).unwrap(), rest);
        }
        carrier.submit(sealed(source, 21..23)).unwrap();
        assert_eq!(carrier.read(&lane(source), end, Limit::default()).unwrap().len(), 2);
    }
}

fn messages() -> impl Strategy<Value = Message> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..200);
    let headers = prop::collection::vec(("[a-z_]{1,64}".prop_map(Into::into), bytes()), 0..8);
    (bytes(), prop::option::of(bytes()), headers).prop_map(|(key, value, headers)| Message {
        key,
        value,
        headers,
    })
}

/// Whatever a message's bytes are, they come back: published or committed.
pub fn messages_come_back_equal(site: &dyn Site) {
    let carrier = site.open();
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    let batch = prop::collection::vec(messages(), 1..5);
    runner
        .run(&batch, |batch| {
            let of = source("AAA");
            let state = Lane::State(of.clone());
            let before = [Lane::Receipt, state.clone()].map(|lane| all(&*carrier, &lane).len());
            carrier.publish(&Lane::Receipt, batch.clone()).unwrap();
            let mut commit = Commit::new(None);
            batch.iter().for_each(|message| commit.state(of.clone(), message.clone()));
            carrier.commit(commit).unwrap();
            for (lane, before) in [Lane::Receipt, state].into_iter().zip(before) {
                let found = all(&*carrier, &lane).into_iter().skip(before);
                let found: Vec<_> = found.map(|fetched| fetched.message).collect();
                prop_assert_eq!(&found, &batch);
            }
            Ok(())
        })
        .unwrap();
}

/// What `submit` returned for is there after the carrier was closed and opened.
pub fn what_was_submitted_survives_reopening(site: &dyn Site) {
    let of = source("AAA");
    let records = sealed(&of, 1..40);
    let end = site.open().submit(records.clone()).unwrap();
    let carrier = site.open();
    let lane = Lane::Intake(of.clone());
    assert_eq!(carrier.end(&lane).unwrap(), end);
    let found = all(&*carrier, &lane).into_iter().map(|one| sealed_of(&of, one).unwrap());
    assert_eq!(found.collect::<Vec<_>>(), records);
    assert!(carrier.submit(sealed(&of, 40..41)).unwrap() > end);
}

/// One batch, one source.
pub fn a_batch_of_two_sources_is_refused(site: &dyn Site) {
    let carrier = site.open();
    let mut batch = sealed(&source("AAA"), 1..3);
    batch.extend(sealed(&source("BBB"), 1..2));
    assert_eq!(carrier.submit(batch), Err(Permanent::MixedSources.into()));
    for lane in ["AAA", "BBB"].map(|name| Lane::Intake(source(name))) {
        assert!(all(&*carrier, &lane).is_empty());
    }
}

/// A message over any limit is refused for good, with all that came with it.
pub fn oversize_messages_are_refused_whole(site: &dyn Site) {
    let carrier = site.open();
    let fitting = message("k", "v");
    let with = |change: fn(&mut Message)| {
        let mut message = message("k", "v");
        change(&mut message);
        message
    };
    let oversize = [
        with(|m| m.key = vec![0; limits::MAX_KEY + 1]),
        with(|m| m.value = Some(vec![0; limits::MAX_VALUE + 1])),
        with(|m| m.headers = vec![("h".into(), vec![]); limits::MAX_HEADERS + 1]),
        with(|m| m.headers = vec![("h".repeat(limits::MAX_HEADER_NAME + 1).into(), vec![])]),
        with(|m| m.headers = vec![("h".into(), vec![0; limits::MAX_HEADER_BYTES])]),
    ];
    for message in oversize {
        let batch = vec![fitting.clone(), message.clone()];
        assert_eq!(carrier.publish(&Lane::Register, batch), Err(Permanent::TooLarge.into()));
        let mut commit = Commit::new(None);
        commit.state(source("AAA"), fitting.clone());
        commit.quarantine(authority("AAA"), message);
        assert_eq!(carrier.commit(commit), Err(Permanent::TooLarge.into()));
    }
    let many = vec![fitting; limits::MAX_BATCH + 1];
    let refused = carrier.publish(&Lane::Register, many);
    assert_eq!(refused, Err(Permanent::BatchTooLarge.into()));
    for lane in [Lane::Register, Lane::State(source("AAA")), Lane::Quarantine(authority("AAA"))] {
        assert!(all(&*carrier, &lane).is_empty());
    }
    let bundle = Message { value: Some(vec![7; limits::MAX_VALUE + 1]), ..Message::default() };
    carrier.publish(&Lane::Bundle, vec![bundle.clone()]).unwrap();
    assert_eq!(all(&*carrier, &Lane::Bundle).remove(0).message, bundle);
}

/// No release, entry, state, quarantined or submitted record enters by `publish`.
pub fn only_control_lanes_and_receipts_are_published(site: &dyn Site) {
    let carrier = site.open();
    let closed = [
        Lane::Intake(source("AAA")),
        Lane::Release { view: view("v"), recipient: None },
        Lane::Disclosure,
        Lane::Quarantine(authority("AAA")),
        Lane::State(source("AAA")),
    ];
    for lane in closed {
        let refused = carrier.publish(&lane, vec![message("k", "v")]);
        assert_eq!(refused, Err(Error::from(Permanent::NotPublished)));
        assert!(all(&*carrier, &lane).is_empty());
    }
    let open =
        [Lane::Receipt, Lane::Bundle, Lane::Register, Lane::Entitlement, Lane::Keys(view("v"))];
    for lane in open {
        carrier.publish(&lane, vec![message("k", "v")]).unwrap();
        assert_eq!(texts(&*carrier, &lane), ["v"]);
    }
}

/// Waiting ends with an append, or with the time given, never without reason.
pub fn a_waiter_is_woken_by_an_append(site: &dyn Site) {
    let carrier = site.open();
    carrier.publish(&Lane::Register, vec![message("k", "v")]).unwrap();
    let seen = carrier.wait(u64::MAX, Duration::ZERO);
    assert_eq!(carrier.wait(seen, Duration::from_millis(30)), seen);
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| carrier.wait(seen, Duration::from_secs(60)));
        let started = Instant::now();
        carrier.publish(&Lane::Register, vec![message("k", "w")]).unwrap();
        assert_ne!(waiter.join().unwrap(), seen);
        assert!(started.elapsed() < Duration::from_secs(30));
    });
    assert_ne!(carrier.wait(seen, Duration::from_secs(60)), seen);
    // Woken means readable.
    assert_eq!(texts(&*carrier, &Lane::Register).len(), 2);
}

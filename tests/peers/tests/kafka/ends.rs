//! Ends of transactions that a broker left out, as Kafka 4.3 does when it comes back (KAFKA-20734):
//! cut off its files while it is down. Whoever begins after a process that is gone knows how its
//! last transaction was decided; each finding is there once.

use crate::site::Site;
use audit::Recorder;
use carrier::suite::{all, finding, recipient, sealed, source, texts, view};
use carrier::{Carrier, Lane, Offset};
use peers::Kafka;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{ClientConfig, TopicPartitionList};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};
use vocabulary::SourceId;

const PATIENCE: Duration = Duration::from_secs(60);
const FINDINGS: u64 = 6;
/// Bytes before a record batch's records, and where in them its length, its attributes and its
/// producer's id stand.
const HEAD: usize = 61;
const LENGTH: usize = 8;
const ATTRIBUTES: usize = 21;
const PRODUCER: usize = 43;
/// Attribute of a batch that is a transaction's mark.
const IS_MARK: u16 = 0x20;

/// Where a mark is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Positions,
    State,
    Entries,
    Releases,
    Notes,
}

/// How the last process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// With a commit.
    Committed,
    /// Within a transaction, before it asked for a commit: nothing was written down of it.
    Begun,
    /// Within a transaction that was written down, positions among it, before it asked.
    Noted,
}

/// A place, what became of it, and where it stands afterwards.
struct Case {
    last: Last,
    cuts: Vec<Cut>,
    stands: u64,
    site: Site,
}

fn case(kafka: &Kafka, last: Last, cuts: &[Cut], stands: u64) -> Case {
    Case { last, cuts: cuts.to_vec(), stands, site: Site::on(kafka) }
}

#[test]
fn who_begins_after_a_process_that_is_gone_ends_what_it_left_as_it_was_decided() {
    use Cut::{Entries, Notes, Positions, Releases, State};
    let mut kafka = Kafka::start().unwrap();
    let everywhere = [Positions, State, Entries, Releases, Notes];
    let cases = [
        case(&kafka, Last::Committed, &[], 2),
        case(&kafka, Last::Committed, &[Positions], 2),
        case(&kafka, Last::Committed, &[State], 2),
        case(&kafka, Last::Committed, &[Entries, Releases, Notes], 2),
        case(&kafka, Last::Committed, &[Positions, State, Notes], 2),
        case(&kafka, Last::Committed, &[Positions, State, Entries, Notes], 2),
        // Nobody can have seen anything of it.
        case(&kafka, Last::Committed, &everywhere, 1),
        case(&kafka, Last::Begun, &[State], 1),
        case(&kafka, Last::Begun, &[State, Releases], 1),
        case(&kafka, Last::Noted, &[Positions], 1),
        case(&kafka, Last::Noted, &[State, Releases], 1),
        case(&kafka, Last::Noted, &[Positions, State, Releases], 1),
        case(&kafka, Last::Noted, &[Positions, State, Notes], 1),
    ];
    at_once(&cases, live);
    kafka.stop(0).unwrap();
    for case in &cases {
        for cut in &case.cuts {
            cut_out(kafka.folder(), case, *cut);
        }
    }
    kafka.restart(0).unwrap();
    at_once(&cases, begin_again);
}

/// All side by side: most of it is waiting for an end that does not come.
fn at_once(cases: &[Case], work: fn(&Case)) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || work(case));
        }
    });
}

/// The lanes on which the suite's findings are released.
fn releases() -> [Lane; 2] {
    [
        Lane::Release { view: view("suite-a"), recipient: None },
        Lane::Release { view: view("suite-b"), recipient: Some(recipient()) },
    ]
}

/// Two findings are committed; or one, and of the next there is what the last process left.
fn live(case: &Case) {
    let of = source("AAA");
    let carrier = case.site.kafka();
    carrier.submit(sealed(&of, 1..FINDINGS + 1)).unwrap();
    let mut recorder = Recorder::new("suite", 1).unwrap();
    carrier.commit(finding(&carrier, &mut recorder, &of, 0)).unwrap();
    if case.last == Last::Committed {
        carrier.commit(finding(&carrier, &mut recorder, &of, 1)).unwrap();
    }
    drop(carrier);
    if case.last != Last::Committed {
        leave_open(case, &of);
        // Whoever takes over its number takes it back.
        drop(case.site.kafka().share().unwrap());
    }
}

/// What an exchange leaves that is killed within a transaction, as it lies on its topics.
fn leave_open(case: &Case, of: &SourceId) {
    let options = &case.site.options;
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &options.brokers);
    let consumer: BaseConsumer =
        config.clone().set("group.id", format!("{}exchange", options.prefix)).create().unwrap();
    let number = format!("{}{}", options.prefix, options.instance);
    let producer: BaseProducer = config.set("transactional.id", number).create().unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    producer.begin_transaction().unwrap();
    let send = |topic: &str, key: &str, value: &str| {
        producer.send(BaseRecord::to(topic).key(key).payload(value)).unwrap();
        producer.flush(PATIENCE).unwrap();
        consumer.fetch_watermarks(topic, 0, PATIENCE).unwrap().1
    };
    let mut note = format!("moved {of} 2\n");
    for lane in releases().into_iter().chain([Lane::State(of.clone())]) {
        let end = send(&lane.topic(&options.prefix), "record", "taken back");
        note.push_str(&format!("end {} {end}\n", lane.topic("")));
    }
    if case.last == Last::Noted {
        send(&format!("{}commit.{}.v1", options.prefix, options.instance), "commit", &note);
        let mut moved = TopicPartitionList::new();
        let intake = Lane::Intake(of.clone()).topic(&options.prefix);
        moved.add_partition_offset(&intake, 0, rdkafka::Offset::Offset(2)).unwrap();
        let group = consumer.group_metadata().unwrap();
        producer.send_offsets_to_transaction(&moved, &group, PATIENCE).unwrap();
    }
}

/// An exchange begins: it knows where it stands, and goes on from there.
fn begin_again(case: &Case) {
    let what = format!("{:?} {:?}", case.last, case.cuts);
    let of = source("AAA");
    let carrier = case.site.kafka();
    let begun = Instant::now();
    while let Err(error) = carrier.share() {
        assert!(begun.elapsed() < PATIENCE, "{what}: {error}");
        sleep(Duration::from_millis(50));
    }
    assert_eq!(carrier.positions().unwrap().get(&of), Some(&Offset(case.stands)), "{what}");
    let mut recorder = Recorder::new("suite", 2).unwrap();
    for n in case.stands..FINDINGS {
        carrier.commit(finding(&carrier, &mut recorder, &of, n)).unwrap();
    }
    let once: Vec<_> = (0..FINDINGS).map(|n| format!("AAA {n}")).collect();
    for lane in releases().into_iter().chain([Lane::State(of.clone())]) {
        assert_eq!(texts(&case.site.kafka(), &lane), once, "{what}: {lane}");
    }
    assert_eq!(all(&case.site.kafka(), &Lane::Disclosure).len() as u64, FINDINGS, "{what}");
    assert_eq!(carrier.positions().unwrap().get(&of), Some(&Offset(FINDINGS)), "{what}");
}

/// Takes the last mark of this case's producer out of the files of these topics.
fn cut_out(folder: &Path, case: &Case, cut: Cut) {
    let prefix = &case.site.options.prefix;
    let home = |topic: String| folder.join("broker1").join("log").join(format!("{topic}-0"));
    let state = home(Lane::State(source("AAA")).topic(prefix));
    let producer = last_producer(&state);
    let homes = match cut {
        Cut::Positions => vec![home("__consumer_offsets".to_owned())],
        Cut::State => vec![state],
        Cut::Entries => vec![home(Lane::Disclosure.topic(prefix))],
        Cut::Releases => releases().map(|lane| home(lane.topic(prefix))).to_vec(),
        Cut::Notes => vec![home(format!("{prefix}commit.{}.v1", case.site.options.instance))],
    };
    for home in homes {
        let file = log_file(&home);
        let mut bytes = fs::read(&file).unwrap();
        let is_its = |at: &usize| is_mark(&bytes, *at) && producer_of(&bytes, *at) == producer;
        let mark = batches(&bytes).into_iter().rfind(is_its);
        let at = mark.unwrap_or_else(|| panic!("no mark in {}", home.display()));
        let to = at + length(&bytes, at);
        bytes.drain(at..to);
        fs::write(&file, bytes).unwrap();
        // What the broker remembers of the file; it looks at it anew.
        for entry in fs::read_dir(&home).unwrap() {
            let path = entry.unwrap().path();
            let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
            if ["index", "timeindex", "snapshot", "txnindex"].contains(&kind) {
                fs::remove_file(path).unwrap();
            }
        }
    }
    let _gone = fs::remove_file(folder.join("broker1").join("log").join(".kafka_cleanshutdown"));
}

fn log_file(home: &Path) -> PathBuf {
    let files = fs::read_dir(home).unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|kind| kind == "log")).collect();
    assert_eq!(logs.len(), 1, "{}", home.display());
    logs.remove(0)
}

/// Who wrote the last batch there.
fn last_producer(home: &Path) -> i64 {
    let bytes = fs::read(log_file(home)).unwrap();
    producer_of(&bytes, *batches(&bytes).last().unwrap())
}

/// Where each batch begins.
fn batches(bytes: &[u8]) -> Vec<usize> {
    let (mut at, mut found) = (0, Vec::new());
    while at + HEAD <= bytes.len() {
        found.push(at);
        at += length(bytes, at);
    }
    found
}

fn length(bytes: &[u8], at: usize) -> usize {
    let length = bytes[at + LENGTH..at + LENGTH + 4].try_into().unwrap();
    LENGTH + 4 + u32::from_be_bytes(length) as usize
}

fn is_mark(bytes: &[u8], at: usize) -> bool {
    let flags = bytes[at + ATTRIBUTES..at + ATTRIBUTES + 2].try_into().unwrap();
    u16::from_be_bytes(flags) & IS_MARK != 0
}

fn producer_of(bytes: &[u8], at: usize) -> i64 {
    i64::from_be_bytes(bytes[at + PRODUCER..at + PRODUCER + 8].try_into().unwrap())
}

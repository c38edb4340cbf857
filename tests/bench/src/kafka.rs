//! The exchange on a real broker, everything recorded and in transactions, against a plain copy
//! through the same client that reads the same findings and writes as many records of the same mean
//! size in as many transactions. Wall time, and CPU of process and broker, for each finding.

mod copy;

use crate::Outcome;
use crate::exchange::{loaded, views};
use crate::line::Line;
use carrier::{Carrier, Lane, Message, sealed_of, whole_lane};
use carrier_kafka::{Kafka as KafkaCarrier, Options, Schemas};
use copy::Load;
use exchanged::{Exchange, Progress};
use kit::House;
use kit::house::Rulebook;
use peers::Kafka;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Findings of a run with one view and with four.
const ONE_VIEW: usize = 24_000;
const FOUR_VIEWS: usize = 12_000;
/// Steps after which the work is taken to go in circles.
const STEPS: usize = 100_000;

/// What a stretch of work cost.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    wall: Duration,
    process: Duration,
    broker: Duration,
}

/// What is carried from one carrier to the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Schemas and control lanes.
    Controls,
    /// The first finding of each source.
    First,
    /// All others.
    Rest,
}

/// Schemas in memory: the registry is not in the record's path.
#[derive(Default)]
struct Registry(Mutex<Vec<String>>);

/// One view and four.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let kafka = Kafka::start()?;
    let mut lines = measured(&kafka, "1 view", &views(&["akrim-core"], 1)?, ONE_VIEW)?;
    let four = views(&["akrim-core", "akrim-organ"], 2)?;
    lines.extend(measured(&kafka, "4 views", &four, FOUR_VIEWS)?);
    Ok(lines)
}

fn measured(kafka: &Kafka, what: &str, rulebook: &Rulebook, findings: usize) -> Outcome<Vec<Line>> {
    let house = loaded(rulebook, findings)?;
    let mut options = Options::new(&kafka.bootstrap());
    options.prefix = format!("bench-{}.", what.replace(' ', "-"));
    let opened = KafkaCarrier::open(options.clone(), Arc::new(Registry::default()))?;
    let lanes: Arc<dyn Carrier> = Arc::new(opened);
    let folder = tempfile::tempdir()?;
    carry(&house, lanes.as_ref(), Part::Controls)?;
    let mut exchange = house.twin(Arc::clone(&lanes), folder.path())?;
    // The bundle is loaded and announced, every topic is there; nothing waits yet.
    settle(&mut exchange)?;
    carry(&house, lanes.as_ref(), Part::First)?;
    settle(&mut exchange)?;
    carry(&house, lanes.as_ref(), Part::Rest)?;
    let mut commits = 0;
    let ours = cost(kafka, || {
        commits = settle(&mut exchange)?;
        Ok(())
    })?;
    let (records, bytes) = written(lanes.as_ref(), findings)?;
    let mut aside = options.clone();
    aside.prefix = format!("copy-{}", options.prefix);
    // A lane that anybody may write: so its topic is there.
    let target = KafkaCarrier::open(aside.clone(), Arc::new(Registry::default()))?;
    target.publish(&Lane::Receipt, vec![Message::default()])?;
    let target = Lane::Receipt.topic(&aside.prefix);
    let load = Load { target, findings, records, bytes, commits: commits.max(1) };
    let raw = cost(kafka, || copy::copy(&options, lanes.as_ref(), &load))?;
    let per = |time: Duration| time.as_secs_f64() * 1e6 / findings as f64;
    let line = |of: &str, ours, peer_value| Line {
        name: format!("exchange on Kafka: {what}, {of}"),
        unit: "us/finding",
        value: per(ours),
        peer: "rdkafka copy, as many records",
        peer_value: per(peer_value),
    };
    Ok(vec![
        line("wall", ours.wall, raw.wall),
        line("CPU of the process", ours.process, raw.process),
        line("CPU of the broker", ours.broker, raw.broker),
    ])
}

/// Steps until there is nothing left to do; how many steps committed.
fn settle(exchange: &mut Exchange) -> Outcome<usize> {
    let mut commits = 0;
    for _ in 0..STEPS {
        match exchange.step()? {
            Progress::Idle | Progress::NoPolicy => return Ok(commits),
            Progress::Committed => commits += 1,
            _ => {}
        }
    }
    Err("the exchange goes in circles".into())
}

/// Carries that part of what lies on the house's lanes, as it lies.
fn carry(house: &House, to: &dyn Carrier, part: Part) -> Outcome<()> {
    let from = house.carrier();
    for lane in from.lanes()? {
        match &lane {
            Lane::Intake(source) if part != Part::Controls => {
                let mut sealed = Vec::new();
                for fetched in whole_lane(from.as_ref(), &lane)? {
                    sealed.push(sealed_of(source, fetched)?);
                }
                let rest = sealed.split_off(sealed.len().min(1));
                if part == Part::Rest {
                    sealed = rest;
                }
                while !sealed.is_empty() {
                    let rest = sealed.split_off(sealed.len().min(carrier::limits::MAX_BATCH));
                    to.submit(std::mem::replace(&mut sealed, rest))?;
                }
            }
            Lane::Bundle | Lane::Register | Lane::Entitlement if part == Part::Controls => {
                let mut messages = whole_lane(from.as_ref(), &lane)?.into_iter();
                let mut piece: Vec<_> = messages.by_ref().take(1_000).collect();
                while !piece.is_empty() {
                    to.publish(&lane, piece.into_iter().map(|one| one.message).collect())?;
                    piece = messages.by_ref().take(1_000).collect();
                }
            }
            _ => {}
        }
    }
    if part == Part::Controls {
        for text in (1..).map_while(|id| from.schema(id).transpose()) {
            to.register_schema("bench", &text?)?;
        }
    }
    Ok(())
}

/// Records that the commits of the findings wrote, and their mean bytes.
fn written(lanes: &dyn Carrier, findings: usize) -> Outcome<(usize, usize)> {
    let (mut records, mut bytes) = (0, 0);
    for lane in lanes.lanes()? {
        if matches!(lane, Lane::Release { .. } | Lane::Disclosure | Lane::State(_)) {
            let all = whole_lane(lanes, &lane)?;
            records += all.len();
            bytes += all.iter().map(|one| one.message.bytes()).sum::<usize>();
        }
    }
    if records < findings {
        return Err(format!("{records} records were written for {findings} findings").into());
    }
    Ok((records, bytes / records.max(1)))
}

fn cost(kafka: &Kafka, work: impl FnOnce() -> Outcome<()>) -> Outcome<Cost> {
    let broker = || -> Outcome<Duration> { Ok(kafka.broker(0).ok_or("no broker")?.cpu()?) };
    let (process, of_broker, began) = (own_cpu()?, broker()?, Instant::now());
    work()?;
    Ok(Cost {
        wall: began.elapsed(),
        process: own_cpu()?.saturating_sub(process),
        broker: broker()?.saturating_sub(of_broker),
    })
}

/// CPU time of this process, user and system together.
fn own_cpu() -> Outcome<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|one| one.parse::<u64>().ok());
    Ok(Duration::from_millis(ticks.sum::<u64>() * 10))
}

impl Schemas for Registry {
    fn register(&self, _subject: &str, text: &str) -> Result<u32, carrier::Error> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = texts.iter().position(|one| one == text);
        let at = known.unwrap_or_else(|| {
            texts.push(text.to_owned());
            texts.len() - 1
        });
        u32::try_from(at + 1).map_err(|_| carrier::Permanent::TooLarge.into())
    }

    fn text(&self, id: u32) -> Result<Option<String>, carrier::Error> {
        let texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((id as usize).checked_sub(1).and_then(|at| texts.get(at).cloned()))
    }
}

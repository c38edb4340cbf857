//! Where a bench on Kafka works: the house's lanes carried over under a prefix of their own, and
//! what work there cost. It measures nothing by itself.

use crate::Outcome;
use carrier::{Carrier, Lane, Message, sealed_of, whole_lane};
use carrier_kafka::{Kafka as KafkaCarrier, Options, Schemas};
use daemon::{Clock, WallClock};
use exchanged::{Exchange, Progress};
use kit::House;
use peers::{Jvm, Kafka};
use seal::Sealed;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Steps after which the work is taken to go in circles.
const STEPS: usize = 100_000;

/// What a stretch of work cost.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) worker: Duration,
    pub(crate) broker: Duration,
}

/// Whose CPU is counted beside the broker's.
#[derive(Clone, Copy)]
pub(crate) enum Worker<'a> {
    /// This process.
    Own,
    Child(&'a Jvm),
}

/// The figures of a worker and its broker at one moment.
pub(crate) struct Begun<'a> {
    kafka: &'a Kafka,
    worker: Worker<'a>,
    at: Instant,
    cpu: (Duration, Duration),
}

/// What is carried from one carrier to the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Schemas and control lanes.
    Controls,
    /// The first finding of each source.
    First,
    /// All others.
    Rest,
}

/// Schemas in memory: the registry is not in the record's path.
#[derive(Default)]
pub(crate) struct Registry(Mutex<Vec<String>>);

/// Opens a carrier on the broker, under a prefix.
pub(crate) fn open(kafka: &Kafka, prefix: &str) -> Outcome<(Options, Arc<KafkaCarrier>)> {
    let mut options = Options::new(&kafka.bootstrap());
    options.prefix = format!("{prefix}.");
    let clock = Arc::new(|| WallClock.now());
    let opened = KafkaCarrier::open(options.clone(), Arc::new(Registry::default()), clock)?;
    Ok((options, Arc::new(opened)))
}

/// A topic that anybody may write to, there when this returns.
pub(crate) fn target(kafka: &Kafka, prefix: &str) -> Outcome<String> {
    let (options, lanes) = open(kafka, prefix)?;
    lanes.publish(&Lane::Receipt, vec![Message::default()])?;
    Ok(Lane::Receipt.topic(&options.prefix))
}

/// The house's exchange over these lanes, at rest: the bundle is loaded and announced, every topic
/// is there, the first finding of each source, which `sender` carried, ruled.
pub(crate) fn at_rest(
    house: &House,
    lanes: &Arc<KafkaCarrier>,
    sender: &dyn Carrier,
    folder: &std::path::Path,
) -> Outcome<Exchange> {
    carry(house, lanes.as_ref(), Part::Controls)?;
    let mut exchange = house.twin(Arc::clone(lanes) as Arc<dyn Carrier>, folder)?;
    settle(&mut exchange)?;
    carry(house, sender, Part::First)?;
    settle(&mut exchange)?;
    Ok(exchange)
}

/// Steps until there is nothing left to do; how many steps committed.
pub(crate) fn settle(exchange: &mut Exchange) -> Outcome<usize> {
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

/// The house's findings, a list for each source.
pub(crate) fn findings(house: &House) -> Outcome<Vec<Vec<Sealed>>> {
    let from = house.carrier();
    let mut all = Vec::new();
    for lane in from.lanes()? {
        let Lane::Intake(source) = &lane else { continue };
        let sealed = whole_lane(from.as_ref(), &lane)?.into_iter();
        all.push(sealed.map(|fetched| sealed_of(source, fetched)).collect::<Result<_, _>>()?);
    }
    Ok(all)
}

/// Submits findings of one source, as many at once as may be.
pub(crate) fn submit(to: &dyn Carrier, mut sealed: Vec<Sealed>) -> Outcome<()> {
    while !sealed.is_empty() {
        let rest = sealed.split_off(sealed.len().min(carrier::limits::MAX_BATCH));
        to.submit(std::mem::replace(&mut sealed, rest))?;
    }
    Ok(())
}

/// Carries that part of what lies on the house's lanes, as it lies.
pub(crate) fn carry(house: &House, to: &dyn Carrier, part: Part) -> Outcome<()> {
    if part != Part::Controls {
        for mut sealed in findings(house)? {
            let rest = sealed.split_off(sealed.len().min(1));
            submit(to, if part == Part::First { sealed } else { rest })?;
        }
        return Ok(());
    }
    let from = house.carrier();
    for lane in [Lane::Bundle, Lane::Register, Lane::Entitlement] {
        let mut messages = whole_lane(from.as_ref(), &lane)?.into_iter();
        let mut piece: Vec<_> = messages.by_ref().take(1_000).collect();
        while !piece.is_empty() {
            to.publish(&lane, piece.into_iter().map(|one| one.message).collect())?;
            piece = messages.by_ref().take(1_000).collect();
        }
    }
    carry_schemas(house, to)
}

/// Carries the house's schemas, which each client here keeps for itself.
pub(crate) fn carry_schemas(house: &House, to: &dyn Carrier) -> Outcome<()> {
    let from = house.carrier();
    for text in (1..).map_while(|id| from.schema(id).transpose()) {
        to.register_schema(&Lane::Register, "bench", &text?)?;
    }
    Ok(())
}

/// What some work of this process cost.
pub(crate) fn cost(kafka: &Kafka, work: impl FnOnce() -> Outcome<()>) -> Outcome<Cost> {
    let begun = Begun::now(kafka, Worker::Own)?;
    work()?;
    begun.cost()
}

/// CPU time of this process, user and system together.
fn own_cpu() -> Outcome<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|one| one.parse::<u64>().ok());
    Ok(Duration::from_millis(ticks.sum::<u64>() * 10))
}

// === impl Begun ===

impl<'a> Begun<'a> {
    pub(crate) fn now(kafka: &'a Kafka, worker: Worker<'a>) -> Outcome<Begun<'a>> {
        Ok(Begun { kafka, worker, at: Instant::now(), cpu: cpu(kafka, worker)? })
    }

    /// What was used since.
    pub(crate) fn cost(&self) -> Outcome<Cost> {
        let (worker, broker) = cpu(self.kafka, self.worker)?;
        Ok(Cost {
            wall: self.at.elapsed(),
            worker: worker.saturating_sub(self.cpu.0),
            broker: broker.saturating_sub(self.cpu.1),
        })
    }
}

fn cpu(kafka: &Kafka, worker: Worker<'_>) -> Outcome<(Duration, Duration)> {
    let worker = match worker {
        Worker::Own => own_cpu()?,
        Worker::Child(jvm) => jvm.cpu()?,
    };
    Ok((worker, kafka.broker(0).ok_or("no broker")?.cpu()?))
}

// === impl Registry ===

impl Schemas for Registry {
    fn register(&self, _topic: &str, _name: &str, text: &str) -> Result<u32, carrier::Error> {
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

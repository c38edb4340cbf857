//! The peers through rdkafka alone: a plain copy that reads every finding once and writes bytes of
//! no meaning, as many records as ours wrote, in as many transactions or in none; and a copy of
//! each finding as it comes, for the latency.

use crate::Outcome;
use carrier::{Carrier, Lane};
use carrier_kafka::Options;
use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longest time for an answer of the broker.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long its reports are not looked at.
const STEP: Duration = Duration::from_micros(100);

/// How much is copied.
pub(crate) struct Load {
    /// The topic to write to.
    pub(crate) target: String,
    pub(crate) findings: usize,
    /// Records to write, all together.
    pub(crate) records: usize,
    /// Bytes of each.
    pub(crate) bytes: usize,
    /// Transactions; none, and nothing remembers how far it came.
    pub(crate) commits: Option<usize>,
}

/// How far a copy has come: for each topic, the offset after the last one read.
#[derive(Default)]
struct Moved(BTreeMap<String, i64>);

/// Copies to one topic of one partition.
pub(crate) fn copy(options: &Options, lanes: &dyn Carrier, load: &Load) -> Outcome<()> {
    let (consumer, producer) = clients(options, lanes, load.commits.is_some())?;
    let (value, each) = (vec![7; load.bytes], load.records.div_ceil(load.findings.max(1)));
    let (mut seen, mut sent) = (0, 0);
    let commits = load.commits.unwrap_or(1).max(1);
    for commit in 1..=commits {
        if load.commits.is_some() {
            producer.begin_transaction()?;
        }
        let mut moved = Moved::default();
        while seen < load.findings * commit / commits {
            let Some(message) = consumer.poll(PATIENCE) else { continue };
            moved.note(&message?);
            seen += 1;
            for _ in 0..each.min(load.records - sent) {
                send(&producer, || BaseRecord::to(&load.target).key(&[0; 16][..]).payload(&value))?;
                sent += 1;
            }
        }
        finish(&producer)?;
        if load.commits.is_some() {
            end(&producer, &consumer, &moved)?;
        }
    }
    Ok(())
}

/// Copies each finding as it comes, headers among it, in transactions that end as soon as nothing
/// more is at hand, as the exchange's do; until it is told to stop.
pub(crate) fn follow(
    options: &Options,
    lanes: &dyn Carrier,
    target: &str,
    stop: &AtomicBool,
) -> Outcome<()> {
    let (consumer, producer) = clients(options, lanes, true)?;
    while !stop.load(Ordering::Acquire) {
        let mut next = consumer.poll(Duration::from_millis(100)).transpose()?;
        if next.is_none() {
            continue;
        }
        producer.begin_transaction()?;
        let mut moved = Moved::default();
        while let Some(message) = next {
            moved.note(&message);
            let headers = message.headers().ok_or("a finding without headers")?.detach();
            let record = || {
                BaseRecord::to(target)
                    .key(message.key().unwrap_or_default())
                    .payload(message.payload().unwrap_or_default())
                    .headers(headers.clone())
            };
            send(&producer, record)?;
            next = consumer.poll(Duration::ZERO).transpose()?;
        }
        finish(&producer)?;
        end(&producer, &consumer, &moved)?;
    }
    Ok(())
}

/// A reader of every intake lane from its beginning, and a producer.
fn clients(
    options: &Options,
    lanes: &dyn Carrier,
    transactions: bool,
) -> Outcome<(BaseConsumer, BaseProducer)> {
    let prefix = &options.prefix;
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &options.brokers).set_log_level(RDKafkaLogLevel::Critical);
    let consumer: BaseConsumer = config
        .clone()
        .set("group.id", format!("{prefix}copy"))
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("fetch.queue.backoff.ms", "5")
        .set("fetch.wait.max.ms", "100")
        .create()?;
    let mut place = TopicPartitionList::new();
    for lane in lanes.lanes()?.iter().filter(|lane| matches!(lane, Lane::Intake(_))) {
        place.add_partition_offset(&lane.topic(prefix), 0, Offset::Beginning)?;
    }
    consumer.assign(&place)?;
    if transactions {
        config.set("transactional.id", format!("{prefix}copy"));
    }
    let producer: BaseProducer = config
        .set("enable.idempotence", "true")
        .set("linger.ms", "0")
        .set("queue.buffering.max.messages", "1000000")
        .create()?;
    if transactions {
        producer.init_transactions(PATIENCE)?;
    }
    Ok((consumer, producer))
}

fn send<'a>(
    producer: &BaseProducer,
    record: impl Fn() -> BaseRecord<'a, [u8], [u8]>,
) -> Outcome<()> {
    loop {
        match producer.send(record()) {
            Ok(()) => return Ok(()),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                producer.poll(Duration::from_millis(1));
            }
            Err((error, _)) => return Err(error.into()),
        }
    }
}

fn end(producer: &BaseProducer, consumer: &BaseConsumer, moved: &Moved) -> Outcome<()> {
    let group = consumer.group_metadata().ok_or("no group")?;
    producer.send_offsets_to_transaction(&moved.offsets()?, &group, PATIENCE)?;
    producer.commit_transaction(PATIENCE)?;
    Ok(())
}

/// Looks in short steps: rdkafka's own flush sleeps a tenth of a second, and its poll spins through
/// what is shorter than a millisecond.
fn finish(producer: &BaseProducer) -> Outcome<()> {
    let began = Instant::now();
    while producer.in_flight_count() > 0 {
        producer.poll(Duration::ZERO);
        sleep(STEP);
        if began.elapsed() > PATIENCE {
            return Err("the broker does not answer".into());
        }
    }
    Ok(())
}

// === impl Moved ===

impl Moved {
    fn note(&mut self, message: &BorrowedMessage<'_>) {
        match self.0.get_mut(message.topic()) {
            Some(at) => *at = message.offset() + 1,
            None => drop(self.0.insert(message.topic().to_owned(), message.offset() + 1)),
        }
    }

    fn offsets(&self) -> Outcome<TopicPartitionList> {
        let mut list = TopicPartitionList::with_capacity(self.0.len());
        for (topic, at) in &self.0 {
            list.add_partition_offset(topic, 0, Offset::Offset(*at))?;
        }
        Ok(list)
    }
}

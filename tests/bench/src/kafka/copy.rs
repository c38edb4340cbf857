//! The peer: a plain copy through rdkafka. It reads every finding once and writes bytes of no
//! meaning, as many records as the exchange wrote, in as many transactions.

use crate::Outcome;
use carrier::{Carrier, Lane};
use carrier_kafka::Options;
use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};

/// Longest time for an answer of the broker.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much is copied.
pub(crate) struct Load {
    /// The topic to write to.
    pub(crate) target: String,
    pub(crate) findings: usize,
    /// Records to write, all together.
    pub(crate) records: usize,
    /// Bytes of each.
    pub(crate) bytes: usize,
    pub(crate) commits: usize,
}

/// Copies to one topic of one partition.
pub(crate) fn copy(options: &Options, lanes: &dyn Carrier, load: &Load) -> Outcome<()> {
    let prefix = &options.prefix;
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &options.brokers).set_log_level(RDKafkaLogLevel::Critical);
    let consumer: BaseConsumer = config
        .clone()
        .set("group.id", format!("{prefix}copy"))
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("fetch.queue.backoff.ms", "5")
        .create()?;
    let mut place = TopicPartitionList::new();
    for lane in lanes.lanes()?.iter().filter(|lane| matches!(lane, Lane::Intake(_))) {
        place.add_partition_offset(&lane.topic(prefix), 0, Offset::Beginning)?;
    }
    consumer.assign(&place)?;
    let producer: BaseProducer = config
        .set("transactional.id", format!("{prefix}copy"))
        .set("linger.ms", "0")
        .set("queue.buffering.max.messages", "1000000")
        .create()?;
    producer.init_transactions(PATIENCE)?;
    let (value, each) = (vec![7; load.bytes], load.records.div_ceil(load.findings.max(1)));
    let (mut seen, mut sent) = (0, 0);
    for commit in 1..=load.commits {
        producer.begin_transaction()?;
        let mut moved = TopicPartitionList::new();
        while seen < load.findings * commit / load.commits {
            let Some(message) = consumer.poll(PATIENCE) else { continue };
            let message = message?;
            let _known = moved.add_partition(message.topic(), message.partition());
            moved.set_partition_offset(message.topic(), 0, Offset::Offset(message.offset() + 1))?;
            seen += 1;
            for _ in 0..each.min(load.records - sent) {
                send(&producer, &load.target, &value)?;
                sent += 1;
            }
        }
        finish(&producer)?;
        let group = consumer.group_metadata().ok_or("no group")?;
        producer.send_offsets_to_transaction(&moved, &group, PATIENCE)?;
        producer.commit_transaction(PATIENCE)?;
    }
    Ok(())
}

fn send(producer: &BaseProducer, target: &str, value: &[u8]) -> Outcome<()> {
    let key = [0_u8; 16];
    let mut record = BaseRecord::to(target).key(&key[..]).payload(value);
    loop {
        match producer.send(record) {
            Ok(()) => return Ok(()),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), again)) => {
                producer.poll(Duration::from_millis(1));
                record = again;
            }
            Err((error, _)) => return Err(error.into()),
        }
    }
}

/// Polls in short steps: rdkafka's own flush sleeps a tenth of a second.
fn finish(producer: &BaseProducer) -> Outcome<()> {
    let began = Instant::now();
    while producer.in_flight_count() > 0 {
        producer.poll(Duration::from_millis(1));
        if began.elapsed() > PATIENCE {
            return Err("the broker does not answer".into());
        }
    }
    Ok(())
}

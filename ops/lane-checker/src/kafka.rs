//! Kafka's topics, read as committed, by a consumer in no group. A topic is read to where it ended
//! when its walk began, so a site is checked at rest: what is committed meanwhile is half seen.

use crate::limits::ANSWER;
use crate::{Error, Lane, Lanes, Message};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::BTreeMap;
use vocabulary::{SourceId, Timestamp};

/// Gives a schema's text by its id, as the site's registry does.
pub type Schema = dyn Fn(u32) -> Result<Option<String>, String>;

/// A cluster.
pub struct Kafka {
    consumer: BaseConsumer,
    prefix: String,
    /// The partitions of each lane.
    lanes: BTreeMap<Lane, Vec<i32>>,
    schema: Box<Schema>,
}

// === impl Kafka ===

impl Kafka {
    /// Opens a cluster for reading only. `settings` are librdkafka's own, for TLS and log-in.
    pub fn open(
        brokers: &str,
        prefix: &str,
        settings: &BTreeMap<String, String>,
        schema: Box<Schema>,
    ) -> Result<Kafka, Error> {
        let mut config = ClientConfig::new();
        settings.iter().for_each(|(name, value)| {
            config.set(name, value);
        });
        config
            .set("bootstrap.servers", brokers)
            // Its committed offsets are asked for; nothing is committed, nobody joins.
            .set("group.id", format!("{prefix}exchange"))
            .set("isolation.level", "read_committed")
            // A lane's end is told by an answer without records: it is not waited for.
            .set("fetch.wait.max.ms", "10")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "earliest")
            .set("allow.auto.create.topics", "false");
        let consumer: BaseConsumer = config.create().map_err(failed)?;
        let known = consumer.fetch_metadata(None, ANSWER).map_err(failed)?;
        let mut lanes = BTreeMap::new();
        for topic in known.topics() {
            if let Some(lane) = Lane::of_topic(prefix, topic.name()) {
                lanes.insert(lane, topic.partitions().iter().map(|one| one.id()).collect());
            }
        }
        Ok(Kafka { consumer, prefix: prefix.to_owned(), lanes, schema })
    }

    fn walk_partition(
        &self,
        lane: &Lane,
        partition: i32,
        visit: &mut dyn FnMut(Message) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let topic = lane.topic(&self.prefix);
        let mut place = TopicPartitionList::new();
        place.add_partition_offset(&topic, partition, Offset::Beginning).map_err(failed)?;
        self.consumer.assign(&place).map_err(failed)?;
        loop {
            match self.consumer.poll(ANSWER) {
                None => return Err(Error::Away),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(error)) => return Err(failed(error)),
                Some(Ok(message)) => {
                    let at = u64::try_from(message.offset()).unwrap_or_default();
                    let told = told(&message);
                    let told = told.ok_or_else(|| Error::Torn { lane: lane.to_string(), at })?;
                    if !visit(told)? {
                        return Ok(());
                    }
                }
            }
        }
    }
}

impl Lanes for Kafka {
    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        Ok(self.lanes.keys().cloned().collect())
    }

    fn walk(
        &self,
        lane: &Lane,
        visit: &mut dyn FnMut(Message) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let partitions = self.lanes.get(lane).into_iter().flatten();
        partitions.copied().try_for_each(|partition| {
            self.walk_partition(lane, partition, &mut |message| visit(message).map(|()| true))
        })
    }

    fn oldest(&self, lane: &Lane) -> Result<Option<Timestamp>, Error> {
        let mut oldest: Option<i64> = None;
        for partition in self.lanes.get(lane).into_iter().flatten() {
            self.walk_partition(lane, *partition, &mut |message| {
                let first = oldest.get_or_insert(message.appended);
                *first = message.appended.min(*first);
                Ok(false)
            })?;
        }
        Ok(oldest.map(Timestamp::from_micros))
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, u64>, Error> {
        let mut asked = TopicPartitionList::new();
        let mut sources = BTreeMap::new();
        for lane in self.lanes.keys() {
            let Lane::Intake(source) = lane else { continue };
            let topic = lane.topic(&self.prefix);
            asked.add_partition(&topic, 0);
            sources.insert(topic, source.clone());
        }
        if sources.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = self.consumer.committed_offsets(asked, ANSWER).map_err(failed)?;
        let mut positions = BTreeMap::new();
        for place in found.elements() {
            place.error().map_err(failed)?;
            if let (Some(source), Offset::Offset(next)) =
                (sources.remove(place.topic()), place.offset())
            {
                positions.insert(source, u64::try_from(next).unwrap_or_default());
            }
        }
        Ok(positions)
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        (self.schema)(id).map_err(|_| Error::Away)
    }
}

fn told(message: &BorrowedMessage<'_>) -> Option<Message> {
    let headers = message.headers().into_iter().flat_map(Headers::iter);
    let headers = headers.map(|header| {
        (header.key.to_owned(), header.value.map(<[u8]>::to_vec).unwrap_or_default())
    });
    Some(Message {
        partition: u32::try_from(message.partition()).ok()?,
        at: u64::try_from(message.offset()).ok()?,
        // Brokers tell milliseconds.
        appended: message.timestamp().to_millis()?.saturating_mul(1_000),
        key: message.key().map(<[u8]>::to_vec).unwrap_or_default(),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.collect(),
    })
}

fn failed<E>(_: E) -> Error {
    Error::Away
}

//! Kafka's topics, read as committed by a consumer in no group, while the site goes on.
//!
//! Kafka has no snapshot of many topics, and a transaction is seen on one before another. So the
//! moment is an offset of the disclosure lane, where every transaction leaves its entries. In this
//! order: positions are asked (1); then the lane's end, with what is open on it, and that is waited
//! for until it is decided (2): the moment. What was recorded before it lies on the other lanes
//! below their ends asked now, and these too are waited for (3). Whatever else lies below those
//! ends has its entry below the disclosure lane's end asked last (4). Between (2) and (4) lie the
//! entries that came later: they are known by their id, and what is theirs is left alone.
//!
//! What remains: of a record that got a later entry the state is not compared, and what is after a
//! position but before the entries' moment is judged only where there is an entry.

use crate::limits::{ANSWER, SETTLED, TICK};
use crate::{Error, Lane, Lanes, Message};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::time::Instant;
use vocabulary::{SourceId, Timestamp};

/// Gives a schema's text by its id, as the site's registry does.
pub type Schema = dyn Fn(u32) -> Result<Option<String>, String>;

/// A cluster, at one moment.
pub struct Kafka {
    consumer: BaseConsumer,
    prefix: String,
    /// How far each lane is read.
    lanes: BTreeMap<Lane, Vec<Part>>,
    /// The moment: entries from this offset on came later.
    moment: u64,
    positions: BTreeMap<SourceId, u64>,
    reached: BTreeMap<SourceId, u64>,
    schema: Box<Schema>,
}

/// A partition from its first offset up to, without, its end.
#[derive(Clone, Copy)]
struct Part {
    partition: i32,
    from: i64,
    to: i64,
}

/// Two ways to ask a cluster: for what is decided, and for what is begun.
struct Asker<'a> {
    decided: &'a BaseConsumer,
    begun: BaseConsumer,
    prefix: &'a str,
}

// === impl Kafka ===

impl Kafka {
    /// Opens a cluster for reading only, and takes its moment. `settings` are librdkafka's own, for
    /// TLS and log-in.
    pub fn open(
        brokers: &str,
        prefix: &str,
        settings: &BTreeMap<String, String>,
        schema: Box<Schema>,
    ) -> Result<Kafka, Error> {
        let open = |isolation: &str| -> Result<BaseConsumer, Error> {
            let mut config = ClientConfig::new();
            settings.iter().for_each(|(name, value)| {
                config.set(name, value);
            });
            config
                .set("bootstrap.servers", brokers)
                // Its committed offsets are asked for; nothing is committed, nobody joins.
                .set("group.id", format!("{prefix}exchange"))
                .set("isolation.level", isolation)
                // A lane's end is told by an answer without records: it is not waited for.
                .set("fetch.wait.max.ms", "1")
                .set("enable.auto.commit", "false")
                .set("enable.partition.eof", "true")
                .set("auto.offset.reset", "earliest")
                .set("allow.auto.create.topics", "false");
            config.create().map_err(failed)
        };
        let (consumer, begun) = (open("read_committed")?, open("read_uncommitted")?);
        let asker = Asker { decided: &consumer, begun, prefix };
        let known = asker.lanes()?;
        let positions = patiently(|| asker.positions(&known))?;
        let entries: Vec<_> =
            known.into_iter().filter(|(lane, _)| *lane == Lane::Disclosure).collect();
        // Where there is no entry yet, all will be later.
        let moment = asker.settled(&entries)?;
        let moment = moment.values().copied().max().unwrap_or_default();
        let all = asker.lanes()?;
        let written =
            |lane: &Lane| matches!(lane, Lane::Release(..) | Lane::State(_) | Lane::Quarantine(_));
        let (written, other): (Vec<_>, Vec<_>) =
            all.iter().cloned().partition(|(lane, _)| written(lane));
        let mut ends = asker.settled(&written)?;
        ends.extend(asker.settled(&other)?);
        let reached = patiently(|| asker.positions(&all))?;
        let firsts = patiently(|| asker.ends(&consumer, &all, Offset::Beginning))?;
        let mut lanes = BTreeMap::<Lane, Vec<Part>>::new();
        for ((lane, partition), to) in ends {
            let from = firsts.get(&(lane.clone(), partition)).copied().unwrap_or_default();
            lanes.entry(lane).or_default().push(Part { partition, from, to });
        }
        let (prefix, moment) = (prefix.to_owned(), u64::try_from(moment).unwrap_or_default());
        Ok(Kafka { consumer, prefix, lanes, moment, positions, reached, schema })
    }

    fn walk_part(
        &self,
        lane: &Lane,
        part: Part,
        visit: &mut dyn FnMut(Message) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        if part.from >= part.to {
            return Ok(());
        }
        let topic = lane.topic(&self.prefix);
        let mut place = TopicPartitionList::new();
        let from = Offset::Offset(part.from);
        place.add_partition_offset(&topic, part.partition, from).map_err(failed)?;
        self.consumer.assign(&place).map_err(failed)?;
        loop {
            match self.consumer.poll(ANSWER) {
                None => return Err(Error::Away),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(error)) => return Err(failed(error)),
                Some(Ok(message)) if message.offset() >= part.to => return Ok(()),
                Some(Ok(message)) => {
                    let at = u64::try_from(message.offset()).unwrap_or_default();
                    let last = message.offset() + 1 >= part.to;
                    let told = told(&message);
                    let told = told.ok_or_else(|| Error::Torn { lane: lane.to_string(), at })?;
                    // A tombstone of this key says nothing: it brought a commit its end.
                    let is_blank = told.value.is_none() && told.key == [0];
                    if !is_blank && !visit(told)? || last {
                        return Ok(());
                    }
                }
            }
        }
    }
}

// === impl Asker ===

impl Asker<'_> {
    /// The lanes with their partitions.
    fn lanes(&self) -> Result<Vec<(Lane, i32)>, Error> {
        let known = self.decided.fetch_metadata(None, ANSWER).map_err(failed)?;
        let mut lanes = Vec::new();
        for topic in known.topics() {
            if let Some(lane) = Lane::of_topic(self.prefix, topic.name()) {
                lanes.extend(topic.partitions().iter().map(|one| (lane.clone(), one.id())));
            }
        }
        Ok(lanes)
    }

    /// Where the lanes end, by one question for all; `of` is the end or the beginning.
    fn ends(
        &self,
        consumer: &BaseConsumer,
        lanes: &[(Lane, i32)],
        of: Offset,
    ) -> Result<BTreeMap<(Lane, i32), i64>, Error> {
        let mut asked = TopicPartitionList::new();
        for (lane, partition) in lanes {
            let topic = lane.topic(self.prefix);
            asked.add_partition_offset(&topic, *partition, of).map_err(failed)?;
        }
        if lanes.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = consumer.offsets_for_times(asked, ANSWER).map_err(failed)?;
        let mut ends = BTreeMap::new();
        for place in found.elements() {
            place.error().map_err(failed)?;
            let lane = Lane::of_topic(self.prefix, place.topic()).ok_or(Error::Away)?;
            let Offset::Offset(end) = place.offset() else { return Err(Error::Away) };
            ends.insert((lane, place.partition()), end);
        }
        Ok(ends)
    }

    /// Where the lanes end now with all that is open on them, once that is decided.
    fn settled(&self, lanes: &[(Lane, i32)]) -> Result<BTreeMap<(Lane, i32), i64>, Error> {
        let begun = patiently(|| self.ends(&self.begun, lanes, Offset::End))?;
        let since = Instant::now();
        loop {
            let decided = patiently(|| self.ends(self.decided, lanes, Offset::End))?;
            let is_decided = |(place, end): (&(Lane, i32), &i64)| {
                decided.get(place).is_some_and(|decided| decided >= end)
            };
            if begun.iter().all(is_decided) {
                return Ok(begun);
            }
            if since.elapsed() > SETTLED {
                return Err(Error::Away);
            }
            std::thread::sleep(TICK);
        }
    }

    /// The exchange's positions; a transaction that is being decided is waited for.
    fn positions(&self, lanes: &[(Lane, i32)]) -> Result<BTreeMap<SourceId, u64>, Error> {
        let mut asked = TopicPartitionList::new();
        let mut sources = BTreeMap::new();
        for (lane, _) in lanes {
            let Lane::Intake(source) = lane else { continue };
            let topic = lane.topic(self.prefix);
            asked.add_partition(&topic, 0);
            sources.insert(topic, source.clone());
        }
        if sources.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = self.decided.committed_offsets(asked, ANSWER).map_err(failed)?;
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
        let parts = self.lanes.get(lane).into_iter().flatten();
        parts.copied().try_for_each(|part| {
            self.walk_part(lane, part, &mut |message| visit(message).map(|()| true))
        })
    }

    fn begins(&self, lane: &Lane) -> Result<u64, Error> {
        let parts = self.lanes.get(lane).into_iter().flatten();
        Ok(parts.filter_map(|part| u64::try_from(part.from).ok()).max().unwrap_or_default())
    }

    fn oldest(&self, lane: &Lane) -> Result<Option<Timestamp>, Error> {
        let mut oldest: Option<i64> = None;
        for part in self.lanes.get(lane).into_iter().flatten() {
            self.walk_part(lane, *part, &mut |message| {
                let first = oldest.get_or_insert(message.appended);
                *first = message.appended.min(*first);
                Ok(false)
            })?;
        }
        Ok(oldest.map(Timestamp::from_micros))
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, u64>, Error> {
        Ok(self.positions.clone())
    }

    fn reached(&self) -> Result<BTreeMap<SourceId, u64>, Error> {
        Ok(self.reached.clone())
    }

    fn moment(&self) -> u64 {
        self.moment
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        (self.schema)(id).map_err(|_| Error::Away)
    }
}

/// Asks again for a while: of a lane that was just made not every broker knows.
fn patiently<T>(ask: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let since = Instant::now();
    loop {
        match ask() {
            Err(Error::Away) if since.elapsed() < ANSWER => std::thread::sleep(TICK),
            told => return told,
        }
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

//! Lanes as topics: which there are, and how one is made when it is first written. Who may write it
//! is the brokers' ACL.

use crate::client::{Clients, Ear};
use crate::fault::{word, word_of};
use crate::limits;
use crate::patience::{block_on, until};
use crate::retention;
use carrier::{Error, Lane, Offset, Retention, Temporary};
use rdkafka::TopicPartitionList;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::types::RDKafkaErrorCode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The topics of one site.
pub(crate) struct Topics {
    clients: Clients,
    known: Mutex<Known>,
    /// Whether the topic of notes is there.
    noted: AtomicBool,
    retention: Mutex<Retention>,
}

/// Settings of a topic, by name.
type Settings = Vec<(&'static str, String)>;

#[derive(Default)]
struct Known {
    lanes: BTreeSet<Lane>,
    asked: Option<Instant>,
}

// === impl Topics ===

impl Topics {
    pub(crate) fn new(clients: Clients) -> Topics {
        Topics {
            clients,
            known: Mutex::default(),
            noted: AtomicBool::new(false),
            retention: Mutex::new(Retention::HELD),
        }
    }

    pub(crate) fn name(&self, lane: &Lane) -> String {
        lane.topic(&self.clients.options().prefix)
    }

    /// Every lane there is, as of a moment ago; `ask` through any client that is at hand.
    pub(crate) fn lanes(&self, ask: &BaseConsumer<Ear>) -> Result<BTreeSet<Lane>, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.asked.is_none_or(|asked| asked.elapsed() > limits::LANES) {
            let found = self.asked(ask);
            match found {
                Ok(lanes) => known.lanes.extend(lanes),
                // What is known stays known while nobody answers.
                Err(error) if known.asked.is_none() => return Err(error),
                Err(_) => {}
            }
            known.asked = Some(Instant::now());
        }
        Ok(known.lanes.clone())
    }

    /// Whether there is such a lane.
    pub(crate) fn has(&self, ask: &BaseConsumer<Ear>, lane: &Lane) -> Result<bool, Error> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.asked.is_some_and(|asked| asked.elapsed() <= limits::LANES);
        if known.lanes.contains(lane) || fresh {
            return Ok(known.lanes.contains(lane));
        }
        drop(known);
        Ok(self.lanes(ask)?.contains(lane))
    }

    /// Whether there is such a lane, asked of a broker now.
    pub(crate) fn look(&self, ask: &BaseConsumer<Ear>, lane: &Lane) -> Result<bool, Error> {
        let found = self.asked(ask)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.lanes.extend(found);
        known.asked = Some(Instant::now());
        Ok(known.lanes.contains(lane))
    }

    /// Makes those of these lanes that are not there, and waits until they are.
    pub(crate) fn ensure<'a>(&self, lanes: impl Iterator<Item = &'a Lane>) -> Result<(), Error> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: BTreeSet<Lane> =
            lanes.filter(|lane| !known.lanes.contains(lane)).cloned().collect();
        drop(known);
        if missing.is_empty() {
            return Ok(());
        }
        let named = missing.iter().map(|lane| (self.name(lane), self.settings(lane)));
        self.make(&named.collect())?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).lanes.extend(missing);
        Ok(())
    }

    /// The topic on which an exchange writes down its transactions, made if it is not there.
    pub(crate) fn notes(&self) -> Result<String, Error> {
        let topic = self.clients.notes();
        if !self.noted.load(Ordering::Acquire) {
            let compact = ("cleanup.policy", "compact".to_owned());
            let settings = self.common().into_iter().chain([compact]).collect();
            self.make(&BTreeMap::from([(topic.clone(), settings)]))?;
            self.noted.store(true, Ordering::Release);
        }
        Ok(topic)
    }

    /// Makes topics, and waits until they are there.
    fn make(&self, missing: &BTreeMap<String, Settings>) -> Result<(), Error> {
        let admin = self.admin()?;
        self.ask_for(&admin, missing)?;
        // Made, yet not every broker tells of it at once.
        until(limits::ANSWER, || {
            let metadata = admin.inner().fetch_metadata(None, limits::ANSWER);
            let metadata = metadata.map_err(|error| word(&error))?;
            let led = |topic: &rdkafka::metadata::MetadataTopic| {
                topic.error().is_none()
                    && topic.partitions().iter().any(|partition| partition.leader() >= 0)
            };
            let there: BTreeSet<&str> = metadata
                .topics()
                .iter()
                .filter(|topic| led(topic))
                .map(|topic| topic.name())
                .collect();
            Ok(missing.keys().all(|topic| there.contains(topic.as_str())))
        })
    }

    /// Keeps every topic, and those to come, as long as this says.
    pub(crate) fn keep(&self, retention: Retention) -> Result<(), Error> {
        *self.retention.lock().unwrap_or_else(PoisonError::into_inner) = retention;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let lanes: Vec<Lane> = known.lanes.iter().cloned().collect();
        drop(known);
        let admin = self.admin()?;
        for lane in lanes {
            let (name, settings) = (self.name(&lane), self.settings(&lane));
            let change = AlterConfig::new(ResourceSpecifier::Topic(&name));
            let change =
                settings.iter().fold(change, |change, (key, value)| change.set(key, value));
            let changed = block_on(admin.alter_configs([&change], &patience()));
            for changed in changed.map_err(|error| word(&error))? {
                changed.map_err(|(_, code)| word_of(code))?;
            }
        }
        Ok(())
    }

    /// How long messages stay now.
    pub(crate) fn retention(&self) -> Retention {
        *self.retention.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes what lies before these offsets, topic by topic; those of which it is done.
    pub(crate) fn cut(
        &self,
        cuts: &BTreeMap<String, Offset>,
    ) -> Result<BTreeMap<String, Offset>, Error> {
        if cuts.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut list = TopicPartitionList::with_capacity(cuts.len());
        for (topic, to) in cuts {
            let to = rdkafka::Offset::Offset(i64::try_from(to.0).unwrap_or(i64::MAX));
            list.add_partition_offset(topic, 0, to).map_err(|error| word(&error))?;
        }
        let admin = self.admin()?;
        let done = block_on(admin.delete_records(&list, &patience()));
        let mut cut = cuts.clone();
        for place in done.map_err(|error| word(&error))?.elements() {
            if let Err(error) = place.error() {
                word(&error);
                cut.remove(place.topic());
            }
        }
        Ok(cut)
    }

    fn admin(&self) -> Result<AdminClient<Ear>, Error> {
        self.clients.admin().create_with_context(Ear).map_err(|error| word(&error))
    }

    fn ask_for(
        &self,
        admin: &AdminClient<Ear>,
        missing: &BTreeMap<String, Settings>,
    ) -> Result<(), Error> {
        let copies = self.clients.options().copies.map_or(-1, i32::from);
        let topics = missing.iter().map(|(name, settings)| {
            let topic = NewTopic::new(name, 1, TopicReplication::Fixed(copies));
            settings.iter().fold(topic, |topic, (name, value)| topic.set(name, value))
        });
        let topics: Vec<_> = topics.collect();
        let made = block_on(admin.create_topics(&topics, &patience()));
        for made in made.map_err(|error| word(&error))? {
            match made {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((_, code)) => {
                    tracing::warn!(kafka = ?code, "a topic could not be made");
                    return Err(Temporary::Unavailable.into());
                }
            }
        }
        Ok(())
    }

    /// How a lane's topic is kept. Nothing goes by age until the bundle's table says so, but for
    /// what a newer message of the same key has replaced. All of them each time: Kafka's older form
    /// of the request takes back whatever is left out.
    fn settings(&self, lane: &Lane) -> Settings {
        let mut settings = self.common();
        settings.extend(retention::settings(&self.retention(), lane));
        let largest = match lane {
            Lane::Bundle => limits::BUNDLE_MESSAGE,
            _ => limits::LANE_MESSAGE,
        };
        settings.push(("max.message.bytes", largest.to_string()));
        settings
    }

    fn common(&self) -> Settings {
        let mut settings = vec![("message.timestamp.type", "LogAppendTime".to_owned())];
        if let Some(least) = self.clients.options().in_sync {
            settings.push(("min.insync.replicas", least.to_string()));
        }
        settings
    }

    fn asked(&self, ask: &BaseConsumer<Ear>) -> Result<BTreeSet<Lane>, Error> {
        let metadata = ask.fetch_metadata(None, limits::ANSWER).map_err(|error| word(&error))?;
        let prefix = &self.clients.options().prefix;
        let lanes = metadata.topics().iter().map(|topic| Lane::from_topic(prefix, topic.name()));
        Ok(lanes.filter_map(Result::ok).collect())
    }
}

fn patience() -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(limits::ANSWER))
        .operation_timeout(Some(limits::ANSWER))
}

//! Sharing the intake lanes among exchanges: a cooperative consumer group that hands out lanes and
//! fetches nothing. A lane is given up only between two commits, so whoever gets it finds all that
//! was done on it decided.

use crate::client::Clients;
use crate::fault::word;
use crate::figures::{Client, Teller};
use crate::limits;
use carrier::{Error, Lane, Share, Temporary};
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{
    BaseConsumer, Consumer, ConsumerContext, ConsumerGroupMetadata, Rebalance,
};
use rdkafka::error::KafkaError;
use rdkafka::statistics::Statistics;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use vocabulary::SourceId;

/// Held while a commit is under way; a lane is given up under it.
pub(crate) type Gate = Arc<Mutex<()>>;

/// This exchange as a member of the exchanges' group.
pub(crate) struct Member {
    consumer: Arc<BaseConsumer<Watch>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the group has given to this member.
#[derive(Debug, Default)]
struct Held {
    sources: BTreeSet<SourceId>,
    generation: u64,
}

/// Hears what the group decides.
struct Watch {
    prefix: String,
    gate: Gate,
    held: Mutex<Held>,
    teller: Teller,
}

// === impl Member ===

impl Member {
    pub(crate) fn join(clients: &Clients, gate: Gate) -> Result<Member, Error> {
        let prefix = clients.options().prefix.clone();
        let all = format!("^{}intake[.].*", prefix.replace('.', "[.]"));
        let teller = clients.teller(Client::Member);
        let watch = Watch { prefix, gate, held: Mutex::default(), teller };
        let consumer = clients.member().create_with_context(watch).map_err(|error| word(&error))?;
        let consumer: Arc<BaseConsumer<Watch>> = Arc::new(consumer);
        consumer.subscribe(&[&all]).map_err(|error| word(&error))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (served, stopped) = (Arc::clone(&consumer), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("kafka-member".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Acquire) {
                // What was fetched before the pause took hold is read elsewhere.
                drop(served.poll(limits::SERVE));
            }
        });
        let thread = Some(thread.map_err(|_| Temporary::Unavailable)?);
        Ok(Member { consumer, stop, thread })
    }

    pub(crate) fn share(&self) -> Share {
        let held = self.consumer.context().held();
        Share::Some { sources: held.sources.clone(), generation: held.generation }
    }

    /// What proves to the brokers that this member's offsets are of the group's present round.
    pub(crate) fn proof(&self) -> Result<ConsumerGroupMetadata, Error> {
        self.consumer.group_metadata().ok_or(Temporary::Unavailable.into())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

// === impl Watch ===

impl Watch {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sources(&self, places: &TopicPartitionList) -> Vec<SourceId> {
        let elements = places.elements();
        let lanes = elements.iter().map(|place| Lane::from_topic(&self.prefix, place.topic()));
        let source = |lane| match lane {
            Ok(Lane::Intake(source)) => Some(source),
            _ => None,
        };
        lanes.filter_map(source).collect()
    }
}

impl ClientContext for Watch {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.teller.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.teller.error(error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        self.teller.stats(statistics);
    }
}

impl ConsumerContext for Watch {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(places) = rebalance {
            let _no_commit = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
            let mut held = self.held();
            for source in self.sources(places) {
                held.sources.remove(&source);
            }
            held.generation += 1;
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(places) = rebalance {
            if let Err(error) = consumer.pause(places) {
                tracing::debug!(%error, "assigned lanes are fetched though nobody reads them here");
            }
            let mut held = self.held();
            held.sources.extend(self.sources(places));
            held.generation += 1;
        }
    }
}

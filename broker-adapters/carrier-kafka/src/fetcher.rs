//! A consumer outside any group, and the places on it: each lane at most once, with a queue of its
//! own that librdkafka fills ahead of whoever reads.

use crate::client::{Clients, ahead_kib};
use crate::fault::word;
use crate::figures::{Client, Teller};
use crate::limits;
use crate::queue::Queue;
use crate::signal::Signal;
use carrier::{Error, Offset, Temporary};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset as At, TopicPartitionList};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// One consumer and the thread that serves its events.
pub(crate) struct Fetcher {
    consumer: Arc<BaseConsumer<Teller>>,
    /// Most messages that are taken off a lane's queue at once; they lie in memory a second time.
    pub(crate) pull: usize,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

// === impl Fetcher ===

impl Fetcher {
    /// Of the kind of client that reads on, on so many lanes, or that looks in passing.
    pub(crate) fn start(clients: &Clients, client: Client, lanes: usize) -> Result<Fetcher, Error> {
        let config = match client {
            Client::Visitor => clients.visitor(),
            _ => clients.reader(lanes),
        };
        // A message is about a KiB.
        let pull = limits::PULL.min(ahead_kib(lanes) / 2);
        let consumer = config.create_with_context(clients.teller(client));
        let consumer = consumer.map_err(|error| word(&error))?;
        let consumer: Arc<BaseConsumer<Teller>> = Arc::new(consumer);
        let stop = Arc::new(AtomicBool::new(false));
        let (served, stopped) = (Arc::clone(&consumer), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("kafka-events".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Acquire) {
                // Events only: every lane has a queue of its own.
                drop(served.poll(limits::SERVE));
            }
        });
        let thread = Some(thread.map_err(|_| Temporary::Unavailable)?);
        Ok(Fetcher { consumer, pull, stop, thread })
    }

    /// Begins to fetch topics, each from an offset; their queues, in the same order.
    pub(crate) fn assign(
        &self,
        places: &[(&str, Offset)],
        signal: &Arc<Signal>,
    ) -> Result<Vec<Queue>, Error> {
        let one = if let [(topic, _)] = places { Some(*topic) } else { None };
        // Asked here, for librdkafka itself looks for a topic it does not know once a second.
        self.consumer.fetch_metadata(one, limits::ANSWER).map_err(|error| word(&error))?;
        let mut list = TopicPartitionList::with_capacity(places.len());
        let mut queues = Vec::with_capacity(places.len());
        for (topic, from) in places {
            let queue = Queue::split(&self.consumer, topic, Arc::clone(signal));
            queues.push(queue.ok_or(Temporary::Unavailable)?);
            list.add_partition_offset(topic, 0, at(*from)).map_err(|error| word(&error))?;
        }
        self.consumer.incremental_assign(&list).map_err(|error| word(&error))?;
        Ok(queues)
    }

    /// Fetches a topic no longer.
    pub(crate) fn unassign(&self, topic: &str) -> Result<(), Error> {
        let mut place = TopicPartitionList::with_capacity(1);
        place.add_partition(topic, 0);
        self.consumer.incremental_unassign(&place).map_err(|error| word(&error))
    }

    /// Goes on from another offset; what was fetched ahead is dropped by librdkafka.
    pub(crate) fn seek(&self, topic: &str, to: Offset) -> Result<(), Error> {
        let sought = self.consumer.seek(topic, 0, at(to), limits::ANSWER);
        sought.map_err(|error| word(&error))
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

fn at(offset: Offset) -> At {
    At::Offset(i64::try_from(offset.0).unwrap_or(i64::MAX))
}

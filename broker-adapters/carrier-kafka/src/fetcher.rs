//! A consumer outside any group, and the places on it: each lane at most once, with a queue of its
//! own that librdkafka fills ahead of whoever reads.

use crate::client::Clients;
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
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

// === impl Fetcher ===

impl Fetcher {
    /// Of the kind of client that reads, or that looks in passing.
    pub(crate) fn start(clients: &Clients, client: Client) -> Result<Fetcher, Error> {
        let config = if client == Client::Visitor { clients.visitor() } else { clients.reader() };
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
        Ok(Fetcher { consumer, stop, thread })
    }

    /// Begins to fetch a topic from an offset.
    pub(crate) fn assign(
        &self,
        topic: &str,
        from: Offset,
        signal: &Arc<Signal>,
    ) -> Result<Queue, Error> {
        // Asked here, for librdkafka itself looks for a topic it does not know once a second.
        self.consumer.fetch_metadata(Some(topic), limits::ANSWER).map_err(|error| word(&error))?;
        let queue = Queue::split(&self.consumer, topic, Arc::clone(signal));
        let queue = queue.ok_or(Temporary::Unavailable)?;
        let mut place = TopicPartitionList::with_capacity(1);
        place.add_partition_offset(topic, 0, at(from)).map_err(|error| word(&error))?;
        self.consumer.incremental_assign(&place).map_err(|error| word(&error))?;
        Ok(queue)
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

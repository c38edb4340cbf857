//! The brokers' reports on what was produced: counted per batch, so that whoever produced waits for
//! all of its own and for nobody else's.

use crate::fault::word;
use crate::figures::Teller;
use crate::limits;
use carrier::{Error, Message, Offset, Temporary};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::statistics::Statistics;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A producer whose reports come on a thread of its own: nothing waits for anybody's poll.
pub(crate) type Producer = ThreadedProducer<Reports>;

/// Hands each report to the batch it belongs to; remembers which topics its producer knows.
pub(crate) struct Reports {
    teller: Teller,
    met: Mutex<BTreeSet<String>>,
}

/// Reports that are still to come for one batch, and the first that was bad.
#[derive(Debug)]
pub(crate) struct Batch {
    /// One more than there are reports, until the batch is closed.
    open: AtomicUsize,
    failed: Mutex<Option<KafkaError>>,
    done: Condvar,
}

/// One lane's part of a batch.
#[derive(Debug)]
pub(crate) struct Ticket {
    batch: Arc<Batch>,
    /// The highest offset reported.
    last: AtomicI64,
}

// === impl Reports ===

impl Reports {
    pub(crate) fn new(teller: Teller) -> Reports {
        Reports { teller, met: Mutex::default() }
    }
}

impl ClientContext for Reports {
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

impl ProducerContext for Reports {
    type DeliveryOpaque = Arc<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Arc<Ticket>) {
        match result {
            Ok(message) => {
                ticket.last.fetch_max(message.offset(), Ordering::Relaxed);
            }
            Err((error, _)) => ticket.batch.fail(error.clone()),
        }
        ticket.batch.report();
    }
}

// === impl Batch ===

impl Batch {
    pub(crate) fn new() -> Arc<Batch> {
        Arc::new(Batch {
            open: AtomicUsize::new(1),
            failed: Mutex::default(),
            done: Condvar::new(),
        })
    }

    pub(crate) fn ticket(self: &Arc<Self>) -> Arc<Ticket> {
        Arc::new(Ticket { batch: Arc::clone(self), last: AtomicI64::new(-1) })
    }

    /// Waits for every report; the first bad one is the answer.
    pub(crate) fn wait(&self, patience: Duration) -> Result<(), KafkaError> {
        let begun = Instant::now();
        self.report();
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        while self.open.load(Ordering::Acquire) > 0 {
            let left = patience.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut));
            }
            let waited = self.done.wait_timeout(failed, left);
            failed = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        failed.take().map_or(Ok(()), Err)
    }

    fn fail(&self, error: KafkaError) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert(error);
    }

    fn report(&self) {
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Under the lock: a waiter is either before its look or asleep.
            let _asleep = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            self.done.notify_all();
        }
    }
}

// === impl Ticket ===

impl Ticket {
    /// Hands a message to the producer; holds the caller while its queue is full.
    pub(crate) fn send(
        self: &Arc<Self>,
        producer: &Producer,
        topic: &str,
        message: &Message,
    ) -> Result<(), Error> {
        let begun = Instant::now();
        self.batch.open.fetch_add(1, Ordering::AcqRel);
        let mut record = record(topic, message, Arc::clone(self));
        loop {
            match producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back))
                    if begun.elapsed() < limits::DELIVERY =>
                {
                    record = back;
                    sleep(limits::LOOK);
                }
                Err((error, _)) => {
                    self.batch.fail(error.clone());
                    self.batch.report();
                    return Err(word(&error));
                }
            }
        }
    }

    /// The position after the last message reported.
    pub(crate) fn end(&self) -> Result<Offset, Error> {
        let last = u64::try_from(self.last.load(Ordering::Acquire));
        last.map(|last| Offset(last).next()).map_err(|_| Temporary::Unavailable.into())
    }
}

/// Lets the producer learn of a topic before its first message: librdkafka itself looks for one
/// that it does not know once a second.
pub(crate) fn meet(producer: &Producer, topic: &str) -> Result<(), Error> {
    let mut met = producer.context().met.lock().unwrap_or_else(PoisonError::into_inner);
    if !met.contains(topic) {
        let asked = producer.client().fetch_metadata(Some(topic), limits::ANSWER);
        asked.map_err(|error| word(&error))?;
        met.insert(topic.to_owned());
    }
    Ok(())
}

/// Waits until the reports that were handled are put away too, which their thread does last.
pub(crate) fn put_away(producer: &Producer) {
    let begun = Instant::now();
    while producer.in_flight_count() > 0 && begun.elapsed() < limits::PUT_AWAY {
        sleep(limits::GLANCE);
    }
}

fn record<'a>(
    topic: &'a str,
    message: &'a Message,
    ticket: Arc<Ticket>,
) -> BaseRecord<'a, [u8], [u8], Arc<Ticket>> {
    let headers = OwnedHeaders::new_with_capacity(message.headers.len());
    let headers = message.headers.iter().fold(headers, |headers, (name, value)| {
        headers.insert(Header { key: name, value: Some(value.as_slice()) })
    });
    let record = BaseRecord::with_opaque_to(topic, ticket).partition(0).key(message.key.as_slice());
    let record = match &message.value {
        Some(value) => record.payload(value.as_slice()),
        None => record,
    };
    record.headers(headers)
}

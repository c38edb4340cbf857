//! Producing outside transactions: what authorities submit, control messages, receipts. A call ends
//! when every message of it is reported, or none will be delivered any more.

use crate::client::Clients;
use crate::delivery::{Batch, Producer, Reports, meet};
use crate::fault::word;
use crate::figures::Client;
use crate::limits;
use carrier::{Error, Message, Offset};
use rdkafka::producer::{Producer as _, PurgeConfig};
use std::sync::{Arc, Mutex, PoisonError};

/// The idempotent producer, made when first needed, and anew after a failure.
pub(crate) struct Submitter {
    clients: Clients,
    producer: Mutex<Option<Arc<Producer>>>,
}

// === impl Submitter ===

impl Submitter {
    pub(crate) fn new(clients: Clients) -> Submitter {
        Submitter { clients, producer: Mutex::default() }
    }

    /// Appends messages to a topic, in order. After an error some of them may lie there, the first
    /// ones and in order, and no other will follow: the producer goes with all it still held, so
    /// the same messages may be handed in again.
    pub(crate) fn append(&self, topic: &str, messages: &[Message]) -> Result<Offset, Error> {
        let producer = self.producer()?;
        meet(&producer, topic)?;
        let batch = Batch::new();
        let ticket = batch.ticket();
        let sent = messages.iter().try_for_each(|message| ticket.send(&producer, topic, message));
        let reported = batch.wait(limits::DELIVERY).map_err(|error| word(&error));
        match sent.and(reported) {
            Ok(()) => ticket.end(),
            Err(error) => {
                self.throw_away(&producer);
                Err(error)
            }
        }
    }

    fn producer(&self) -> Result<Arc<Producer>, Error> {
        let mut held = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(producer) = held.as_ref() {
            return Ok(Arc::clone(producer));
        }
        let reports = Reports::new(self.clients.teller(Client::Submitter));
        let made = self.clients.producer().create_with_context(reports);
        let made: Arc<Producer> = Arc::new(made.map_err(|error| word(&error))?);
        *held = Some(Arc::clone(&made));
        Ok(made)
    }

    fn throw_away(&self, failed: &Arc<Producer>) {
        let mut held = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|producer| Arc::ptr_eq(producer, failed));
        // Whoever else waits for it is told at once, and does the same.
        failed.purge(PurgeConfig::default().queue().inflight());
    }
}

//! What librdkafka's clients tell of themselves now and then, as changes since they last told it,
//! so that clients of one kind may be added up, come and go. What is counted, and under which
//! names, is for whoever listens.

use crate::client::Ear;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::statistics::{Broker, Statistics};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Which of a carrier's clients tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Reads lanes on and on.
    Reader,
    /// Looks at lanes in passing.
    Visitor,
    /// Writes outside transactions.
    Submitter,
    /// Writes commits.
    Committer,
    /// The member of the exchanges' group.
    Member,
}

/// What one client did since it last told, and how what it holds has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Requests sent to brokers.
    pub requests: u64,
    /// Messages sent to brokers.
    pub sent: u64,
    /// Bytes of all requests.
    pub sent_bytes: u64,
    /// Messages fetched.
    pub fetched: u64,
    /// Bytes of all answers.
    pub received_bytes: u64,
    /// Requests that could not be sent, or whose answer could not be read.
    pub failed: u64,
    /// Requests that were not answered in time.
    pub timed_out: u64,
    /// Connections lost.
    pub disconnected: u64,
    /// Messages that wait in the client: to be sent, or fetched ahead.
    pub waiting: i64,
    /// Their bytes.
    pub waiting_bytes: i64,
    /// Brokers connected.
    pub connected: i64,
    /// The average time of a round trip to each broker that was spoken to.
    pub round_trips: Vec<Duration>,
}

/// Hears the figures. Called on librdkafka's or the carrier's threads: it must not wait.
pub trait Listener: Send + Sync {
    /// Hears what one client tells.
    fn hear(&self, client: Client, figures: &Figures);
}

/// The context of a client whose events are served: its log lines, and its figures to whoever
/// listens.
pub(crate) struct Teller {
    client: Client,
    listener: Option<Arc<dyn Listener>>,
    told: Mutex<Totals>,
}

/// Everything since the client was made, and what it holds now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Totals {
    requests: u64,
    sent: u64,
    sent_bytes: u64,
    fetched: u64,
    received_bytes: u64,
    failed: u64,
    timed_out: u64,
    disconnected: u64,
    waiting: u64,
    waiting_bytes: u64,
    connected: u64,
}

// === impl Client ===

impl Client {
    /// The client as a metric label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Client::Reader => "reader",
            Client::Visitor => "visitor",
            Client::Submitter => "submitter",
            Client::Committer => "committer",
            Client::Member => "member",
        }
    }
}

// === impl Teller ===

impl Teller {
    pub(crate) fn new(client: Client, listener: Option<Arc<dyn Listener>>) -> Teller {
        Teller { client, listener, told: Mutex::default() }
    }

    fn tell(&self, now: Totals, round_trips: Vec<Duration>) {
        let Some(listener) = &self.listener else { return };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        listener.hear(self.client, &Figures { round_trips, ..now.since(&told) });
        *told = now;
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        // What it did stays done; what it held is held no more.
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        self.tell(Totals { waiting: 0, waiting_bytes: 0, connected: 0, ..told }, Vec::new());
    }
}

impl ClientContext for Teller {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Ear.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Ear.error(error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        self.tell(Totals::of(&statistics), round_trips(&statistics));
    }
}

impl ConsumerContext for Teller {}

// === impl Totals ===

impl Totals {
    fn of(statistics: &Statistics) -> Totals {
        let of_brokers = |figure: fn(&Broker) -> u64| statistics.brokers.values().map(figure).sum();
        let topics = statistics.topics.values();
        let partitions = || topics.clone().flat_map(|topic| topic.partitions.values());
        let ahead: u64 = partitions().map(|place| counted(place.fetchq_cnt)).sum();
        let ahead_bytes: u64 = partitions().map(|place| place.fetchq_size).sum();
        Totals {
            requests: counted(statistics.tx),
            sent: counted(statistics.txmsgs),
            sent_bytes: counted(statistics.tx_bytes),
            fetched: counted(statistics.rxmsgs),
            received_bytes: counted(statistics.rx_bytes),
            failed: of_brokers(|broker| broker.txerrs + broker.rxerrs),
            timed_out: of_brokers(|broker| broker.req_timeouts),
            disconnected: of_brokers(|broker| counted(broker.disconnects.unwrap_or_default())),
            waiting: statistics.msg_cnt + ahead,
            waiting_bytes: statistics.msg_size + ahead_bytes,
            connected: of_brokers(|broker| u64::from(is_real(broker) && broker.state == "UP")),
        }
    }

    fn since(&self, before: &Totals) -> Figures {
        let change = |now: u64, then: u64| now.cast_signed().wrapping_sub(then.cast_signed());
        Figures {
            requests: self.requests.saturating_sub(before.requests),
            sent: self.sent.saturating_sub(before.sent),
            sent_bytes: self.sent_bytes.saturating_sub(before.sent_bytes),
            fetched: self.fetched.saturating_sub(before.fetched),
            received_bytes: self.received_bytes.saturating_sub(before.received_bytes),
            failed: self.failed.saturating_sub(before.failed),
            timed_out: self.timed_out.saturating_sub(before.timed_out),
            disconnected: self.disconnected.saturating_sub(before.disconnected),
            waiting: change(self.waiting, before.waiting),
            waiting_bytes: change(self.waiting_bytes, before.waiting_bytes),
            connected: change(self.connected, before.connected),
            round_trips: Vec::new(),
        }
    }
}

fn round_trips(statistics: &Statistics) -> Vec<Duration> {
    let real = statistics.brokers.values().filter(|broker| is_real(broker));
    let windows = real.filter_map(|broker| broker.rtt.as_ref()).filter(|rtt| rtt.cnt > 0);
    windows.map(|rtt| Duration::from_micros(counted(rtt.avg))).collect()
}

/// Not the address that was begun with, and not librdkafka's name for a coordinator.
fn is_real(broker: &Broker) -> bool {
    broker.source == "learned"
}

fn counted(figure: i64) -> u64 {
    u64::try_from(figure).unwrap_or_default()
}

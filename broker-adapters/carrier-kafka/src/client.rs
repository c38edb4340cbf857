//! How librdkafka's clients are configured, and what becomes of their log lines. Nothing a caller
//! passes through can change what is set here: it was held against the list before.

use crate::figures::{Client, Listener, Teller};
use crate::{Error, Options, limits};
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use std::sync::{Arc, OnceLock};

/// What every client tells: its log lines, at levels that fit a service.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ear;

/// Makes configurations from the options.
#[derive(Clone)]
pub(crate) struct Clients {
    options: Options,
    /// Who hears their figures; clients made before there is anybody tell none.
    listener: Arc<OnceLock<Arc<dyn Listener>>>,
}

// === impl Clients ===

impl Clients {
    /// Holds the options against the list, and against what librdkafka itself takes.
    pub(crate) fn new(options: Options) -> Result<Clients, Error> {
        options.check()?;
        let clients = Clients { options, listener: Arc::default() };
        for config in [clients.reader(1), clients.producer()] {
            config.create_native_config().map_err(|error| match error {
                KafkaError::ClientConfig(_, _, name, _) => Error::Setting(name),
                _ => Error::Malformed,
            })?;
        }
        Ok(clients)
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Lets all clients made from now on tell their figures; the first that listens stays.
    pub(crate) fn listen(&self, listener: Arc<dyn Listener>) {
        let _first = self.listener.set(listener);
    }

    /// The context of a client whose events are served.
    pub(crate) fn teller(&self, client: Client) -> Teller {
        Teller::new(client, self.listener.get().cloned())
    }

    /// A consumer outside any group: it is told what to read and commits nothing. What it fetches
    /// ahead is bounded for so many lanes together.
    pub(crate) fn reader(&self, lanes: usize) -> ClientConfig {
        let ahead = ahead_kib(lanes);
        let mut config = self.consumer(&format!("{}reader", self.options.prefix));
        config.set("enable.partition.eof", "true");
        config.set("queued.max.messages.kbytes", ahead.to_string());
        config.set("queued.min.messages", ahead.to_string());
        config.set("max.partition.fetch.bytes", limits::FETCH_BYTES.min(ahead * 512).to_string());
        self.passed(&mut config);
        self.told(&mut config);
        config
    }

    /// A reader for lanes that are looked at once: it holds none of them, so that nothing it asked
    /// for before is still waited for.
    pub(crate) fn visitor(&self) -> ClientConfig {
        let mut config = self.reader(1);
        config.set("fetch.wait.max.ms", limits::VISIT.as_millis().to_string());
        config
    }

    /// A consumer that asks for a group's offsets, or commits them, and reads nothing.
    pub(crate) fn offsets(&self, group: &str) -> ClientConfig {
        let mut config = self.consumer(group);
        self.passed(&mut config);
        config
    }

    /// A member of the exchanges' group.
    pub(crate) fn member(&self) -> ClientConfig {
        let mut config = self.consumer(&self.group());
        config
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("topic.metadata.refresh.interval.ms", limits::LANES.as_millis().to_string())
            .set("session.timeout.ms", limits::SESSION.as_millis().to_string())
            .set("heartbeat.interval.ms", limits::HEARTBEAT.as_millis().to_string());
        self.passed(&mut config);
        self.told(&mut config);
        config
    }

    /// A consumer that is asked for ends and lanes and reads nothing.
    pub(crate) fn asker(&self) -> ClientConfig {
        let mut config = self.consumer(&format!("{}reader", self.options.prefix));
        self.passed(&mut config);
        config
    }

    /// A consumer that also sees what is not committed yet: for the ends of lanes alone.
    pub(crate) fn unsettled(&self) -> ClientConfig {
        let mut config = self.consumer(&format!("{}reader", self.options.prefix));
        self.passed(&mut config);
        config.set("isolation.level", "read_uncommitted");
        config
    }

    /// Idempotent; a message never times out by itself: whoever waits gives up for all of them.
    pub(crate) fn producer(&self) -> ClientConfig {
        let mut config = self.base();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "0")
            .set("queue.buffering.max.messages", limits::QUEUE_MESSAGES.to_string())
            .set("queue.buffering.max.kbytes", limits::QUEUE_KIB.to_string())
            .set("message.max.bytes", limits::BUNDLE_MESSAGE.to_string());
        self.passed(&mut config);
        config.set("message.timeout.ms", "0");
        self.told(&mut config);
        config
    }

    /// The producer of one exchange's transactions.
    pub(crate) fn transactional(&self) -> ClientConfig {
        let mut config = self.producer();
        // In transactions a message may not wait longer than the transaction does.
        config.remove("message.timeout.ms");
        config.set("transaction.timeout.ms", limits::OPEN.as_millis().to_string());
        config.set("connections.max.idle.ms", limits::IDLE.as_millis().to_string());
        let Options { prefix, instance, .. } = &self.options;
        config.set("transactional.id", format!("{prefix}{instance}"));
        config
    }

    /// Asks brokers and makes topics.
    pub(crate) fn admin(&self) -> ClientConfig {
        let mut config = self.base();
        self.passed(&mut config);
        config
    }

    /// The name of the exchanges' group: its committed offsets are the positions.
    pub(crate) fn group(&self) -> String {
        self.named("exchange")
    }

    /// A group of this site.
    pub(crate) fn named(&self, what: &str) -> String {
        format!("{}{what}", self.options.prefix)
    }

    /// The topic of what this exchange writes down of its transactions; no lane.
    pub(crate) fn notes(&self) -> String {
        self.named(&format!("commit.{}.v1", self.options.instance))
    }

    fn consumer(&self, group: &str) -> ClientConfig {
        let mut config = self.base();
        config
            .set("group.id", group)
            .set("isolation.level", "read_committed")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("allow.auto.create.topics", "false")
            .set("check.crcs", "true")
            // With the default of a second, a reader that has caught up idles behind the writer.
            .set("fetch.queue.backoff.ms", "5")
            .set("fetch.wait.max.ms", "100");
        config
    }

    fn base(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.options.brokers)
            .set("client.id", "samsyn")
            .set("topic.metadata.refresh.fast.interval.ms", "50")
            .set("reconnect.backoff.max.ms", "1000");
        config
    }

    /// Figures now and then, if anybody listens: only for clients whose events are served, or they
    /// would gather.
    fn told(&self, config: &mut ClientConfig) {
        if self.listener.get().is_some() {
            let often = limits::STATISTICS.as_millis().to_string();
            config.set("statistics.interval.ms", often);
        }
    }

    fn passed(&self, config: &mut ClientConfig) {
        for (name, value) in &self.options.client {
            // What only the other kind of client knows is none of this one's.
            config.set(name, value);
        }
    }
}

/// What is fetched ahead on each of so many lanes, in KiB.
pub(crate) fn ahead_kib(lanes: usize) -> usize {
    let each = limits::AHEAD_ALL_KIB / lanes.max(1);
    each.clamp(limits::AHEAD_LEAST_KIB, limits::AHEAD_KIB)
}

// === impl Ear ===

impl ClientContext for Ear {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
                tracing::error!(target: "librdkafka", facility, "{message}");
            }
            RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => {
                tracing::warn!(target: "librdkafka", facility, "{message}");
            }
            _ => tracing::debug!(target: "librdkafka", facility, "{message}"),
        }
    }

    fn error(&self, error: KafkaError, _reason: &str) {
        let code = error.rdkafka_error_code();
        tracing::warn!(target: "librdkafka", ?code, "a client failed and tries again");
    }
}

impl ConsumerContext for Ear {}

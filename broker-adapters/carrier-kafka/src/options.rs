//! What a Kafka carrier is opened with, and what of librdkafka's own settings may pass through.

use crate::{Error, limits};
use std::collections::BTreeMap;
use std::fmt;

/// Settings that a site may not touch: each would undo a promise of the port, or is set by this
/// carrier itself. A name that ends in `.` stands for all that begin with it.
const CLOSED: [&str; 34] = [
    "acks",
    "allow.auto.create.topics",
    "api.version.fallback.ms",
    "api.version.request",
    "auto.commit.",
    "auto.offset.reset",
    "bootstrap.servers",
    "broker.version.fallback",
    "check.crcs",
    "debug",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "enable.ssl.certificate.verification",
    "group.",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.send.max.retries",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "partitioner",
    "plugin.library.paths",
    "request.required.acks",
    "retries",
    "ssl.endpoint.identification.algorithm",
    "statistics.interval.ms",
    "test.mock.",
    "transactional.id",
];

/// How a Kafka carrier is opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Options {
    /// Addresses to begin with, `host:port`, separated by commas.
    pub brokers: String,
    /// The prefix of every topic, group and transactional id.
    pub prefix: String,
    /// Which of the site's exchanges this is: two of one name fence each other off.
    pub instance: String,
    /// Whether several exchanges, each of a name of its own, share the intake lanes.
    pub group: bool,
    /// Copies of each new topic; the brokers' own default if absent.
    pub copies: Option<u16>,
    /// Copies of each new topic that must answer; the brokers' own default if absent.
    pub in_sync: Option<u16>,
    /// librdkafka's own settings by name: TLS, SASL, sizes, times.
    pub client: BTreeMap<String, String>,
}

// === impl Options ===

impl Options {
    /// Brokers and nothing else said.
    pub fn new(brokers: &str) -> Options {
        Options {
            brokers: brokers.to_owned(),
            prefix: carrier::PREFIX.to_owned(),
            instance: "exchange-0".to_owned(),
            group: false,
            copies: None,
            in_sync: None,
            client: BTreeMap::new(),
        }
    }

    /// Refuses what could undo a guarantee.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.addresses().next().is_none() || self.client.len() > limits::SETTINGS {
            return Err(Error::Malformed);
        }
        match self.client.keys().find(|name| is_closed(name)) {
            Some(name) => Err(Error::Dangerous(name.clone())),
            None => Ok(()),
        }
    }

    /// The brokers' addresses.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.brokers.split(',').map(str::trim).filter(|address| !address.is_empty())
    }

    /// Whether brokers are spoken to through TLS.
    pub(crate) fn is_tls(&self) -> bool {
        let protocol = self.client.get("security.protocol");
        protocol.is_some_and(|protocol| protocol.to_ascii_lowercase().ends_with("ssl"))
    }
}

/// Names only: a value may be a password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.client.keys().collect();
        f.debug_struct("Options")
            .field("brokers", &self.brokers)
            .field("prefix", &self.prefix)
            .field("instance", &self.instance)
            .field("group", &self.group)
            .field("client", &names)
            .finish_non_exhaustive()
    }
}

fn is_closed(name: &str) -> bool {
    let called = name.to_ascii_lowercase();
    let closed = |closed: &&str| match closed.strip_suffix('.') {
        Some(family) => called.strip_prefix(family).is_some_and(|rest| rest.starts_with('.')),
        None => called == **closed,
    };
    CLOSED.iter().any(closed) || called.ends_with("_cb")
}

//! Real Kafka and a real schema registry beside a site of demo or soak. They end with it and keep
//! nothing.

use super::prepare::say;
use peers::{Apicurio, Kafka};
use settings::Carrier;
use std::collections::BTreeMap;
use std::time::Duration;

/// One broker and one registry, on loopback.
pub(crate) struct Cluster {
    kafka: Kafka,
    registry: Apicurio,
}

// === impl Cluster ===

impl Cluster {
    /// Starts both; what they are made of is brought from Maven Central the first time.
    pub(crate) fn start() -> Result<Cluster, String> {
        let kafka = Kafka::start().map_err(say("Kafka"))?;
        let registry = Apicurio::start().map_err(say("the schema registry"))?;
        Ok(Cluster { kafka, registry })
    }

    /// Takes the broker away for a while: killed on the spot, or stopped as it should be.
    pub(crate) fn away(&mut self, time: Duration, killed: bool) -> Result<(), String> {
        self.leave(killed)?;
        std::thread::sleep(time);
        self.back()
    }

    /// Takes the broker away until it is told to come back.
    pub(crate) fn leave(&mut self, killed: bool) -> Result<(), String> {
        let ended = if killed { self.kafka.kill(0) } else { self.kafka.stop(0) };
        ended.map_err(say("the broker"))
    }

    pub(crate) fn back(&mut self) -> Result<(), String> {
        self.kafka.restart(0).map_err(say("the broker"))
    }

    /// How a site's settings name them.
    pub(crate) fn carrier(&self) -> Carrier {
        let kafka = settings::Kafka {
            brokers: self.kafka.bootstrap(),
            prefix: carrier::PREFIX.to_owned(),
            registry: self.registry.address(),
            subjects: settings::Subjects::default(),
            exchange: 0,
            group: false,
            copies: None,
            in_sync: None,
            client: BTreeMap::new(),
        };
        Carrier { file: None, kafka: Some(kafka) }
    }
}

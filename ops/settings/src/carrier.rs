//! `[carrier]`: where the lanes are. Nothing is opened or connected here, and what a name of the
//! Kafka client means is for the carrier to judge.

use crate::{Error, limits, load::within};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `[carrier]`: one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carrier {
    /// The embedded carrier's one SQLite file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Or a Kafka cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kafka: Option<Kafka>,
}

/// `[carrier.kafka]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kafka {
    /// `host:port` of some brokers, separated by commas.
    pub brokers: String,
    /// What every topic name begins with.
    #[serde(default = "prefix")]
    pub prefix: String,
    /// Address of the schema registry's Confluent-compatible interface.
    pub registry: String,
    /// How the subject of a schema follows from its lane and its name.
    #[serde(default)]
    pub subjects: Subjects,
    /// Which of the site's exchanges this is: two with one number fence each other off.
    #[serde(default)]
    pub exchange: u16,
    /// Whether this exchange shares the intake lanes with others of its site.
    #[serde(default)]
    pub group: bool,
    /// Copies of each new topic; the brokers' own default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u16>,
    /// Copies of each new topic that must answer; the brokers' own default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_sync: Option<u16>,
    /// Further settings of the client, by librdkafka's own names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub client: BTreeMap<String, String>,
}

/// Under which subject a schema is registered, by the names that Confluent gave these ways. By
/// topic alone can not be: a lane holds records of several types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Subjects {
    /// The record's full name, the same on every lane.
    #[default]
    RecordNameStrategy,
    /// The lane's topic and the record's full name.
    TopicRecordNameStrategy,
}

fn prefix() -> String {
    "samsyn.".to_owned()
}

// === impl Carrier ===

impl Carrier {
    /// The embedded carrier over this file.
    pub const fn embedded(file: PathBuf) -> Carrier {
        Carrier { file: Some(file), kafka: None }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        match (&self.file, &self.kafka) {
            (Some(_), None) => Ok(()),
            (None, Some(kafka)) => kafka.check(),
            (None, None) => Err(Error::Missing { key: "carrier.file".to_owned() }),
            (Some(_), Some(_)) => Err(Error::OneOf { one: "carrier.file", other: "carrier.kafka" }),
        }
    }
}

// === impl Kafka ===

impl Kafka {
    fn check(&self) -> Result<(), Error> {
        let texts = [
            ("carrier.kafka.brokers", &self.brokers, 1),
            ("carrier.kafka.prefix", &self.prefix, 0),
            ("carrier.kafka.registry", &self.registry, 1),
        ];
        for (key, text, least) in texts {
            within(key, text.len() as u64, least, limits::KAFKA_TEXT_BYTES)?;
        }
        within("carrier.kafka.exchange", self.exchange.into(), 0, limits::KAFKA_EXCHANGES)?;
        for (key, copies) in [("copies", self.copies), ("in_sync", self.in_sync)] {
            let copies = copies.map_or(1, u64::from);
            within(format!("carrier.kafka.{key}"), copies, 1, limits::KAFKA_COPIES)?;
        }
        within("carrier.kafka.client", self.client.len() as u64, 0, limits::KAFKA_CLIENT_KEYS)
    }
}

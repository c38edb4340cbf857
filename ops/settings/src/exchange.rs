//! Settings of the exchange. Keys are named by file; whether they open is for the exchange.

use crate::{
    Admin, Carrier, Daemon, Error, Foundation, Life, Log, limits,
    load::{distinct, within},
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};
use vocabulary::SourceId;

/// Settings of `exchanged`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Health, metrics, pages.
    #[serde(default)]
    pub admin: Admin,
    /// Logging.
    #[serde(default)]
    pub log: Log,
    /// Life of the process.
    #[serde(default)]
    pub life: Life,
    /// Where the lanes are.
    pub carrier: Carrier,
    /// The exchange itself.
    pub exchange: ExchangePart,
}

/// `[exchange]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangePart {
    /// Name of this writer in the entries it makes.
    #[serde(default = "writer")]
    pub writer: String,
    /// Folder of the exchange's own copy of state and register.
    pub folder: PathBuf,
    /// Ed25519 private key (PEM) that seals released records.
    pub seal_key: PathBuf,
    /// Secret from which record keys of the lanes are derived; 32 bytes.
    pub lane_secret: PathBuf,
    /// Public keys (PEM) of those who may approve a bundle.
    pub approvers: Vec<PathBuf>,
    /// Which key may seal for which source.
    #[serde(default)]
    pub senders: Vec<Sender>,
    /// Most records in one commit.
    #[serde(default = "batch_records")]
    pub batch_records: u64,
    /// One of so many records is worked out a second time by the shadow before it leaves.
    #[serde(default = "shadow_every")]
    pub shadow_every: u64,
    /// Longest time one commit gathers.
    #[serde(default = "batch_millis")]
    pub batch_millis: u64,
}

/// `[[exchange.senders]]`: one source and its sealing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The source; `register` for what seals the register lane.
    pub source: SourceId,
    /// Its public key (PEM).
    pub key: PathBuf,
}

fn writer() -> String {
    "exchange-0".to_owned()
}

const fn batch_records() -> u64 {
    8_192
}

const fn shadow_every() -> u64 {
    1_024
}

const fn batch_millis() -> u64 {
    limits::BATCH_MILLIS
}

// === impl Exchange ===

impl Daemon for Exchange {
    const NAME: &'static str = "exchanged";

    fn foundation(&self) -> Foundation {
        Foundation { admin: self.admin.clone(), log: self.log.clone(), life: self.life.clone() }
    }

    fn check(&self) -> Result<(), Error> {
        self.carrier.check()?;
        self.exchange.check()
    }
}

// === impl ExchangePart ===

impl ExchangePart {
    /// Longest time one commit gathers.
    pub const fn batch_time(&self) -> Duration {
        Duration::from_millis(self.batch_millis)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        within("exchange.writer", self.writer.len() as u64, 1, 64)?;
        within("exchange.approvers", self.approvers.len() as u64, 1, limits::APPROVERS)?;
        within("exchange.senders", self.senders.len() as u64, 0, limits::SENDERS)?;
        within("exchange.batch_records", self.batch_records, 1, limits::BATCH_RECORDS)?;
        within("exchange.batch_millis", self.batch_millis, 1, limits::BATCH_MILLIS)?;
        within("exchange.shadow_every", self.shadow_every, 1, limits::SHADOW_EVERY)?;
        distinct("exchange.approvers", "file", &self.approvers)?;
        // A source may have an old and a new key while it rotates, but each key once.
        distinct(
            "exchange.senders",
            "source and key",
            self.senders.iter().map(|sender| (&sender.source, &sender.key)),
        )
    }
}

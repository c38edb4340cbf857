//! Settings of the connector: its sources, its deliveries, the register role.

use crate::{
    Admin, Carrier, Daemon, Error, Foundation, HttpIntake, Life, Log, Webhook, limits,
    load::{distinct, within},
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};
use vocabulary::{OrgNumber, SourceId, ViewId};

/// Settings of `connectord`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connector {
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
    /// The connector itself.
    pub connector: ConnectorPart,
}

/// `[connector]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorPart {
    /// Folder of spool, id maps and delivery positions.
    pub folder: PathBuf,
    /// Time between two looks into the drop folders.
    #[serde(default = "poll_millis")]
    pub poll_millis: u64,
    /// Whose findings enter here.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What is delivered here, to whom.
    #[serde(default)]
    pub deliveries: Vec<Delivery>,
    /// The register role, where this connector has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Register>,
    /// Findings handed in over HTTP, where this connector takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpIntake>,
    /// What is posted here, to whom.
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
}

/// `[[connector.sources]]`: one authority, or one shard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The source.
    pub id: SourceId,
    /// Its mapping file.
    pub mapping: PathBuf,
    /// Its drop folder.
    pub inbox: PathBuf,
    /// Ed25519 private key (PEM) that seals its records.
    pub key: PathBuf,
    /// Whether it may also hand in over HTTP.
    #[serde(default)]
    pub http: bool,
    /// Its bounds.
    #[serde(default)]
    pub limits: SourceLimits,
}

/// `[connector.sources.limits]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceLimits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of one row.
    pub row_bytes: u64,
    /// Records waiting in the spool.
    pub spool_records: u64,
    /// Bytes waiting in the spool.
    pub spool_bytes: u64,
    /// Records on its intake lane that the exchange has not taken; beyond it HTTP is told to wait.
    pub intake_records: u64,
}

/// `[[connector.deliveries]]`: one view, for one recipient, into one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The view.
    pub view: ViewId,
    /// The recipient, an organisation.
    pub recipient: OrgNumber,
    /// Whether the view is addressed: one lane for each recipient.
    #[serde(default)]
    pub addressed: bool,
    /// Form of the files.
    pub format: DeliveryFormat,
    /// Where they are written.
    pub folder: PathBuf,
}

/// Form of delivered files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryFormat {
    /// One JSON object a line.
    Ndjson,
    /// Semicolon-separated, one row a record.
    Csv,
}

/// `[connector.register]`: fills the register lane from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The register file.
    pub file: PathBuf,
    /// Ed25519 private key (PEM) that seals the entries; without it none is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

const fn poll_millis() -> u64 {
    500
}

// === impl Connector ===

impl Daemon for Connector {
    const NAME: &'static str = "connectord";

    fn foundation(&self) -> Foundation {
        Foundation { admin: self.admin.clone(), log: self.log.clone(), life: self.life.clone() }
    }

    fn check(&self) -> Result<(), Error> {
        self.carrier.check()?;
        self.connector.check()
    }
}

// === impl ConnectorPart ===

impl ConnectorPart {
    /// Time between two looks into the drop folders.
    pub const fn poll_time(&self) -> Duration {
        Duration::from_millis(self.poll_millis)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        within("connector.poll_millis", self.poll_millis, 1, limits::POLL_MILLIS)?;
        within("connector.sources", self.sources.len() as u64, 0, limits::SOURCES)?;
        within("connector.deliveries", self.deliveries.len() as u64, 0, limits::DELIVERIES)?;
        distinct("connector.sources", "id", self.sources.iter().map(|source| &source.id))?;
        distinct("connector.sources", "inbox", self.sources.iter().map(|source| &source.inbox))?;
        distinct("connector.deliveries", "folder", self.deliveries.iter().map(|d| &d.folder))?;
        self.sources
            .iter()
            .enumerate()
            .try_for_each(|(index, source)| source.limits.check(index))?;
        let over_http = self.sources.iter().filter(|source| source.http).count();
        self.http.as_ref().map_or(Ok(()), |http| http.check(over_http))?;
        within("connector.webhooks", self.webhooks.len() as u64, 0, limits::WEBHOOKS)?;
        let hooks = self.webhooks.iter().map(|hook| (&hook.view, &hook.recipient));
        distinct("connector.webhooks", "view and recipient", hooks)?;
        self.webhooks.iter().enumerate().try_for_each(|(index, hook)| hook.check(index))
    }
}

// === impl SourceLimits ===

impl Default for SourceLimits {
    fn default() -> Self {
        SourceLimits {
            file_bytes: 256 * 1024 * 1024,
            row_bytes: 64 * 1024,
            spool_records: 1_000_000,
            spool_bytes: 4 * 1024 * 1024 * 1024,
            intake_records: 1_000_000,
        }
    }
}

impl SourceLimits {
    fn check(&self, index: usize) -> Result<(), Error> {
        let key = |name: &str| format!("connector.sources[{index}].limits.{name}");
        within(key("file_bytes"), self.file_bytes, 1, limits::FILE_IN_BYTES)?;
        within(key("row_bytes"), self.row_bytes, 1, limits::ROW_BYTES)?;
        within(key("spool_records"), self.spool_records, 1, limits::SPOOL_RECORDS)?;
        within(key("spool_bytes"), self.spool_bytes, 1, limits::SPOOL_BYTES)?;
        within(key("intake_records"), self.intake_records, 1, limits::SPOOL_RECORDS)
    }
}

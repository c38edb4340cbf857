//! Settings of the ledger.

use crate::{Admin, Carrier, Daemon, Error, Foundation, Life, Log, limits, load::within};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// Settings of `ledgerd`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
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
    /// The ledger itself.
    pub ledger: LedgerPart,
}

/// `[ledger]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerPart {
    /// Folder of tiles, checkpoint and index.
    pub folder: PathBuf,
    /// Name of the log in its checkpoints, such as `samsyn.example/ledger`.
    pub origin: String,
    /// Ed25519 private key (PEM) that signs checkpoints.
    pub checkpoint_key: PathBuf,
    /// Secret under which subjects are looked up in the index; 32 bytes.
    pub index_secret: PathBuf,
    /// Longest time between an entry and the checkpoint that covers it.
    #[serde(default = "checkpoint_millis")]
    pub checkpoint_millis: u64,
}

const fn checkpoint_millis() -> u64 {
    limits::CHECKPOINT_MILLIS
}

// === impl Ledger ===

impl Daemon for Ledger {
    const NAME: &'static str = "ledgerd";

    fn foundation(&self) -> Foundation {
        Foundation { admin: self.admin.clone(), log: self.log.clone(), life: self.life.clone() }
    }

    fn check(&self) -> Result<(), Error> {
        self.carrier.check()?;
        self.ledger.check()
    }
}

// === impl LedgerPart ===

impl LedgerPart {
    /// Longest time between an entry and the checkpoint that covers it.
    pub const fn checkpoint_time(&self) -> Duration {
        Duration::from_millis(self.checkpoint_millis)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        within("ledger.origin", self.origin.len() as u64, 1, 128)?;
        within("ledger.checkpoint_millis", self.checkpoint_millis, 10, limits::CHECKPOINT_MILLIS)
    }
}

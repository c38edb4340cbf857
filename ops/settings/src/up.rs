//! Settings of `samsyn up`: the daemons of one small site in one process.

use crate::{
    Admin, Carrier, ConnectorPart, Daemon, Error, ExchangePart, Foundation, LedgerPart, Life, Log,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Settings of `samsyn up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Up {
    /// Health, metrics, pages.
    #[serde(default)]
    pub admin: Admin,
    /// Logging.
    #[serde(default)]
    pub log: Log,
    /// Life of the process.
    #[serde(default)]
    pub life: Life,
    /// The site as a whole.
    pub site: Site,
    /// Where the lanes are.
    pub carrier: Carrier,
    /// The exchange.
    pub exchange: ExchangePart,
    /// The ledger.
    pub ledger: LedgerPart,
    /// The connector.
    pub connector: ConnectorPart,
}

/// `[site]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Folder that holds what the site keeps.
    pub folder: PathBuf,
    /// The signed policy bundle that is put on the bundle lane when none is there yet.
    pub bundle: PathBuf,
}

// === impl Up ===

impl Daemon for Up {
    const NAME: &'static str = "samsyn up";

    fn foundation(&self) -> Foundation {
        Foundation { admin: self.admin.clone(), log: self.log.clone(), life: self.life.clone() }
    }

    fn check(&self) -> Result<(), Error> {
        self.carrier.check()?;
        self.exchange.check()?;
        self.ledger.check()?;
        self.connector.check()
    }
}

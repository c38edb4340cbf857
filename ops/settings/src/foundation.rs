//! The sections every daemon has for its life: admin, log, life. Opens nothing.

use crate::{Error, limits, load::within};
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, time::Duration};

/// What the life of any daemon needs of its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foundation {
    /// Where health and metrics are served.
    pub admin: Admin,
    /// How the process logs.
    pub log: Log,
    /// How it ends.
    pub life: Life,
}

/// `[admin]`: health, metrics and pages, on loopback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Admin {
    /// Address and port; port 0 takes a free one, announced at start.
    pub address: SocketAddr,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Lines for people or for machines.
    pub format: LogFormat,
    /// Filter in the manner of `RUST_LOG`: `info`, `info,exchanged=debug`.
    pub filter: String,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line of text an event.
    Text,
    /// One JSON object an event.
    Json,
}

/// `[life]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Life {
    /// Seconds the process may take to drain after it was asked to stop.
    pub grace_seconds: u64,
}

// === impl Admin ===

impl Default for Admin {
    fn default() -> Self {
        Admin { address: SocketAddr::from(([127, 0, 0, 1], 7400)) }
    }
}

impl Admin {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.address.ip().is_loopback() { Ok(()) } else { Err(Error::NotLoopback) }
    }
}

// === impl Log ===

impl Default for Log {
    fn default() -> Self {
        Log { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

impl Log {
    pub(crate) fn check(&self) -> Result<(), Error> {
        within("log.filter", self.filter.len() as u64, 1, limits::FILTER_BYTES)
    }
}

// === impl Life ===

impl Default for Life {
    fn default() -> Self {
        Life { grace_seconds: 10 }
    }
}

impl Life {
    /// Time to drain.
    pub const fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        within("life.grace_seconds", self.grace_seconds, 1, limits::GRACE_SECONDS)
    }
}

// === impl Foundation ===

impl Foundation {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.admin.check()?;
        self.log.check()?;
        self.life.check()
    }
}

//! Settings: files and environment to one typed, closed struct per daemon.
//!
//! A daemon's settings are TOML files, later ones over earlier ones, and over both the environment
//! (`SAMSYN__SECTION__KEY`). The result is closed: an unknown key is an error, a bound may only be
//! tightened, and no error shows a value. Nothing is bound, opened or created here: whether a
//! folder can be written is for the daemon that uses it.
//!
//! ```text
//! files ─┐
//!        ├─▶ load::<Exchange>() ─▶ Loaded { settings, effective lines with their origin }
//! env ───┘
//! ```
//!
//! | daemon | struct | sections |
//! |---|---|---|
//! | `exchanged` | [`Exchange`] | admin, log, life, carrier, exchange |
//! | `ledgerd` | [`Ledger`] | admin, log, life, carrier, ledger |
//! | `connectord` | [`Connector`] | admin, log, life, carrier, connector |
//! | `samsyn up` | [`Up`] | site and all of the above |
//!
//! Secrets are named by file, never written here; a key that ends in a secret's word is masked all
//! the same. Relative paths are relative to the working directory of the process.

mod carrier;
mod connector;
mod doors;
mod effective;
pub mod env;
mod exchange;
mod foundation;
mod ledger;
pub mod limits;
mod load;
mod up;

#[cfg(test)]
mod tests;

pub use carrier::{Carrier, Kafka, Subjects};
pub use connector::{
    Connector, ConnectorPart, Delivery, DeliveryFormat, Register, Source, SourceLimits,
};
pub use doors::{HttpIntake, HttpLimits, Retry, Tokens, Webhook, WebhookFormat};
pub use effective::Line;
pub use exchange::{Exchange, ExchangePart, Sender};
pub use foundation::{Admin, Foundation, Life, Log, LogFormat};
pub use ledger::{Ledger, LedgerPart};
pub use load::{Daemon, Loaded, load, load_with};
pub use up::{Site, Up};

/// Why settings were refused. Names keys, files and bounds, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file is missing, unreadable, or larger than [`limits::FILE_BYTES`].
    #[error("settings file `{file}` cannot be read")]
    Unreadable {
        /// The file as named on the command line.
        file: String,
    },
    /// The file is not TOML.
    #[error("settings file `{file}` is not valid TOML at line {line}")]
    Syntax {
        /// The file as named on the command line.
        file: String,
        /// One-based line.
        line: usize,
    },
    /// No daemon of this kind has such a key.
    #[error("unknown key `{key}` in {origin}")]
    UnknownKey {
        /// Key with its section.
        key: String,
        /// File or environment name it came from.
        origin: String,
    },
    /// A key without a default has no value.
    #[error("missing key `{key}`")]
    Missing {
        /// Key with its section.
        key: String,
    },
    /// The value has the wrong type or is not one of the words allowed.
    #[error("key `{key}` in {origin} has a value of the wrong kind")]
    Kind {
        /// Key with its section.
        key: String,
        /// File or environment name it came from.
        origin: String,
    },
    /// A number outside its bounds; bounds can be tightened, not widened.
    #[error("key `{key}` must lie between {least} and {most}")]
    Bounds {
        /// Key with its section.
        key: String,
        /// Least value allowed.
        least: u64,
        /// Greatest value allowed.
        most: u64,
    },
    /// Two entries of a list claim the same thing.
    #[error("two entries of `{key}` have the same {field}")]
    Twice {
        /// The list.
        key: &'static str,
        /// The field that must differ.
        field: &'static str,
    },
    /// Two keys of which one at most may be given.
    #[error("keys `{one}` and `{other}` are not both allowed")]
    OneOf {
        /// Key with its section.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// The admin address is not a loopback address.
    #[error("key `admin.address` must be a loopback address")]
    NotLoopback,
    /// A door to the network lacks what makes it safe: a certificate beyond loopback, a way to know
    /// who calls, an https address.
    #[error("key `{key}` does not make a safe door")]
    Door {
        /// Key with its section.
        key: String,
    },
}

// === impl Error ===

impl Error {
    /// Code of the page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Unreadable { .. } => "SETT-001",
            Error::Syntax { .. } => "SETT-002",
            Error::UnknownKey { .. } => "SETT-003",
            Error::Missing { .. } => "SETT-004",
            Error::Kind { .. } => "SETT-005",
            Error::Bounds { .. } => "SETT-006",
            Error::Twice { .. } => "SETT-007",
            Error::NotLoopback => "SETT-008",
            Error::Door { .. } => "SETT-009",
            Error::OneOf { .. } => "SETT-010",
        }
    }
}

//! Life of a process: settings → build → announce → run → drain.
//!
//! ```text
//! start::<Settings>(build)                      usage error: 64, settings error: 78
//!   └─ Builder   build the parts, nothing bound  build error: 70
//!        └─ announce()  bind the admin port, log every address and port    cannot bind: 69
//!             └─ Running  plain threads under watch; SIGTERM, SIGINT or a failed part → Stop
//!                  └─ drain within the grace period      failed part: 70, grace over: 71
//! ```
//!
//! Entry types: [`Builder`], [`Running`], [`Stop`], [`Clock`], [`Health`], [`Page`].
//!
//! The parts are plain threads; only the admin server and the signals run on tokio. This crate
//! knows nothing of findings, lanes or policy, and holds the house's only real clock.
//!
//! - INVARIANT: no port is bound and no thread runs before every part is built.
//! - INVARIANT: a thread that panics or fails makes the process not ready and stops it.

mod admin;
mod build;
mod clock;
mod health;
mod keys;
pub mod limits;
mod running;
mod start;
mod stop;
mod threads;
pub mod tls;

#[cfg(test)]
mod tests;

pub use admin::{Page, Query, Reply};
pub use build::{Builder, Failure};
pub use clock::{Clock, HandClock, WallClock};
pub use health::{Health, Part};
pub use keys::{key_file, secret_file};
pub use running::{Ending, Running};
pub use start::{Ask, ask, live, start};

use tikv_jemallocator::Jemalloc;

/// Every daemon's. The C library's own joins what lies side by side whenever much is freed, and
/// cuts it up again: it took a third of the exchange's time.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
pub use stop::Stop;

/// Why a process could not start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings were refused.
    #[error("{code}: {0}", code = .0.code())]
    Settings(#[from] settings::Error),
    /// Logging or metrics could not be set up.
    #[error(transparent)]
    Telemetry(#[from] telemetry::Error),
    /// A part could not be built.
    #[error("a part could not be built: {0}")]
    Build(Failure),
    /// The admin port could not be bound.
    #[error("the admin address {address} cannot be bound: {kind}")]
    Bind {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// The system gives no more threads, or no runtime.
    #[error("the system cannot start another thread")]
    Thread,
    /// A part was asked for twice, or there are more than [`limits::PARTS`].
    #[error("part `{0}` cannot be added")]
    Part(String),
}

// === impl Error ===

impl Error {
    /// Exit code, as in sysexits(3).
    pub const fn exit(&self) -> u8 {
        match self {
            Error::Settings(_) => 78,
            Error::Bind { .. } => 69,
            Error::Telemetry(_) | Error::Build(_) | Error::Thread | Error::Part(_) => 70,
        }
    }
}

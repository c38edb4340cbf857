//! The third to fifth phase: announce, run, drain. What the parts do is theirs.

use crate::{Builder, Error, Health, Stop, admin, threads::Threads};
use std::{net::SocketAddr, process::ExitCode, thread::JoinHandle, time::Duration};
use telemetry::Metrics;

/// A process that runs.
#[derive(Debug)]
pub struct Running {
    name: &'static str,
    address: SocketAddr,
    stop: Stop,
    health: Health,
    metrics: Metrics,
    threads: Threads,
    admin: JoinHandle<()>,
    closing: Stop,
    grace: Duration,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was asked to stop and all parts ended in time.
    Drained,
    /// A part failed or panicked.
    Failed,
    /// Parts were still at work when the grace period was over.
    Overdue,
}

/// Binds the admin port, starts the threads, then the admin server.
pub(crate) fn announce(builder: Builder) -> Result<Running, Error> {
    let Builder { name, foundation, metrics, health, stop, work, pages, .. } = builder;
    let asked = foundation.admin.address;
    let bind = |error: std::io::Error| Error::Bind { address: asked, kind: error.kind() };
    let listener = std::net::TcpListener::bind(asked).map_err(bind)?;
    listener.set_nonblocking(true).map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    tracing::info!(daemon = name, admin = %address, "announced");
    let closing = Stop::new();
    let site = admin::Site { health: health.clone(), metrics: metrics.clone(), pages };
    let threads = Threads::start(work, &health, &stop)
        .and_then(|threads| Ok((threads, admin::serve(listener, site, &stop, &closing)?)));
    let (threads, admin) = threads.inspect_err(|_| stop.stop())?;
    let grace = foundation.life.grace();
    Ok(Running { name, address, stop, health, metrics, threads, admin, closing, grace })
}

// === impl Running ===

impl Running {
    /// Where the admin server is; the real port where 0 was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The word that ends the process.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// The health of the parts.
    pub const fn health(&self) -> &Health {
        &self.health
    }

    /// The process's metrics.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Waits until every part is ready, up to the timeout; tells whether all are.
    pub fn wait_ready(&self, timeout: Duration) -> bool {
        let begun = std::time::Instant::now();
        while begun.elapsed() < timeout && !self.stop.is_stopped() {
            if self.health.is_ready() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.health.is_ready()
    }

    /// Runs until a signal, [`Stop`] or a failed part, then drains.
    pub fn wait(self) -> Ending {
        self.stop.wait_always();
        self.drain()
    }

    /// Asks all parts to stop and waits for them within the grace period. Health and metrics
    /// are served until the last.
    pub fn drain(self) -> Ending {
        self.stop.stop();
        tracing::info!(daemon = self.name, "draining");
        let failed = self.threads.failed.clone();
        let ended = self.threads.join(self.grace);
        self.closing.stop();
        // A panic of the admin server was reported by the hook.
        let _ended = self.admin.join();
        let ending = match (failed.load(std::sync::atomic::Ordering::SeqCst), ended) {
            (true, _) => Ending::Failed,
            (false, true) => Ending::Drained,
            (false, false) => Ending::Overdue,
        };
        tracing::info!(daemon = self.name, ending = ending.word(), "ended");
        ending
    }
}

// === impl Ending ===

impl Ending {
    /// The exit code of the process.
    pub const fn exit(self) -> u8 {
        match self {
            Ending::Drained => 0,
            Ending::Failed => 70,
            Ending::Overdue => 71,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Ending::Drained => "drained",
            Ending::Failed => "a part failed",
            Ending::Overdue => "the grace period was over",
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> ExitCode {
        ExitCode::from(ending.exit())
    }
}

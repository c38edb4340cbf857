//! The second phase: parts are put together, nothing is bound and nothing runs yet.

use crate::{
    Clock, Error, Health, Page, Part, Running, Stop, WallClock, limits, running, threads::Work,
};
use settings::Foundation;
use std::{fmt, sync::Arc};
use telemetry::Metrics;

/// Why a part could not be built or could not go on: its own error, code in front.
pub struct Failure(String);

/// What the parts of a process are built with.
pub struct Builder {
    pub(crate) name: &'static str,
    pub(crate) foundation: Foundation,
    pub(crate) metrics: Metrics,
    pub(crate) health: Health,
    pub(crate) stop: Stop,
    pub(crate) work: Vec<(String, Work)>,
    pub(crate) pages: Vec<Page>,
    clock: Arc<dyn Clock>,
}

// === impl Builder ===

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Builder {
    /// An empty process of this name, on the machine's clock.
    pub fn new(name: &'static str, foundation: Foundation) -> Result<Self, Error> {
        Builder::with_clock(name, foundation, Arc::new(WallClock))
    }

    /// An empty process that is told the time by `clock`.
    pub fn with_clock(
        name: &'static str,
        foundation: Foundation,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Builder {
            name,
            foundation,
            metrics: Metrics::new(name, env!("CARGO_PKG_VERSION"))?,
            health: Health::default(),
            stop: Stop::new(),
            work: Vec::new(),
            pages: Vec::new(),
            clock,
        })
    }

    /// What time it is, for who may ask.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The process's metrics.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The health of the parts, for one that is not a thread.
    pub const fn health(&self) -> &Health {
        &self.health
    }

    /// The word that ends the process.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Adds a thread. It says itself when it is ready; if it fails or panics, the process stops;
    /// if it returns without a failure it is simply done.
    pub fn spawn(
        &mut self,
        name: &str,
        work: impl FnOnce(&Part, &Stop) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), Error> {
        let taken = self.work.iter().any(|(other, _)| other == name);
        if taken || name.contains('\0') || self.work.len() >= limits::PARTS {
            return Err(Error::Part(name.to_owned()));
        }
        self.work.push((name.to_owned(), Box::new(work)));
        Ok(())
    }

    /// Adds a page of the admin server.
    pub fn page(&mut self, page: Page) -> Result<(), Error> {
        let taken = self.pages.iter().any(|other| other.path() == page.path());
        if taken || page.is_reserved() || self.pages.len() >= limits::PAGES {
            return Err(Error::Part(page.path().to_owned()));
        }
        self.pages.push(page);
        Ok(())
    }

    /// The third phase: binds and announces every port, then lets the parts run.
    pub fn announce(self) -> Result<Running, Error> {
        running::announce(self)
    }
}

// === impl Failure ===

impl Failure {
    /// A failure with its code page.
    pub fn new(code: &'static str, error: &dyn fmt::Display) -> Self {
        Failure(format!("{code}: {error}"))
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let next = cause.to_string();
            if !text.contains(&next) {
                text = format!("{text}: {next}");
            }
            source = cause.source();
        }
        Failure(text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The connector as one value: opened from settings, run until stopped, asked how it stands.

#[cfg(test)]
mod tests;

use crate::delivery::Delivery;
use crate::metrics::Counts;
use crate::register::Register;
use crate::source::{Pass, Service, Source};
use crate::status::Snapshot;
use crate::{Error, limits};
use carrier::Carrier;
use daemon::{Clock, Part, Stop};
use settings::ConnectorPart;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use telemetry::Metrics;

/// All sources, deliveries and the register role of one process.
pub struct Connector {
    sources: Vec<Mutex<Source>>,
    deliveries: Vec<Mutex<Delivery>>,
    register: Option<Mutex<Register>>,
    carrier: Arc<dyn Carrier>,
    poll: Duration,
}

// === impl Connector ===

impl Connector {
    /// Builds the connector. Nothing is opened yet: a source that cannot be opened is told and
    /// tried again while the others run.
    pub fn open(
        settings: &ConnectorPart,
        carrier: Arc<dyn Carrier>,
        clock: Arc<dyn Clock>,
        metrics: &Metrics,
    ) -> Result<Connector, Error> {
        let counts = Counts::new(metrics)?;
        let service = Service { carrier: Arc::clone(&carrier), clock, counts };
        let source = |source: &settings::Source| {
            Mutex::new(Source::new(&settings.folder, source.clone(), service.clone()))
        };
        let delivery = |delivery: &settings::Delivery| {
            Mutex::new(Delivery::new(delivery.clone(), service.clone()))
        };
        let register = settings.register.as_ref();
        Ok(Connector {
            sources: settings.sources.iter().map(source).collect(),
            deliveries: settings.deliveries.iter().map(delivery).collect(),
            register: register
                .map(|register| Mutex::new(Register::new(register.clone(), service.clone()))),
            carrier,
            poll: settings.poll_time(),
        })
    }

    /// Serves until the word is said. Each pass is short, and what it accepted is durable, so
    /// stopping loses nothing.
    pub fn run(&self, part: &Part, stop: &Stop) {
        part.ready();
        let workers = self.sources.len().min(limits::WORKERS);
        std::thread::scope(|scope| {
            for worker in 0..workers {
                scope.spawn(move || self.serve_sources(worker, workers, stop));
            }
            scope.spawn(|| self.deliver(stop));
        });
    }

    /// How everything stands now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            sources: self.sources.iter().map(|source| lock(source).status().clone()).collect(),
            deliveries: self.deliveries.iter().map(|one| lock(one).status().clone()).collect(),
            register: self.register.as_ref().map(|register| lock(register).status().clone()),
        }
    }

    /// Every `workers`-th source, in turn, a pass each.
    fn serve_sources(&self, worker: usize, workers: usize, stop: &Stop) {
        while !stop.is_stopped() {
            let mut idle = true;
            for source in self.sources.iter().skip(worker).step_by(workers) {
                if stop.is_stopped() {
                    return;
                }
                idle &= lock(source).pass() == Pass::Idle;
            }
            if idle {
                stop.wait(self.poll);
            }
        }
    }

    /// The register first, then every delivery in turn.
    fn deliver(&self, stop: &Stop) {
        let mut seen = 0;
        while !stop.is_stopped() {
            // Asked before the pass, so that nothing appended during it is slept over.
            let before = self.carrier.wait(seen, Duration::ZERO);
            let mut idle = true;
            if let Some(register) = &self.register {
                idle &= lock(register).pass() == Pass::Idle;
            }
            for delivery in &self.deliveries {
                if stop.is_stopped() {
                    return;
                }
                idle &= lock(delivery).pass() == Pass::Idle;
            }
            seen = if idle { self.carrier.wait(before, self.poll) } else { before };
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

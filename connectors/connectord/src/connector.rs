//! The connector as one value: opened from settings, run until stopped, asked how it stands.

#[cfg(test)]
mod tests;

use crate::delivery::Delivery;
use crate::hook::{Poster, Rest};
use crate::metrics::Counts;
use crate::register::Register;
use crate::source::{Pass, Service, Source};
use crate::status::{DeliveryStatus, Snapshot, SourceStatus};
use crate::told::Told;
use crate::{Error, limits};
use carrier::{Carrier, Lane};
use connector_http::{Answer, Error as Refused, Handed, Intake, Language};
use daemon::{Clock, Part, Stop};
use settings::ConnectorPart;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use telemetry::Metrics;
use vocabulary::{OrgNumber, SourceId};

/// All sources, deliveries and the register role of one process.
pub struct Connector {
    /// Names of the sources, in their order.
    names: Vec<SourceId>,
    sources: Vec<Mutex<Source>>,
    deliveries: Vec<Mutex<Delivery>>,
    webhooks: Vec<Mutex<Poster>>,
    told: Mutex<Told>,
    /// How the webhooks stand, apart: a request under way holds up nobody who asks.
    posted: Vec<Arc<Mutex<DeliveryStatus>>>,
    /// The lanes of the deliveries, then of the webhooks.
    delivered: Vec<Lane>,
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
        let delivery =
            |delivery: &settings::Delivery| Delivery::new(delivery.clone(), service.clone());
        let deliveries: Vec<Delivery> = settings.deliveries.iter().map(delivery).collect();
        let webhook = |webhook: &settings::Webhook| {
            Poster::new(&settings.folder, webhook.clone(), service.clone())
        };
        let webhooks: Vec<Poster> = settings.webhooks.iter().map(webhook).collect();
        let files = deliveries.iter().map(Delivery::lane);
        let delivered = files.chain(webhooks.iter().map(Poster::lane)).cloned().collect();
        let register = settings.register.as_ref();
        let told = Told::new(&settings.folder, &settings.sources, service.clone());
        Ok(Connector {
            names: settings.sources.iter().map(|source| source.id.clone()).collect(),
            sources: settings.sources.iter().map(source).collect(),
            deliveries: deliveries.into_iter().map(Mutex::new).collect(),
            posted: webhooks.iter().map(Poster::status).collect(),
            delivered,
            webhooks: webhooks.into_iter().map(Mutex::new).collect(),
            told: Mutex::new(told),
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
                scope.spawn(move || {
                    self.each_source(worker, workers, stop, |(_, source)| lock(source).pass());
                });
                scope.spawn(move || {
                    self.each_source(worker, workers, stop, |(name, source)| {
                        self.submit(name, source)
                    });
                });
            }
            scope.spawn(|| self.deliver(stop));
            for webhook in &self.webhooks {
                scope.spawn(|| self.post(webhook, stop));
            }
        });
    }

    /// How everything stands now; the end of each lane is looked at anew, since a delivery under
    /// way knows it as it was.
    pub fn snapshot(&self) -> Snapshot {
        let deliveries = self.deliveries.iter().map(|one| lock(one).status().clone());
        let posted = self.posted.iter().map(|one| lock(one).clone());
        let standing = deliveries.chain(posted).zip(&self.delivered).map(|(mut status, lane)| {
            let end = self.carrier.end(lane).map_or(0, |end| end.0);
            status.end = status.end.max(end);
            status
        });
        let told = lock(&self.told);
        let status = |(id, source): (&SourceId, &Mutex<Source>)| {
            let told = told.count(id);
            SourceStatus { told, ..lock(source).status().clone() }
        };
        Snapshot {
            sources: self.names.iter().zip(&self.sources).map(status).collect(),
            deliveries: standing.collect(),
            register: self.register.as_ref().map(|register| lock(register).status().clone()),
        }
    }

    /// Tells the sources what the exchange has to say of their records.
    fn tell(&self) -> Pass {
        let sources = self.names.iter().cloned().zip(&self.sources).collect();
        lock(&self.told).pass(&sources)
    }

    /// Every `workers`-th source, in turn, a pass each.
    fn each_source(
        &self,
        worker: usize,
        workers: usize,
        stop: &Stop,
        pass: impl Fn((&SourceId, &Mutex<Source>)) -> Pass,
    ) {
        while !stop.is_stopped() {
            let mut idle = true;
            for one in self.names.iter().zip(&self.sources).skip(worker).step_by(workers) {
                if stop.is_stopped() {
                    return;
                }
                idle &= pass(one) == Pass::Idle;
            }
            if idle {
                stop.wait(self.poll);
            }
        }
    }

    /// Hands on what waits in a source's spool, which goes on taking in meanwhile. What the
    /// exchange has not taken is counted here as well: no caller waits for a carrier that is away.
    fn submit(&self, name: &SourceId, source: &Mutex<Source>) -> Pass {
        let mut pass = Pass::Idle;
        let batch = lock(source).batch();
        if let Some(mut batch) = batch {
            let sent = self.carrier.submit(std::mem::take(&mut batch.records));
            pass = lock(source).submitted(&batch, sent.map(|_| ()));
        }
        let counted = lock(source).is_counted();
        if counted && let Ok(behind) = self.behind(name) {
            lock(source).counted(behind);
        }
        pass
    }

    fn behind(&self, source: &SourceId) -> Result<u64, carrier::Error> {
        let positions = self.carrier.positions()?;
        let taken = positions.get(source).map_or(0, |position| position.0);
        let end = self.carrier.end(&Lane::Intake(source.clone()))?;
        Ok(end.0.saturating_sub(taken))
    }

    /// One webhook, in a thread of its own: a recipient that hangs holds up no other.
    fn post(&self, webhook: &Mutex<Poster>, stop: &Stop) {
        let mut seen = 0;
        while !stop.is_stopped() {
            let before = self.carrier.wait(seen, Duration::ZERO);
            let rest = lock(webhook).pass(stop);
            match rest {
                Rest::Go => seen = before,
                Rest::Wait(wait) => {
                    stop.wait(wait.min(limits::HOOK_LOOK));
                }
                Rest::Idle => seen = self.carrier.wait(before, self.poll),
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
            idle &= self.tell() == Pass::Idle;
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

impl Intake for Connector {
    fn hand_in(
        &self,
        caller: OrgNumber,
        source: &SourceId,
        handed: &Handed,
    ) -> Result<(Answer, bool), Refused> {
        let mut sources = self.names.iter().zip(&self.sources);
        let (_, found) = sources.find(|(name, _)| *name == source).ok_or(Refused::Source)?;
        lock(found).hand_in(caller, handed)
    }

    fn notices(
        &self,
        caller: OrgNumber,
        source: &SourceId,
        language: Language,
    ) -> Result<Answer, Refused> {
        let mut sources = self.names.iter().zip(&self.sources);
        let (_, found) = sources.find(|(name, _)| *name == source).ok_or(Refused::Source)?;
        lock(found).answers(caller)?;
        let told = lock(&self.told).of(source, found).ok().flatten().ok_or(Refused::Held)?;
        Ok(Answer::told(&told, language))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The loop from the disclosure lane to the vault. What an entry means is not looked at; what a
//! crash leaves behind is the vault's.

use crate::limits::{GATHER, LISTEN, MAX_BATCH, MAX_BATCH_BYTES, MUCH, RETRY, SETTLE_AFTER};
use crate::metrics::Counts;
use crate::{Error, Keeping};
use audit::Entry;
use audit_vault::{Opening, Vault};
use carrier::{Carrier, Fetched, Lane, Limit, Offset};
use daemon::{Clock, Part, Stop};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use telemetry::Metrics;
use vocabulary::Timestamp;

/// The one writer of a ledger.
pub struct Ledger {
    pub(crate) vault: Vault,
    carrier: Arc<dyn Carrier>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counts: Counts,
    pub(crate) keeping: Keeping,
    /// When it was last looked for what is past its retention.
    pub(crate) shredded: Option<i64>,
    watch: Watch,
    /// Longest time between an entry and its checkpoint.
    checkpoint: Duration,
    /// When the oldest leaf without a checkpoint came.
    waiting: Option<Instant>,
    /// When something was last integrated and has not been settled since.
    unsettled: Option<Instant>,
    /// Where much comes: until when more of it is left to gather.
    gather: Option<Instant>,
}

/// How far the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Leaves integrated.
    pub size: u64,
    /// Leaves under the newest checkpoint.
    pub published: u64,
    /// Next message of the disclosure lane.
    pub position: u64,
    /// Time of the newest checkpoint.
    pub checkpoint: Option<Timestamp>,
}

/// Shows how far the ledger is, from any thread.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Mutex<Standing>>);

// === impl Watch ===

impl Watch {
    /// How far the ledger is now.
    pub fn standing(&self) -> Standing {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, standing: Standing) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }
}

// === impl Ledger ===

impl Ledger {
    /// Opens the vault in a folder. `checkpoint` is at most [`crate::limits::CHECKPOINT`].
    pub fn open(
        folder: &Path,
        opening: Opening,
        (carrier, clock): (Arc<dyn Carrier>, Arc<dyn Clock>),
        checkpoint: Duration,
        metrics: &Metrics,
    ) -> Result<Self, Error> {
        let counts = Counts::new(metrics)?;
        let vault = Vault::open(folder, opening)?;
        let watch = Watch::default();
        let checkpoint = checkpoint.min(crate::limits::CHECKPOINT);
        let (waiting, unsettled, gather) = (None, None, None);
        let (keeping, shredded) = (Keeping::default(), None);
        let mut ledger = Ledger {
            vault,
            carrier,
            clock,
            counts,
            keeping,
            shredded,
            watch,
            checkpoint,
            waiting,
            unsettled,
            gather,
        };
        // What a crash left unpublished, and the first checkpoint of an empty ledger.
        ledger.publish()?;
        ledger.counts.opened(&ledger.watch.standing());
        Ok(ledger)
    }

    /// Shows how far the ledger is.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Integrates and publishes until told to stop; then publishes and settles what is left.
    pub fn run(&mut self, part: &Part, stop: &Stop) -> Result<(), Error> {
        let mut seen = 0;
        while !stop.is_stopped() {
            match self.step() {
                Ok(more) => {
                    part.ready();
                    if let Some(until) = self.gather {
                        stop.wait(until.saturating_duration_since(Instant::now()));
                    } else if !more {
                        seen = self.carrier.wait(seen, self.patience());
                    }
                }
                Err(error) if error.is_temporary() => {
                    part.waiting("the ledger tries again");
                    self.counts.failed(&error);
                    stop.wait(RETRY);
                }
                Err(error) => return Err(error),
            }
        }
        self.close()
    }

    /// One batch, if there is one, a checkpoint, if one is due, and the end of what is past its
    /// retention. Tells whether there may be
    /// more to read at once.
    pub fn step(&mut self) -> Result<bool, Error> {
        let from = Offset(self.vault.position());
        let limit = Limit { records: MAX_BATCH, bytes: MAX_BATCH_BYTES };
        let began = Instant::now();
        let fetched = self.carrier.read(&Lane::Disclosure, from, limit)?;
        let more = !fetched.is_empty();
        self.gather = (MUCH..MAX_BATCH / 2).contains(&fetched.len()).then_some(began + GATHER);
        if let Some(last) = fetched.last() {
            let position = last.offset.next().0;
            self.integrate(fetched, position)?;
        }
        if self.waiting.is_some_and(|since| since.elapsed() >= self.due(more)) {
            self.publish()?;
        }
        if !more && self.unsettled.is_some_and(|since| since.elapsed() >= SETTLE_AFTER) {
            self.vault.settle()?;
            self.unsettled = None;
        }
        self.shred()?;
        Ok(more)
    }

    /// Publishes and settles what is integrated.
    pub fn close(&mut self) -> Result<(), Error> {
        self.publish()?;
        Ok(self.vault.settle()?)
    }

    fn integrate(&mut self, fetched: Vec<Fetched>, position: u64) -> Result<(), Error> {
        let mut entries = Vec::with_capacity(fetched.len());
        for Fetched { offset, message, .. } in fetched {
            match Entry::decode(&message.value.unwrap_or_default()) {
                Ok(entry) => entries.push(entry),
                Err(audit::Error::Version) => return Err(Error::Version),
                Err(_) => self.counts.malformed(offset),
            }
        }
        let done = self.vault.integrate(&entries, position)?;
        self.counts.integrated(&done);
        let now = Instant::now();
        self.waiting.get_or_insert(now);
        self.unsettled = Some(now);
        self.show();
        Ok(())
    }

    fn publish(&mut self) -> Result<(), Error> {
        if let Some(checkpoint) = self.vault.publish(self.clock.now())? {
            self.counts.published(checkpoint.at, checkpoint.size);
        }
        self.waiting = None;
        self.show();
        Ok(())
    }

    fn show(&self) {
        let checkpoint = self.vault.checkpoint();
        self.watch.set(Standing {
            size: self.vault.size(),
            published: checkpoint.map_or(0, |checkpoint| checkpoint.size),
            position: self.vault.position(),
            checkpoint: checkpoint.map(|checkpoint| checkpoint.at),
        });
    }

    /// How long a leaf waits for its checkpoint: briefly where the lane is read to its end, so
    /// that answers come soon; half the promised time under load, so that writing it fits in.
    fn due(&self, more: bool) -> Duration {
        if more { self.checkpoint / 2 } else { self.checkpoint / 8 }
    }

    /// How long to listen for something new.
    fn patience(&self) -> Duration {
        let due = self.due(false);
        self.waiting.map_or(LISTEN, |since| due.saturating_sub(since.elapsed())).min(LISTEN)
    }
}

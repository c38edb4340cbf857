//! What the ledger counts and says: each event is one line of the log and its figures.

use crate::{Error, Standing};
use audit_vault::Integrated;
use carrier::Offset;
use telemetry::{Counter, Gauge, Metrics};
use vocabulary::Timestamp;

/// The ledger's figures.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    entries: Counter,
    checkpoint: Gauge,
    missing: Counter,
    twice: Counter,
    malformed: Counter,
    failures: Counter,
    shredded: Counter,
}

// === impl Counts ===

impl Counts {
    pub(crate) fn new(metrics: &Metrics) -> Result<Self, Error> {
        Ok(Counts {
            entries: metrics.counter(
                "samsyn_disclosure_log_entries_total",
                "Disclosure entries integrated into the ledger.",
            )?,
            checkpoint: metrics.gauge(
                "samsyn_disclosure_log_checkpoint_timestamp_seconds",
                "Time of the newest signed checkpoint.",
            )?,
            missing: metrics.counter(
                "samsyn_disclosure_log_missing_total",
                "Entry numbers that writers left out.",
            )?,
            twice: metrics.counter(
                "samsyn_disclosure_log_conflicts_total",
                "Entries that bear the number of another one.",
            )?,
            malformed: metrics.counter(
                "samsyn_disclosure_log_malformed_total",
                "Messages on the disclosure lane that are no entry.",
            )?,
            failures: metrics.counter(
                "samsyn_disclosure_log_failures_total",
                "Failures after which the ledger tried again.",
            )?,
            shredded: metrics.counter(
                "samsyn_disclosure_log_shredded_months_total",
                "Months of an authority's entries whose keys are destroyed.",
            )?,
        })
    }

    /// A batch is in the tree.
    pub(crate) fn integrated(&self, done: &Integrated) {
        self.entries.inc_by(done.leaves);
        if done.missing > 0 {
            self.missing.inc_by(done.missing);
            tracing::error!(missing = done.missing, "entry numbers were left out by a writer");
        }
        if done.conflicts > 0 {
            self.twice.inc_by(done.conflicts);
            tracing::error!(conflicts = done.conflicts, "entries bear the number of another one");
        }
        if done.duplicates > 0 {
            tracing::warn!(duplicates = done.duplicates, "entries came twice and were dropped");
        }
    }

    /// A checkpoint is public.
    pub(crate) fn published(&self, at: Timestamp, size: u64) {
        self.checkpoint.set(at.as_micros().div_euclid(1_000_000));
        tracing::debug!(size, "checkpoint published");
    }

    /// A message is no entry; its number will be reported missing.
    pub(crate) fn malformed(&self, offset: Offset) {
        self.malformed.inc();
        tracing::error!(offset = offset.0, "a message on the disclosure lane is no entry");
    }

    /// So many authorities' months are past their retention.
    pub(crate) fn shredded(&self, months: usize) {
        self.shredded.inc_by(months as u64);
        if months > 0 {
            tracing::info!(months, "entries are past their retention: their keys are destroyed");
        }
    }

    /// A step failed and will be tried again.
    pub(crate) fn failed(&self, error: &Error) {
        self.failures.inc();
        tracing::error!(code = error.code(), %error, "the ledger tries again");
    }

    /// The ledger is open.
    pub(crate) fn opened(&self, standing: &Standing) {
        if let Some(at) = standing.checkpoint {
            self.checkpoint.set(at.as_micros().div_euclid(1_000_000));
        }
        tracing::info!(size = standing.size, position = standing.position, "ledger open");
    }
}

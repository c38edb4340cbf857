//! How long entries stay readable: the time as the policy in force gives it, and the shredding of
//! what is past it. Tree and proofs stay; what deletes the bytes is the vault's.

use crate::limits::SHRED_EVERY_MICROS;
use crate::{Error, Ledger};
use audit_vault::Month;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use vocabulary::Timestamp;

const DAY_MICROS: i64 = 86_400_000_000;

/// Tells a running ledger how long entries stay readable. Until told, for ever.
#[derive(Debug, Clone, Default)]
pub struct Keeping(Arc<AtomicU32>);

// === impl Keeping ===

impl Keeping {
    /// Entries are shredded with the month in which the last of them is older than these days.
    /// Zero keeps them for ever.
    pub fn set_days(&self, days: u32) {
        self.0.store(days, Ordering::SeqCst);
    }

    fn days(&self) -> Option<u32> {
        Some(self.0.load(Ordering::SeqCst)).filter(|days| *days > 0)
    }
}

// === impl Ledger ===

impl Ledger {
    /// Tells this ledger how long entries stay readable, from any thread.
    pub fn keeping(&self) -> Keeping {
        self.keeping.clone()
    }

    /// Shreds what is past its time, if it was not looked at lately.
    pub(crate) fn shred(&mut self) -> Result<(), Error> {
        let Some(days) = self.keeping.days() else { return Ok(()) };
        let now = self.clock.now().as_micros();
        if self.shredded.is_some_and(|last| (now - last).abs() < SHRED_EVERY_MICROS) {
            return Ok(());
        }
        let cutoff = now.saturating_sub(i64::from(days) * DAY_MICROS);
        let over = self.vault.shred_all(Month::of(Timestamp::from_micros(cutoff)))?;
        self.counts.shredded(over);
        self.shredded = Some(now);
        Ok(())
    }
}

//! Tells waiters that something may be new. What it is they find out by reading.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A generation that grows, and whoever waits for it to grow.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    generation: Mutex<u64>,
    changed: Condvar,
}

// === impl Signal ===

impl Signal {
    pub(crate) fn raise(&self) {
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    pub(crate) fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        let generation = self.generation.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.changed.wait_timeout_while(generation, timeout, |current| *current == seen);
        let (generation, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *generation
    }
}

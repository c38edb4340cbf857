//! The one word that ends a process, readable by plain threads. It is never taken back.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Clones share one word.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Word>);

#[derive(Debug, Default)]
struct Word {
    said: Mutex<bool>,
    told: Condvar,
}

// === impl Stop ===

impl Stop {
    /// Not yet said.
    pub fn new() -> Self {
        Stop::default()
    }

    /// Says it.
    pub fn stop(&self) {
        *self.0.said.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.told.notify_all();
    }

    /// Whether it was said.
    pub fn is_stopped(&self) -> bool {
        *self.0.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is said or the time is over; tells whether it was said.
    pub fn wait(&self, timeout: Duration) -> bool {
        let end = Instant::now().checked_add(timeout);
        let mut said = self.0.said.lock().unwrap_or_else(PoisonError::into_inner);
        while !*said {
            let left = match end {
                Some(end) => end.saturating_duration_since(Instant::now()),
                None => timeout,
            };
            if left.is_zero() {
                return false;
            }
            said = match self.0.told.wait_timeout(said, left) {
                Ok((said, _)) => said,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        true
    }

    /// Waits until it is said.
    pub fn wait_always(&self) {
        while !self.wait(Duration::from_secs(3_600)) {}
    }
}

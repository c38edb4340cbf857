//! What time it is: the house's only real clock, and one moved by hand. Everyone else is told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use vocabulary::Timestamp;

/// Tells the time. It may go backwards; who needs order counts.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock;

/// A clock for tests: clones share one hand, which moves only when told to.
#[derive(Debug, Clone)]
pub struct HandClock(Arc<AtomicI64>);

// === impl WallClock ===

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
            }
        };
        Timestamp::from_micros(micros)
    }
}

// === impl HandClock ===

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl HandClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> Self {
        HandClock(Arc::new(AtomicI64::new(at.as_micros())))
    }

    /// Moves the hand forward.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        let add = |now: i64| Some(now.saturating_add(micros));
        // The closure always gives a value, so the update cannot fail.
        let _moved = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// Sets the hand, backwards too.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_micros(), Ordering::SeqCst);
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

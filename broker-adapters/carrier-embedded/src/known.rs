//! What has been committed, for readers who need not ask SQLite: ends of lanes, positions, and the
//! generation that tells waiters that something is new.

use crate::book::Page;
use carrier::{Lane, Offset};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;
use vocabulary::SourceId;

/// Committed ends and positions. Lags behind the file for moments only.
#[derive(Default)]
pub(crate) struct Known {
    ends: RwLock<BTreeMap<Lane, (i64, Offset)>>,
    positions: RwLock<BTreeMap<SourceId, Offset>>,
    generation: Mutex<u64>,
    changed: Condvar,
}

// === impl Known ===

impl Known {
    /// Takes over what a transaction changed; wakes the waiters if anything did.
    pub(crate) fn take(&self, page: &Page) {
        let mut changed = false;
        let mut ends = self.ends.write().unwrap_or_else(PoisonError::into_inner);
        for (lane, track) in &page.lanes {
            let end = (track.id, Offset(track.next));
            if ends.get(lane) != Some(&end) {
                ends.insert(lane.clone(), end);
                changed = true;
            }
        }
        drop(ends);
        let mut positions = self.positions.write().unwrap_or_else(PoisonError::into_inner);
        for (source, next) in &page.positions {
            let next = Offset(*next);
            changed |= positions.insert(source.clone(), next) != Some(next);
        }
        drop(positions);
        if changed {
            *self.generation.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            self.changed.notify_all();
        }
    }

    /// A lane's table and end.
    pub(crate) fn end(&self, lane: &Lane) -> Option<(i64, Offset)> {
        self.ends.read().unwrap_or_else(PoisonError::into_inner).get(lane).copied()
    }

    pub(crate) fn lanes(&self) -> Vec<Lane> {
        self.ends.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    pub(crate) fn positions(&self) -> BTreeMap<SourceId, Offset> {
        self.positions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        let generation = self.generation.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.changed.wait_timeout_while(generation, timeout, |current| *current == seen);
        let (generation, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *generation
    }
}

//! The bounded queue in front of the writer: a full one holds the caller, for a limited time. It
//! does not know what its jobs do.

use crate::limits::{GROUP_BYTES, GROUP_JOBS, QUEUE_BYTES, QUEUE_JOBS};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Many put jobs in, one takes them out in groups.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    room: Condvar,
    work: Condvar,
}

struct State<T> {
    jobs: VecDeque<(T, usize)>,
    bytes: usize,
    closed: bool,
}

/// What the writer finds.
pub(crate) enum Taken<T> {
    /// Jobs, in the order they came.
    Group(Vec<T>),
    /// Nothing came in time.
    Idle,
    /// Nothing will come any more.
    Closed,
}

/// Why a job was not taken in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// The queue stayed full.
    Full,
    /// The writer has ended.
    Closed,
}

// === impl Queue ===

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        let state = State { jobs: VecDeque::new(), bytes: 0, closed: false };
        Queue { state: Mutex::new(state), room: Condvar::new(), work: Condvar::new() }
    }

    /// Puts a job in, waiting for room no longer than `hold`.
    pub(crate) fn push(&self, job: T, bytes: usize, hold: Duration) -> Result<(), Rejected> {
        let full = |state: &mut State<T>| !state.closed && !state.has_room(bytes);
        let waited = self.room.wait_timeout_while(self.lock(), hold, full);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(Rejected::Closed);
        }
        if !state.has_room(bytes) {
            return Err(Rejected::Full);
        }
        state.bytes += bytes;
        state.jobs.push_back((job, bytes));
        drop(state);
        self.work.notify_one();
        Ok(())
    }

    /// Takes the next group, waiting for the first job no longer than `idle`.
    pub(crate) fn take(&self, idle: Duration) -> Taken<T> {
        let empty = |state: &mut State<T>| state.jobs.is_empty() && !state.closed;
        let waited = self.work.wait_timeout_while(self.lock(), idle, empty);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let mut group = Vec::new();
        let mut taken = 0;
        while group.len() < GROUP_JOBS && taken < GROUP_BYTES {
            let Some((job, bytes)) = state.jobs.pop_front() else { break };
            state.bytes -= bytes;
            taken += bytes;
            group.push(job);
        }
        if group.is_empty() {
            return if state.closed { Taken::Closed } else { Taken::Idle };
        }
        drop(state);
        self.room.notify_all();
        Taken::Group(group)
    }

    /// Takes no more jobs; those inside are still handed out.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
        self.room.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl<T> State<T> {
    fn has_room(&self, bytes: usize) -> bool {
        self.jobs.is_empty()
            || (self.jobs.len() < QUEUE_JOBS && self.bytes.saturating_add(bytes) <= QUEUE_BYTES)
    }
}

//! Plain threads under watch: one that fails or panics stops the process. Restarts nothing.

use crate::{Error, Failure, Health, Part, Stop, limits};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

/// The work of one part: runs until it is done or told to stop.
pub(crate) type Work = Box<dyn FnOnce(&Part, &Stop) -> Result<(), Failure> + Send>;

/// The running threads.
#[derive(Debug)]
pub(crate) struct Threads {
    handles: Vec<JoinHandle<()>>,
    /// Whether any thread failed or panicked.
    pub(crate) failed: Arc<AtomicBool>,
}

// === impl Threads ===

impl Threads {
    /// Starts every piece of work in a thread of its name.
    pub(crate) fn start(
        work: Vec<(String, Work)>,
        health: &Health,
        stop: &Stop,
    ) -> Result<Self, Error> {
        if work.len() > limits::PARTS {
            return Err(Error::Part("one more".to_owned()));
        }
        let mut threads = Threads { handles: Vec::new(), failed: Arc::default() };
        let parts: Vec<(Part, String, Work)> =
            work.into_iter().map(|(name, work)| (health.part(&name), name, work)).collect();
        for (part, name, work) in parts {
            let stop = stop.clone();
            let failed = Arc::clone(&threads.failed);
            let body = move || watch(work, &part, &stop, &failed);
            // The system cuts thread names at 15 bytes; ours are cut, not refused.
            match Builder::new().name(name).spawn(body) {
                Ok(handle) => threads.handles.push(handle),
                Err(_) => return Err(Error::Thread),
            }
        }
        Ok(threads)
    }

    /// Waits for all threads up to the grace period; tells whether all ended.
    pub(crate) fn join(self, grace: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < grace && !self.handles.iter().all(JoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.handles.iter().all(JoinHandle::is_finished)
    }
}

fn watch(work: Work, part: &Part, stop: &Stop, failed: &AtomicBool) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    match catch_unwind(AssertUnwindSafe(|| work(part, stop))) {
        Ok(Ok(())) => {
            part.ended();
            tracing::debug!(part = name, "part ended");
            return;
        }
        Ok(Err(failure)) => {
            part.waiting("failed");
            tracing::error!(part = name, failure = failure.to_string(), "part failed");
        }
        // The hook has said where; the payload may hold a value and is not looked at.
        Err(_) => {
            part.waiting("panicked");
            tracing::error!(part = name, "part panicked");
        }
    }
    failed.store(true, Ordering::SeqCst);
    stop.stop();
}

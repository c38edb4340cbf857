//! Reads the disclosure lane while it is written, as a reader of committed messages does, and
//! counts: which finding was recorded, how often, and how long after it was handed in. A release
//! lies in the same transaction as its entry, so what is seen here is out.

use super::stock::HandedIn;
use audit::{Entry, EntryKind};
use carrier::{Carrier, Lane, Limit, Offset};
use daemon::{Clock, WallClock};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use vocabulary::{SourceId, Timestamp};

/// Longest sleep while nothing comes.
const LOOK: Duration = Duration::from_millis(20);

/// A thread that watches, and what it has seen.
pub(super) struct Watch {
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    /// How often each number of a source was recorded; the first is number 1.
    times: BTreeMap<SourceId, Vec<u8>>,
    /// Findings recorded, each counted once.
    pub(super) findings: u64,
    /// Entries of any kind.
    pub(super) entries: u64,
    /// When the exchange's present run began its first step.
    pub(super) run_began: Option<Timestamp>,
    run: Option<u64>,
    /// When an entry was last seen.
    pub(super) last: Option<Timestamp>,
    /// The longest that a finding took, from its file's drop to its entry.
    pub(super) longest: Duration,
    /// What cannot be.
    wrong: Option<String>,
}

// === impl Watch ===

impl Watch {
    pub(super) fn begin(carrier: Arc<dyn Carrier>, handed_in: HandedIn) -> Watch {
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let (mut next, mut generation) = (Offset::default(), 0);
            while !stopped.load(Ordering::Acquire) {
                // A broker that is away is asked again.
                let page = carrier.read(&Lane::Disclosure, next, Limit::default());
                let page = page.unwrap_or_default();
                if page.is_empty() {
                    generation = carrier.wait(generation, LOOK);
                    continue;
                }
                let mut seen = lock(&shared);
                for fetched in page {
                    next = fetched.offset.next();
                    let value = fetched.message.value.as_deref().unwrap_or_default();
                    seen.note(value, &handed_in);
                }
            }
        });
        Watch { seen, stop, thread: Some(thread) }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

// === impl Seen ===

impl Seen {
    fn note(&mut self, value: &[u8], handed_in: &HandedIn) {
        let entry = match Entry::decode(value) {
            Ok(entry) => entry,
            Err(error) => {
                self.wrong = Some(format!("an entry cannot be read: {error}"));
                return;
            }
        };
        self.entries += 1;
        self.last = Some(WallClock.now());
        let shared = entry.shared();
        if self.run != Some(entry.run()) {
            (self.run, self.run_began) = (Some(entry.run()), Some(shared.at));
        }
        if !matches!(entry.kind(), EntryKind::Release | EntryKind::Withheld) {
            return;
        }
        let (Some(source), number) = (&shared.source, shared.sequence) else { return };
        let Some(at) = handed_in.at(source, number) else {
            self.wrong = Some(format!("{source} {number} was recorded and never handed in"));
            return;
        };
        let times = self.times.entry(source.clone()).or_default();
        let place = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        if times.len() <= place {
            times.resize(place + 1, 0);
        }
        if let Some(times) = times.get_mut(place) {
            self.findings += u64::from(*times == 0);
            *times = times.saturating_add(1);
        }
        self.longest = self.longest.max(Instant::now().saturating_duration_since(at));
    }

    /// Holds what was recorded against what was handed in: each once, and nothing else.
    pub(super) fn once_each(&self, handed_in: &BTreeMap<SourceId, u64>) -> Result<(), String> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        for (source, handed) in handed_in {
            let times = self.times.get(source).map_or(&[][..], Vec::as_slice);
            let lost = times.iter().filter(|times| **times == 0).count() as u64;
            let lost = lost + handed.saturating_sub(times.len() as u64);
            let twice = times.iter().filter(|times| **times > 1).count();
            if lost > 0 || twice > 0 {
                return Err(format!("{source}: {lost} of {handed} lost, {twice} recorded twice"));
            }
        }
        Ok(())
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

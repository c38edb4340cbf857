//! Whether the process is ready: every part says so itself, and one that does not holds all back.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

/// The health of all parts; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<String, State>>>);

/// One part's own word.
#[derive(Debug, Clone)]
pub struct Part {
    name: String,
    health: Health,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Waiting(&'static str),
    Ended,
}

// === impl Health ===

impl Health {
    /// A part that is not ready yet, for the reason "starting".
    pub fn part(&self, name: &str) -> Part {
        let part = Part { name: name.to_owned(), health: self.clone() };
        part.waiting("starting");
        part
    }

    /// Whether every part is ready or has ended well.
    pub fn is_ready(&self) -> bool {
        self.with(|parts| !parts.values().any(|state| matches!(state, State::Waiting(_))))
    }

    /// A line a part: its name and its state.
    pub fn report(&self) -> String {
        self.with(|parts| {
            let mut text = String::new();
            for (name, state) in parts.iter() {
                let word = match state {
                    State::Ready => "ready",
                    State::Waiting(reason) => reason,
                    State::Ended => "ended",
                };
                // Writing to a String cannot fail.
                let _written = writeln!(text, "{name}: {word}");
            }
            text
        })
    }

    fn with<T>(&self, ask: impl FnOnce(&mut BTreeMap<String, State>) -> T) -> T {
        ask(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

// === impl Part ===

impl Part {
    /// This part does its work.
    pub fn ready(&self) {
        self.set(State::Ready);
    }

    /// This part cannot do its work now; the reason is a fixed text, never a value.
    pub fn waiting(&self, reason: &'static str) {
        self.set(State::Waiting(reason));
    }

    /// This part has done its work and holds nobody back.
    pub fn ended(&self) {
        self.set(State::Ended);
    }

    fn set(&self, state: State) {
        self.health.with(|parts| parts.insert(self.name.clone(), state));
    }
}

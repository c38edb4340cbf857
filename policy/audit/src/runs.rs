//! How far each run of each writer is integrated. A number that never came shows as a jump here
//! and is named by the offline check.

use crate::Error;
use crate::checkpoint::{Earlier, RunLine};
use crate::leaf::{Leaf, WriterName};
use crate::limits::{MAX_RUN_LINES, MAX_RUNS};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The runs a ledger holds entries of.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    runs: BTreeMap<(WriterName, u64), Run>,
}

/// How far one run is integrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The highest number.
    pub highest: u64,
    /// The leaf that was integrated last.
    pub last_leaf: u64,
}

/// What a leaf's number is to its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The next one.
    Next,
    /// Beyond the next one: so many are missing between.
    Jump {
        /// Numbers left out.
        missing: u64,
    },
    /// Not above the highest: late, or a second time.
    Late,
}

// === impl Runs ===

impl Runs {
    /// Puts back what was stored.
    pub fn put(&mut self, writer: WriterName, run: u64, state: Run) {
        self.runs.insert((writer, run), state);
    }

    /// How far a run is integrated.
    pub fn run(&self, writer: &WriterName, run: u64) -> Option<&Run> {
        self.runs.get(&(writer.clone(), run))
    }

    /// All runs, by writer and run.
    pub fn iter(&self) -> impl Iterator<Item = (&WriterName, u64, &Run)> {
        self.runs.iter().map(|((writer, run), state)| (writer, *run, state))
    }

    /// Takes in the leaf at a place.
    pub fn see(&mut self, leaf: &Leaf, place: u64) -> Result<Seen, Error> {
        let key = (leaf.writer.clone(), leaf.run);
        if self.runs.len() >= MAX_RUNS && !self.runs.contains_key(&key) {
            return Err(Error::Limit);
        }
        let state = self.runs.entry(key).or_insert(Run { highest: 0, last_leaf: place });
        state.last_leaf = place;
        if leaf.counter <= state.highest {
            return Ok(Seen::Late);
        }
        let missing = leaf.counter - state.highest - 1;
        state.highest = leaf.counter;
        Ok(if missing == 0 { Seen::Next } else { Seen::Jump { missing } })
    }

    /// What a checkpoint states: the runs integrated last line by line, earlier ones under one
    /// digest, so its size is bounded.
    pub fn lines(&self) -> (Vec<RunLine>, Option<Earlier>) {
        let mut newest: Vec<_> =
            self.iter().map(|(_, _, state)| Reverse(state.last_leaf)).collect();
        newest.sort_unstable();
        let oldest_listed = newest.get(MAX_RUN_LINES - 1).map_or(0, |Reverse(place)| *place);
        let (listed, folded): (Vec<_>, Vec<_>) =
            self.iter().partition(|(_, _, state)| state.last_leaf >= oldest_listed);
        let line = |(writer, run, state): &(&WriterName, u64, &Run)| RunLine {
            writer: (*writer).clone(),
            run: *run,
            highest: state.highest,
        };
        let mut hasher = seal::Hasher::new();
        for folded in &folded {
            hasher.update(line(folded).to_string().as_bytes());
            hasher.update(b"\n");
        }
        let count = folded.len();
        let earlier = (count > 0).then(|| Earlier { count: count as u64, digest: hasher.finish() });
        (listed.iter().map(line).collect(), earlier)
    }
}

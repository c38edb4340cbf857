//! What has been accepted of a source's dense sequence. What happens to a
//! record that is not fresh is the exchange's decision.

use crate::limits::MAX_GAPS;
use crate::wire::{Reader, Writer};
use crate::{Error, Permanent};
use carrier::Message;

const VERSION: u8 = 1;

/// The key under which a source's own state lies on its state lane. Records' keys are 16 bytes.
pub const SOURCE_KEY: &[u8] = b"source";

/// The highest sequence number accepted, and the numbers below it that are still missing.
/// Numbers begin at 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceState {
    highest: u64,
    gaps: Vec<(u64, u64)>,
}

/// What a sequence number is, to a source's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// The next number.
    Fresh,
    /// Accepted before (or 0, which no source stamps): drop and count it.
    Duplicate,
    /// A jump: accept it and record that the numbers from `from` to `to` are missing.
    Gap {
        /// First missing number.
        from: u64,
        /// Last missing number.
        to: u64,
    },
    /// One of the missing numbers: accept it; it is missing no more.
    Late,
    /// It would open more gaps than a source may have: its lane stops, with an alarm.
    TooManyGaps,
}

// === impl SourceState ===

impl SourceState {
    /// The highest number accepted; 0 before the first.
    pub const fn highest(&self) -> u64 {
        self.highest
    }

    /// Ranges of missing numbers, first and last of each, rising.
    pub fn gaps(&self) -> &[(u64, u64)] {
        &self.gaps
    }

    /// How many numbers are missing.
    pub fn missing(&self) -> u64 {
        let sizes = self.gaps.iter().map(|(from, to)| (to - from).saturating_add(1));
        sizes.fold(0, u64::saturating_add)
    }

    /// What the number is; changes nothing.
    pub fn check(&self, sequence: u64) -> Sequence {
        if sequence > self.highest {
            let next = self.highest.saturating_add(1);
            return match sequence {
                fresh if fresh == next => Sequence::Fresh,
                _ if self.gaps.len() >= MAX_GAPS => Sequence::TooManyGaps,
                _ => Sequence::Gap { from: next, to: sequence - 1 },
            };
        }
        match self.gap_of(sequence).and_then(|at| self.gaps.get(at)) {
            // In the middle of a gap: it becomes two.
            Some((from, to))
                if *from < sequence && sequence < *to && self.gaps.len() >= MAX_GAPS =>
            {
                Sequence::TooManyGaps
            }
            Some(_) => Sequence::Late,
            None => Sequence::Duplicate,
        }
    }

    /// Accepts the number if it may be accepted; returns what it was.
    pub fn accept(&mut self, sequence: u64) -> Sequence {
        let found = self.check(sequence);
        match found {
            Sequence::Fresh => self.highest = sequence,
            Sequence::Gap { from, to } => {
                self.gaps.push((from, to));
                self.highest = sequence;
            }
            Sequence::Late => self.fill(sequence),
            Sequence::Duplicate | Sequence::TooManyGaps => {}
        }
        found
    }

    /// The state as it lies on the state lane.
    pub fn message(&self) -> Message {
        let value = Some(self.encode());
        Message { key: SOURCE_KEY.to_vec(), value, headers: Vec::new() }
    }

    /// The state as bytes: distances, so that a long life stays short.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new(VERSION);
        out.number(self.highest).number(self.gaps.len() as u64);
        let mut last = 0;
        for (from, to) in &self.gaps {
            out.number(from - last).number(to - from);
            last = *to;
        }
        out.finish()
    }

    /// Reads what [`SourceState::encode`] gave.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut read = Reader::new(bytes, VERSION)?;
        let highest = read.number()?;
        let count = read.count(MAX_GAPS)?;
        let mut gaps = Vec::with_capacity(count);
        let mut last = 0u64;
        for _ in 0..count {
            let from = last.checked_add(read.number()?).ok_or(Permanent::Malformed)?;
            let to = from.checked_add(read.number()?).ok_or(Permanent::Malformed)?;
            // Apart from the one before by at least one accepted number, and below the highest.
            let apart = if last == 0 { from > 0 } else { from > last.saturating_add(1) };
            if !apart || to >= highest {
                return Err(Permanent::Malformed.into());
            }
            gaps.push((from, to));
            last = to;
        }
        read.finish()?;
        Ok(SourceState { highest, gaps })
    }

    fn gap_of(&self, sequence: u64) -> Option<usize> {
        let at = self.gaps.partition_point(|(_, to)| *to < sequence);
        self.gaps.get(at).filter(|(from, _)| *from <= sequence).map(|_| at)
    }

    fn fill(&mut self, sequence: u64) {
        let Some(at) = self.gap_of(sequence) else { return };
        let (from, to) = self.gaps.remove(at);
        if sequence < to {
            self.gaps.insert(at, (sequence + 1, to));
        }
        if from < sequence {
            self.gaps.insert(at, (from, sequence - 1));
        }
    }
}

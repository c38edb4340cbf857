//! When a lane was seen committed, or integrated, and how far: so that a message goes a time after
//! that moment, not after it came. Each mark is a fact; any of them may be lost, and then something
//! only stays for longer.

use crate::limits::MARKS;
use carrier::Offset;
use std::time::Duration;
use vocabulary::Timestamp;

/// At this moment all before this offset was committed, or integrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    before: Offset,
    at: i64,
}

/// The marks of one lane, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks(Vec<Mark>);

// === impl Marks ===

impl Marks {
    /// The marks of a note; of one that can not be read, none.
    pub(crate) fn parse(note: &str) -> Marks {
        let mark = |text: &str| {
            let (before, at) = text.split_once('@')?;
            Some(Mark { before: Offset(before.parse().ok()?), at: at.parse().ok()? })
        };
        let marks: Option<Vec<Mark>> = note.split_whitespace().map(mark).collect();
        Marks(marks.filter(|marks| marks.len() <= 2 * MARKS).unwrap_or_default())
    }

    /// The note of these marks.
    pub(crate) fn note(&self) -> String {
        let texts = self.0.iter().map(|mark| format!("{}@{}", mark.before.0, mark.at));
        texts.collect::<Vec<_>>().join(" ")
    }

    /// All before `word` is so by `now`: makes a mark of it, unless the last one is too near.
    pub(crate) fn see(&mut self, word: Offset, now: Timestamp, keep: Duration) {
        let now = now.as_micros();
        // The clock was ahead when these were made: when it was is not known.
        self.0.retain(|mark| mark.at <= now);
        let apart = micros(keep) / i64::try_from(MARKS).unwrap_or(i64::MAX);
        let last = self.0.last().copied();
        if word == Offset::default()
            || last.is_some_and(|last| word <= last.before || now - last.at < apart)
        {
            return;
        }
        if self.0.len() >= 2 * MARKS {
            // Made while the time was another. Every second one goes.
            let mut number = 0;
            self.0.retain(|_| {
                number += 1;
                number % 2 == 0
            });
        }
        self.0.push(Mark { before: word, at: now });
    }

    /// Before which offset everything has been so for that long.
    pub(crate) fn over(&self, now: Timestamp, keep: Duration) -> Option<Offset> {
        let then = now.as_micros().saturating_sub(micros(keep));
        self.0.iter().filter(|mark| mark.at <= then).map(|mark| mark.before).max()
    }

    /// Everything before `to` is gone: marks that say no more than that go too.
    pub(crate) fn forget(&mut self, to: Offset) {
        self.0.retain(|mark| mark.before > to);
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

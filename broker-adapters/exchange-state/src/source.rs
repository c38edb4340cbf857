//! A source's dense sequence: what was accepted, and which numbers are still missing.

use crate::wire::{Reader, Writer};
use crate::{Error, limits};
use carrier::Message;

const VERSION: u8 = 1;
/// Key of this state on its lane; no record id has six bytes.
pub(crate) const KEY: &[u8] = b"source";

/// Which sequence numbers of a source were accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceState {
    highest: u64,
    /// Open gaps: first and last missing number of each, rising, never touching.
    gaps: Vec<(u64, u64)>,
}

/// What a sequence number is to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// The next one.
    Next,
    /// Further on: a gap is open now.
    Gap,
    /// Out of an open gap: accepted late.
    Late,
    /// Accepted before.
    Duplicate,
    /// Accepting it would open one gap too many: the lane must stop.
    TooManyGaps,
}

// === impl SourceState ===

impl SourceState {
    /// The highest number accepted; 0 before the first.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// First and last missing number of every open gap.
    pub fn gaps(&self) -> &[(u64, u64)] {
        &self.gaps
    }

    /// Judges a number and takes it in, unless it is a duplicate or would open a gap too many.
    pub fn check(&mut self, number: u64) -> Sequence {
        if number == 0 {
            return Sequence::Duplicate;
        }
        let expected = self.highest.saturating_add(1);
        if number == expected && number > self.highest {
            self.highest = number;
            return Sequence::Next;
        }
        if number > expected {
            if self.gaps.len() >= limits::GAPS {
                return Sequence::TooManyGaps;
            }
            self.gaps.push((expected, number - 1));
            self.highest = number;
            return Sequence::Gap;
        }
        self.fill(number)
    }

    fn fill(&mut self, number: u64) -> Sequence {
        let at = self.gaps.partition_point(|(_, last)| *last < number);
        let Some((first, last)) = self.gaps.get(at).copied() else { return Sequence::Duplicate };
        if number < first {
            return Sequence::Duplicate;
        }
        // A number in the middle splits its gap; at the limit it is still taken in: it makes the
        // missing fewer.
        let before = (first < number).then(|| (first, number - 1));
        let after = (number < last).then(|| (number + 1, last));
        self.gaps.splice(at..=at, before.into_iter().chain(after));
        Sequence::Late
    }

    /// The message of the state lane.
    pub fn to_message(&self) -> Result<Message, Error> {
        Ok(Message { key: KEY.to_vec(), value: Some(self.encode()?), headers: Vec::new() })
    }

    /// The value on the state lane.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let gaps = u16::try_from(self.gaps.len()).map_err(|_| Error::TooLarge)?;
        let mut out = Writer::default();
        out.byte(VERSION).long(self.highest).raw(&gaps.to_be_bytes());
        for (first, last) in &self.gaps {
            out.long(*first).long(*last);
        }
        Ok(out.finish())
    }

    /// Reads what [`SourceState::encode`] gave.
    pub fn decode(bytes: &[u8]) -> Result<SourceState, Error> {
        let mut read = Reader::new(bytes);
        if read.byte()? != VERSION {
            return Err(Error::Malformed);
        }
        let highest = read.long()?;
        let count = read.short()?;
        let mut gaps = Vec::new();
        let mut floor = 0;
        for _ in 0..count {
            let (first, last) = (read.long()?, read.long()?);
            if first <= floor || last < first || last >= highest {
                return Err(Error::Malformed);
            }
            floor = last;
            gaps.push((first, last));
        }
        read.end()?;
        Ok(SourceState { highest, gaps })
    }
}

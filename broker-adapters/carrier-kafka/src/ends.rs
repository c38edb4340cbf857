//! Whether the last transaction's end lies on every lane it wrote, and what is done where it does
//! not. The brokers answer a commit before that, and those that come back can leave an end out for
//! good (Apache Kafka's KAFKA-20734): the same producer's next transaction would end both as one.

use crate::kafka::Kafka;
use crate::limits;
use crate::patience::so_within;
use crate::transactions::{Fate, Left, Writer};
use carrier::{Carrier, Error, Lane, Offset, Temporary};
use std::collections::BTreeMap;
use std::sync::PoisonError;
use vocabulary::SourceId;

impl Kafka {
    /// The writer that goes on; one in its place unless its last transaction ended on every lane.
    pub(crate) fn sound(&self, held: &mut Option<Writer>) -> Result<Writer, Error> {
        let share = match held.take() {
            Some(writer) => match self.has_ended(&writer.left) {
                Ok(true) => return Ok(writer),
                Ok(false) => Some(writer.share),
                Err(error) => {
                    *held = Some(writer);
                    return Err(error);
                }
            },
            None => None,
        };
        let mut writer = self.writer()?;
        if let Some(share) = share.filter(|share| self.held().as_ref() == Ok(share)) {
            self.take_up(&mut writer, &share)?;
        }
        Ok(writer)
    }

    /// Whether a commit lies with its end on all its lanes, and so do the positions. What was taken
    /// back is for [`Self::decide`] to look at.
    fn has_ended(&self, left: &Left) -> Result<bool, Error> {
        if left.fate != Fate::Done {
            return Ok(false);
        }
        let has_ended = so_within(limits::DECIDED, || self.readers.all_reach(&left.ends))?;
        // Positions that lack their end are not told.
        Ok(has_ended && self.stand(left).unwrap_or_default())
    }

    /// Whether the positions are where this commit moved them, or further.
    fn stand(&self, left: &Left) -> Result<bool, Error> {
        let moved = left.moved.keys().cloned().map(Lane::Intake);
        let stand = self.asker()?.committed(&self.topics, moved)?;
        Ok(left.moved.iter().all(|(source, to)| stand.get(source).is_some_and(|at| at >= to)))
    }

    /// Sees to it that no earlier transaction of this exchange lies on a lane without its end. If
    /// it can not be known how that one ended, nothing is committed until somebody has looked. The
    /// positions after that.
    pub(crate) fn decide(&self, writer: &Writer) -> Result<BTreeMap<SourceId, Offset>, Error> {
        let lanes = self.readers.lanes()?;
        let committed = lanes.iter().filter(|lane| lane.is_committed());
        let open = self.readers.undecided(committed, limits::DECIDED)?;
        let stand = self.positions();
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_own = !left.ends.is_empty() || left.fate != Fate::Unknown;
        if open.is_empty() && (stand.is_ok() || !is_own) {
            return stand;
        }
        tracing::warn!(lanes = open.len(), fate = ?left.fate, "a transaction lacks its end");
        if !is_own {
            return Err(Temporary::Undecided.into());
        }
        left.fate = self.fate(&left, &open)?;
        writer.end_left(&self.topics, open.clone(), &left, &self.proof()?)?;
        self.readers.settle(open.iter(), limits::DECIDED)?;
        self.positions()
    }

    /// How this carrier's last transaction ended, by what can be seen of it: the positions, or a
    /// lane that has its end. Of one that nobody can see anything, it is taken back.
    fn fate(&self, left: &Left, open: &[Lane]) -> Result<Fate, Error> {
        if left.fate != Fate::Unknown {
            return Ok(left.fate);
        }
        let happened = match self.stand(left) {
            Ok(stand) if !left.moved.is_empty() => stand,
            _ => match left.ends.iter().find(|(lane, _)| !open.contains(lane)) {
                None => false,
                Some((lane, end)) => {
                    let last = Offset(end.0.saturating_sub(1));
                    let there = self.readers.look_up(lane, last)?;
                    there.is_some_and(|there| there.offset == last)
                }
            },
        };
        Ok(if happened { Fate::Done } else { Fate::Void })
    }
}

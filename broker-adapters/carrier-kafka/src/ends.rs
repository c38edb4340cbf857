//! Whether the last transaction's end lies on every lane it wrote, and what is done where it does
//! not. The brokers answer a commit before that, and those that come back can leave an end out for
//! good (Apache Kafka's KAFKA-20734): the same producer's next transaction would end both as one.

use crate::kafka::Kafka;
use crate::limits;
use crate::notes;
use crate::patience::so_within;
use crate::positions::Positions;
use crate::transactions::{Fate, Left, Writer};
use carrier::{Carrier, Error, Lane, Offset, Temporary};
use std::collections::BTreeMap;
use std::sync::PoisonError;
use vocabulary::SourceId;

/// What is given an end, and which.
struct Lacking {
    lanes: Vec<Lane>,
    moved: BTreeMap<SourceId, Offset>,
    fate: Fate,
}

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

    /// Sees to it that no earlier transaction of this exchange lies on a lane, or before the
    /// positions, without its end: it is given the end that was decided. If that can not be known,
    /// nothing is committed until somebody has looked. The positions after that.
    pub(crate) fn decide(&self, writer: &Writer) -> Result<BTreeMap<SourceId, Offset>, Error> {
        let lanes = self.readers.lanes()?;
        let committed = lanes.iter().filter(|lane| lane.is_committed());
        let open = self.readers.undecided(committed, limits::DECIDED)?;
        let stand = self.positions();
        if open.is_empty() && stand.is_ok() {
            return stand;
        }
        let Some(lacking) = self.lacking(open, stand.is_err())? else {
            // Another exchange's, or of a time when none was written down.
            return stand.and(Err(Temporary::Undecided.into()));
        };
        tracing::warn!(
            lanes = lacking.lanes.len(),
            positions = lacking.moved.len(),
            fate = ?lacking.fate,
            "a transaction lacks its end, and is given it"
        );
        let Lacking { lanes, moved, fate } = lacking;
        writer.end_left(&self.topics, (lanes.clone(), &moved), fate, &self.proof()?)?;
        self.readers.settle(lanes.iter(), limits::DECIDED)?;
        self.positions()
    }

    /// What lacks an end of this exchange's own last transaction, among the lanes that are open and
    /// the positions; nothing, if it is not that one's.
    fn lacking(&self, open: Vec<Lane>, is_unstable: bool) -> Result<Option<Lacking>, Error> {
        let known = self.left.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_own = !known.ends.is_empty() || known.fate != Fate::Unknown;
        let left =
            if is_own { Some(known) } else { notes::last(&self.clients, &self.clients.notes())? };
        let Some(left) = left else { return Ok(None) };
        let before = Positions::open_as_decided(&self.clients)?;
        let before = before.committed(&self.topics, self.readers.lanes()?.into_iter())?;
        let behind = |(source, to): &(&SourceId, &Offset)| before.get(*source) < Some(*to);
        let behind = left.moved.iter().filter(behind);
        let behind: BTreeMap<_, _> = behind.map(|(of, to)| (of.clone(), *to)).collect();
        let reached = self.readers.reached(open.iter())?;
        let is_its = |lane: &&Lane| left.ends.get(*lane) > reached.get(*lane);
        let its: Vec<Lane> = open.iter().filter(is_its).cloned().collect();
        let moved = if is_unstable { behind } else { BTreeMap::new() };
        let is_alone = !self.clients.options().group;
        let fate = match left.fate {
            Fate::Void => Fate::Void,
            _ if its.is_empty() && moved.is_empty() => {
                // One that was begun after it, whose commit nobody can have asked for.
                if is_own || !is_alone {
                    return Ok(None);
                }
                Fate::Void
            }
            Fate::Done => Fate::Done,
            Fate::Unknown => self.fate(&left, &its)?,
        };
        if fate == Fate::Done {
            let is_whole = its.len() == open.len() || !is_alone;
            return Ok(is_whole.then_some(Lacking { lanes: its, moved, fate }));
        }
        // To be taken back: which they are is of no matter.
        let moved = if is_unstable && moved.is_empty() { before } else { moved };
        Ok(Some(Lacking { lanes: open, moved, fate }))
    }

    /// How this exchange's last transaction ended, by what can be seen of it: the positions, or a
    /// lane that has its end. Of one that nobody can see anything, it is taken back.
    fn fate(&self, left: &Left, open: &[Lane]) -> Result<Fate, Error> {
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

//! The real carrier with something wrong in front of it: a fault that is put in and taken out by
//! hand. What it does when nothing is wrong is the carrier's own.

use crate::Outcome;
use carrier::{
    Carrier, Commit, CommitError, Committed, Error, Fetched, Lane, Limit, Message, Offset,
    Permanent, Temporary,
};
use carrier_embedded::Embedded;
use seal::Sealed;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use vocabulary::SourceId;

/// What something is wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The bundle lane.
    Policy,
    /// The register lane.
    Register,
    /// Texts of schemas by their ids.
    Schema,
    /// Intake lanes, and commits.
    Carrier,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It never answers.
    Down,
    /// It answers every third time.
    Slow,
    /// It knows nothing of what came after the fault.
    Stale,
    /// What it gives is not what was put in.
    Wrong,
    /// What it gives is as much as a carrier carries at all, and a byte more.
    Huge,
}

/// A carrier with a fault, or with none.
pub struct Faulty {
    inner: Arc<Embedded>,
    fault: Mutex<Option<Fault>>,
    calls: AtomicU64,
    /// How often each lane was read or asked for its end.
    looks: Mutex<BTreeMap<Lane, u64>>,
}

struct Fault {
    part: Part,
    trouble: Trouble,
    /// The ends of all lanes when it began.
    ends: BTreeMap<Lane, Offset>,
}

// === impl Faulty ===

impl Faulty {
    pub(crate) fn new(inner: Arc<Embedded>) -> Faulty {
        Faulty { inner, fault: Mutex::default(), calls: AtomicU64::new(0), looks: Mutex::default() }
    }

    /// From now on this is wrong.
    pub fn begin(&self, part: Part, trouble: Trouble) -> Outcome<()> {
        let mut ends = BTreeMap::new();
        for lane in self.inner.lanes()? {
            let end = self.inner.end(&lane)?;
            ends.insert(lane, end);
        }
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Fault { part, trouble, ends });
        Ok(())
    }

    /// Nothing is wrong any more.
    pub fn mend(&self) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How often a lane was read or asked for its end.
    pub fn looks(&self, lane: &Lane) -> u64 {
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        looks.get(lane).copied().unwrap_or_default()
    }

    fn look(&self, lane: &Lane) {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        *looks.entry(lane.clone()).or_default() += 1;
    }

    /// What is wrong with a part now, when it answers at all.
    fn trouble(&self, part: Option<Part>) -> Result<Option<Trouble>, Temporary> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        let trouble = fault.as_ref().filter(|fault| Some(fault.part) == part);
        match trouble.map(|fault| fault.trouble) {
            Some(Trouble::Down) => Err(Temporary::Unavailable),
            Some(Trouble::Slow) => match self.calls.fetch_add(1, Ordering::Relaxed) % 3 {
                2 => Ok(None),
                _ => Err(Temporary::Busy),
            },
            other => Ok(other),
        }
    }

    /// Where a lane ended when the fault began.
    fn stale_end(&self, lane: &Lane) -> Offset {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.as_ref().and_then(|fault| fault.ends.get(lane)).copied().unwrap_or_default()
    }
}

fn part_of(lane: &Lane) -> Option<Part> {
    match lane {
        Lane::Bundle => Some(Part::Policy),
        Lane::Register => Some(Part::Register),
        Lane::Intake(_) => Some(Part::Carrier),
        _ => None,
    }
}

/// A message with another value.
fn spoilt(mut fetched: Fetched, trouble: Trouble) -> Fetched {
    if let Some(value) = &mut fetched.message.value {
        let middle = value.len() / 2;
        match (trouble, value.get_mut(middle)) {
            (Trouble::Wrong, Some(byte)) => *byte ^= 1,
            _ => value.resize(carrier::limits::MAX_BUNDLE + 1, 0),
        }
    }
    fetched
}

impl Carrier for Faulty {
    fn read(&self, lane: &Lane, from: Offset, limit: Limit) -> Result<Vec<Fetched>, Error> {
        self.look(lane);
        let read = |from| self.inner.read(lane, from, limit);
        match self.trouble(part_of(lane))? {
            None => read(from),
            Some(Trouble::Stale) => {
                let end = self.stale_end(lane);
                Ok(read(from)?.into_iter().filter(|one| one.offset < end).collect())
            }
            Some(trouble) => Ok(read(from)?.into_iter().map(|one| spoilt(one, trouble)).collect()),
        }
    }

    fn end(&self, lane: &Lane) -> Result<Offset, Error> {
        self.look(lane);
        match self.trouble(part_of(lane))? {
            Some(Trouble::Stale) => Ok(self.stale_end(lane).min(self.inner.end(lane)?)),
            _ => self.inner.end(lane),
        }
    }

    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        self.inner.lanes()
    }

    fn submit(&self, batch: Vec<Sealed>) -> Result<Offset, Error> {
        self.inner.submit(batch)
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, Offset>, Error> {
        self.inner.positions()
    }

    fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.trouble(Some(Part::Carrier))?;
        self.inner.commit(commit)
    }

    fn publish(&self, lane: &Lane, messages: Vec<Message>) -> Result<Offset, Error> {
        self.inner.publish(lane, messages)
    }

    fn compacted(&self, lane: &Lane, key: &[u8]) -> Result<Option<Fetched>, Error> {
        self.inner.compacted(lane, key)
    }

    fn register_schema(&self, lane: &Lane, name: &str, text: &str) -> Result<u32, Error> {
        match self.trouble(Some(Part::Schema))? {
            Some(Trouble::Huge) => Err(Permanent::TooLarge.into()),
            _ => self.inner.register_schema(lane, name, text),
        }
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        let known = self.inner.schema(id)?;
        Ok(match self.trouble(Some(Part::Schema))? {
            None | Some(Trouble::Down | Trouble::Slow) => known,
            Some(Trouble::Stale) => None,
            // A class taken down a step, as one might who would see more.
            Some(Trouble::Wrong) => known.map(|text| text.replace("\"PER\"", "\"PUB\"")),
            Some(Trouble::Huge) => known.map(|text| {
                let room = carrier::limits::MAX_SCHEMA_TEXT.saturating_sub(text.len());
                text + &" ".repeat(room + 1)
            }),
        })
    }

    fn set_retention(&self, retention: carrier::Retention) -> Result<(), Error> {
        self.inner.set_retention(retention)
    }

    fn integrated(&self, offset: Offset) -> Result<(), Error> {
        self.inner.integrated(offset)
    }

    fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        self.inner.wait(seen, timeout)
    }
}

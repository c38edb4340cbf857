//! Where the newest message of each key lies, on the lanes that anybody has asked about. The
//! message itself stays on the topic; Kafka has no look-up by key.

use crate::limits;
use crate::readers::Readers;
use carrier::{Error, Fetched, Lane, Limit, Offset, Temporary};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// How often a message may be gone when it is fetched, because a newer one was just written.
const RACES: usize = 8;

/// The newest places, by lane.
#[derive(Default)]
pub(crate) struct Newest {
    lanes: Mutex<BTreeMap<Lane, Arc<Mutex<Index>>>>,
}

#[derive(Default)]
struct Index {
    next: Offset,
    places: HashMap<Vec<u8>, Offset>,
    /// Too many keys to remember: each question reads the lane.
    overflown: bool,
}

// === impl Newest ===

impl Newest {
    pub(crate) fn find(
        &self,
        readers: &Readers,
        lane: &Lane,
        key: &[u8],
    ) -> Result<Option<Fetched>, Error> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let index = Arc::clone(lanes.entry(lane.clone()).or_default());
        drop(lanes);
        let mut index = index.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..RACES {
            index.follow(readers, lane)?;
            if index.overflown {
                return scan(readers, lane, key);
            }
            let Some(place) = index.places.get(key).copied() else { return Ok(None) };
            let found = readers.look_up(lane, place)?;
            if let Some(found) = found.filter(|found| found.message.key == key) {
                return Ok(Some(found));
            }
        }
        Err(Temporary::Unavailable.into())
    }
}

// === impl Index ===

impl Index {
    fn follow(&mut self, readers: &Readers, lane: &Lane) -> Result<(), Error> {
        while !self.overflown {
            let page = readers.read(lane, self.next, Limit::default())?;
            let Some(last) = page.last() else { return Ok(()) };
            self.next = last.offset.next();
            self.places.extend(page.into_iter().map(|one| (one.message.key, one.offset)));
            if self.places.len() > limits::NEWEST_KEYS {
                (self.overflown, self.places) = (true, HashMap::new());
            }
        }
        Ok(())
    }
}

fn scan(readers: &Readers, lane: &Lane, key: &[u8]) -> Result<Option<Fetched>, Error> {
    let (mut next, mut newest) = (Offset::default(), None);
    loop {
        let page = readers.read(lane, next, Limit::default())?;
        let Some(last) = page.last() else { return Ok(newest) };
        next = last.offset.next();
        newest = page.into_iter().rfind(|one| one.message.key == key).or(newest);
    }
}

//! A carrier over the real one that can refuse submissions and hold out what a view released.

use carrier::{
    Carrier, Commit, CommitError, Committed, Error, Fetched, Lane, Limit, Message, Offset,
    Temporary,
};
use carrier_embedded::Embedded;
use seal::Sealed;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use vocabulary::SourceId;

pub(super) struct Bent {
    real: Embedded,
    /// Submissions fail before anything is written.
    pub(super) down: AtomicBool,
    /// Submissions are written, and their answer is lost.
    pub(super) mute: AtomicBool,
    /// Submissions wait as long as somebody else holds it; how many came.
    pub(super) hung: Mutex<()>,
    pub(super) came: AtomicUsize,
    /// What release lanes hold.
    pub(super) released: Mutex<Vec<Fetched>>,
}

impl Bent {
    pub(super) fn over(real: Embedded) -> Bent {
        let (down, mute) = (AtomicBool::new(false), AtomicBool::new(false));
        let (hung, came) = (Mutex::default(), AtomicUsize::new(0));
        Bent { real, down, mute, hung, came, released: Mutex::new(Vec::new()) }
    }
}

impl Carrier for Bent {
    fn read(&self, lane: &Lane, from: Offset, limit: Limit) -> Result<Vec<Fetched>, Error> {
        if !matches!(lane, Lane::Release { .. }) {
            return self.real.read(lane, from, limit);
        }
        let released = self.released.lock().unwrap();
        let onwards = released.iter().filter(|message| message.offset >= from);
        Ok(onwards.take(limit.records.min(3)).cloned().collect())
    }

    fn end(&self, lane: &Lane) -> Result<Offset, Error> {
        if !matches!(lane, Lane::Release { .. }) {
            return self.real.end(lane);
        }
        let released = self.released.lock().unwrap();
        Ok(released.last().map_or(Offset(0), |message| message.offset.next()))
    }

    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        self.real.lanes()
    }

    fn submit(&self, batch: Vec<Sealed>) -> Result<Offset, Error> {
        self.came.fetch_add(1, Ordering::SeqCst);
        drop(self.hung.lock().unwrap());
        if self.down.load(Ordering::SeqCst) {
            return Err(Temporary::Unavailable.into());
        }
        let offset = self.real.submit(batch)?;
        if self.mute.swap(false, Ordering::SeqCst) {
            return Err(Temporary::Unavailable.into());
        }
        Ok(offset)
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, Offset>, Error> {
        self.real.positions()
    }

    fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.real.commit(commit)
    }

    fn publish(&self, lane: &Lane, messages: Vec<Message>) -> Result<Offset, Error> {
        if self.down.load(Ordering::SeqCst) {
            return Err(Temporary::Unavailable.into());
        }
        self.real.publish(lane, messages)
    }

    fn compacted(&self, lane: &Lane, key: &[u8]) -> Result<Option<Fetched>, Error> {
        self.real.compacted(lane, key)
    }

    fn register_schema(&self, lane: &Lane, name: &str, text: &str) -> Result<u32, Error> {
        self.real.register_schema(lane, name, text)
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        self.real.schema(id)
    }

    fn set_retention(&self, retention: carrier::Retention) -> Result<(), Error> {
        self.real.set_retention(retention)
    }

    fn integrated(&self, offset: Offset) -> Result<(), Error> {
        self.real.integrated(offset)
    }

    fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        self.real.wait(seen, timeout)
    }
}

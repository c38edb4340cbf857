//! The carrier's face: checks what callers hand in, asks the writer, reads beside it.

use crate::counts::{Counts, Live};
use crate::fault::Fault;
use crate::known::Known;
use crate::layout;
use crate::options::{Clock, Options};
use crate::queue::{Queue, Rejected};
use crate::reader::Readers;
use crate::request::{Done, Job, Request, plain};
use crate::writer::{Hub, Writer};
use carrier::{
    Carrier, Commit, CommitError, Committed, Error, Fetched, Lane, Limit, Message, Offset,
    Permanent, Retention, Temporary, limits, message_of,
};
use seal::Sealed;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use std::time::Duration;
use vocabulary::SourceId;

/// All lanes in one SQLite file.
pub struct Embedded {
    hub: Arc<Hub>,
    readers: Readers,
    hold: Duration,
    writer: Option<JoinHandle<()>>,
}

// === impl Embedded ===

impl Embedded {
    /// Opens the file with default options; makes it if there is none. Nothing goes by age until
    /// [`Carrier::set_retention`] says so.
    pub fn open(path: &Path, clock: Clock) -> Result<Embedded, Error> {
        Self::open_with(path, clock, Options::default())
    }

    /// Opens the file; makes it if there is none.
    pub fn open_with(path: &Path, clock: Clock, options: Options) -> Result<Embedded, Error> {
        let start = || -> Result<(Writer, Arc<Hub>), Fault> {
            let conn = layout::open_writer(path)?;
            let (queue, known) = (Queue::new(), Known::default());
            let hub = Arc::new(Hub { queue, known, counts: Live::default() });
            Ok((Writer::new(conn, Arc::clone(&hub), clock, &options)?, hub))
        };
        let (writer, hub) = start().map_err(|fault| plain(fault.answer()))?;
        let thread = std::thread::Builder::new().name("carrier-writer".to_owned());
        let thread = thread.spawn(move || writer.run());
        let writer = Some(thread.map_err(|_| Temporary::Unavailable)?);
        let readers = Readers::new(path.to_owned());
        Ok(Embedded { hub, readers, hold: options.hold, writer })
    }

    /// Replaces the bound on the file's bytes.
    pub fn set_max_bytes(&self, max_bytes: Option<u64>) -> Result<(), Error> {
        self.ask(Request::Bound(max_bytes)).map(|_| ()).map_err(plain)
    }

    /// Does all maintenance that is due now. Otherwise it happens in idle moments.
    pub fn maintain(&self) -> Result<(), Error> {
        self.ask(Request::Maintain).map(|_| ()).map_err(plain)
    }

    /// What was counted since it was opened.
    pub fn counts(&self) -> Counts {
        self.hub.counts.snapshot()
    }

    fn ask(&self, request: Request) -> Result<Done, CommitError> {
        let (reply, answer) = sync_channel(1);
        let bytes = request.bytes();
        match self.hub.queue.push(Job { request, reply }, bytes, self.hold) {
            Ok(()) => answer.recv().unwrap_or(Err(CommitError::Unknown)),
            Err(Rejected::Full) => Err(Temporary::Busy.into()),
            Err(Rejected::Closed) => Err(Temporary::Unavailable.into()),
        }
    }

    fn append(&self, lane: Lane, messages: Vec<Message>) -> Result<Offset, Error> {
        if messages.is_empty() {
            return self.end(&lane);
        }
        let bytes = messages.iter().map(Message::bytes).fold(0, usize::saturating_add);
        if messages.len() > limits::MAX_BATCH || bytes > limits::MAX_COMMIT_BYTES {
            return Err(Permanent::BatchTooLarge.into());
        }
        messages.iter().try_for_each(|message| message.check(&lane))?;
        match self.ask(Request::Append(lane, messages)).map_err(plain)? {
            Done::Appended(end) => Ok(end),
            _ => Err(Temporary::Unavailable.into()),
        }
    }
}

impl Carrier for Embedded {
    fn read(&self, lane: &Lane, from: Offset, limit: Limit) -> Result<Vec<Fetched>, Error> {
        match self.hub.known.end(lane) {
            Some((id, end)) if from < end => {
                self.readers.read(id, from, limit).map_err(|fault| plain(fault.answer()))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn end(&self, lane: &Lane) -> Result<Offset, Error> {
        Ok(self.hub.known.end(lane).map(|(_, end)| end).unwrap_or_default())
    }

    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        Ok(self.hub.known.lanes())
    }

    fn submit(&self, batch: Vec<Sealed>) -> Result<Offset, Error> {
        let Some(source) = batch.first().map(|sealed| sealed.source().clone()) else {
            return Ok(Offset::default());
        };
        if batch.iter().any(|sealed| *sealed.source() != source) {
            return Err(Permanent::MixedSources.into());
        }
        let messages = batch.into_iter().map(|sealed| message_of(sealed, Vec::new())).collect();
        self.append(Lane::Intake(source), messages)
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, Offset>, Error> {
        Ok(self.hub.known.positions())
    }

    fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        commit.check()?;
        match self.ask(Request::Commit(commit))? {
            Done::Committed(committed) => Ok(committed),
            _ => Err(CommitError::Unknown),
        }
    }

    fn publish(&self, lane: &Lane, messages: Vec<Message>) -> Result<Offset, Error> {
        if !lane.is_published() {
            return Err(Permanent::NotPublished.into());
        }
        self.append(lane.clone(), messages)
    }

    fn compacted(&self, lane: &Lane, key: &[u8]) -> Result<Option<Fetched>, Error> {
        if !lane.is_compacted() {
            return Err(Permanent::NotCompacted.into());
        }
        let Some((id, _)) = self.hub.known.end(lane) else { return Ok(None) };
        self.readers.newest(id, key).map_err(|fault| plain(fault.answer()))
    }

    fn register_schema(&self, _lane: &Lane, subject: &str, text: &str) -> Result<u32, Error> {
        if subject.len() > limits::MAX_SCHEMA_SUBJECT || text.len() > limits::MAX_SCHEMA_TEXT {
            return Err(Permanent::TooLarge.into());
        }
        match self.ask(Request::Schema(subject.to_owned(), text.to_owned())).map_err(plain)? {
            Done::Registered(id) => Ok(id),
            _ => Err(Temporary::Unavailable.into()),
        }
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        self.readers.schema(id).map_err(|fault| plain(fault.answer()))
    }

    fn set_retention(&self, retention: Retention) -> Result<(), Error> {
        self.ask(Request::Retention(retention)).map(|_| ()).map_err(plain)
    }

    fn integrated(&self, offset: Offset) -> Result<(), Error> {
        self.ask(Request::Floor(Lane::Disclosure, offset)).map(|_| ()).map_err(plain)
    }

    fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        self.hub.known.wait(seen, timeout)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.hub.queue.close();
        if let Some(writer) = self.writer.take() {
            // Requests inside are still answered.
            let _ = writer.join();
        }
    }
}

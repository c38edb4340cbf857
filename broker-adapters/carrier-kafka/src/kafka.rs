//! The carrier's face: checks what callers hand in, and sends it to whoever does it.

use crate::client::Clients;
use crate::figures::Listener;
use crate::membership::{Gate, Member};
use crate::newest::Newest;
use crate::positions::Positions;
use crate::protocol::{self, Dial};
use crate::readers::Readers;
use crate::schemas::Schemas;
use crate::signal::Signal;
use crate::submitter::Submitter;
use crate::sweeper::Sweeper;
use crate::topics::Topics;
use crate::transactions::{Left, Outcome, Writer};
use crate::{Error as OpenError, Options, limits as bounds};
use carrier::{
    Carrier, Commit, CommitError, Committed, Error, Fetched, Lane, Limit, Message, Offset,
    Permanent, Retention, Share, Temporary, limits, message_of,
};
use rdkafka::consumer::ConsumerGroupMetadata;
use seal::Sealed;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use vocabulary::{SourceId, Timestamp};

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// All lanes as topics of Apache Kafka.
pub struct Kafka {
    pub(crate) clients: Clients,
    dial: Dial,
    /// Whether the brokers have told that they run the new transaction protocol.
    checked: AtomicBool,
    schemas: Arc<dyn Schemas>,
    pub(crate) topics: Arc<Topics>,
    signal: Arc<Signal>,
    submitter: Submitter,
    /// The one transaction at a time.
    writer: Mutex<Option<Writer>>,
    /// What is known of the last transaction.
    pub(crate) left: Mutex<Left>,
    /// Held during a commit, so that no lane is given up meanwhile.
    gate: Gate,
    member: Arc<OnceLock<Member>>,
    positions: OnceLock<Positions>,
    newest: Newest,
    pub(crate) readers: Readers,
    sweeper: Arc<Sweeper>,
}

// === impl Kafka ===

impl Kafka {
    /// Opens the carrier over brokers that are spoken to without TLS; retention asks the clock.
    pub fn open(
        options: Options,
        schemas: Arc<dyn Schemas>,
        clock: Clock,
    ) -> Result<Kafka, OpenError> {
        if options.is_tls() {
            return Err(OpenError::NoConnection);
        }
        Self::open_with(options, schemas, clock, protocol::plain())
    }

    /// Opens the carrier; `dial` connects to a broker for the one question that librdkafka does not
    /// put. While no broker answers, whatever can wait does; no transaction begins before one has
    /// told that it runs the new transaction protocol.
    pub fn open_with(
        options: Options,
        schemas: Arc<dyn Schemas>,
        clock: Clock,
        dial: Dial,
    ) -> Result<Kafka, OpenError> {
        let clients = Clients::new(options)?;
        let is_new = protocol::is_new(clients.options().addresses(), &dial)?;
        let topics = Arc::new(Topics::new(clients.clone()));
        let signal = Arc::new(Signal::default());
        let member = Arc::default();
        let swept = (clients.clone(), Arc::clone(&topics), Arc::clone(&member));
        Ok(Kafka {
            submitter: Submitter::new(clients.clone()),
            readers: Readers::new(clients.clone(), Arc::clone(&topics), Arc::clone(&signal)),
            writer: Mutex::default(),
            left: Mutex::default(),
            gate: Gate::default(),
            sweeper: Arc::new(Sweeper::new(swept.0, swept.1, swept.2, clock)),
            member,
            positions: OnceLock::new(),
            newest: Newest::default(),
            checked: AtomicBool::new(is_new),
            clients,
            dial,
            schemas,
            topics,
            signal,
        })
    }

    /// Lets the clients tell their figures; to be called before anything is read or written.
    pub fn listen(&self, listener: Arc<dyn Listener>) {
        self.clients.listen(listener);
    }

    /// Lets a lane's readers wait for what does not come, as librdkafka may.
    #[cfg(feature = "test-util")]
    pub fn stall(&self, lane: &Lane) -> Result<(), Error> {
        self.readers.stall(lane)
    }

    /// Does at once what retention does now and then.
    pub fn maintain(&self) -> Result<(), Error> {
        self.sweeper.sweep()
    }

    fn append(&self, lane: &Lane, messages: &[Message]) -> Result<Offset, Error> {
        if messages.is_empty() {
            return self.readers.end(lane);
        }
        let bytes = messages.iter().map(Message::bytes).fold(0, usize::saturating_add);
        if messages.len() > limits::MAX_BATCH || bytes > limits::MAX_COMMIT_BYTES {
            return Err(Permanent::BatchTooLarge.into());
        }
        messages.iter().try_for_each(|message| message.check(lane))?;
        self.topics.ensure(std::iter::once(lane))?;
        let end = self.submitter.append(&self.topics.name(lane), messages)?;
        self.readers.wrote(lane, end);
        self.signal.raise();
        Ok(end)
    }

    /// Holds the newest bundle against the one that the work was done under; when it was asked.
    fn fence(&self, bundle: Option<Offset>) -> Result<Instant, CommitError> {
        let asked = Instant::now();
        // Only `publish` writes the lane, so its end is the newest message's, without marks.
        let newest = self.readers.ask_end(&Lane::Bundle)?.0.checked_sub(1).map(Offset);
        if newest == bundle { Ok(asked) } else { Err(CommitError::StaleBundle) }
    }

    pub(crate) fn writer(&self) -> Result<Writer, Error> {
        if !self.checked.load(Ordering::Acquire) {
            let is_new = protocol::is_new(self.clients.options().addresses(), &self.dial);
            if !matches!(is_new, Ok(true)) {
                return Err(Temporary::Unavailable.into());
            }
            self.checked.store(true, Ordering::Release);
        }
        let mut writer = Writer::open(&self.clients)?;
        let positions = self.decide(&writer)?;
        if !self.clients.options().group {
            writer.take_up(Share::All, positions);
        }
        Ok(writer)
    }

    /// What of the lanes is this exchange's own.
    pub(crate) fn held(&self) -> Result<Share, Error> {
        Ok(self.member()?.map_or(Share::All, Member::share))
    }

    fn member(&self) -> Result<Option<&Member>, Error> {
        if !self.clients.options().group {
            return Ok(None);
        }
        if self.member.get().is_none() {
            // Under the gate of the one writer: never two of one exchange.
            let joined = Member::join(&self.clients, Arc::clone(&self.gate))?;
            let _first = self.member.set(joined);
        }
        Ok(self.member.get())
    }

    pub(crate) fn proof(&self) -> Result<ConsumerGroupMetadata, Error> {
        match self.member()? {
            Some(member) => member.proof(),
            None => self.asker()?.group(),
        }
    }

    pub(crate) fn asker(&self) -> Result<&Positions, Error> {
        if let Some(positions) = self.positions.get() {
            return Ok(positions);
        }
        let opened = Positions::open(&self.clients)?;
        Ok(self.positions.get_or_init(|| opened))
    }

    /// Waits until what others had begun on these lanes is decided, and begins where it ended.
    pub(crate) fn take_up(&self, writer: &mut Writer, held: &Share) -> Result<(), Error> {
        let Share::Some { sources, .. } = held else { return Ok(()) };
        let came = sources.iter().filter(|source| !writer.holds(source));
        let states: Vec<Lane> = came.cloned().map(Lane::State).collect();
        let positions = self.positions()?;
        self.readers.settle(states.iter(), bounds::TRANSACTION)?;
        writer.take_up(held.clone(), positions);
        Ok(())
    }

    fn commit_with(&self, writer: &mut Writer, commit: Commit, asked: Instant) -> Outcome {
        let bundle = commit.bundle();
        let reaches =
            |source: &SourceId, to| self.readers.reaches(&Lane::Intake(source.clone()), to);
        if self.clients.options().group && self.held().as_ref() != Ok(&writer.share) {
            // Lanes came or went since the work began.
            return Outcome::Refused(CommitError::Moved);
        }
        let moved = match writer.moved(commit.advances(), reaches) {
            Ok(moved) => moved,
            // Whether it was this exchange's own work is for its start to find out.
            Err(error) => return Outcome::Refused(error),
        };
        if let Err(error) = self.topics.ensure(commit.appends().iter().map(|(lane, _)| lane)) {
            return Outcome::Refused(error.into());
        }
        let proof = match self.proof() {
            Ok(proof) => proof,
            Err(error) => return Outcome::Refused(error.into()),
        };
        let (messages, _) = commit.into_parts();
        writer.commit(&self.topics, &messages, moved, &proof, || {
            if asked.elapsed() < bounds::LEASE { Ok(()) } else { self.fence(bundle).map(|_| ()) }
        })
    }
}

impl Carrier for Kafka {
    fn read(&self, lane: &Lane, from: Offset, limit: Limit) -> Result<Vec<Fetched>, Error> {
        self.readers.read(lane, from, limit)
    }

    fn follow(&self, intake: &[(SourceId, Offset)]) {
        if let Err(error) = self.readers.follow(intake) {
            tracing::debug!(code = error.code(), "each lane is fetched when it is first read");
        }
    }

    fn end(&self, lane: &Lane) -> Result<Offset, Error> {
        self.readers.end(lane)
    }

    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        self.readers.lanes()
    }

    fn submit(&self, batch: Vec<Sealed>) -> Result<Offset, Error> {
        let Some(source) = batch.first().map(|sealed| sealed.source().clone()) else {
            return Ok(Offset::default());
        };
        if batch.iter().any(|sealed| *sealed.source() != source) {
            return Err(Permanent::MixedSources.into());
        }
        let messages: Vec<_> =
            batch.into_iter().map(|sealed| message_of(sealed, Vec::new())).collect();
        self.append(&Lane::Intake(source), &messages)
    }

    fn positions(&self) -> Result<BTreeMap<SourceId, Offset>, Error> {
        let lanes = self.readers.lanes()?;
        self.asker()?.committed(&self.topics, lanes.into_iter())
    }

    fn share(&self) -> Result<Share, Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = match writer.take() {
            Some(own) => own,
            // Whatever a process of this name left open is decided when this returns.
            None => self.writer()?,
        };
        let held = self.held()?;
        let taken = if own.share == held { Ok(()) } else { self.take_up(&mut own, &held) };
        *writer = Some(own);
        taken.map(|()| held)
    }

    fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        commit.check()?;
        let gate = Arc::clone(&self.gate);
        let mut held = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = self.fence(commit.bundle())?;
        if commit.is_empty() {
            return Ok(Committed::default());
        }
        let mut writer = self.sound(&mut held)?;
        let kept = gate.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.commit_with(&mut writer, commit, asked);
        drop(kept);
        self.left.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&writer.left);
        match outcome {
            Outcome::Done(committed) => {
                for (lane, end) in &writer.left.ends {
                    self.readers.wrote(lane, *end);
                }
                *held = Some(writer);
                drop(held);
                self.signal.raise();
                Ok(committed)
            }
            Outcome::Refused(error) => {
                *held = Some(writer);
                Err(error)
            }
            Outcome::Lost(error) => Err(error),
        }
    }

    fn publish(&self, lane: &Lane, messages: Vec<Message>) -> Result<Offset, Error> {
        if !lane.is_published() {
            return Err(Permanent::NotPublished.into());
        }
        self.append(lane, &messages)
    }

    fn compacted(&self, lane: &Lane, key: &[u8]) -> Result<Option<Fetched>, Error> {
        if !lane.is_compacted() {
            return Err(Permanent::NotCompacted.into());
        }
        self.newest.find(&self.readers, lane, key)
    }

    fn register_schema(&self, lane: &Lane, name: &str, text: &str) -> Result<u32, Error> {
        if name.len() > limits::MAX_SCHEMA_SUBJECT || text.len() > limits::MAX_SCHEMA_TEXT {
            return Err(Permanent::TooLarge.into());
        }
        self.schemas.register(&self.topics.name(lane), name, text)
    }

    fn schema(&self, id: u32) -> Result<Option<String>, Error> {
        self.schemas.text(id)
    }

    fn set_retention(&self, retention: Retention) -> Result<(), Error> {
        self.readers.lanes()?;
        self.topics.keep(retention)?;
        self.sweeper.start()
    }

    fn integrated(&self, offset: Offset) -> Result<(), Error> {
        self.sweeper.integrated(offset)
    }

    fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        self.signal.wait(seen, timeout)
    }
}

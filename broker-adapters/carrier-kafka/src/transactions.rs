//! Commits as Kafka transactions: everything an exchange's step does, and its positions, or
//! nothing. One at a time: a producer has one transaction open.

use crate::blank::blank;
use crate::client::Clients;
use crate::delivery::{Batch, Producer, Reports, Ticket, meet, put_away};
use crate::fault::{is_fence, is_fenced, is_out_of_group, word};
use crate::figures::Client;
use crate::limits;
use crate::notes::note;
use crate::topics::Topics;
use carrier::{
    Advance, CommitError, Committed, Error, Lane, Message, Offset, Permanent, Share, Temporary,
};
use rdkafka::TopicPartitionList;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer as _;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Instant;
use vocabulary::SourceId;

/// The producer of this exchange's transactions, and the positions as it left them. Another process
/// with the same number makes it useless; so does any outcome that is not known.
pub(crate) struct Writer {
    producer: Producer,
    positions: BTreeMap<SourceId, Offset>,
    /// When the last transaction began.
    begun: Instant,
    /// What is known of the last transaction.
    pub(crate) left: Left,
    /// The share that the positions were read for.
    pub(crate) share: Share,
}

/// What an exchange knows of its last transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Left {
    /// The positions that it commits.
    pub(crate) moved: BTreeMap<SourceId, Offset>,
    /// For each lane written, the position after its last message; empty until all of them lie
    /// there.
    pub(crate) ends: BTreeMap<Lane, Offset>,
    pub(crate) fate: Fate,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its commit was asked for and not answered, or it was another process's.
    #[default]
    Unknown,
    /// Its commit was never asked for: it can only be taken back.
    Void,
    /// Its commit was answered: it happened.
    Done,
}

/// What became of a commit, and whether its writer is of further use.
pub(crate) enum Outcome {
    /// It happened.
    Done(Committed),
    /// It did not happen; the writer goes on.
    Refused(CommitError),
    /// The writer is to be thrown away.
    Lost(CommitError),
}

// === impl Writer ===

impl Writer {
    /// Takes over the exchange's number: a transaction that another process left open under it is
    /// aborted, and that process commits nothing any more.
    pub(crate) fn open(clients: &Clients) -> Result<Writer, Error> {
        let reports = Reports::new(clients.teller(Client::Committer));
        let producer = clients.transactional().create_with_context(reports);
        let producer: Producer = producer.map_err(|error| word(&error))?;
        // A broker first: where none is connected yet, librdkafka looks for the coordinator only
        // half a second later.
        let _met = producer.client().fetch_metadata(None, limits::HEARING);
        producer.init_transactions(limits::TRANSACTION).map_err(|error| word(&error))?;
        let share = Share::Some { sources: BTreeSet::new(), generation: 0 };
        let (positions, begun) = (BTreeMap::new(), Instant::now());
        // Nothing of an earlier one is open when it is used.
        let left = Left { fate: Fate::Done, ..Left::default() };
        Ok(Writer { producer, positions, begun, left, share })
    }

    /// Ends on these lanes, and for these positions, what this exchange's number left open there:
    /// with a transaction that ends as that one did.
    pub(crate) fn end_left(
        &self,
        topics: &Topics,
        (lanes, moved): (Vec<Lane>, &BTreeMap<SourceId, Offset>),
        fate: Fate,
        proof: &ConsumerGroupMetadata,
    ) -> Result<(), Error> {
        let blanks: Vec<_> = lanes.into_iter().map(|lane| (lane, blank())).collect();
        let sent = self.begin().and_then(|()| self.send(topics, &blanks));
        let sent = sent.and_then(|_| self.send_positions(topics, moved, proof));
        let ended = match (sent, fate) {
            (Err(_), _) | (Ok(_), Fate::Unknown) => return Err(Temporary::Undecided.into()),
            (Ok(_), Fate::Void) => self.producer.abort_transaction(limits::TRANSACTION),
            (Ok(_), Fate::Done) => self.producer.commit_transaction(limits::TRANSACTION),
        };
        ended.map_err(|error| word(&error))
    }

    /// Begins from these positions, read while the lanes of this share were the exchange's own.
    pub(crate) fn take_up(&mut self, share: Share, positions: BTreeMap<SourceId, Offset>) {
        (self.share, self.positions) = (share, positions);
    }

    /// Whether a source's lane was this exchange's own when the positions were read.
    pub(crate) fn holds(&self, source: &SourceId) -> bool {
        self.share.holds(source)
    }

    /// Holds each move against where the source stands, in order; the positions after them.
    pub(crate) fn moved(
        &self,
        advances: &[Advance],
        reaches: impl Fn(&SourceId, Offset) -> Result<bool, Error>,
    ) -> Result<BTreeMap<SourceId, Offset>, CommitError> {
        let mut moved: BTreeMap<SourceId, Offset> = BTreeMap::new();
        for Advance { source, from, to } in advances {
            if !self.share.holds(source) {
                return Err(CommitError::Moved);
            }
            let stands = moved.get(source).or_else(|| self.positions.get(source));
            if stands.copied().unwrap_or_default() != *from {
                return Err(CommitError::Moved);
            }
            moved.insert(source.clone(), *to);
        }
        for (source, to) in &moved {
            if !reaches(source, *to)? {
                return Err(Permanent::Position.into());
            }
        }
        Ok(moved)
    }

    /// Sends everything in one transaction; `fence` is asked once more right before its end.
    pub(crate) fn commit(
        &mut self,
        topics: &Topics,
        messages: &[(Lane, Message)],
        moved: BTreeMap<SourceId, Offset>,
        proof: &ConsumerGroupMetadata,
        fence: impl Fn() -> Result<(), CommitError>,
    ) -> Outcome {
        self.begun = Instant::now();
        self.left = Left { moved, fate: Fate::Void, ..Left::default() };
        let sent = self.begin().and_then(|()| self.send_all(topics, messages, proof));
        match sent.and_then(|()| fence().map_err(Failure::Aborted)) {
            Ok(()) => self.end(),
            Err(Failure::Aborted(error)) => self.abort(error),
            Err(Failure::Lost(CommitError::Moved)) => {
                Outcome::Lost(self.fenced(Temporary::Unavailable.into()))
            }
            Err(Failure::Lost(error)) => Outcome::Lost(error),
        }
    }

    /// Who fenced this producer off: another process, or the brokers themselves, which do so when a
    /// transaction was open for too long, as it is when they were away. `late` is the answer then.
    fn fenced(&self, late: CommitError) -> CommitError {
        if self.begun.elapsed() < limits::OPEN { CommitError::Moved } else { late }
    }

    /// Takes back what was sent. What a fenced producer had sent was taken back by its successor;
    /// each message then only says that it was purged.
    fn abort(&self, error: CommitError) -> Outcome {
        match self.producer.abort_transaction(limits::TRANSACTION) {
            Ok(()) => Outcome::Refused(error),
            Err(failed) if is_fenced(&failed) => Outcome::Lost(self.fenced(error)),
            Err(_) => match self.producer.client().fatal_error() {
                Some((code, _)) if is_fence(code) => Outcome::Lost(self.fenced(error)),
                _ => Outcome::Lost(error),
            },
        }
    }

    fn begin(&self) -> Result<(), Failure> {
        self.producer.begin_transaction().map_err(|error| Failure::of(&error))
    }

    /// Everything that is committed together: messages, positions, and what they are.
    fn send_all(
        &mut self,
        topics: &Topics,
        messages: &[(Lane, Message)],
        proof: &ConsumerGroupMetadata,
    ) -> Result<(), Failure> {
        let notes = topics.notes().map_err(Failure::aborted)?;
        meet(&self.producer, &notes).map_err(Failure::aborted)?;
        let noted = Batch::new();
        let ticket = noted.ticket();
        ticket.send(&self.producer, &notes, &note(None)).map_err(Failure::aborted)?;
        self.left.ends = self.send(topics, messages)?;
        let written = note(Some(&self.left));
        ticket.send(&self.producer, &notes, &written).map_err(Failure::aborted)?;
        self.send_positions(topics, &self.left.moved, proof)?;
        noted.wait(limits::TRANSACTION).map_err(|error| Failure::of(&error))
    }

    /// Sends messages; for each lane, the position after the last of them.
    fn send(
        &self,
        topics: &Topics,
        messages: &[(Lane, Message)],
    ) -> Result<BTreeMap<Lane, Offset>, Failure> {
        let batch = Batch::new();
        let mut tickets: BTreeMap<Lane, (String, Arc<Ticket>)> = BTreeMap::new();
        for (lane, message) in messages {
            if !tickets.contains_key(lane) {
                let topic = topics.name(lane);
                meet(&self.producer, &topic).map_err(Failure::aborted)?;
                tickets.insert(lane.clone(), (topic, batch.ticket()));
            }
            if let Some((topic, ticket)) = tickets.get(lane) {
                ticket.send(&self.producer, topic, message).map_err(Failure::aborted)?;
            }
        }
        batch.wait(limits::TRANSACTION).map_err(|error| Failure::of(&error))?;
        // Every message was reported, each with its offset.
        let ends = tickets.into_iter().map(|(lane, (_, ticket))| Ok((lane, ticket.end()?)));
        ends.collect::<Result<_, Error>>().map_err(Failure::aborted)
    }

    fn send_positions(
        &self,
        topics: &Topics,
        moved: &BTreeMap<SourceId, Offset>,
        proof: &ConsumerGroupMetadata,
    ) -> Result<(), Failure> {
        if moved.is_empty() {
            return Ok(());
        }
        let mut offsets = TopicPartitionList::with_capacity(moved.len());
        for (source, next) in moved {
            let topic = topics.name(&Lane::Intake(source.clone()));
            let next = rdkafka::Offset::Offset(i64::try_from(next.0).unwrap_or(i64::MAX));
            offsets.add_partition_offset(&topic, 0, next).map_err(|error| Failure::of(&error))?;
        }
        let begun = Instant::now();
        loop {
            let sent =
                self.producer.send_offsets_to_transaction(&offsets, proof, limits::TRANSACTION);
            match sent {
                Ok(()) => return Ok(()),
                Err(error) if is_retriable(&error) && begun.elapsed() < limits::TRANSACTION => {
                    sleep(limits::LOOK);
                }
                Err(error) => return Err(Failure::of(&error)),
            }
        }
    }

    /// Ends the transaction. Asking again after no answer is safe: librdkafka goes on where it was.
    fn end(&mut self) -> Outcome {
        let begun = Instant::now();
        self.left.fate = Fate::Unknown;
        put_away(&self.producer);
        loop {
            match self.producer.commit_transaction(limits::TRANSACTION) {
                Ok(()) => break,
                Err(error) if is_retriable(&error) && begun.elapsed() < limits::TRANSACTION => {
                    sleep(limits::LOOK);
                }
                Err(error) if is_fenced(&error) => {
                    return Outcome::Lost(self.fenced(CommitError::Unknown));
                }
                Err(KafkaError::Transaction(error)) if error.txn_requires_abort() => {
                    self.left.fate = Fate::Void;
                    return self.abort(Temporary::Unavailable.into());
                }
                Err(_) => return Outcome::Lost(CommitError::Unknown),
            }
        }
        self.left.fate = Fate::Done;
        let moved = self.left.moved.iter().map(|(source, to)| (source.clone(), *to));
        self.positions.extend(moved);
        let mut committed = Committed::default();
        for (lane, end) in &self.left.ends {
            if let Lane::State(source) = lane {
                committed.states.insert(source.clone(), *end);
            }
        }
        Outcome::Done(committed)
    }
}

/// Why a transaction did not come to its end.
enum Failure {
    /// It can be aborted, and the writer goes on.
    Aborted(CommitError),
    /// The writer is of no further use. Its transaction is aborted by its successor, or by time.
    Lost(CommitError),
}

// === impl Failure ===

impl Failure {
    fn of(error: &KafkaError) -> Failure {
        if is_fenced(error) {
            return Failure::Lost(CommitError::Moved);
        }
        if is_out_of_group(error) {
            return Failure::Aborted(CommitError::Moved);
        }
        let answer = CommitError::Carrier(word(error));
        match error {
            KafkaError::Transaction(cause) if cause.is_fatal() => Failure::Lost(answer),
            KafkaError::MessageProduction(RDKafkaErrorCode::Fatal) => Failure::Lost(answer),
            _ => Failure::Aborted(answer),
        }
    }

    fn aborted(error: Error) -> Failure {
        Failure::Aborted(error.into())
    }
}

fn is_retriable(error: &KafkaError) -> bool {
    matches!(error, KafkaError::Transaction(error) if error.is_retriable())
}

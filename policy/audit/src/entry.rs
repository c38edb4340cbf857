//! Disclosure entries: one per finding and commit, or one per access or change. They hold who,
//! what and why; never a value. Only [`crate::Recorder`] numbers and makes new ones.

use crate::leaf::{Leaf, entry_id};
use crate::limits::{MAX_DETAIL_BYTES, MAX_ENTRY_BYTES, MAX_ROWS, MAX_SUBJECT_BYTES, MAX_UNDER};
use crate::row::{Row, SALT_LEN};
use crate::wire::{Reader, Writer};
use crate::{Error, WriterName};
use vocabulary::{ChangeKind, Digest, EntryId, RecordId, RecordType, SourceId, Timestamp};

const VERSION: u8 = 2;
const BODY_DOMAIN: &[u8] = b"samsyn-body-v1";

/// What an entry tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// At least one row was released or withdrawn.
    Release,
    /// No row was.
    Withheld,
    /// A gateway's answer, or a person's look-up.
    Access,
    /// A bundle, a plan, a membership, a key, the start of a run.
    Change,
}

/// What all rows of an entry have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// When it was recorded.
    pub at: Timestamp,
    /// Which source the finding came from; none for access and change.
    pub source: Option<SourceId>,
    /// The source's sequence number.
    pub sequence: u64,
    /// The record.
    pub record_id: Option<RecordId>,
    /// The record's type.
    pub record_type: Option<RecordType>,
    /// The record's version.
    pub version: u64,
    /// What the version does to the one before.
    pub change: Option<ChangeKind>,
    /// Organisation number or the source's object id; in the encrypted body only.
    pub subject: Option<String>,
    /// Index of the fact combination used.
    pub facts: u16,
    /// The bundle ruled under.
    pub bundle: Digest,
    /// Fingerprint of the writer schema.
    pub schema: u64,
}

/// A disclosure entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    kind: EntryKind,
    writer: WriterName,
    run: u64,
    counter: u64,
    salt: [u8; SALT_LEN],
    shared: Shared,
    rows: Vec<Row>,
    detail: Option<String>,
}

/// What a new entry is made of, before it has a number.
pub(crate) struct Draft {
    pub(crate) kind: EntryKind,
    pub(crate) shared: Shared,
    pub(crate) rows: Vec<Row>,
    pub(crate) detail: Option<String>,
}

// === impl EntryKind ===

impl EntryKind {
    /// The word for people and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            EntryKind::Release => "release",
            EntryKind::Withheld => "withheld",
            EntryKind::Access => "access",
            EntryKind::Change => "change",
        }
    }

    const fn number(self) -> u8 {
        match self {
            EntryKind::Release => 1,
            EntryKind::Withheld => 2,
            EntryKind::Access => 3,
            EntryKind::Change => 4,
        }
    }
}

// === impl Shared ===

impl Shared {
    /// The common part of an entry that is about no finding.
    pub const fn bare(at: Timestamp, bundle: Digest) -> Self {
        Shared {
            at,
            source: None,
            sequence: 0,
            record_id: None,
            record_type: None,
            version: 0,
            change: None,
            subject: None,
            facts: 0,
            bundle,
            schema: 0,
        }
    }

    fn write(&self, out: &mut Writer) {
        out.signed(self.at.as_micros())
            .option(self.source.as_ref(), |out, source| out.text(source.as_str()))
            .long(self.sequence)
            .option(self.record_id.as_ref(), |out, id| out.raw(id.as_bytes()))
            .option(self.record_type, |out, kind| out.text(kind.as_str()))
            .long(self.version)
            .option(self.change, |out, change| out.text(change.as_str()))
            .option(self.subject.as_ref(), |out, subject| out.text(subject))
            .short(self.facts)
            .raw(self.bundle.as_bytes())
            .long(self.schema);
    }

    fn read(bytes: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Shared {
            at: Timestamp::from_micros(bytes.signed()?),
            source: bytes.option(Reader::parsed)?,
            sequence: bytes.long()?,
            record_id: bytes.option(Reader::array)?.map(RecordId::new),
            record_type: bytes.option(Reader::parsed)?,
            version: bytes.long()?,
            change: bytes.option(Reader::parsed)?,
            subject: bytes.option(|bytes| bytes.text(MAX_SUBJECT_BYTES).map(str::to_owned))?,
            facts: bytes.short()?,
            bundle: bytes.digest()?,
            schema: bytes.long()?,
        })
    }
}

// === impl Entry ===

impl Entry {
    pub(crate) fn new(
        draft: Draft,
        (writer, run, counter): (WriterName, u64, u64),
        salt: [u8; SALT_LEN],
    ) -> Result<Self, Error> {
        let Draft { kind, shared, rows, detail } = draft;
        let subject = shared.subject.as_ref().map_or(0, String::len);
        let detail_bytes = detail.as_ref().map_or(0, String::len);
        let named = rows.iter().map(|row| row.under.len()).max().unwrap_or_default();
        if rows.len() > MAX_ROWS || named > MAX_UNDER {
            return Err(Error::Limit);
        }
        if subject > MAX_SUBJECT_BYTES || detail_bytes > MAX_DETAIL_BYTES {
            return Err(Error::Limit);
        }
        Ok(Entry { kind, writer, run, counter, salt, shared, rows, detail })
    }

    /// The entry's id: follows from writer, run and counter.
    pub fn id(&self) -> EntryId {
        entry_id(&self.writer, self.run, self.counter)
    }

    /// What it tells of.
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// Who wrote it.
    pub fn writer(&self) -> &WriterName {
        &self.writer
    }

    /// In which of its runs.
    pub fn run(&self) -> u64 {
        self.run
    }

    /// Its number within the run, dense from 1.
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// What all rows have in common.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// JSON that tells more, of an access or a change.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The leaf of the ledger: commitments only.
    pub fn leaf(&self) -> Leaf {
        Leaf {
            at: self.shared.at,
            writer: self.writer.clone(),
            run: self.run,
            counter: self.counter,
            body: seal::sha256(&[BODY_DOMAIN, &self.salt, &self.body()]),
            rows: Row::tree(&self.rows).root(),
        }
    }

    /// The entry as it lies on the disclosure lane.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.byte(VERSION).text(self.writer.as_str()).long(self.run).long(self.counter);
        out.raw(&self.salt).raw(&self.body());
        // INVARIANT: at most MAX_ROWS rows.
        out.short(u16::try_from(self.rows.len()).unwrap_or(u16::MAX));
        for row in &self.rows {
            row.write(&mut out);
        }
        out.finish()
    }

    /// Reads what [`Entry::encode`] gave.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(Error::Limit);
        }
        let mut bytes = Reader::new(bytes);
        if bytes.byte()? != VERSION {
            return Err(Error::Version);
        }
        let writer = WriterName::read(&mut bytes)?;
        let (run, counter, salt) = (bytes.long()?, bytes.long()?, bytes.array()?);
        let kind = match bytes.byte()? {
            1 => EntryKind::Release,
            2 => EntryKind::Withheld,
            3 => EntryKind::Access,
            4 => EntryKind::Change,
            _ => return Err(Error::Malformed),
        };
        let shared = Shared::read(&mut bytes)?;
        let detail = bytes.option(|bytes| bytes.long_text(MAX_DETAIL_BYTES).map(str::to_owned))?;
        let count = usize::from(bytes.short()?);
        if count > MAX_ROWS || counter == 0 {
            return Err(Error::Malformed);
        }
        let rows = (0..count).map(|_| Row::read(&mut bytes)).collect::<Result<Vec<_>, _>>()?;
        bytes.end()?;
        Ok(Entry { kind, writer, run, counter, salt, shared, rows, detail })
    }

    /// What the salted body hash covers.
    fn body(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.byte(self.kind.number());
        self.shared.write(&mut out);
        out.option(self.detail.as_ref(), |out, detail| out.long_text(detail));
        out.finish()
    }
}

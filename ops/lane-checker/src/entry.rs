//! A disclosure entry and a ledger's leaf as they lie in bytes. What an entry means is not said
//! here.

use crate::digest::{Growing, leaf, sha256};
use crate::limits::{MAX_ENTRY, MAX_ROWS};
use crate::wire::Bytes;
use vocabulary::{
    BasisId, Digest, EntitlementId, EntryId, OrgNumber, Purpose, RecordId, RecordType, SourceId,
    ViewId,
};

const ENTRY: u8 = 2;
const LEAF: u8 = 1;

/// An entry.
pub(crate) struct Entry {
    pub(crate) number: Number,
    /// Release, withheld, access, change, as numbers 1 to 4.
    pub(crate) kind: u8,
    pub(crate) about: About,
    pub(crate) bundle: Digest,
    pub(crate) rows: Vec<Row>,
    /// What the ledger's leaf must say of it.
    pub(crate) body: Digest,
    pub(crate) root: Digest,
}

/// The finding that an entry is about, and when it was recorded.
pub(crate) struct About {
    pub(crate) at: i64,
    pub(crate) source: Option<SourceId>,
    pub(crate) sequence: u64,
    pub(crate) record: Option<RecordId>,
    pub(crate) record_type: Option<RecordType>,
    pub(crate) version: u64,
    /// Whether a new version came, and not only a ruling anew.
    pub(crate) fresh: bool,
    /// The organisation; none where it is about no organisation.
    pub(crate) subject: Option<OrgNumber>,
    pub(crate) facts: u16,
}

/// Who numbered an entry, and how.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number {
    pub(crate) writer: String,
    pub(crate) run: u64,
    pub(crate) counter: u64,
}

/// What one view got.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Released,
    Withdrawn,
    Withheld,
}

/// A row of an entry.
pub(crate) struct Row {
    pub(crate) view: ViewId,
    pub(crate) recipient: Option<OrgNumber>,
    pub(crate) outcome: Outcome,
    pub(crate) salt: [u8; 16],
    pub(crate) commitment: Digest,
    /// The entitlements that the recipient got it by, each under its basis.
    pub(crate) under: Vec<(EntitlementId, BasisId)>,
}

/// A leaf.
pub(crate) struct Leaf {
    pub(crate) id: EntryId,
    pub(crate) number: Number,
    pub(crate) body: Digest,
    pub(crate) root: Digest,
}

// === impl Number ===

impl Number {
    fn read(bytes: &mut Bytes<'_>) -> Option<Number> {
        let writer = bytes.text()?.to_owned();
        let (run, counter) = (bytes.long()?, bytes.long()?);
        (counter > 0).then_some(Number { writer, run, counter })
    }

    /// The id that follows from the number: a UUID of version 8.
    pub(crate) fn id(&self) -> EntryId {
        let numbers = [self.run.to_be_bytes(), self.counter.to_be_bytes()].concat();
        let digest = sha256(&[b"samsyn-entry-v1", &numbers, self.writer.as_bytes()]);
        let mut id: [u8; 16] = digest.as_bytes().first_chunk().copied().unwrap_or_default();
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut id;
        (*version, *variant) = (*version & 0x0f | 0x80, *variant & 0x3f | 0x80);
        EntryId::new(id)
    }
}

// === impl Outcome ===

impl Outcome {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Outcome::Released => 1,
            Outcome::Withdrawn => 2,
            Outcome::Withheld => 3,
        }
    }

    pub(crate) const fn of(number: u8) -> Option<Outcome> {
        match number {
            1 => Some(Outcome::Released),
            2 => Some(Outcome::Withdrawn),
            3 => Some(Outcome::Withheld),
            _ => None,
        }
    }
}

// === impl Entry ===

impl Entry {
    pub(crate) fn decode(value: &[u8]) -> Option<Entry> {
        let mut bytes = Bytes(value);
        if value.len() > MAX_ENTRY || bytes.byte()? != ENTRY {
            return None;
        }
        let number = Number::read(&mut bytes)?;
        let salt: [u8; 16] = bytes.array()?;
        let from = bytes;
        let mut entry = Entry::body(&mut bytes, number)?;
        entry.body = sha256(&[b"samsyn-body-v1", &salt, bytes.since(from)]);
        let count = usize::from(bytes.short()?);
        let mut tree = Growing::default();
        for _ in 0..Some(count).filter(|count| *count <= MAX_ROWS)? {
            let from = bytes;
            entry.rows.push(Row::read(&mut bytes)?);
            tree.push(leaf(&[b"samsyn-row-v2", bytes.since(from)]));
        }
        entry.root = tree.root();
        bytes.end()?;
        Some(entry)
    }

    fn body(bytes: &mut Bytes<'_>, number: Number) -> Option<Entry> {
        let kind = bytes.byte()?;
        let about = About::read(bytes)?;
        let bundle = bytes.digest()?;
        // The writer schema's fingerprint; then what a change or an access tells more.
        bytes.long()?;
        bytes.option(|bytes| {
            let length = usize::try_from(bytes.word()?).ok()?;
            bytes.take(length)
        })?;
        let (body, root) = (Digest::new([0; 32]), Digest::new([0; 32]));
        Some(Entry { number, kind, about, bundle, rows: Vec::new(), body, root })
    }

    /// Whether the kind says what the rows say.
    pub(crate) fn is_of_its_kind(&self) -> bool {
        let leaves = self.rows.iter().any(|row| row.outcome != Outcome::Withheld);
        match self.kind {
            1 => leaves,
            2 => !leaves,
            _ => self.rows.is_empty(),
        }
    }
}

// === impl About ===

impl About {
    fn read(bytes: &mut Bytes<'_>) -> Option<About> {
        Some(About {
            at: i64::from_be_bytes(bytes.array()?),
            source: bytes.option(Bytes::parsed)?,
            sequence: bytes.long()?,
            record: bytes.option(Bytes::array)?.map(RecordId::new),
            record_type: bytes.option(Bytes::parsed)?,
            version: bytes.long()?,
            fresh: bytes.option(Bytes::text)?.is_some(),
            subject: bytes.option(Bytes::text)?.and_then(|text| text.parse().ok()),
            facts: bytes.short()?,
        })
    }
}

// === impl Row ===

impl Row {
    fn read(bytes: &mut Bytes<'_>) -> Option<Row> {
        let view = bytes.parsed()?;
        let recipient = bytes.option(Bytes::parsed)?;
        let _epoch = bytes.word()?;
        let _purpose: Purpose = bytes.parsed()?;
        let _plan = bytes.digest()?;
        let outcome = Outcome::of(bytes.byte()?)?;
        let (salt, commitment) = (bytes.array()?, bytes.digest()?);
        let mut row = Row { view, recipient, outcome, salt, commitment, under: Vec::new() };
        for _ in 0..bytes.byte()? {
            row.under.push((bytes.parsed()?, bytes.parsed()?));
        }
        Some(row)
    }
}

// === impl Leaf ===

impl Leaf {
    pub(crate) fn decode(value: &[u8]) -> Option<Leaf> {
        let mut bytes = Bytes(value);
        if bytes.byte()? != LEAF {
            return None;
        }
        let id = EntryId::new(bytes.array()?);
        let _at = bytes.long()?;
        let number = Number::read(&mut bytes)?;
        let found = Leaf { id, number, body: bytes.digest()?, root: bytes.digest()? };
        bytes.end()?;
        (found.number.id() == id).then_some(found)
    }
}

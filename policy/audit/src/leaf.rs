//! Leaves of the ledger: public, and so made of commitments only.

use crate::Error;
use crate::limits::MAX_WRITER_BYTES;
use crate::wire::{Reader, Writer};
use std::{fmt, str::FromStr, sync::Arc};
use vocabulary::{Digest, EntryId, Timestamp};

const VERSION: u8 = 1;
const ID_DOMAIN: &[u8] = b"samsyn-entry-v1";

/// Who writes entries (`exchange-0`): small letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriterName(Arc<str>);

/// What the ledger's tree holds of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// When the entry was recorded.
    pub at: Timestamp,
    /// Who wrote it.
    pub writer: WriterName,
    /// In which of its runs.
    pub run: u64,
    /// Its number within the run, dense from 1.
    pub counter: u64,
    /// Salted hash of the body.
    pub body: Digest,
    /// Root of the tree of rows.
    pub rows: Digest,
}

/// The id of the entry with this number: a name-based UUID (version 8), so it needs no storing
/// and cannot disagree with the number.
pub fn entry_id(writer: &WriterName, run: u64, counter: u64) -> EntryId {
    let numbers = [run.to_be_bytes(), counter.to_be_bytes()].concat();
    let digest = seal::sha256(&[ID_DOMAIN, &numbers, writer.as_str().as_bytes()]);
    let mut id = digest.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut id;
    *version = *version & 0x0f | 0x80;
    *variant = *variant & 0x3f | 0x80;
    EntryId::new(id)
}

// === impl WriterName ===

impl WriterName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn read(bytes: &mut Reader<'_>) -> Result<Self, Error> {
        bytes.text(MAX_WRITER_BYTES)?.parse().map_err(|_| Error::Malformed)
    }
}

impl FromStr for WriterName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > MAX_WRITER_BYTES || !text.bytes().all(allowed) {
            return Err(Error::Writer);
        }
        Ok(WriterName(Arc::from(text)))
    }
}

impl fmt::Display for WriterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// === impl Leaf ===

impl Leaf {
    /// The entry's id.
    pub fn id(&self) -> EntryId {
        entry_id(&self.writer, self.run, self.counter)
    }

    /// The leaf as it lies in an entry bundle.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.byte(VERSION)
            .raw(self.id().as_bytes())
            .signed(self.at.as_micros())
            .text(self.writer.as_str())
            .long(self.run)
            .long(self.counter)
            .raw(self.body.as_bytes())
            .raw(self.rows.as_bytes());
        out.finish()
    }

    /// Reads what [`Leaf::encode`] gave; the id must follow from the number.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut bytes = Reader::new(bytes);
        if bytes.byte()? != VERSION {
            return Err(Error::Version);
        }
        let id = EntryId::new(bytes.array()?);
        let leaf = Leaf {
            at: Timestamp::from_micros(bytes.signed()?),
            writer: WriterName::read(&mut bytes)?,
            run: bytes.long()?,
            counter: bytes.long()?,
            body: bytes.digest()?,
            rows: bytes.digest()?,
        };
        bytes.end()?;
        if leaf.id() == id && leaf.counter > 0 { Ok(leaf) } else { Err(Error::Malformed) }
    }

    /// The leaf's hash in the ledger's tree (RFC 6962).
    pub fn hash(bytes: &[u8]) -> Digest {
        seal::tree::leaf_hash(&[bytes])
    }
}

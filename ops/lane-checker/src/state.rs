//! A record's and a source's state as they lie on a state lane: versions, numbers and holders. What
//! else stands there is passed over.

use crate::wire::Bytes;
use vocabulary::{Digest, OrgNumber, ViewId};

const RECORD: u8 = 2;
const SOURCE: u8 = 1;
const SUBJECT: u8 = 4;
const ADDRESSEE: u8 = 8;
const PERSON: u8 = 16;

/// The key of a source's own state.
pub(crate) const SOURCE_KEY: &[u8] = b"source";

/// A record's newest version, and who holds what.
pub(crate) struct Held {
    pub(crate) version: u64,
    pub(crate) holders: Vec<Holder>,
}

/// One who holds it.
pub(crate) struct Holder {
    pub(crate) view: ViewId,
    pub(crate) recipient: Option<OrgNumber>,
    pub(crate) bytes: Digest,
    pub(crate) version: u64,
}

// === impl Held ===

impl Held {
    pub(crate) fn decode(value: &[u8]) -> Option<Held> {
        let mut bytes = Bytes(value);
        if bytes.byte()? != RECORD {
            return None;
        }
        let flags = bytes.byte()?;
        let _record_type = bytes.byte()?;
        let version = bytes.number()?;
        let _producer = bytes.word()?;
        let _recorded_at = bytes.long()?;
        if flags & SUBJECT != 0 {
            bytes.word()?;
        }
        bytes.short_text()?;
        bytes.short_text()?;
        if flags & ADDRESSEE != 0 {
            bytes.word()?;
        }
        if flags & PERSON != 0 {
            bytes.short_text()?;
        }
        let [_facts, _intake, _sequence, _schema] =
            [bytes.number()?, bytes.number()?, bytes.number()?, bytes.number()?];
        let count = bytes.number()?;
        let mut holders = Vec::new();
        for _ in 0..count {
            holders.push(Holder::read(&mut bytes)?);
        }
        bytes.end()?;
        Some(Held { version, holders })
    }
}

// === impl Holder ===

impl Holder {
    fn read(bytes: &mut Bytes<'_>) -> Option<Holder> {
        let view = bytes.short_text()?.parse().ok()?;
        let recipient = match bytes.byte()? {
            0 => None,
            _ => Some(bytes.word()?.to_string().parse().ok()?),
        };
        let _plan = bytes.digest()?;
        Some(Holder { view, recipient, bytes: bytes.digest()?, version: bytes.number()? })
    }
}

/// The highest number that a source's own state has accepted.
pub(crate) fn highest(value: &[u8]) -> Option<u64> {
    let mut bytes = Bytes(value);
    if bytes.byte()? == SOURCE { bytes.number() } else { None }
}

//! What lies on a lane: key, value, headers. What the bytes mean is the reader's knowledge, not
//! ours.

use crate::{Lane, Permanent, limits};
use std::{borrow::Cow, fmt};
use vocabulary::Timestamp;

/// A place on a lane. As a position it is the next message to read, as on Kafka.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(pub u64);

/// Names and values of headers, in order; a name may stand more than once.
pub type Headers = Vec<(Cow<'static, str>, Vec<u8>)>;

/// A message to append. `value: None` is a tombstone: the key's last word on a compacted lane.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Names the record on compacted lanes; never reveals or links a subject.
    pub key: Vec<u8>,
    /// The payload.
    pub value: Option<Vec<u8>>,
    /// What stands beside the payload.
    pub headers: Headers,
}

/// A message as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies.
    pub offset: Offset,
    /// When the carrier took it in, by the carrier's clock; never goes back along a lane.
    pub appended: Timestamp,
    /// What was appended.
    pub message: Message,
}

/// How much one read may return. A single message larger than `bytes` is returned alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Most messages.
    pub records: usize,
    /// Most bytes of keys, values and headers.
    pub bytes: usize,
}

// === impl Offset ===

impl Offset {
    /// The position after this message.
    pub const fn next(self) -> Offset {
        Offset(self.0.saturating_add(1))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// === impl Message ===

impl Message {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_slice())
    }

    /// Bytes of key, value and headers.
    pub fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, Vec::len) + self.header_bytes()
    }

    /// Holds the message against the limits of its lane; every carrier does so before it appends.
    pub fn check(&self, lane: &Lane) -> Result<(), Permanent> {
        let fits = self.key.len() <= limits::MAX_KEY
            && self.value.as_ref().map_or(0, Vec::len) <= lane.max_value()
            && self.headers.len() <= limits::MAX_HEADERS
            && self.headers.iter().all(|(name, _)| name.len() <= limits::MAX_HEADER_NAME)
            && self.header_bytes() <= limits::MAX_HEADER_BYTES;
        if fits { Ok(()) } else { Err(Permanent::TooLarge) }
    }

    fn header_bytes(&self) -> usize {
        self.headers.iter().map(|(name, value)| name.len() + value.len()).sum()
    }
}

/// Sizes only: a message is a payload.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("key", &self.key.len())
            .field("value", &self.value.as_ref().map(Vec::len))
            .field("headers", &self.headers.len())
            .finish()
    }
}

// === impl Limit ===

impl Default for Limit {
    fn default() -> Self {
        Limit { records: 1_000, bytes: 4 * 1024 * 1024 }
    }
}

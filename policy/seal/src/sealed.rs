//! Records on their way in: sealed by their source, not yet verified. What the value means is
//! not looked at.

use crate::Error;
use crate::batch::{Seal, seal_leaves};
use crate::digest::sha256;
use crate::keys::SigningKey;
use crate::limits::{MAX_BATCH, MAX_VALUE_BYTES};
use crate::tree::leaf_hash;
use std::fmt;
use vocabulary::{Digest, RecordId, SourceId, Timestamp};

const SOURCE_DOMAIN: &[u8] = b"samsyn-seal-v1";

/// A record its source is about to seal.
#[derive(Clone, PartialEq, Eq)]
pub struct Unsealed {
    /// Which source speaks.
    pub source: SourceId,
    /// The source's dense sequence number.
    pub sequence: u64,
    /// Which record this is a version of.
    pub record_id: RecordId,
    /// The framed value.
    pub value: Vec<u8>,
}

/// A record that carries a seal. Whether the seal holds is for [`crate::Verifier`] to say.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    record: Unsealed,
    seal: Seal,
}

/// Seals records as one batch, in order.
pub fn seal_batch(
    key: &SigningKey,
    at: Timestamp,
    records: Vec<Unsealed>,
) -> Result<Vec<Sealed>, Error> {
    if records.len() > MAX_BATCH {
        return Err(Error::BatchSize);
    }
    if records.iter().any(|record| record.value.len() > MAX_VALUE_BYTES) {
        return Err(Error::ValueSize);
    }
    let leaves: Vec<Digest> = records.iter().map(Unsealed::leaf).collect();
    let seals = seal_leaves(key, at, &leaves)?;
    Ok(records.into_iter().zip(seals).map(|(record, seal)| Sealed { record, seal }).collect())
}

// === impl Unsealed ===

impl Unsealed {
    pub(crate) fn leaf(&self) -> Digest {
        let source = self.source.as_str().as_bytes();
        // INVARIANT: a name is at most 64 bytes, so its length fits one.
        let length = [u8::try_from(source.len()).unwrap_or(u8::MAX)];
        let sequence = self.sequence.to_be_bytes();
        let value = sha256(&[&self.value]);
        let id = self.record_id.as_bytes();
        leaf_hash(&[SOURCE_DOMAIN, &length, source, &sequence, id, value.as_bytes()])
    }
}

impl fmt::Debug for Unsealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unsealed { source, sequence, record_id, value } = self;
        write!(f, "Unsealed({source} {sequence} {record_id}, {} bytes)", value.len())
    }
}

// === impl Sealed ===

impl Sealed {
    /// Puts together what a carrier kept apart.
    pub fn from_parts(record: Unsealed, seal: Seal) -> Self {
        Sealed { record, seal }
    }

    /// Takes it apart for a carrier.
    pub fn into_parts(self) -> (Unsealed, Seal) {
        (self.record, self.seal)
    }

    /// Which source speaks.
    pub fn source(&self) -> &SourceId {
        &self.record.source
    }

    /// The source's sequence number.
    pub fn sequence(&self) -> u64 {
        self.record.sequence
    }

    /// Which record this is a version of.
    pub fn record_id(&self) -> &RecordId {
        &self.record.record_id
    }

    /// The framed value.
    pub fn value(&self) -> &[u8] {
        &self.record.value
    }

    /// The seal.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    pub(crate) fn leaf(&self) -> Digest {
        self.record.leaf()
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({:?}, by {})", self.record, self.seal.key())
    }
}

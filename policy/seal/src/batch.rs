//! Seals: one signature over the Merkle root of a batch, and for each leaf the path to it, so
//! every leaf verifies alone. What a leaf stands for is told by its maker
//! ([`crate::seal_batch`], [`crate::release_leaf`]).

use crate::Error;
use crate::keys::{KeyId, Signature, SigningKey, VerifyingKey};
use crate::limits::{MAX_BATCH, MAX_PATH};
use crate::tree::{Tree, root_from_path};
use vocabulary::{Digest, Timestamp};

const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"samsyn-batch-v1";

/// What travels with one record: whose signature covers it, and its path to the signed root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    at: Timestamp,
    key: KeyId,
    count: u16,
    index: u16,
    signature: Signature,
    path: Vec<Digest>,
}

/// A root with all that its signature covers. Equal values need one signature check only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SignedRoot {
    at: Timestamp,
    key: KeyId,
    count: u16,
    root: Digest,
    signature: [u8; Signature::LEN],
}

/// Seals leaf digests as one batch, in order.
pub fn seal_leaves(key: &SigningKey, at: Timestamp, leaves: &[Digest]) -> Result<Vec<Seal>, Error> {
    if leaves.is_empty() || leaves.len() > MAX_BATCH {
        return Err(Error::BatchSize);
    }
    let count = u16::try_from(leaves.len()).map_err(|_| Error::BatchSize)?;
    let tree = Tree::new(leaves.to_vec());
    let signature = key.sign(&signed_bytes(at, key.id(), count, &tree.root()))?;
    (0..count)
        .map(|index| {
            let path = tree.path(usize::from(index)).ok_or(Error::BatchSize)?;
            Ok(Seal { at, key: key.id(), count, index, signature, path })
        })
        .collect()
}

/// Whether the seal is this key's over the leaf.
pub fn verify_leaf(key: &VerifyingKey, leaf: &Digest, seal: &Seal) -> Result<(), Error> {
    seal.signed_root(leaf)?.verify(key)
}

// === impl Seal ===

impl Seal {
    /// When the batch was sealed, by the sealer's clock.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Which key sealed.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// Records in the batch.
    pub fn count(&self) -> u16 {
        self.count
    }

    /// Place of the record in its batch.
    pub fn index(&self) -> u16 {
        self.index
    }

    /// The seal as it travels: version, time, key id, count, index, signature, path.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(86 + self.path.len() * Digest::LEN);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.at.as_micros().to_be_bytes());
        bytes.extend_from_slice(self.key.as_bytes());
        bytes.extend_from_slice(&self.count.to_be_bytes());
        bytes.extend_from_slice(&self.index.to_be_bytes());
        bytes.extend_from_slice(self.signature.as_bytes());
        // INVARIANT: at most MAX_PATH hashes.
        bytes.push(u8::try_from(self.path.len()).unwrap_or(u8::MAX));
        for hash in &self.path {
            bytes.extend_from_slice(hash.as_bytes());
        }
        bytes
    }

    /// Reads what [`Seal::encode`] gave. Says nothing about validity.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => Self::decode_fields(rest).ok_or(Error::Malformed),
            Some(_) => Err(Error::Version),
            None => Err(Error::Malformed),
        }
    }

    fn decode_fields(bytes: &[u8]) -> Option<Self> {
        let (at, bytes) = bytes.split_first_chunk()?;
        let (key, bytes) = bytes.split_first_chunk()?;
        let (count, bytes) = bytes.split_first_chunk()?;
        let (index, bytes) = bytes.split_first_chunk()?;
        let (signature, bytes) = bytes.split_first_chunk()?;
        let (hashes, bytes) = bytes.split_first()?;
        let (path, rest) = bytes.as_chunks::<{ Digest::LEN }>();
        let count = u16::from_be_bytes(*count);
        let index = u16::from_be_bytes(*index);
        let fits = rest.is_empty()
            && path.len() == usize::from(*hashes)
            && path.len() <= MAX_PATH
            && usize::from(count) <= MAX_BATCH
            && index < count;
        fits.then(|| Seal {
            at: Timestamp::from_micros(i64::from_be_bytes(*at)),
            key: KeyId::new(*key),
            count,
            index,
            signature: Signature::new(*signature),
            path: path.iter().copied().map(Digest::new).collect(),
        })
    }

    /// The root this seal claims for the leaf, still to be verified.
    pub(crate) fn signed_root(&self, leaf: &Digest) -> Result<SignedRoot, Error> {
        let (index, count) = (u64::from(self.index), u64::from(self.count));
        let root = root_from_path(leaf, index, count, &self.path).ok_or(Error::Signature)?;
        let signature = *self.signature.as_bytes();
        Ok(SignedRoot { at: self.at, key: self.key, count: self.count, root, signature })
    }
}

// === impl SignedRoot ===

impl SignedRoot {
    pub(crate) fn verify(&self, key: &VerifyingKey) -> Result<(), Error> {
        if key.id() != self.key {
            return Err(Error::UnknownKey);
        }
        let message = signed_bytes(self.at, self.key, self.count, &self.root);
        key.verify(&message, &Signature::new(self.signature))
    }
}

fn signed_bytes(at: Timestamp, key: KeyId, count: u16, root: &Digest) -> Vec<u8> {
    let at = at.as_micros().to_be_bytes();
    let count = count.to_be_bytes();
    [CONTEXT, &[VERSION], &at, key.as_bytes(), &count, root.as_bytes()].concat()
}

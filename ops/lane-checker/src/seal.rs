//! Seals of sources, read and verified a second time by openssl itself: one signature over the root
//! of a batch, and the path to it. Which keys are a source's is for whoever asks for the check to
//! say; what the exchange signs is `samsyn-verify`'s to check.

use crate::Error;
use crate::digest::{leaf, node, sha256};
use crate::limits::MAX_PATH;
use crate::wire::Bytes;
use openssl::pkey::{Id, PKey, Public};
use openssl::sign::Verifier;
use std::cell::Cell;
use std::collections::BTreeMap;
use vocabulary::{Digest, RecordId, SourceId};

/// Public keys of sources. With none, no seal is checked.
#[derive(Default)]
pub struct Keys {
    of: BTreeMap<SourceId, Vec<Key>>,
    /// What was found to hold last: a batch has one signature.
    last: Cell<Option<Digest>>,
}

struct Key {
    id: [u8; 8],
    public: PKey<Public>,
}

/// What a source said, as its seal covers it.
pub(crate) struct Said<'a> {
    pub(crate) source: SourceId,
    pub(crate) sequence: u64,
    pub(crate) record: RecordId,
    pub(crate) value: &'a [u8],
}

/// A seal as it travels.
pub(crate) struct Seal<'a> {
    /// When it was made, by the source's clock.
    pub(crate) at: i64,
    key: [u8; 8],
    count: u16,
    index: u16,
    signature: &'a [u8],
    path: Vec<Digest>,
}

// === impl Keys ===

impl Keys {
    /// Takes a source's public key (Ed25519, PEM); `register` is the source of the register lane.
    pub fn add(&mut self, source: SourceId, pem: &[u8]) -> Result<(), Error> {
        let public = PKey::public_key_from_pem(pem).map_err(|_| Error::Key)?;
        if public.id() != Id::ED25519 {
            return Err(Error::Key);
        }
        let whole = sha256(&[&public.public_key_to_der().map_err(|_| Error::Key)?]);
        let id = *whole.as_bytes().first_chunk().ok_or(Error::Key)?;
        self.of.entry(source).or_default().push(Key { id, public });
        Ok(())
    }

    /// Whether there are none, and so nothing is checked.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether a seal holds for what was said, under one of its source's keys.
    pub(crate) fn hold(&self, said: &Said<'_>, seal: &Seal<'_>) -> bool {
        let keys = self.of.get(&said.source).into_iter().flatten();
        let Some(key) = keys.into_iter().find(|key| key.id == seal.key) else { return false };
        let Some(root) = seal.root(&said.leaf()) else { return false };
        let (at, count) = (seal.at.to_be_bytes(), seal.count.to_be_bytes());
        let signed = [b"samsyn-batch-v1", &[1][..], &at, &key.id, &count, root.as_bytes()].concat();
        let whole = sha256(&[said.source.as_str().as_bytes(), &signed, seal.signature]);
        if self.last.get() == Some(whole) {
            return true;
        }
        let holds = Verifier::new_without_digest(&key.public)
            .and_then(|mut verifier| verifier.verify_oneshot(seal.signature, &signed))
            .unwrap_or(false);
        if holds {
            self.last.set(Some(whole));
        }
        holds
    }
}

// === impl Said ===

impl Said<'_> {
    fn leaf(&self) -> Digest {
        let source = self.source.as_str().as_bytes();
        let length = [u8::try_from(source.len()).unwrap_or(u8::MAX)];
        let (sequence, value) = (self.sequence.to_be_bytes(), sha256(&[self.value]));
        let id = self.record.as_bytes();
        leaf(&[b"samsyn-seal-v1", &length, source, &sequence, id, value.as_bytes()])
    }
}

// === impl Seal ===

impl<'a> Seal<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Seal<'a>> {
        let mut bytes = Bytes(bytes);
        if bytes.byte()? != 1 {
            return None;
        }
        let at = i64::from_be_bytes(bytes.array()?);
        let (key, count, index) = (bytes.array()?, bytes.short()?, bytes.short()?);
        let signature = bytes.take(64)?;
        let hashes = usize::from(bytes.byte()?);
        let path = (0..hashes.min(MAX_PATH + 1)).map(|_| bytes.digest());
        let path: Vec<Digest> = path.collect::<Option<_>>()?;
        bytes.end()?;
        let fits = index < count && path.len() <= MAX_PATH;
        fits.then_some(Seal { at, key, count, index, signature, path })
    }

    /// The root that the path leads to from a leaf; none where it has not the tree's length.
    fn root(&self, leaf: &Digest) -> Option<Digest> {
        let mut path = self.path.iter();
        let (mut index, mut last, mut hash) = (self.index, self.count.checked_sub(1)?, *leaf);
        while last > 0 {
            // The last of an odd row goes up as it is.
            if index % 2 == 1 {
                hash = node(path.next()?, &hash);
            } else if index < last {
                hash = node(&hash, path.next()?);
            }
            (index, last) = (index / 2, last / 2);
        }
        path.next().is_none().then_some(hash)
    }
}

//! From [`Sealed`] to [`Authentic`]: does the seal hold, by a key that may seal for the source?
//! Sequence, schema and content are not looked at here.

use crate::batch::SignedRoot;
use crate::keys::{KeyId, VerifyingKey};
use crate::limits::{MAX_KEYS, MAX_ROOTS, MAX_VALUE_BYTES};
use crate::{Error, Seal, Sealed};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use vocabulary::{RecordId, SourceId, Timestamp};

/// Which keys may seal for which source.
#[derive(Debug, Default, Clone)]
pub struct Keyring {
    keys: BTreeMap<SourceId, BTreeMap<KeyId, VerifyingKey>>,
    len: usize,
}

/// Verifies records; remembers roots whose signature held, so a batch costs one check.
#[derive(Debug)]
pub struct Verifier {
    keyring: Keyring,
    verified: HashSet<SignedRoot>,
    /// The same roots, oldest first.
    order: VecDeque<SignedRoot>,
}

/// Evidence that a record's seal held when looked at. Made by [`Verifier::verify`] only.
pub struct Authentic {
    sealed: Sealed,
}

/// A record whose seal did not hold, handed back for quarantine.
#[derive(Debug)]
pub struct Refused {
    /// The record as it came.
    pub sealed: Sealed,
    /// Why.
    pub error: Error,
}

// === impl Keyring ===

impl Keyring {
    /// Lets a key seal for a source; a source may have several, for rotation.
    pub fn add(&mut self, source: SourceId, key: VerifyingKey) -> Result<(), Error> {
        let known = self.keys.values().filter_map(|keys| keys.get(&key.id()));
        // INVARIANT: one key per id in the whole keyring, so a verified root names its key.
        if self.len >= MAX_KEYS || known.into_iter().any(|known| *known != key) {
            return Err(Error::Keyring);
        }
        if self.keys.entry(source).or_default().insert(key.id(), key).is_none() {
            self.len += 1;
        }
        Ok(())
    }

    fn key(&self, source: &SourceId, id: KeyId) -> Option<&VerifyingKey> {
        self.keys.get(source)?.get(&id)
    }
}

// === impl Verifier ===

impl Verifier {
    /// A verifier that has seen nothing yet.
    pub fn new(keyring: Keyring) -> Self {
        Verifier { keyring, verified: HashSet::new(), order: VecDeque::new() }
    }

    /// Whether the record's seal holds under a key of its source.
    #[expect(clippy::result_large_err, reason = "the refused record itself goes to quarantine")]
    pub fn verify(&mut self, sealed: Sealed) -> Result<Authentic, Refused> {
        match self.check(&sealed) {
            Ok(()) => Ok(Authentic { sealed }),
            Err(error) => Err(Refused { sealed, error }),
        }
    }

    fn check(&mut self, sealed: &Sealed) -> Result<(), Error> {
        if sealed.value().len() > MAX_VALUE_BYTES {
            return Err(Error::ValueSize);
        }
        let id = sealed.seal().key();
        let key = self.keyring.key(sealed.source(), id).ok_or(Error::UnknownKey)?;
        let root = sealed.seal().signed_root(&sealed.leaf())?;
        if self.verified.contains(&root) {
            return Ok(());
        }
        root.verify(key)?;
        self.remember(root);
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.verified.len()
    }

    fn remember(&mut self, root: SignedRoot) {
        if self.order.len() >= MAX_ROOTS
            && let Some(oldest) = self.order.pop_front()
        {
            self.verified.remove(&oldest);
        }
        if self.verified.insert(root) {
            self.order.push_back(root);
        }
    }
}

// === impl Authentic ===

impl Authentic {
    /// Which source speaks.
    pub fn source(&self) -> &SourceId {
        self.sealed.source()
    }

    /// The source's sequence number.
    pub fn sequence(&self) -> u64 {
        self.sealed.sequence()
    }

    /// Which record this is a version of.
    pub fn record_id(&self) -> &RecordId {
        self.sealed.record_id()
    }

    /// The framed value.
    pub fn value(&self) -> &[u8] {
        self.sealed.value()
    }

    /// When the source sealed it, by its own clock.
    pub fn sealed_at(&self) -> Timestamp {
        self.sealed.seal().at()
    }

    /// The seal that held.
    pub fn seal(&self) -> &Seal {
        self.sealed.seal()
    }

    /// Gives the evidence up, for quarantine with the original seal.
    pub fn into_sealed(self) -> Sealed {
        self.sealed
    }
}

impl fmt::Debug for Authentic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authentic({:?})", self.sealed)
    }
}

//! SHA-256, and the tree hashing of RFC 6962, by openssl itself. Written apart from `seal`, on
//! purpose: a fault there must not be a fault here.

use openssl::sha::Sha256;
use vocabulary::Digest;

/// SHA-256 of the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Digest::new(hasher.finish())
}

/// A leaf's hash.
pub(crate) fn leaf(parts: &[&[u8]]) -> Digest {
    let mut all: Vec<&[u8]> = vec![&[0]];
    all.extend(parts);
    sha256(&all)
}

/// A tree that grows leaf by leaf: the roots of its complete parts, largest first, with their
/// sizes.
#[derive(Default)]
pub(crate) struct Growing(Vec<(u64, Digest)>);

// === impl Growing ===

impl Growing {
    /// Takes in the next leaf's hash.
    pub(crate) fn push(&mut self, leaf: Digest) {
        let mut last = (1, leaf);
        while let Some((size, root)) = self.0.pop_if(|(size, _)| *size == last.0) {
            last = (size * 2, node(&root, &last.1));
        }
        self.0.push(last);
    }

    /// The root of all leaves so far.
    pub(crate) fn root(&self) -> Digest {
        let mut parts = self.0.iter().rev().map(|(_, root)| *root);
        let Some(last) = parts.next() else { return sha256(&[]) };
        parts.fold(last, |right, left| node(&left, &right))
    }
}

/// A node over its two children.
pub(crate) fn node(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[1], left.as_bytes(), right.as_bytes()])
}

//! Small Merkle trees with the hashing of RFC 6962: leaf and node prefixes, an odd node promoted.
//! The tree of the whole ledger, which grows, is `audit`'s.

use crate::digest::{Hasher, sha256};
use vocabulary::Digest;

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// Hash of a leaf whose content is the parts, one after the other.
pub fn leaf_hash(parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(&[LEAF]);
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// Hash of a node over its two children.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut block = [NODE; 65];
    for (byte, from) in block.iter_mut().skip(1).zip(left.as_bytes().iter().chain(right.as_bytes()))
    {
        *byte = *from;
    }
    sha256(&[&block])
}

/// All levels of a tree over leaves known at once.
pub struct Tree {
    /// From the leaves up to the root; each level half the one before, rounded up.
    levels: Vec<Vec<Digest>>,
}

// === impl Tree ===

impl Tree {
    /// The tree over leaf hashes.
    pub fn new(leaves: Vec<Digest>) -> Self {
        let mut levels = vec![leaves];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let above = level.chunks(2).filter_map(parent).collect();
            levels.push(above);
        }
        Tree { levels }
    }

    /// Number of leaves.
    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Whether the tree has no leaf.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The root; of no leaves, the hash of nothing.
    pub fn root(&self) -> Digest {
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(|| sha256(&[]))
    }

    /// The inclusion path of a leaf, from its sibling upwards; none for a leaf outside.
    pub fn path(&self, index: usize) -> Option<Vec<Digest>> {
        if index >= self.len() {
            return None;
        }
        let siblings = self.levels.iter().enumerate();
        Some(
            siblings
                .filter_map(|(height, level)| level.get((index >> height) ^ 1))
                .copied()
                .collect(),
        )
    }
}

/// The root that a leaf hash, its place and its path lead to; none where the path's length does
/// not fit the place.
pub fn root_from_path(leaf: &Digest, index: u64, count: u64, path: &[Digest]) -> Option<Digest> {
    if index >= count {
        return None;
    }
    let (mut node, mut place, mut width) = (*leaf, index, count);
    let mut path = path.iter();
    while width > 1 {
        if place % 2 == 1 {
            node = node_hash(path.next()?, &node);
        } else if place + 1 < width {
            node = node_hash(&node, path.next()?);
        }
        place /= 2;
        width = width.div_ceil(2);
    }
    path.next().is_none().then_some(node)
}

fn parent(pair: &[Digest]) -> Option<Digest> {
    match pair {
        [left, right] => Some(node_hash(left, right)),
        [lone] => Some(*lone),
        _ => None,
    }
}

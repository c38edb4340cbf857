//! Inclusion and consistency proofs (RFC 6962): made from tiles, checked from hashes alone.

use crate::Error;
use crate::tiles::TileId;
use crate::vault::{Vault, read_tile};
use seal::tree::{Tree, node_hash, root_from_path};
use vocabulary::Digest;

/// The proof that a leaf is in the tree of a size.
pub fn inclusion<V: Vault + ?Sized>(
    vault: &V,
    leaf: u64,
    size: u64,
) -> Result<Vec<Digest>, V::Error> {
    if leaf >= size {
        return Err(Error::Proof.into());
    }
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if leaf < middle {
            path.push(range(vault, size, middle, to)?);
            to = middle;
        } else {
            path.push(range(vault, size, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of one size is the beginning of the tree of another.
pub fn consistency<V: Vault + ?Sized>(
    vault: &V,
    old: u64,
    new: u64,
) -> Result<Vec<Digest>, V::Error> {
    if old > new {
        return Err(Error::Proof.into());
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut from, mut to, mut known) = (0, new, true);
    let mut path = Vec::new();
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(range(vault, new, middle, to)?);
            to = middle;
        } else {
            path.push(range(vault, new, from, middle)?);
            from = middle;
            known = false;
        }
    }
    if !known {
        path.push(range(vault, new, from, to)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether the path leads from the leaf hash, at its place, to the root.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    (size, root): (u64, &Digest),
    path: &[Digest],
) -> Result<(), Error> {
    match root_from_path(leaf, index, size, path) {
        Some(found) if found == *root => Ok(()),
        _ => Err(Error::Proof),
    }
}

/// Whether the older tree is the beginning of the newer one.
pub fn verify_consistency(
    (old, old_root): (u64, &Digest),
    (new, new_root): (u64, &Digest),
    path: &[Digest],
) -> Result<(), Error> {
    let holds = if old == new {
        path.is_empty() && old_root == new_root
    } else if old == 0 {
        path.is_empty() && *old_root == seal::sha256(&[])
    } else {
        old < new && grown((old, old_root), (new, new_root), path).unwrap_or(false)
    };
    if holds { Ok(()) } else { Err(Error::Proof) }
}

/// The check of RFC 9162, 2.1.4.2; none where the path is too short.
fn grown(
    (old, old_root): (u64, &Digest),
    (new, new_root): (u64, &Digest),
    path: &[Digest],
) -> Option<bool> {
    let shift = (old - 1).trailing_ones();
    let (mut at, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let mut path = path.iter();
    let start = if old.is_power_of_two() { *old_root } else { *path.next()? };
    let (mut older, mut newer) = (start, start);
    for hash in path {
        if last == 0 {
            return Some(false);
        }
        if at % 2 == 1 || at == last {
            older = node_hash(hash, &older);
            newer = node_hash(hash, &newer);
            let shift = if at == 0 { 0 } else { at.trailing_zeros() };
            at >>= shift;
            last >>= shift;
        } else {
            newer = node_hash(&newer, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    Some(last == 0 && older == *old_root && newer == *new_root)
}

/// Root of the leaves from one place up to another, in the tree of a size.
fn range<V: Vault + ?Sized>(vault: &V, size: u64, from: u64, to: u64) -> Result<Digest, V::Error> {
    let leaves = to - from;
    if leaves.is_power_of_two() {
        // INVARIANT: RFC 6962 splits leave every complete part aligned to its width.
        return node(vault, size, leaves.trailing_zeros(), from / leaves);
    }
    let middle = from + split(leaves);
    let left = range(vault, size, from, middle)?;
    Ok(node_hash(&left, &range(vault, size, middle, to)?))
}

/// Root of the complete subtree of a height at a place.
fn node<V: Vault + ?Sized>(
    vault: &V,
    size: u64,
    height: u32,
    place: u64,
) -> Result<Digest, V::Error> {
    let level = u8::try_from(height / 8).map_err(|_| Error::Proof)?;
    let first = place << (height % 8);
    let id = TileId::holding(level, first, size)?;
    let tile = read_tile(vault, id)?.ok_or(Error::Tile)?;
    let from = usize::try_from(first % 256).map_err(|_| Error::Proof)?;
    let hashes = tile.hashes.get(from..from + (1 << (height % 8))).ok_or(Error::Tile)?;
    Ok(Tree::new(hashes.to_vec()).root())
}

/// The largest power of two below a number of leaves.
fn split(leaves: u64) -> u64 {
    leaves.next_power_of_two() / 2
}

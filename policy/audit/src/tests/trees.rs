//! The growing tree against the reference implementation of tlog-tiles.

use super::*;
use crate::tiles::TileId;
use proptest::prelude::*;
use tlog_tiles::{Hash, HashReader};

/// The reference crate's store of all complete subtrees.
struct Peer(Vec<Hash>);

impl HashReader for Peer {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

/// Tiles by path, read as a vault's files.
fn grow(from: &mut Frontier, to: u64, files: &mut Files) {
    let mut full = Vec::new();
    for n in from.size()..to {
        from.append(some_leaf(n), &mut full).unwrap();
    }
    for tile in full.iter().chain(&from.edge()) {
        files.0.insert(tile.id.path(), tile.encode());
    }
}

fn peer(size: u64) -> Peer {
    let mut peer = Peer(Vec::new());
    for n in 0..size {
        let hash = Hash(*some_leaf(n).as_bytes());
        let more = tlog_tiles::stored_hashes_for_record_hash(n, hash, &peer).unwrap();
        peer.0.extend(more);
    }
    peer
}

fn theirs(hashes: &[Digest]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(*hash.as_bytes())).collect()
}

/// Root, tiles and proofs at `size`, grown over a stop at `old`, are the reference's.
fn agrees(old: u64, size: u64, leaf: u64, peer: &Peer) {
    let (mut frontier, mut files) = (Frontier::new(), Files::default());
    grow(&mut frontier, old, &mut files);
    let old_root = frontier.root();
    let mut frontier = Frontier::decode(&frontier.encode()).unwrap();
    grow(&mut frontier, size, &mut files);
    let root = frontier.root();
    let expected = tlog_tiles::tree_hash(size, peer).unwrap();
    assert_eq!(root.as_bytes(), &expected.0);
    for tile in tlog_tiles::Tile::new_tiles(8, 0, size) {
        let path = tile.path().replacen("tile/8/", "tile/", 1);
        assert_eq!(files.0.get(&path), Some(&tile.read_data(peer).unwrap()), "{path}");
    }
    if size > 0 {
        let proof = inclusion(&files, leaf, size).unwrap();
        let hash = some_leaf(leaf);
        tlog_tiles::check_record(&theirs(&proof), size, expected, leaf, Hash(*hash.as_bytes()))
            .unwrap();
        verify_inclusion(&hash, leaf, (size, &root), &proof).unwrap();
        refused(&proof, |proof| verify_inclusion(&hash, leaf, (size, &root), proof));
        assert!(verify_inclusion(&some_leaf(size), leaf, (size, &root), &proof).is_err());
    }
    let proof = consistency(&files, old, size).unwrap();
    if old > 0 {
        let before = tlog_tiles::tree_hash(old, peer).unwrap();
        assert_eq!(tlog_tiles::prove_tree(size, old, peer).unwrap(), theirs(&proof));
        tlog_tiles::check_tree(&theirs(&proof), size, expected, old, before).unwrap();
    }
    verify_consistency((old, &old_root), (size, &root), &proof).unwrap();
    refused(&proof, |proof| verify_consistency((old, &old_root), (size, &root), proof));
    if old > 0 {
        let other = some_leaf(size + 1);
        assert!(verify_consistency((old, &other), (size, &root), &proof).is_err());
        assert!(verify_consistency((old, &old_root), (size, &other), &proof).is_err());
    }
}

/// Every proof with one bit or one hash more or less is refused.
fn refused(proof: &[Digest], check: impl Fn(&[Digest]) -> Result<(), Error>) {
    for at in 0..proof.len() {
        let mut changed = proof.to_vec();
        let mut bytes = *changed[at].as_bytes();
        bytes[at % 32] ^= 1;
        changed[at] = Digest::new(bytes);
        assert_eq!(check(&changed), Err(Error::Proof));
    }
    let longer = [proof, &[some_leaf(0)]].concat();
    assert_eq!(check(&longer), Err(Error::Proof));
    if let Some((_, shorter)) = proof.split_last() {
        assert_eq!(check(shorter), Err(Error::Proof));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_tree_agrees_with_the_reference(
        size in 1u64..1500,
        old in any::<prop::sample::Index>(),
        leaf in any::<prop::sample::Index>(),
    ) {
        let old = old.index(size as usize + 1) as u64;
        agrees(old, size, leaf.index(size as usize) as u64, &peer(size));
    }

    #[test]
    fn paths_are_the_references(index in any::<u64>(), level in 0u8..6, width in 1u16..=256) {
        let index = index >> (index % 50);
        let peer = tlog_tiles::Tile::new(8, level, index, u32::from(width), false);
        let ours = TileId { level, index, width }.path();
        prop_assert_eq!(ours, peer.path().replacen("tile/8/", "tile/", 1));
        let mut peer = peer;
        peer.set_is_data();
        let data = peer.path().replacen("tile/8/data", "tile/entries", 1);
        prop_assert_eq!(bundle_path(index, width), data);
    }
}

#[test]
fn small_and_edge_sizes_agree() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 513] {
        let peer = peer(size);
        for old in [0, 1, 2, 255, 256, 257, 512].into_iter().filter(|old| *old <= size) {
            agrees(old, size, size.saturating_sub(1), &peer);
        }
    }
}

#[test]
fn three_tile_levels_agree() {
    let size = 256 * 256 + 256 + 3;
    let peer = peer(size);
    agrees(65_536, size, 65_535, &peer);
    agrees(300, size, 17, &peer);
}

#[test]
fn an_older_checkpoint_is_proved_from_wider_tiles() {
    let (mut frontier, mut files) = (Frontier::new(), Files::default());
    grow(&mut frontier, 300, &mut files);
    let root = frontier.root();
    grow(&mut frontier, 700, &mut files);
    // The partial tiles of size 300 were tidied away.
    files.0.retain(|path, _| !path.contains(".p/44"));
    let proof = inclusion(&files, 290, 300).unwrap();
    verify_inclusion(&some_leaf(290), 290, (300, &root), &proof).unwrap();
}

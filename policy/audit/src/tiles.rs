//! Addresses and contents of the public files of a ledger (C2SP tlog-tiles): arithmetic and
//! parsing only; [`crate::Vault`] reads them.

use crate::Error;
use vocabulary::Digest;

/// Hashes in a full tile, leaves in a full entry bundle.
pub const TILE_WIDTH: u16 = 256;

/// Path of the newest checkpoint.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// Largest leaf in an entry bundle: its length stands in two bytes.
const MAX_LEAF_BYTES: usize = u16::MAX as usize;

/// A tile: up to 256 hashes of one tile level, side by side. Hash `n` of level `l` is the root
/// of the complete subtree over leaves `n · 256^l` and the 256^l − 1 after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Tile level: 0 holds leaf hashes.
    pub level: u8,
    /// Place in its level.
    pub index: u64,
    /// Hashes it holds, 1 to 256.
    pub width: u16,
}

/// A tile with its hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Where it belongs.
    pub id: TileId,
    /// Its hashes, as many as its width.
    pub hashes: Vec<Digest>,
}

// === impl TileId ===

impl TileId {
    /// The tile of a level that holds a hash, as wide as a tree of that size makes it.
    pub fn holding(level: u8, hash: u64, size: u64) -> Result<Self, Error> {
        let hashes = size.checked_shr(u32::from(level) * 8).unwrap_or(0);
        let index = hash / u64::from(TILE_WIDTH);
        let width = hashes.saturating_sub(index * u64::from(TILE_WIDTH)).min(256);
        match u16::try_from(width) {
            Ok(0) | Err(_) => Err(Error::Proof),
            Ok(width) => Ok(TileId { level, index, width }),
        }
    }

    /// Whether it can grow no more.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Path of the tile's file.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, numbered(self.index, self.width))
    }
}

// === impl Tile ===

impl Tile {
    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.as_bytes()).copied().collect()
    }

    /// Reads a tile's file; one that has grown since may be wider.
    pub fn decode(id: TileId, bytes: &[u8]) -> Result<Self, Error> {
        let (chunks, rest) = bytes.as_chunks::<{ Digest::LEN }>();
        let chunks = chunks.get(..usize::from(id.width)).ok_or(Error::Tile)?;
        if !rest.is_empty() {
            return Err(Error::Tile);
        }
        Ok(Tile { id, hashes: chunks.iter().copied().map(Digest::new).collect() })
    }
}

/// Path of an entry bundle: up to 256 leaves in full.
pub fn bundle_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", numbered(index, width))
}

/// Appends a leaf to an entry bundle: length in two bytes, then the leaf.
pub fn push_leaf(bundle: &mut Vec<u8>, leaf: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(leaf.len()).map_err(|_| Error::Limit)?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(leaf);
    Ok(())
}

/// The leaves of an entry bundle, exactly as many as its width.
pub fn leaves(bundle: &[u8], width: u16) -> Result<Vec<&[u8]>, Error> {
    let mut rest = bundle;
    let mut leaves = Vec::with_capacity(usize::from(width));
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (leaf, after) = after.split_at_checked(length).ok_or(Error::Tile)?;
        leaves.push(leaf);
        rest = after;
    }
    if rest.is_empty() && leaves.len() == usize::from(width) {
        Ok(leaves)
    } else {
        Err(Error::Tile)
    }
}

/// Most bytes a file of the ledger can have.
pub const fn max_file_bytes() -> usize {
    (MAX_LEAF_BYTES + 2) * 256
}

/// Three digits a step, an `x` before all steps but the last, the width where not full.
fn numbered(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width == TILE_WIDTH { path } else { format!("{path}.p/{width}") }
}

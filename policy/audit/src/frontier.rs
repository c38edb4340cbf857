//! The growing edge of the ledger's tree (RFC 6962): takes leaf hashes, gives tiles as they fill,
//! and the root at any size. Storing tiles is the vault's.

use crate::Error;
use crate::limits::MAX_LEAVES;
use crate::tiles::{TILE_WIDTH, Tile, TileId};
use crate::wire::{Reader, Writer};
use seal::tree::Tree;
use vocabulary::Digest;

/// The unfilled tile of every level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// By tile level; each holds fewer than 256 hashes.
    levels: Vec<Vec<Digest>>,
}

// === impl Frontier ===

impl Frontier {
    /// The edge of an empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves taken in.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes in a leaf hash; tiles that it fills are appended to `full`, lowest level first.
    pub fn append(&mut self, leaf: Digest, full: &mut Vec<Tile>) -> Result<(), Error> {
        if self.size >= MAX_LEAVES {
            return Err(Error::Limit);
        }
        let mut index = self.size;
        self.size += 1;
        let mut hash = leaf;
        for level in 0..=u8::MAX {
            let hashes = self.level(usize::from(level));
            hashes.push(hash);
            if hashes.len() < usize::from(TILE_WIDTH) {
                break;
            }
            let hashes = std::mem::take(hashes);
            hash = Tree::new(hashes.clone()).root();
            index /= u64::from(TILE_WIDTH);
            full.push(Tile { id: TileId { level, index, width: TILE_WIDTH }, hashes });
        }
        Ok(())
    }

    /// The tiles that are not yet full.
    pub fn edge(&self) -> Vec<Tile> {
        let levels = (0..=u8::MAX).zip(&self.levels).filter(|(_, hashes)| !hashes.is_empty());
        let tile = |(level, hashes): (u8, &Vec<Digest>)| {
            // INVARIANT: fewer than 256 hashes a level.
            let width = u16::try_from(hashes.len()).unwrap_or(TILE_WIDTH);
            let shift = (u32::from(level) + 1) * 8;
            let index = self.size.checked_shr(shift).unwrap_or(0);
            Tile { id: TileId { level, index, width }, hashes: hashes.clone() }
        };
        levels.map(tile).collect()
    }

    /// The root of the tree so far; of the empty tree, the hash of nothing.
    pub fn root(&self) -> Digest {
        let mut below: Option<Digest> = None;
        for level in &self.levels {
            let hashes: Vec<Digest> = level.iter().copied().chain(below).collect();
            if !hashes.is_empty() {
                below = Some(Tree::new(hashes).root());
            }
        }
        below.unwrap_or_else(|| seal::sha256(&[]))
    }

    /// The edge as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.long(self.size);
        for hash in self.levels.iter().flatten() {
            out.raw(hash.as_bytes());
        }
        out.finish()
    }

    /// Reads what [`Frontier::encode`] gave; the size says how many hashes each level has.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut bytes = Reader::new(bytes);
        let size = bytes.long()?;
        if size > MAX_LEAVES {
            return Err(Error::Limit);
        }
        let mut levels = Vec::new();
        let mut rest = size;
        while rest > 0 {
            let hashes = (0..rest % u64::from(TILE_WIDTH)).map(|_| bytes.digest());
            levels.push(hashes.collect::<Result<_, _>>()?);
            rest /= u64::from(TILE_WIDTH);
        }
        bytes.end()?;
        Ok(Frontier { size, levels })
    }

    fn level(&mut self, level: usize) -> &mut Vec<Digest> {
        while self.levels.len() <= level {
            self.levels.push(Vec::new());
        }
        #[expect(clippy::indexing_slicing, reason = "the loop above made the level")]
        &mut self.levels[level]
    }
}

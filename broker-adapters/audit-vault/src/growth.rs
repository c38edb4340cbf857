//! The tree as it grows in memory: the edge, and the files that are full but not yet written.
//! Everything here can be made again from the index.

use crate::Error;
use crate::index::{Index, State};
use audit::tiles::{TILE_WIDTH, Tile, bundle_path, push_leaf};
use audit::{Frontier, Leaf};

/// A file to write.
pub(crate) struct Pending {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

/// The growing tree.
#[derive(Default)]
pub(crate) struct Growth {
    pub(crate) frontier: Frontier,
    full: Vec<Tile>,
    /// The unfilled entry bundle.
    bundle: Vec<u8>,
    bundles: Vec<(u64, Vec<u8>)>,
}

// === impl Growth ===

impl Growth {
    /// The tree as the index has it, with every file since the last settling to be written
    /// again. `check` sees each edge on the way.
    pub(crate) fn replay(
        index: &Index,
        state: &State,
        mut check: impl FnMut(&Frontier) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut growth = Growth { frontier: state.settled.clone(), ..Growth::default() };
        let settled = growth.frontier.size();
        if settled > state.size {
            return Err(Error::Torn);
        }
        let bundle = &mut growth.bundle;
        let started = settled - settled % u64::from(TILE_WIDTH);
        index.leaves(started, settled, |leaf| Ok(push_leaf(bundle, leaf)?))?;
        check(&growth.frontier)?;
        index.leaves(settled, state.size, |leaf| {
            growth.push(leaf)?;
            check(&growth.frontier)
        })?;
        if growth.frontier.root() == state.root { Ok(growth) } else { Err(Error::Torn) }
    }

    /// Takes in a leaf.
    pub(crate) fn push(&mut self, leaf: &[u8]) -> Result<(), Error> {
        let index = self.frontier.size() / u64::from(TILE_WIDTH);
        self.frontier.append(Leaf::hash(leaf), &mut self.full)?;
        push_leaf(&mut self.bundle, leaf)?;
        if self.frontier.size().is_multiple_of(u64::from(TILE_WIDTH)) {
            self.bundles.push((index, std::mem::take(&mut self.bundle)));
        }
        Ok(())
    }

    /// Full files not yet written; they will not be given again.
    pub(crate) fn take_full(&mut self) -> Vec<Pending> {
        let tiles = self.full.drain(..).map(|tile| file(&tile));
        let bundles = self.bundles.drain(..).map(|(index, bytes)| {
            let path = bundle_path(index, TILE_WIDTH);
            Pending { path, bytes }
        });
        tiles.chain(bundles).collect()
    }

    /// The files of the edge, as wide as they are now.
    pub(crate) fn edge(&self) -> Vec<Pending> {
        let size = self.frontier.size();
        let width = u16::try_from(size % u64::from(TILE_WIDTH)).unwrap_or(0);
        let bundle = (width > 0).then(|| {
            let path = bundle_path(size / u64::from(TILE_WIDTH), width);
            Pending { path, bytes: self.bundle.clone() }
        });
        self.frontier.edge().iter().map(file).chain(bundle).collect()
    }

    /// Full files waiting to be written.
    pub(crate) fn pending(&self) -> usize {
        self.full.len() + self.bundles.len()
    }
}

fn file(tile: &Tile) -> Pending {
    Pending { path: tile.id.path(), bytes: tile.encode() }
}

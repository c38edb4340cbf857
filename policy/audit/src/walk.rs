//! The offline check of a whole ledger: rebuilds tree and counters from the public files and
//! compares them with what was signed. It trusts nothing but the key.

use crate::frontier::Frontier;
use crate::leaf::{Leaf, WriterName};
use crate::limits::{MAX_FINDINGS, MAX_NOTE_BYTES};
use crate::runs::{Runs, Seen};
use crate::tiles::{self, CHECKPOINT_PATH, TILE_WIDTH, Tile, TileId, bundle_path, max_file_bytes};
use crate::vault::{Vault, read_leaves};
use crate::{Checkpoint, Error};
use seal::VerifyingKey;
use std::collections::BTreeMap;
use vocabulary::Digest;

/// Something wrong with a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// There is no checkpoint.
    #[error("there is no checkpoint")]
    NoCheckpoint,
    /// The checkpoint is malformed, or not signed by the key.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(Error),
    /// An entry bundle is missing or cut.
    #[error("entry bundle {path} is missing or malformed")]
    Bundle {
        /// Where it belongs.
        path: String,
    },
    /// A leaf is not one of ours.
    #[error("leaf {leaf} is malformed")]
    Leaf {
        /// Its place.
        leaf: u64,
    },
    /// A tile is missing or not what the leaves give.
    #[error("tile {path} is missing or differs from the leaves")]
    Tile {
        /// Where it belongs.
        path: String,
    },
    /// The leaves give another root than was signed.
    #[error("the leaves give another root than the checkpoint states")]
    Root,
    /// The older checkpoint is of another history.
    #[error("the ledger is no continuation of the older checkpoint")]
    NotGrown,
    /// Numbers that a writer gave out and the ledger lacks.
    #[error("writer {writer}, run {run}: entries {from} to {to} are missing")]
    Missing {
        /// Who wrote.
        writer: WriterName,
        /// In which run.
        run: u64,
        /// First number missing.
        from: u64,
        /// Last number missing.
        to: u64,
    },
    /// A number that stands twice.
    #[error("writer {writer}, run {run}: entry {counter} stands again as leaf {leaf}")]
    Twice {
        /// Who wrote.
        writer: WriterName,
        /// In which run.
        run: u64,
        /// The number.
        counter: u64,
        /// The second leaf's place.
        leaf: u64,
    },
    /// The checkpoint states other runs or numbers than the leaves hold.
    #[error("the checkpoint states other runs or numbers than the leaves hold")]
    Runs,
}

/// The result of the check.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was signed, if that much holds.
    pub checkpoint: Option<Checkpoint>,
    /// Leaves seen.
    pub leaves: u64,
    /// Runs seen.
    pub runs: u64,
    /// What is wrong; empty where all holds.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub unlisted: u64,
}

/// Checks a ledger's public files against its key and, if given, an older checkpoint of it.
pub fn check_ledger<V: Vault + ?Sized>(
    vault: &V,
    key: &VerifyingKey,
    older: Option<&Checkpoint>,
) -> Result<Report, V::Error> {
    let mut walk = Walk::default();
    // A file that is not even text is a finding, not a failure of the check.
    let checkpoint = match vault.read(CHECKPOINT_PATH, MAX_NOTE_BYTES)?.map(String::from_utf8) {
        None => Err(Finding::NoCheckpoint),
        Some(Err(_)) => Err(Finding::Checkpoint(Error::Note)),
        Some(Ok(note)) => Checkpoint::open(&note, key).map_err(Finding::Checkpoint),
    };
    match checkpoint {
        Err(finding) => {
            walk.find(finding);
            Ok(walk.report(None))
        }
        Ok(checkpoint) => {
            walk.leaves(vault, &checkpoint, older)?;
            Ok(walk.report(Some(checkpoint)))
        }
    }
}

#[derive(Default)]
struct Walk {
    frontier: Frontier,
    runs: Runs,
    /// Numbers not seen yet below the highest, as from and to.
    gaps: BTreeMap<(WriterName, u64), Vec<(u64, u64)>>,
    findings: Vec<Finding>,
    unlisted: u64,
}

// === impl Walk ===

impl Walk {
    fn leaves<V: Vault + ?Sized>(
        &mut self,
        vault: &V,
        checkpoint: &Checkpoint,
        older: Option<&Checkpoint>,
    ) -> Result<(), V::Error> {
        let width = u64::from(TILE_WIDTH);
        if older.is_some_and(|older| older.size == 0 && older.root != self.frontier.root()) {
            self.find(Finding::NotGrown);
        }
        for index in 0..checkpoint.size.div_ceil(width) {
            let wide = (checkpoint.size - index * width).min(width);
            let wide = u16::try_from(wide).unwrap_or(TILE_WIDTH);
            let Some(leaves) = read_bundle(vault, index, wide)? else {
                self.find(Finding::Bundle { path: bundle_path(index, wide) });
                return Ok(());
            };
            let mut full = Vec::new();
            for leaf in &leaves {
                self.leaf(leaf, &mut full)?;
                let size = self.frontier.size();
                if older.is_some_and(|old| old.size == size && old.root != self.frontier.root()) {
                    self.find(Finding::NotGrown);
                }
            }
            self.compare(vault, &full)?;
        }
        self.compare(vault, &self.frontier.edge())?;
        self.finish(checkpoint, older);
        Ok(())
    }

    fn leaf(&mut self, bytes: &[u8], full: &mut Vec<Tile>) -> Result<(), Error> {
        let place = self.frontier.size();
        self.frontier.append(Leaf::hash(bytes), full)?;
        let Ok(leaf) = Leaf::decode(bytes) else {
            self.find(Finding::Leaf { leaf: place });
            return Ok(());
        };
        let run = (leaf.writer.clone(), leaf.run);
        match self.runs.see(&leaf, place)? {
            Seen::Next => {}
            Seen::Jump { missing } => {
                let gap = (leaf.counter - missing, leaf.counter - 1);
                let open: usize = self.gaps.values().map(Vec::len).sum();
                if open < MAX_FINDINGS {
                    self.gaps.entry(run).or_default().push(gap);
                } else {
                    self.unlisted += 1;
                }
            }
            Seen::Late => {
                if !self.close(&run, leaf.counter) {
                    let Leaf { writer, run, counter, .. } = leaf;
                    self.find(Finding::Twice { writer, run, counter, leaf: place });
                }
            }
        }
        Ok(())
    }

    /// Takes a late number out of its gap; false if it stands in none.
    fn close(&mut self, run: &(WriterName, u64), counter: u64) -> bool {
        let Some(gaps) = self.gaps.get_mut(run) else { return false };
        let Some(at) = gaps.iter().position(|(from, to)| (*from..=*to).contains(&counter)) else {
            return false;
        };
        let (from, to) = gaps.swap_remove(at);
        gaps.extend(
            [(from, counter - 1), (counter + 1, to)].iter().filter(|(from, to)| from <= to),
        );
        true
    }

    fn compare<V: Vault + ?Sized>(&mut self, vault: &V, tiles: &[Tile]) -> Result<(), V::Error> {
        for tile in tiles {
            let path = tile.id.path();
            if published(vault, &path, tile.id)?.is_none_or(|bytes| bytes != tile.encode()) {
                self.find(Finding::Tile { path });
            }
        }
        Ok(())
    }

    fn finish(&mut self, checkpoint: &Checkpoint, older: Option<&Checkpoint>) {
        if self.frontier.root() != checkpoint.root {
            self.find(Finding::Root);
        }
        if older.is_some_and(|older| older.size > checkpoint.size) {
            self.find(Finding::NotGrown);
        }
        for ((writer, run), gaps) in std::mem::take(&mut self.gaps) {
            for (from, to) in gaps {
                let writer = writer.clone();
                self.find(Finding::Missing { writer, run, from, to });
            }
        }
        if self.runs.lines() != (checkpoint.runs.clone(), checkpoint.earlier) {
            self.find(Finding::Runs);
        }
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.unlisted += 1;
        }
    }

    fn report(self, checkpoint: Option<Checkpoint>) -> Report {
        Report {
            checkpoint,
            leaves: self.frontier.size(),
            runs: self.runs.iter().count() as u64,
            findings: self.findings,
            unlisted: self.unlisted,
        }
    }
}

/// The bytes of a tile; where it was full by now and its narrower file tidied away, the front of
/// the full one.
fn published<V: Vault + ?Sized>(
    vault: &V,
    path: &str,
    id: TileId,
) -> Result<Option<Vec<u8>>, V::Error> {
    let most = usize::from(TILE_WIDTH) * Digest::LEN;
    let bytes = vault.read(path, most)?;
    if bytes.is_some() || id.is_full() {
        return Ok(bytes);
    }
    let mut full = vault.read(&TileId { width: TILE_WIDTH, ..id }.path(), most)?;
    if let Some(full) = &mut full {
        full.truncate(usize::from(id.width) * Digest::LEN);
    }
    Ok(full)
}

/// The leaves of a bundle; none where it is missing or malformed.
fn read_bundle<V: Vault + ?Sized>(
    vault: &V,
    index: u64,
    width: u16,
) -> Result<Option<Vec<Vec<u8>>>, V::Error> {
    match vault.read(&bundle_path(index, width), max_file_bytes())? {
        Some(bytes) => {
            let leaves = tiles::leaves(&bytes, width).ok();
            Ok(leaves.map(|leaves| leaves.into_iter().map(<[u8]>::to_vec).collect()))
        }
        None => Ok(read_leaves(vault, index, width).ok().flatten()),
    }
}

//! The one writer of a ledger on disk. Each step leaves the vault in a state from which opening
//! it again goes on: keys, then leaves with the lane's position, then files, then checkpoint.

use crate::Error;
use crate::files::{Layout, PublicFiles};
use crate::growth::Growth;
use crate::index::{Batch, Index, State, Stored};
use crate::keys::{Keys, Month, Period, PeriodId};
use crate::limits::{MAX_BATCH, MAX_UNSETTLED};
use crate::prepare::{PeriodKey, Prepared, prepare};
use crate::steps::{Step, Steps};
use audit::tiles::CHECKPOINT_PATH;
use audit::{Checkpoint, Entry, Frontier, Runs, Seen, read_checkpoint};
use seal::SigningKey;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use vocabulary::{AuthorityId, Secret, Timestamp};

/// What a vault is opened with.
#[derive(Debug)]
pub struct Opening {
    /// Name of the log, in every checkpoint.
    pub origin: String,
    /// Signs checkpoints.
    pub key: SigningKey,
    /// Keeps subjects in the index from being looked up by others.
    pub index_secret: Secret<[u8; 32]>,
}

/// What integrating a batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Integrated {
    /// Leaves added.
    pub leaves: u64,
    /// Entries that the ledger held already, dropped.
    pub duplicates: u64,
    /// Numbers left out by writers so far, to be named by the offline check.
    pub missing: u64,
    /// Entries that bear the number of another one; kept as evidence.
    pub conflicts: u64,
}

/// A ledger on disk, held by its one writer.
pub struct Vault {
    opening: Opening,
    files: PublicFiles,
    index: Index,
    keys: Keys,
    growth: Growth,
    runs: Runs,
    state: State,
    /// The newest checkpoint published.
    published: Option<Checkpoint>,
    /// Full files written since the last settling.
    unsettled: Vec<String>,
    /// A step failed: memory is made again from the index before the next one.
    stale: bool,
    /// The edge on disk may be behind what the index gives.
    unwritten: bool,
    steps: Steps,
    _lock: File,
}

// === impl Vault ===

impl Vault {
    /// Opens or creates the vault in a folder and takes its lock.
    pub fn open(folder: &Path, opening: Opening) -> Result<Self, Error> {
        Self::open_with(folder, opening, Steps::default())
    }

    pub(crate) fn open_with(folder: &Path, opening: Opening, steps: Steps) -> Result<Self, Error> {
        let layout = Layout::new(folder);
        layout.create()?;
        let lock = layout.lock()?;
        let index = Index::open(&layout.index())?;
        let mut vault = Vault {
            opening,
            files: layout.public(),
            state: index.state()?,
            index,
            keys: Keys::open(&layout.keys())?,
            growth: Growth::default(),
            runs: Runs::default(),
            published: None,
            unsettled: Vec::new(),
            stale: true,
            unwritten: true,
            steps,
            _lock: lock,
        };
        vault.reload()?;
        Ok(vault)
    }

    /// The next message of the disclosure lane to read.
    pub fn position(&self) -> u64 {
        self.state.position
    }

    /// Leaves integrated.
    pub fn size(&self) -> u64 {
        self.state.size
    }

    /// The newest checkpoint published.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.published.as_ref()
    }

    /// The public files.
    pub fn files(&self) -> &PublicFiles {
        &self.files
    }

    /// Adds entries to the tree and the index, with the position after them, or nothing at all.
    pub fn integrate(&mut self, entries: &[Entry], position: u64) -> Result<Integrated, Error> {
        if entries.len() > MAX_BATCH {
            return Err(Error::Batch);
        }
        self.reload()?;
        if position < self.state.position {
            return Err(Error::Position);
        }
        self.stale = true;
        let keys = self.keys_of(entries)?;
        self.steps.at(Step::Keys)?;
        let prepared = prepare(entries, &keys, &self.opening.index_secret)?;
        let mut done = Integrated::default();
        let batch = self.index.batch()?;
        let mut adding = Adding { growth: &mut self.growth, runs: &mut self.runs };
        let mut touched = BTreeSet::new();
        for prepared in prepared {
            let run = (prepared.leaf.writer.clone(), prepared.leaf.run);
            adding.add(&batch, prepared, &mut done)?;
            touched.insert(run);
        }
        for (writer, run) in &touched {
            if let Some(state) = self.runs.run(writer, *run) {
                batch.run(writer.as_str(), *run, state)?;
            }
        }
        let (size, root) = (self.growth.frontier.size(), self.growth.frontier.root());
        self.steps.at(Step::Rows)?;
        batch.commit(size, &root, position)?;
        self.state = State { size, root, position, settled: self.state.settled.clone() };
        self.unwritten |= done.leaves > 0;
        self.steps.at(Step::Leaves)?;
        self.stale = false;
        Ok(done)
    }

    /// Writes what the tree has grown by, then a signed checkpoint of it. None where nothing has
    /// changed since the last one.
    pub fn publish(&mut self, at: Timestamp) -> Result<Option<&Checkpoint>, Error> {
        self.reload()?;
        if !self.unwritten {
            return Ok(None);
        }
        self.stale = true;
        let settled = self.unsettled.len();
        for file in self.growth.take_full() {
            self.files.write(&file.path, &file.bytes, false)?;
            self.unsettled.push(file.path);
            self.steps.at(Step::Tile)?;
        }
        for file in self.growth.edge() {
            self.files.write(&file.path, &file.bytes, false)?;
            self.steps.at(Step::Edge)?;
        }
        let (runs, earlier) = self.runs.lines();
        let origin = self.opening.origin.clone();
        let (size, root) = (self.state.size, self.state.root);
        let checkpoint = Checkpoint { origin, size, root, at, runs, earlier };
        let note = checkpoint.sign(&self.opening.key)?;
        self.files.write(CHECKPOINT_PATH, note.as_bytes(), true)?;
        self.steps.at(Step::Checkpoint)?;
        // Only now does no checkpoint need the narrower files any more.
        for full in self.unsettled.iter().skip(settled) {
            self.files.remove_partials(full)?;
        }
        if self.unsettled.len() > MAX_UNSETTLED {
            self.settle_files()?;
        }
        (self.stale, self.unwritten) = (false, false);
        Ok(Some(self.published.insert(checkpoint)))
    }

    /// Makes all published files durable, so that opening again need not write them anew. For
    /// quiet moments and the end.
    pub fn settle(&mut self) -> Result<(), Error> {
        self.reload()?;
        if self.unwritten || self.state.settled.size() == self.state.size {
            return Ok(());
        }
        self.settle_files()
    }

    /// Shreds the keys of all months before one, of one authority or of the centre's own
    /// entries. Tiles and proofs stay as they are. Returns how many periods went.
    pub fn shred(
        &mut self,
        authority: Option<&AuthorityId>,
        before: Month,
    ) -> Result<usize, Error> {
        self.shred_where(|period| period.authority.as_ref() == authority && period.month < before)
    }

    /// The same for everybody: every authority and the centre.
    pub fn shred_all(&mut self, before: Month) -> Result<usize, Error> {
        self.shred_where(|period| period.month < before)
    }

    fn shred_where(&mut self, is_over: impl Fn(&Period) -> bool) -> Result<usize, Error> {
        let all = self.keys.all()?.into_iter();
        let over = all.filter(|(period, ..)| is_over(period)).map(|(_, id, _)| id);
        let over: Vec<PeriodId> = over.collect();
        for id in &over {
            // The key goes last: until then a crash leaves the period to be found again.
            self.index.clear(*id, self.state.size)?;
            self.steps.at(Step::Cleared)?;
            self.keys.shred(*id)?;
        }
        Ok(over.len())
    }

    /// The data key of each entry's period, made and durable before it is used.
    fn keys_of(&mut self, entries: &[Entry]) -> Result<Vec<PeriodKey>, Error> {
        let mut last: Option<(Period, PeriodKey)> = None;
        let mut keys = Vec::with_capacity(entries.len());
        for entry in entries {
            let period = Period::of(entry.shared().source.as_ref(), entry.shared().at);
            let key = match last.take() {
                Some((of, key)) if of == period => key,
                _ => self.keys.of(&period)?,
            };
            keys.push(key.clone());
            last = Some((period, key));
        }
        Ok(keys)
    }

    fn settle_files(&mut self) -> Result<(), Error> {
        self.files.settle(&self.unsettled)?;
        self.steps.at(Step::Settled)?;
        self.index.set_settled(&self.growth.frontier)?;
        self.state.settled = self.growth.frontier.clone();
        self.unsettled.clear();
        Ok(())
    }

    /// Makes memory again from the index, after opening and after a failed step.
    fn reload(&mut self) -> Result<(), Error> {
        if !self.stale {
            return Ok(());
        }
        self.state = self.index.state()?;
        self.runs = self.index.runs()?;
        self.published = self.read_published()?;
        let published = self.published.as_ref();
        let on_disk = published.map_or(0, |checkpoint| checkpoint.size);
        if on_disk < self.state.settled.size() {
            // The public files were lost or put back from before: all of them are written anew.
            self.state.settled = Frontier::new();
        }
        self.growth = Growth::replay(&self.index, &self.state, |edge| match published {
            Some(checkpoint) if checkpoint.size == edge.size() => {
                if checkpoint.root == edge.root() { Ok(()) } else { Err(Error::Foreign) }
            }
            _ => Ok(()),
        })?;
        self.unsettled.clear();
        let covered = published.is_some_and(|checkpoint| checkpoint.size == self.state.size);
        self.unwritten = self.growth.pending() > 0 || !covered;
        self.stale = false;
        Ok(())
    }

    fn read_published(&self) -> Result<Option<Checkpoint>, Error> {
        let Some(note) = read_checkpoint(&self.files)? else { return Ok(None) };
        let public = self.opening.key.public();
        let checkpoint = Checkpoint::open(&note, public).map_err(|_| Error::Foreign)?;
        if checkpoint.origin != self.opening.origin {
            return Err(Error::Foreign);
        }
        if checkpoint.size > self.state.size {
            return Err(Error::Ahead);
        }
        Ok(Some(checkpoint))
    }
}

/// What adding one entry touches.
struct Adding<'a> {
    growth: &'a mut Growth,
    runs: &'a mut Runs,
}

impl Adding<'_> {
    fn add(
        &mut self,
        batch: &Batch<'_>,
        prepared: Prepared,
        done: &mut Integrated,
    ) -> Result<(), Error> {
        let Prepared { id, leaf, bytes, body, tag, period } = prepared;
        let highest = self.runs.run(&leaf.writer, leaf.run).map_or(0, |run| run.highest);
        if leaf.counter <= highest {
            match batch.by_id(&id)? {
                Some(held) if held.bytes == bytes => {
                    done.duplicates += 1;
                    return Ok(());
                }
                Some(_) => done.conflicts += 1,
                None => {}
            }
        }
        let place = self.growth.frontier.size();
        if let Seen::Jump { missing } = self.runs.see(&leaf, place)? {
            done.missing += missing;
        }
        self.growth.push(&bytes)?;
        batch.entry(&id, &Stored { leaf: place, period, bytes, body: Some(body) }, tag.as_ref())?;
        done.leaves += 1;
        Ok(())
    }
}

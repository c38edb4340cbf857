//! The private half: leaves, encrypted bodies, tags of subjects, runs and the lane's position, in
//! one SQLite file whose one transaction a batch is. What is encrypted with what is `keys`'.

use crate::Error;
use crate::keys::{PeriodId, Tag};
use crate::limits::{BUSY, MAX_ANSWERS, SHRED_ROWS};
use audit::{Frontier, Run, Runs};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, params};
use std::path::Path;
use vocabulary::{Digest, EntryId};

const VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS ledger (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        version INTEGER NOT NULL,
        size INTEGER NOT NULL,
        root BLOB NOT NULL,
        position INTEGER NOT NULL,
        settled BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS entry (
        leaf INTEGER PRIMARY KEY,
        id INTEGER NOT NULL,
        period INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        body BLOB
    ) STRICT;
    CREATE INDEX IF NOT EXISTS entry_id ON entry (leaf >> 18, id);
    CREATE TABLE IF NOT EXISTS subject (
        segment INTEGER NOT NULL,
        tag BLOB NOT NULL,
        leaf INTEGER NOT NULL,
        period INTEGER NOT NULL,
        PRIMARY KEY (segment, tag, leaf)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS run (
        writer TEXT NOT NULL,
        run INTEGER NOT NULL,
        highest INTEGER NOT NULL,
        last_leaf INTEGER NOT NULL,
        PRIMARY KEY (writer, run)
    ) STRICT, WITHOUT ROWID;";

/// Leaves of one segment, as a power of two. Ids and tags are as good as random, so they are kept
/// in order within segments only: however large the ledger, a batch touches the newest one.
const SEGMENT: u32 = 18;

/// The index's tables.
#[derive(Debug)]
pub(crate) struct Index(Connection);

/// How far the ledger is.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) size: u64,
    pub(crate) root: Digest,
    pub(crate) position: u64,
    /// The tree's edge when all files below it were last made durable.
    pub(crate) settled: Frontier,
}

/// An entry's row.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) leaf: u64,
    pub(crate) period: PeriodId,
    pub(crate) bytes: Vec<u8>,
    /// None once shredded.
    pub(crate) body: Option<Vec<u8>>,
}

/// One batch being written.
pub(crate) struct Batch<'a>(Transaction<'a>);

// === impl Index ===

impl Index {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let index = Connection::open(path)?;
        index.busy_timeout(BUSY)?;
        index.pragma_update(None, "journal_mode", "WAL")?;
        index.pragma_update(None, "synchronous", "FULL")?;
        index.pragma_update(None, "wal_autocheckpoint", 16_000)?;
        index.pragma_update(None, "cache_size", -65_536)?;
        index.execute_batch(SCHEMA)?;
        let empty = Frontier::new();
        index.execute(
            "INSERT OR IGNORE INTO ledger VALUES (1, ?1, 0, ?2, 0, ?3)",
            params![VERSION, empty.root().as_bytes(), empty.encode()],
        )?;
        Ok(Index(index))
    }

    pub(crate) fn open_to_read(path: &Path) -> Result<Self, Error> {
        let index = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        index.busy_timeout(BUSY)?;
        Ok(Index(index))
    }

    pub(crate) fn state(&self) -> Result<State, Error> {
        let mut select =
            self.0.prepare_cached("SELECT version, size, root, position, settled FROM ledger")?;
        let (version, size, root, position, settled): (i64, i64, [u8; 32], i64, Vec<u8>) =
            select.query_row([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?;
        if version != VERSION {
            return Err(Error::Foreign);
        }
        Ok(State {
            size: size.cast_unsigned(),
            root: Digest::new(root),
            position: position.cast_unsigned(),
            settled: Frontier::decode(&settled)?,
        })
    }

    pub(crate) fn runs(&self) -> Result<Runs, Error> {
        let mut select = self.0.prepare("SELECT writer, run, highest, last_leaf FROM run")?;
        let mut rows = select.query([])?;
        let mut runs = Runs::default();
        while let Some(row) = rows.next()? {
            let writer: String = row.get(0)?;
            let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            let run = Run { highest: number(2)?, last_leaf: number(3)? };
            runs.put(writer.parse()?, number(1)?, run);
        }
        Ok(runs)
    }

    /// Hands the leaves from one place up to another to `take`, in order.
    pub(crate) fn leaves(
        &self,
        from: u64,
        to: u64,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut select = self.0.prepare_cached(
            "SELECT leaf, bytes FROM entry WHERE leaf >= ?1 AND leaf < ?2 ORDER BY leaf",
        )?;
        let mut rows = select.query([from.cast_signed(), to.cast_signed()])?;
        let mut next = from;
        while let Some(row) = rows.next()? {
            if row.get::<_, i64>(0)?.cast_unsigned() != next {
                return Err(Error::Torn);
            }
            take(row.get_ref(1)?.as_blob().map_err(|_| Error::Torn)?)?;
            next += 1;
        }
        if next == to { Ok(()) } else { Err(Error::Torn) }
    }

    pub(crate) fn batch(&mut self) -> Result<Batch<'_>, Error> {
        Ok(Batch(self.0.transaction()?))
    }

    /// The entries that an id may belong to: its first bytes are the index's key.
    pub(crate) fn by_id(&self, id: &EntryId) -> Result<Option<Stored>, Error> {
        by_id(&self.0, id)
    }

    pub(crate) fn by_leaf(&self, leaf: u64) -> Result<Option<Stored>, Error> {
        let mut select =
            self.0.prepare_cached("SELECT leaf, period, bytes, body FROM entry WHERE leaf = ?1")?;
        Ok(select.query_row([leaf.cast_signed()], stored).optional()?)
    }

    /// Places of a tag's entries from `from` on, at most one more than a page.
    pub(crate) fn tagged(&self, tag: &Tag, from: u64, size: u64) -> Result<Vec<u64>, Error> {
        let mut select = self.0.prepare_cached(
            "SELECT leaf FROM subject
             WHERE segment = ?1 AND tag = ?2 AND leaf >= ?3 ORDER BY leaf LIMIT ?4",
        )?;
        let mut leaves = Vec::new();
        for segment in segment(from)..=segment(size) {
            let most = i64::try_from(MAX_ANSWERS + 1 - leaves.len()).unwrap_or(0);
            let found = select
                .query_map(params![segment, tag, from.cast_signed(), most], |row| {
                    row.get::<_, i64>(0).map(i64::cast_unsigned)
                })?;
            leaves.extend(found.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(leaves)
    }

    pub(crate) fn set_settled(&self, settled: &Frontier) -> Result<(), Error> {
        self.0.execute("UPDATE ledger SET settled = ?1", [settled.encode()])?;
        Ok(())
    }

    /// Clears what is left of a shredded period, in small transactions.
    pub(crate) fn clear(&self, period: PeriodId, size: u64) -> Result<(), Error> {
        for from in (0..size).step_by(usize::try_from(SHRED_ROWS).unwrap_or(usize::MAX)) {
            self.0
                .prepare_cached(
                    "UPDATE entry SET body = NULL
                 WHERE leaf >= ?1 AND leaf < ?2 AND period = ?3 AND body IS NOT NULL",
                )?
                .execute([from.cast_signed(), (from + SHRED_ROWS).cast_signed(), period.0])?;
        }
        for segment in 0..=segment(size) {
            self.0
                .prepare_cached("DELETE FROM subject WHERE segment = ?1 AND period = ?2")?
                .execute([segment, period.0])?;
        }
        Ok(())
    }
}

// === impl Batch ===

impl Batch<'_> {
    pub(crate) fn entry(
        &self,
        id: &EntryId,
        stored: &Stored,
        tag: Option<&Tag>,
    ) -> Result<(), Error> {
        let leaf = stored.leaf.cast_signed();
        let period = stored.period.0;
        self.0
            .prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![leaf, short(id), period, stored.bytes, stored.body])?;
        if let Some(tag) = tag {
            self.0
                .prepare_cached("INSERT INTO subject VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![segment(stored.leaf), tag, leaf, period])?;
        }
        Ok(())
    }

    pub(crate) fn by_id(&self, id: &EntryId) -> Result<Option<Stored>, Error> {
        by_id(&self.0, id)
    }

    pub(crate) fn run(&self, writer: &str, run: u64, state: &Run) -> Result<(), Error> {
        self.0.prepare_cached("INSERT OR REPLACE INTO run VALUES (?1, ?2, ?3, ?4)")?.execute(
            params![
                writer,
                run.cast_signed(),
                state.highest.cast_signed(),
                state.last_leaf.cast_signed()
            ],
        )?;
        Ok(())
    }

    pub(crate) fn commit(self, size: u64, root: &Digest, position: u64) -> Result<(), Error> {
        self.0
            .prepare_cached("UPDATE ledger SET size = ?1, root = ?2, position = ?3")?
            .execute(params![size.cast_signed(), root.as_bytes(), position.cast_signed()])?;
        Ok(self.0.commit()?)
    }
}

fn by_id(index: &Connection, id: &EntryId) -> Result<Option<Stored>, Error> {
    let size: i64 =
        index.prepare_cached("SELECT size FROM ledger")?.query_row([], |row| row.get(0))?;
    let mut select = index.prepare_cached(
        "SELECT leaf, period, bytes, body FROM entry WHERE leaf >> 18 = ?1 AND id = ?2",
    )?;
    // Questions are mostly about what is new. A batch under way may have begun a segment.
    for segment in (0..=segment(size.cast_unsigned()) + 1).rev() {
        for stored in select.query_map([segment, short(id)], stored)? {
            let stored = stored?;
            if audit::Leaf::decode(&stored.bytes)?.id() == *id {
                return Ok(Some(stored));
            }
        }
    }
    Ok(None)
}

const fn segment(leaf: u64) -> i64 {
    (leaf >> SEGMENT).cast_signed()
}

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        leaf: row.get::<_, i64>(0)?.cast_unsigned(),
        period: PeriodId(row.get(1)?),
        bytes: row.get(2)?,
        body: row.get(3)?,
    })
}

/// The first 8 bytes of an id: hashes, so they hardly ever meet.
fn short(id: &EntryId) -> i64 {
    i64::from_be_bytes(id.as_bytes().first_chunk().copied().unwrap_or_default())
}

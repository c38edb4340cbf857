//! One source's spool: accepted records until the carrier has them, with the sequence, the map of
//! objects and the progress of files in the same transactions. It accepts nothing it has not
//! fsynced, and holds no more than its bounds.

mod entry;
mod layout;
#[cfg(test)]
mod tests;

pub(crate) use entry::Entry;

use crate::{Error, Tally, limits};
use entry::{counted, stored};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use seal::{Seal, Sealed, Unsealed};
use settings::SourceLimits;
use std::path::Path;
use vocabulary::{Digest, RecordId, RecordType, SourceId, Timestamp};

/// A spool of one source.
pub(crate) struct Spool {
    db: Connection,
    source: SourceId,
    limits: SourceLimits,
    pending: Pending,
    head: Head,
}

/// What waits for the carrier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) records: u64,
    pub(crate) bytes: u64,
}

/// What every transaction carries on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The next sequence number; the first is 1.
    pub(crate) sequence: u64,
    /// The latest time anything was accepted at.
    pub(crate) time: Timestamp,
    /// All rows of the source so far.
    pub(crate) tally: Tally,
}

/// How far a file has been taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Rows of the file already dealt with, its header among them.
    pub(crate) rows: u64,
    /// Whether that was all of it.
    pub(crate) finished: bool,
    pub(crate) tally: Tally,
}

/// The answer to a request, kept under its idempotency key. It holds no value of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// What the key stands for.
    pub(crate) digest: Digest,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Records for the carrier, in order.
pub(crate) struct Batch {
    pub(crate) records: Vec<Sealed>,
    pub(crate) types: Vec<RecordType>,
    last: u64,
    size: Pending,
}

// === impl Spool ===

impl Spool {
    /// Opens the spool in its folder, or makes it.
    pub(crate) fn open(
        folder: &Path,
        source: &SourceId,
        limits: &SourceLimits,
    ) -> Result<Spool, Error> {
        std::fs::create_dir_all(folder).map_err(|_| Error::Unavailable)?;
        let db = Connection::open(folder.join("spool.db"))?;
        layout::prepare(&db, source)?;
        let mut spool = Spool {
            db,
            source: source.clone(),
            limits: limits.clone(),
            pending: Pending::default(),
            head: Head { sequence: 1, time: Timestamp::from_micros(0), tally: Tally::default() },
        };
        spool.reload()?;
        Ok(spool)
    }

    /// What waits for the carrier.
    pub(crate) fn pending(&self) -> Pending {
        self.pending
    }

    /// All rows so far.
    pub(crate) fn tally(&self) -> Tally {
        self.head.tally
    }

    /// The latest time anything was accepted at.
    pub(crate) fn time(&self) -> Timestamp {
        self.head.time
    }

    /// Whether anything more may be accepted.
    pub(crate) fn room(&self) -> Result<(), Error> {
        let Pending { records, bytes } = self.pending;
        let full = records >= self.limits.spool_records || bytes >= self.limits.spool_bytes;
        if full { Err(Error::Full) } else { Ok(()) }
    }

    /// Does all of the work durably, or nothing.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Entry<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut entry = Entry::new(tx, self.head);
        let done = work(&mut entry)?;
        let (head, added) = entry.commit()?;
        self.head = head;
        self.pending.records += added.records;
        self.pending.bytes += added.bytes;
        Ok(done)
    }

    /// The oldest records that wait; none when nothing does.
    pub(crate) fn batch(&self) -> Result<Option<Batch>, Error> {
        let mut query = self.db.prepare_cached(
            "SELECT sequence, record, record_type, value, seal FROM spool
             ORDER BY sequence LIMIT ?1",
        )?;
        let mut rows = query.query([limits::SUBMIT_RECORDS])?;
        let mut batch =
            Batch { records: Vec::new(), types: Vec::new(), last: 0, size: Pending::default() };
        while let Some(row) = rows.next()? {
            let value: Vec<u8> = row.get(3)?;
            let bytes = batch.size.bytes + value.len() as u64;
            if !batch.records.is_empty() && bytes > limits::SUBMIT_BYTES as u64 {
                break;
            }
            let sequence = counted(row.get(0)?);
            let record: [u8; RecordId::LEN] = row.get(1)?;
            let record_type: String = row.get(2)?;
            let seal: Vec<u8> = row.get(4)?;
            let record = Unsealed {
                source: self.source.clone(),
                sequence,
                record_id: RecordId::new(record),
                value,
            };
            let seal = Seal::decode(&seal).map_err(|_| Error::Corrupt)?;
            batch.records.push(Sealed::from_parts(record, seal));
            batch.types.push(record_type.parse().map_err(|_| Error::Corrupt)?);
            batch.last = sequence;
            batch.size = Pending { records: batch.size.records + 1, bytes };
        }
        Ok((!batch.records.is_empty()).then_some(batch))
    }

    /// The kind and the source's own id of the object that a record is about.
    pub(crate) fn object(&self, record: &RecordId) -> Result<Option<(String, String)>, Error> {
        let query = "SELECT kind, object FROM objects WHERE record = ?1";
        let mut query = self.db.prepare_cached(query)?;
        let found = query.query_row([record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }

    /// Lets go of records that the carrier has.
    pub(crate) fn release(&mut self, batch: &Batch) -> Result<(), Error> {
        self.db
            .prepare_cached("DELETE FROM spool WHERE sequence <= ?1")?
            .execute([stored(batch.last)?])?;
        self.pending.records = self.pending.records.saturating_sub(batch.size.records);
        self.pending.bytes = self.pending.bytes.saturating_sub(batch.size.bytes);
        Ok(())
    }

    /// How far a file of this name and content has been taken.
    pub(crate) fn progress(&self, file: &str, digest: &Digest) -> Result<Progress, Error> {
        let found = self
            .db
            .prepare_cached(
                "SELECT rows, finished, tally FROM under_way WHERE file = ?1 AND digest = ?2",
            )?
            .query_row(params![file, digest.as_bytes()], |row| {
                Ok((counted(row.get(0)?), row.get(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        found.map_or(Ok(Progress::default()), |(rows, finished, tally)| {
            Ok(Progress { rows, finished, tally: entry::tally(&tally)? })
        })
    }

    /// The answer kept under a key.
    pub(crate) fn answer(&self, key: &str) -> Result<Option<Kept>, Error> {
        let query = "SELECT digest, status, body FROM answers WHERE key = ?1";
        let kept = self.db.prepare_cached(query)?.query_row([key], |row| {
            let digest = Digest::new(row.get(0)?);
            Ok(Kept { digest, status: row.get(1)?, body: row.get(2)? })
        });
        Ok(kept.optional()?)
    }

    /// Names and digests of files that are, or were, under way.
    pub(crate) fn under_way(&self) -> Result<Vec<(String, Digest)>, Error> {
        let mut query =
            self.db.prepare_cached("SELECT file, digest FROM under_way ORDER BY file")?;
        let files = query.query_map([], |row| Ok((row.get(0)?, Digest::new(row.get(1)?))))?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// What was refused of a file, as it was written down.
    pub(crate) fn refused(&self, file: &str) -> Result<Vec<String>, Error> {
        let mut query =
            self.db.prepare_cached("SELECT fault FROM refused WHERE file = ?1 ORDER BY number")?;
        let faults = query.query_map([file], |row| row.get(0))?;
        Ok(faults.collect::<Result<_, _>>()?)
    }

    /// Tallies of the files taken last, newest first.
    pub(crate) fn taken(&self, most: u32) -> Result<Vec<(String, Timestamp, Tally)>, Error> {
        let mut query = self
            .db
            .prepare_cached("SELECT file, at, tally FROM taken ORDER BY id DESC LIMIT ?1")?;
        let rows = query
            .query_map([most], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        rows.map(|row| {
            let (file, at, tally) = row?;
            Ok((file, Timestamp::from_micros(at), entry::tally(&tally)?))
        })
        .collect()
    }

    /// Reads anew what is remembered beside the database, after an error left it in doubt.
    pub(crate) fn reload(&mut self) -> Result<(), Error> {
        self.head = entry::head(&self.db)?;
        let sums = "SELECT count(*), coalesce(sum(length(value)), 0) FROM spool";
        let (records, bytes) =
            self.db.query_row(sums, [], |row| Ok((counted(row.get(0)?), counted(row.get(1)?))))?;
        self.pending = Pending { records, bytes };
        Ok(())
    }
}

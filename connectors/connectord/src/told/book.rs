//! The book of what sources were told, with how far the receipt lane was read, in one transaction:
//! nothing on the lane is passed over or told twice. It holds no value of any finding.

use crate::{Error, limits};
use carrier::{Notice, Offset};
use connector_http::Told as Line;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeSet;
use std::path::Path;
use vocabulary::{RecordId, SourceId, Timestamp, Trace};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS about (
        name TEXT PRIMARY KEY, value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS told (
        number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, record BLOB NOT NULL,
        version INTEGER NOT NULL, path TEXT NOT NULL, code TEXT NOT NULL, at INTEGER NOT NULL,
        UNIQUE (source, record, version, path, code)
    );
    CREATE INDEX IF NOT EXISTS told_source ON told (source, number);
";
/// The version of the tables.
const VERSION: i64 = 1;

/// The book of one process.
pub(super) struct Book {
    db: Connection,
    noted: Offset,
}

// === impl Book ===

impl Book {
    /// Opens the book in the connector's folder, or makes it.
    pub(super) fn open(folder: &Path) -> Result<Book, Error> {
        std::fs::create_dir_all(folder).map_err(|_| Error::Unavailable)?;
        let db = Connection::open(folder.join("told.db"))?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version > VERSION {
            return Err(Error::Foreign);
        }
        db.execute_batch(TABLES)?;
        db.pragma_update(None, "user_version", VERSION)?;
        let mut book = Book { db, noted: Offset(0) };
        book.noted = book.position()?;
        Ok(book)
    }

    /// The next message of the receipt lane to read, as it is on disk.
    pub(super) fn position(&self) -> Result<Offset, Error> {
        let query = "SELECT value FROM about WHERE name = 'next'";
        let next: Option<String> = self.db.query_row(query, [], |row| row.get(0)).optional()?;
        let next = next.map_or(Ok(0), |text| text.parse().map_err(|_| Error::Corrupt))?;
        Ok(Offset(next))
    }

    /// How far the lane was read when that was last written down.
    pub(super) fn noted(&self) -> Offset {
        self.noted
    }

    /// Writes down notices and how far the lane was read, at once; the oldest notices of a source
    /// beyond the bound are forgotten.
    pub(super) fn note(
        &mut self,
        next: Offset,
        notices: &[(SourceId, Notice)],
    ) -> Result<(), Error> {
        // A bound within OFFSET would make SQLite plan it anew each time.
        let forget = format!(
            "DELETE FROM told WHERE source = ?1 AND number <= (
                 SELECT number FROM told WHERE source = ?1
                 ORDER BY number DESC LIMIT 1 OFFSET {})",
            limits::TOLD
        );
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (source, notice) in notices {
            let version = i64::try_from(notice.version).map_err(|_| Error::Unavailable)?;
            let (record, at) = (notice.record.as_bytes(), notice.at.as_micros());
            for traced in &notice.traces {
                tx.prepare_cached(
                    "INSERT OR IGNORE INTO told (source, record, version, path, code, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    source.as_str(),
                    record,
                    version,
                    traced.path,
                    traced.trace.code(),
                    at
                ])?;
            }
        }
        for source in notices.iter().map(|(source, _)| source).collect::<BTreeSet<_>>() {
            tx.prepare_cached(&forget)?.execute([source.as_str()])?;
        }
        let insert = "INSERT OR REPLACE INTO about (name, value) VALUES ('next', ?1)";
        tx.execute(insert, [next.0.to_string()])?;
        tx.commit()?;
        self.noted = next;
        Ok(())
    }

    /// How many fields a source was told of.
    pub(super) fn count(&self, source: &SourceId) -> Result<u64, Error> {
        let query = "SELECT count(*) FROM told WHERE source = ?1";
        let count: i64 =
            self.db.prepare_cached(query)?.query_row([source.as_str()], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// What a source was told, newest first.
    pub(super) fn of(&self, source: &SourceId) -> Result<Vec<Line>, Error> {
        let query = "SELECT record, version, path, code, at FROM told WHERE source = ?1
                     ORDER BY number DESC";
        let mut query = self.db.prepare_cached(query)?;
        let mut rows = query.query([source.as_str()])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let code: String = row.get(3)?;
            let trace = Trace::ALL.into_iter().find(|trace| trace.code() == code);
            lines.push(Line {
                object: None,
                record: RecordId::new(row.get(0)?),
                version: u64::try_from(row.get::<_, i64>(1)?).map_err(|_| Error::Corrupt)?,
                path: row.get(2)?,
                trace: trace.ok_or(Error::Corrupt)?,
                at: Timestamp::from_micros(row.get(4)?),
            });
        }
        Ok(lines)
    }
}

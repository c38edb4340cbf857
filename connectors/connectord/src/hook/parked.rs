//! What a webhook keeps on disk: how far it has come, and the records that its recipient refused,
//! until somebody has them replayed. It posts nothing.

use crate::{Error, limits};
use carrier::{Lane, Message, Offset, PREFIX};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use vocabulary::{OrgNumber, Timestamp, ViewId};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS about (
        name TEXT PRIMARY KEY, value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS parked (
        place INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB, headers TEXT NOT NULL,
        code TEXT NOT NULL, at INTEGER NOT NULL, replay INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS parked_key ON parked (key);
";
/// The version of the tables.
const VERSION: i64 = 1;
/// How long one process waits for the other: the connector, and the operator's verb.
const PATIENCE: Duration = Duration::from_secs(5);

/// The store of one webhook. The connector and the operator's verb may both have it open.
pub struct Parked {
    db: Connection,
}

/// A parked record, for people. It holds nothing of the record but its event's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParkedLine {
    /// Its place on the lane.
    pub offset: u64,
    /// The event's id: record and version.
    pub event: String,
    /// Why it is parked.
    pub code: String,
    /// Since when.
    pub at: Timestamp,
    /// Whether it waits to be tried again.
    pub replay: bool,
}

// === impl Parked ===

impl Parked {
    /// The store of a webhook within the connector's folder.
    pub fn folder(connector: &Path, view: &ViewId, recipient: &OrgNumber) -> PathBuf {
        connector.join("webhooks").join(format!("{view}.{recipient}"))
    }

    /// Opens the store of a lane, or makes it; another lane's is refused.
    pub fn open(folder: &Path, lane: &Lane) -> Result<Parked, Error> {
        std::fs::create_dir_all(folder).map_err(|_| Error::Unavailable)?;
        let db = Connection::open(folder.join("webhook.db"))?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "secure_delete", "on")?;
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version > VERSION {
            return Err(Error::Foreign);
        }
        db.execute_batch(TABLES)?;
        db.pragma_update(None, "user_version", VERSION)?;
        let insert = "INSERT OR IGNORE INTO about (name, value) VALUES ('lane', ?1)";
        let topic = lane.topic(PREFIX);
        db.execute(insert, [&topic])?;
        let query = "SELECT value FROM about WHERE name = 'lane'";
        let owner: String = db.query_row(query, [], |row| row.get(0))?;
        if owner == topic { Ok(Parked { db }) } else { Err(Error::Foreign) }
    }

    /// The next offset to deliver.
    pub fn position(&self) -> Result<Offset, Error> {
        let query = "SELECT value FROM about WHERE name = 'next'";
        let next: Option<String> = self.db.query_row(query, [], |row| row.get(0)).optional()?;
        let next = next.map_or(Ok(0), |text| text.parse().map_err(|_| Error::Corrupt))?;
        Ok(Offset(next))
    }

    /// How many records are parked.
    pub fn count(&self) -> Result<u64, Error> {
        let count: i64 = self.db.query_row("SELECT count(*) FROM parked", [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// The parked records in their order, as many as are listed at once.
    pub fn list(&self) -> Result<Vec<ParkedLine>, Error> {
        let query = "SELECT place, headers, code, at, replay FROM parked ORDER BY place LIMIT ?1";
        let mut query = self.db.prepare(query)?;
        let lines = query.query_map([limits::PARKED_LISTED], |row| {
            let headers: String = row.get(1)?;
            let headers = headers_of(&headers).unwrap_or_default();
            let id = headers.into_iter().find(|(name, _)| name == "ce_id");
            Ok(ParkedLine {
                offset: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                event: id.and_then(|(_, id)| String::from_utf8(id).ok()).unwrap_or_default(),
                code: row.get(2)?,
                at: Timestamp::from_micros(row.get(3)?),
                replay: row.get(4)?,
            })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// Has every parked record tried again; how many.
    pub fn replay(&self) -> Result<usize, Error> {
        Ok(self.db.execute("UPDATE parked SET replay = 1", [])?)
    }

    /// Notes how far the webhook has come.
    pub(super) fn note(&self, next: Offset) -> Result<(), Error> {
        let insert = "INSERT OR REPLACE INTO about (name, value) VALUES ('next', ?1)";
        self.db.prepare_cached(insert)?.execute([next.0.to_string()])?;
        Ok(())
    }

    /// Whether a version of this record is parked.
    pub(super) fn holds(&self, key: &[u8]) -> Result<bool, Error> {
        let query = "SELECT EXISTS (SELECT 1 FROM parked WHERE key = ?1)";
        Ok(self.db.prepare_cached(query)?.query_row([key], |row| row.get(0))?)
    }

    /// Parks a record and goes past it, at once. Behind one that is to be tried again it is too.
    pub(super) fn park(
        &mut self,
        offset: Offset,
        message: &Message,
        code: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let headers = serde_json::to_string(&message.headers).map_err(|_| Error::Unavailable)?;
        let place = i64::try_from(offset.0).map_err(|_| Error::Unavailable)?;
        tx.execute(
            "INSERT OR REPLACE INTO parked (place, key, value, headers, code, at, replay)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6,
                     EXISTS (SELECT 1 FROM parked WHERE key = ?2 AND replay = 1))",
            params![place, message.key, message.value, headers, code, at.as_micros()],
        )?;
        let insert = "INSERT OR REPLACE INTO about (name, value) VALUES ('next', ?1)";
        tx.execute(insert, [offset.next().0.to_string()])?;
        tx.commit()?;
        Ok(())
    }

    /// The first parked record that is to be tried again.
    pub(super) fn due(&self) -> Result<Option<(Offset, Message)>, Error> {
        let query = "SELECT place, key, value, headers FROM parked WHERE replay = 1
                     ORDER BY place LIMIT 1";
        let found = self
            .db
            .prepare_cached(query)?
            .query_row([], |row| {
                let place = u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
                Ok((Offset(place), row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
            })
            .optional()?;
        let Some((offset, key, value, headers)) = found else { return Ok(None) };
        let headers = headers_of(&headers).ok_or(Error::Corrupt)?;
        let headers = headers.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Ok(Some((offset, Message { key, value, headers })))
    }

    /// Lets go of a parked record that the recipient has taken.
    pub(super) fn let_go(&self, offset: Offset) -> Result<(), Error> {
        let place = i64::try_from(offset.0).map_err(|_| Error::Unavailable)?;
        self.db.prepare_cached("DELETE FROM parked WHERE place = ?1")?.execute([place])?;
        Ok(())
    }

    /// Leaves all versions of a record parked until they are replayed again.
    pub(super) fn leave(&self, key: &[u8]) -> Result<(), Error> {
        let update = "UPDATE parked SET replay = 0 WHERE key = ?1";
        self.db.prepare_cached(update)?.execute([key])?;
        Ok(())
    }
}

fn headers_of(text: &str) -> Option<Vec<(String, Vec<u8>)>> {
    serde_json::from_str(text).ok()
}

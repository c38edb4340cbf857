//! Reading from the file beside the writer: connections that can only read, and their queries.

use crate::book::table;
use crate::fault::Fault;
use crate::layout::open_reader;
use crate::limits::{READ_ROWS, READERS};
use crate::row::{COLUMNS, fetched, offset, sql};
use carrier::{Fetched, Limit, Offset};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Reader connections, kept for the next caller.
pub(crate) struct Readers {
    path: PathBuf,
    kept: Mutex<Vec<Connection>>,
}

// === impl Readers ===

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Readers { path, kept: Mutex::new(Vec::new()) }
    }

    /// Messages of a lane at or after an offset.
    pub(crate) fn read(
        &self,
        lane: i64,
        from: Offset,
        limit: Limit,
    ) -> Result<Vec<Fetched>, Fault> {
        self.with(|conn| {
            let mut read = conn.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM {} WHERE at >= ?1 ORDER BY at LIMIT ?2",
                table(lane)
            ))?;
            let most = u64::try_from(limit.records.min(READ_ROWS)).unwrap_or(u64::MAX);
            let mut rows = read.query(params![sql(from.0), sql(most)])?;
            let (mut messages, mut bytes) = (Vec::new(), 0usize);
            while let Some(row) = rows.next()? {
                let fetched = fetched(row)??;
                bytes = bytes.saturating_add(fetched.message.bytes());
                if bytes > limit.bytes && !messages.is_empty() {
                    break;
                }
                messages.push(fetched);
            }
            Ok(messages)
        })
    }

    /// The newest message of a key: in the tail that is not indexed yet, else by the index.
    pub(crate) fn newest(&self, lane: i64, key: &[u8]) -> Result<Option<Fetched>, Fault> {
        self.with(|conn| {
            // One view of the file for all queries; it writes nothing.
            let view = conn.unchecked_transaction()?;
            let mut mark = view.prepare_cached("SELECT indexed FROM lane WHERE id = ?1")?;
            let Some(indexed) = mark.query_row([lane], |row| offset(row, 0)).optional()? else {
                return Ok(None);
            };
            let mut tail = view.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM {} WHERE at >= ?1 AND key = ?2 ORDER BY at DESC LIMIT 1",
                table(lane)
            ))?;
            if let Some(found) = tail.query_row(params![sql(indexed), key], fetched).optional()? {
                return Ok(Some(found?));
            }
            let mut by_key = view.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM {} WHERE at =
                 (SELECT at FROM newest WHERE lane = ?1 AND key = ?2)",
                table(lane)
            ))?;
            Ok(by_key.query_row(params![lane, key], fetched).optional()?.transpose()?)
        })
    }

    /// The text of a schema.
    pub(crate) fn schema(&self, id: u32) -> Result<Option<String>, Fault> {
        self.with(|conn| {
            let mut text = conn.prepare_cached("SELECT text FROM avro WHERE id = ?1")?;
            Ok(text.query_row([id], |row| row.get(0)).optional()?)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match kept {
            Some(conn) => conn,
            None => open_reader(&self.path)?,
        };
        let done = work(&conn);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < READERS {
            kept.push(conn);
        }
        done
    }
}

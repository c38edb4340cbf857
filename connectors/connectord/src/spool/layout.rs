//! The tables of a spool, and the settings under which nothing accepted is lost.

use crate::Error;
use rusqlite::{Connection, OptionalExtension};
use vocabulary::SourceId;

/// The version of the tables.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS about (
        name TEXT PRIMARY KEY, value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS spool (
        sequence INTEGER PRIMARY KEY, record BLOB NOT NULL, record_type TEXT NOT NULL,
        value BLOB NOT NULL, seal BLOB NOT NULL
    );
    CREATE TABLE IF NOT EXISTS objects (
        kind TEXT NOT NULL, object TEXT NOT NULL, record BLOB NOT NULL, version INTEGER NOT NULL,
        content BLOB NOT NULL, alive INTEGER NOT NULL, PRIMARY KEY (kind, object)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS objects_record ON objects (record);
    CREATE TABLE IF NOT EXISTS under_way (
        file TEXT PRIMARY KEY, digest BLOB NOT NULL, rows INTEGER NOT NULL,
        finished INTEGER NOT NULL, tally TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS refused (
        number INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, fault TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS refused_file ON refused (file);
    CREATE TABLE IF NOT EXISTS taken (
        id INTEGER PRIMARY KEY, file TEXT NOT NULL, at INTEGER NOT NULL, tally TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS answers (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
        digest BLOB NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL
    );
";

/// Makes or checks the tables; a spool that is damaged, another source's or newer is refused.
pub(super) fn prepare(db: &Connection, source: &SourceId) -> Result<(), Error> {
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "secure_delete", "on")?;
    let check: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(Error::Corrupt);
    }
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Err(Error::Foreign);
    }
    db.execute_batch(TABLES)?;
    db.pragma_update(None, "user_version", VERSION)?;
    let query = "SELECT value FROM about WHERE name = 'source'";
    let owner: Option<String> = db.query_row(query, [], |row| row.get(0)).optional()?;
    match owner {
        Some(owner) if owner != source.as_str() => Err(Error::Foreign),
        Some(_) => Ok(()),
        None => {
            let insert = "INSERT INTO about (name, value) VALUES ('source', ?1)";
            db.execute(insert, [source.as_str()])?;
            Ok(())
        }
    }
}

//! Tables of the one file, and how it is opened. A table for each lane: appends at the right end
//! of many small trees were measured a third faster than one table keyed by lane and offset.

use crate::fault::Fault;
use crate::limits;
use carrier::Permanent;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;

/// Says that the file is ours ("SMSN").
const APPLICATION: i64 = 0x534d_534e;
/// Version of the layout.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE lane (
        id INTEGER PRIMARY KEY,
        topic TEXT NOT NULL UNIQUE,
        compacted INTEGER NOT NULL,   -- keeps the newest message of each key
        next INTEGER NOT NULL,        -- offset of the next message
        appended INTEGER NOT NULL,    -- time of the last message
        floor INTEGER NOT NULL,       -- retention takes nothing from here on
        indexed INTEGER NOT NULL,     -- compacted lanes: newest knows the keys before this
        swept INTEGER NOT NULL        -- compacted lanes: judged by age before this
    );
    CREATE TABLE position (source TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE newest (
        lane INTEGER NOT NULL, key BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (lane, key)
    ) WITHOUT ROWID;
    CREATE TABLE avro (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE TABLE avro_subject (
        subject TEXT NOT NULL, version INTEGER NOT NULL, schema INTEGER NOT NULL,
        PRIMARY KEY (subject, version)
    ) WITHOUT ROWID;
";

/// Opens the writer's connection; makes the file if there is none.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, Fault> {
    let mut conn = Connection::open(path)?;
    conn.busy_timeout(limits::BUSY)?;
    let known: i64 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if known != APPLICATION && tables > 0 {
        return Err(Permanent::ForeignStorage.into());
    }
    // Before the first table: neither can be changed in a file that has one.
    conn.pragma_update(None, "page_size", limits::PAGE_BYTES)?;
    conn.pragma_update(None, "auto_vacuum", "incremental")?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "secure_delete", true)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.pragma_update(None, "cache_size", -limits::WRITER_CACHE_KIB)?;
    conn.pragma_update(None, "wal_autocheckpoint", limits::CHECKPOINT_PAGES)?;
    conn.pragma_update(None, "journal_size_limit", limits::LOG_BYTES)?;
    conn.set_prepared_statement_cache_capacity(limits::WRITER_STATEMENTS);
    create(&mut conn)?;
    Ok(conn)
}

/// Opens a connection that can only read.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(limits::BUSY)?;
    conn.pragma_update(None, "cache_size", -limits::READER_CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(limits::READER_STATEMENTS);
    Ok(conn)
}

fn create(conn: &mut Connection) -> Result<(), Fault> {
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        VERSION => return Ok(()),
        0 => {}
        _ => return Err(Permanent::ForeignStorage.into()),
    }
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

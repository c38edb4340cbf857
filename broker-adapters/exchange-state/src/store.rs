//! The file of the copy: written without waiting for the disk, and therefore trusted only where
//! that did no harm. A file that may be torn, or is not ours, is begun anew from the lanes.

use crate::limits;
use crate::{Error, Permanent, Temporary};
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use std::path::{Path, PathBuf};

/// Says that the file is ours ("SMST").
const APPLICATION: i64 = 0x534d_5354;
/// Version of the layout; another one is begun anew.
const VERSION: i64 = 4;
/// Changes with every start of the machine.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

const TABLES: &str = "
    CREATE TABLE life (one INTEGER PRIMARY KEY CHECK (one = 1), clean INTEGER, boot TEXT);
    CREATE TABLE source (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
        next INTEGER NOT NULL,   -- position on the state lane
        last BLOB NOT NULL,      -- digest of the message before that position
        state BLOB               -- the source's own state
    );
    -- In the order they came: ids lie in no order, and a place among them would be another page of
    -- the file for nearly each record.
    CREATE TABLE record (
        place INTEGER PRIMARY KEY,
        source INTEGER NOT NULL, id BLOB NOT NULL, subject INTEGER, state BLOB NOT NULL,
        UNIQUE (source, id)
    );
    CREATE INDEX record_subject ON record (subject) WHERE subject IS NOT NULL;
    CREATE TABLE register (
        orgnr INTEGER PRIMARY KEY, parent INTEGER,
        entry BLOB,              -- none where what was sealed last can not be read
        sealed INTEGER NOT NULL  -- when it was sealed
    );
    CREATE INDEX register_parent ON register (parent, orgnr) WHERE parent IS NOT NULL;
    CREATE TABLE register_lane (
        one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL, last BLOB NOT NULL
    );
    CREATE TABLE entitlement (
        id TEXT PRIMARY KEY, source TEXT NOT NULL,
        subject INTEGER NOT NULL, recipient INTEGER NOT NULL,
        since INTEGER NOT NULL, until INTEGER NOT NULL, -- days on which it is live
        keep INTEGER NOT NULL,   -- the last day it must be remembered for
        sealed INTEGER NOT NULL, terms BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX entitlement_subject ON entitlement (subject, recipient);
    CREATE INDEX entitlement_since ON entitlement (since);
    CREATE INDEX entitlement_until ON entitlement (until);
    CREATE INDEX entitlement_keep ON entitlement (keep);
    CREATE TABLE entitlement_lane (
        one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL, last BLOB NOT NULL
    );
    INSERT INTO life VALUES (1, 0, '');
    INSERT INTO entitlement_lane VALUES (1, 0, x'');
    INSERT INTO register_lane VALUES (1, 0, x'');
";

/// The open file.
pub(crate) struct Store {
    path: PathBuf,
    pub(crate) conn: Connection,
}

// === impl Store ===

impl Store {
    /// Opens the copy; begins it anew if it can not be trusted.
    pub(crate) fn open(path: &Path) -> Result<Store, Error> {
        let boot = std::fs::read_to_string(BOOT).unwrap_or_default();
        match trusted(path, &boot) {
            Ok(Some(conn)) => return Store::started(path, conn, &boot),
            Ok(None) => {}
            // In use by another process, or the disk's fault: not the file's.
            Err(error) if !is_torn(&error) => return Err(error.into()),
            Err(_) => {}
        }
        set_aside(path)?;
        let conn = alone(path)?;
        create(&conn)?;
        Store::started(path, conn, &boot)
    }

    /// Forgets everything.
    pub(crate) fn begin_anew(&mut self) -> Result<(), Error> {
        let path = self.path.clone();
        self.conn = Connection::open_in_memory()?;
        remove(&path)?;
        *self = Store::open(&path)?;
        Ok(())
    }

    /// Notes, on the disk, that the file is in use; from then on nothing waits for the disk.
    fn started(path: &Path, conn: Connection, boot: &str) -> Result<Store, Error> {
        let start = || -> rusqlite::Result<()> {
            conn.pragma_update(None, "synchronous", "full")?;
            conn.execute("UPDATE life SET clean = 0, boot = ?1", [boot])?;
            conn.pragma_update(None, "synchronous", "off")?;
            conn.pragma_update(None, "temp_store", "memory")?;
            conn.pragma_update(None, "wal_autocheckpoint", limits::CHECKPOINT_PAGES)?;
            conn.pragma_update(None, "cache_size", -limits::CACHE_KIB)
        };
        start()?;
        Ok(Store { path: path.to_owned(), conn })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // If any of it fails, the next start looks closer.
        let finish = || -> rusqlite::Result<()> {
            self.conn.pragma_update(None, "synchronous", "full")?;
            self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            self.conn.execute("UPDATE life SET clean = 1", [])?;
            self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        };
        let _ = finish();
    }
}

/// The file, if it is ours and either was closed or has not lived through a machine's crash.
fn trusted(path: &Path, boot: &str) -> rusqlite::Result<Option<Connection>> {
    if !path.exists() {
        return Ok(None);
    }
    let conn = alone(path)?;
    let number = |pragma: &str| conn.query_row(pragma, [], |row| row.get::<_, i64>(0));
    if number("PRAGMA application_id")? != APPLICATION || number("PRAGMA user_version")? != VERSION
    {
        return Ok(None);
    }
    let life: Option<(bool, String)> = conn
        .query_row("SELECT clean, boot FROM life", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let whole = match life {
        Some((true, _)) => true,
        // The process was killed: what it wrote is with the operating system still.
        Some((false, last)) if !boot.is_empty() && last == boot => {
            let check: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            check == "ok"
        }
        _ => false,
    };
    Ok(whole.then_some(conn))
}

/// Opens the file for this process alone.
fn alone(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(limits::BUSY)?;
    conn.pragma_update(None, "locking_mode", "exclusive")?;
    Ok(conn)
}

/// Whether the fault is the file's: no database, damaged, or without our tables.
fn is_torn(error: &rusqlite::Error) -> bool {
    use ErrorCode::{DatabaseCorrupt, NotADatabase, Unknown};
    matches!(error.sqlite_error_code(), None | Some(DatabaseCorrupt | NotADatabase | Unknown))
}

fn create(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "page_size", 8_192)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.execute_batch(TABLES)?;
    conn.pragma_update(None, "application_id", APPLICATION)?;
    conn.pragma_update(None, "user_version", VERSION)
}

/// Moves a file that is not ours, or torn, out of the way: what it was may be wanted.
fn set_aside(path: &Path) -> Result<(), Error> {
    if path.exists() {
        std::fs::rename(path, beside(path, ".aside")).map_err(|_| Temporary::Unavailable)?;
    }
    remove(path)
}

fn remove(path: &Path) -> Result<(), Error> {
    for end in ["", "-wal", "-shm"] {
        match std::fs::remove_file(beside(path, end)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Temporary::Unavailable.into());
            }
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What is damaged must be caught up with from the lanes.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Temporary::Full.into(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Temporary::Behind.into(),
            Some(_) => Temporary::Unavailable.into(),
            None => Permanent::Malformed.into(),
        }
    }
}

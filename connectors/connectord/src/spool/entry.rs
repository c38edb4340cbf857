//! One transaction of a spool. What it does is seen wholly or not at all; it decides nothing.

use super::{Head, Kept, Pending, Progress};
use crate::{Error, Tally, limits};
use connector::Held;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use seal::Sealed;
use vocabulary::{Digest, RecordId, RecordType, Timestamp};

/// A transaction under way.
pub(crate) struct Entry<'a> {
    tx: Transaction<'a>,
    head: Head,
    added: Pending,
}

// === impl Entry ===

impl<'a> Entry<'a> {
    pub(super) fn new(tx: Transaction<'a>, head: Head) -> Self {
        Entry { tx, head, added: Pending::default() }
    }

    /// The next sequence number, counted up.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        let sequence = self.head.sequence;
        self.head.sequence += 1;
        sequence
    }

    /// Says that something was accepted at this time.
    pub(crate) fn at(&mut self, time: Timestamp) {
        self.head.time = self.head.time.max(time);
    }

    /// What is held of an object.
    pub(crate) fn held(&self, kind: &str, object: &str) -> Result<Option<Held>, Error> {
        let query = "SELECT record, version, content, alive FROM objects
                     WHERE kind = ?1 AND object = ?2";
        let held = self
            .tx
            .prepare_cached(query)?
            .query_row([kind, object], |row| {
                Ok(Held {
                    record: RecordId::new(row.get(0)?),
                    version: counted(row.get(1)?),
                    content: Digest::new(row.get(2)?),
                    alive: row.get(3)?,
                })
            })
            .optional()?;
        Ok(held)
    }

    /// Remembers an object.
    pub(crate) fn remember(&self, kind: &str, object: &str, held: &Held) -> Result<(), Error> {
        let insert =
            "INSERT OR REPLACE INTO objects (kind, object, record, version, content, alive)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Held { record, version, content, alive } = held;
        let values =
            params![kind, object, record.as_bytes(), stored(*version)?, content.as_bytes(), alive];
        self.tx.prepare_cached(insert)?.execute(values)?;
        Ok(())
    }

    /// Puts sealed records at the end of the spool.
    pub(crate) fn append(&mut self, records: &[Sealed], types: &[RecordType]) -> Result<(), Error> {
        if records.len() != types.len() {
            return Err(Error::Unavailable);
        }
        let insert = "INSERT INTO spool (sequence, record, record_type, value, seal)
                      VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.tx.prepare_cached(insert)?;
        for (sealed, record_type) in records.iter().zip(types) {
            insert.execute(params![
                stored(sealed.sequence())?,
                sealed.record_id().as_bytes(),
                record_type.as_str(),
                sealed.value(),
                sealed.seal().encode(),
            ])?;
            self.added.records += 1;
            self.added.bytes += sealed.value().len() as u64;
        }
        Ok(())
    }

    /// Counts into the source's total.
    pub(crate) fn count(&mut self, tally: Tally) {
        self.head.tally += tally;
    }

    /// Keeps the answer to a request under its key, and forgets the oldest beyond the bound.
    pub(crate) fn keep(&self, key: &str, at: Timestamp, kept: &Kept) -> Result<(), Error> {
        let insert = "INSERT INTO answers (key, at, digest, status, body)
                      VALUES (?1, ?2, ?3, ?4, ?5)";
        let Kept { digest, status, body } = kept;
        let values = params![key, at.as_micros(), digest.as_bytes(), status, body];
        self.tx.prepare_cached(insert)?.execute(values)?;
        let trim = "DELETE FROM answers WHERE number <= (SELECT max(number) FROM answers) - ?1";
        self.tx.prepare_cached(trim)?.execute([limits::ANSWERS])?;
        Ok(())
    }

    /// Writes down how far a file has been taken, and counts `chunk` into the source's total.
    pub(crate) fn progress(
        &mut self,
        file: &str,
        digest: &Digest,
        progress: &Progress,
        chunk: Tally,
    ) -> Result<(), Error> {
        self.count(chunk);
        let insert = "INSERT OR REPLACE INTO under_way (file, digest, rows, finished, tally)
                      VALUES (?1, ?2, ?3, ?4, ?5)";
        let Progress { rows, finished, tally } = progress;
        let tally = text(tally)?;
        let values = params![file, digest.as_bytes(), stored(*rows)?, finished, tally];
        self.tx.prepare_cached(insert)?.execute(values)?;
        Ok(())
    }

    /// Writes down one fault of a refused row.
    pub(crate) fn refuse(&self, file: &str, fault: &str) -> Result<(), Error> {
        let insert = "INSERT INTO refused (file, fault) VALUES (?1, ?2)";
        self.tx.prepare_cached(insert)?.execute([file, fault])?;
        Ok(())
    }

    /// Writes down that a file was taken, and forgets the oldest beyond the bound.
    pub(crate) fn taken(&self, file: &str, at: Timestamp, tally: &Tally) -> Result<(), Error> {
        let insert = "INSERT INTO taken (file, at, tally) VALUES (?1, ?2, ?3)";
        self.tx.execute(insert, params![file, at.as_micros(), text(tally)?])?;
        let trim = "DELETE FROM taken WHERE id <= (SELECT max(id) FROM taken) - ?1";
        self.tx.execute(trim, [limits::TAKEN])?;
        Ok(())
    }

    /// Forgets the progress of a file and what was refused of it.
    pub(crate) fn forget(&self, file: &str) -> Result<(), Error> {
        self.tx.execute("DELETE FROM under_way WHERE file = ?1", [file])?;
        self.tx.execute("DELETE FROM refused WHERE file = ?1", [file])?;
        Ok(())
    }

    pub(super) fn commit(self) -> Result<(Head, Pending), Error> {
        let Head { sequence, time, tally } = self.head;
        for (name, value) in [
            ("sequence", sequence.to_string()),
            ("time", time.as_micros().to_string()),
            ("tally", text(&tally)?),
        ] {
            let insert = "INSERT OR REPLACE INTO about (name, value) VALUES (?1, ?2)";
            self.tx.prepare_cached(insert)?.execute([name, &value])?;
        }
        self.tx.commit()?;
        Ok((self.head, self.added))
    }
}

/// A count as SQLite keeps it.
pub(super) fn stored(count: u64) -> Result<i64, Error> {
    i64::try_from(count).map_err(|_| Error::Unavailable)
}

/// A count as it was kept; none is ever negative.
pub(super) fn counted(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or_default()
}

/// What every transaction carries on, as it was written down.
pub(super) fn head(db: &Connection) -> Result<Head, Error> {
    let about = |name: &str| -> Result<Option<String>, Error> {
        let query = "SELECT value FROM about WHERE name = ?1";
        Ok(db.query_row(query, [name], |row| row.get(0)).optional()?)
    };
    let number = |name: &str, default: i64| -> Result<i64, Error> {
        about(name)?.map_or(Ok(default), |value| value.parse().map_err(|_| Error::Corrupt))
    };
    Ok(Head {
        sequence: u64::try_from(number("sequence", 1)?).map_err(|_| Error::Corrupt)?,
        time: Timestamp::from_micros(number("time", 0)?),
        tally: about("tally")?.map_or(Ok(Tally::default()), |text| tally(&text))?,
    })
}

pub(super) fn tally(text: &str) -> Result<Tally, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt)
}

fn text(tally: &Tally) -> Result<String, Error> {
    serde_json::to_string(tally).map_err(|_| Error::Unavailable)
}

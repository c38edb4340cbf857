//! Data keys, one per authority and month, in a file of their own. Deleting a row shreds every
//! body under it; the file overwrites what it deletes and keeps no second copy in a log.

use crate::Error;
use crate::limits::{BUSY, MAX_CACHED_KEYS};
use crate::prepare::PeriodKey;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use seal::DataKey;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use vocabulary::{AuthorityId, Digest, Secret, SourceId, Timestamp};

/// Whose bodies of which month: the unit of retention.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The authority; none for accesses and changes, the centre's own.
    pub authority: Option<AuthorityId>,
    /// The month.
    pub month: Month,
}

/// A calendar month (UTC), as months since year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i64);

/// Names a data key in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PeriodId(pub(crate) i64);

/// The key table.
#[derive(Debug)]
pub(crate) struct Keys {
    table: Connection,
    cached: BTreeMap<Period, PeriodKey>,
}

/// Where a subject's tags would lie in the index: under the index secret and a data key.
pub(crate) type Tag = [u8; 16];

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS period (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        authority TEXT NOT NULL,
        month INTEGER NOT NULL,
        key BLOB NOT NULL,
        UNIQUE (authority, month)
    ) STRICT;";

// === impl Month ===

impl Month {
    /// The month a time falls in.
    pub fn of(at: Timestamp) -> Self {
        // Days to months by the civil calendar, eras of 400 years from 1 March of year 0.
        let days = at.days() + 719_468;
        let era = days.div_euclid(146_097);
        let day = days.rem_euclid(146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        Month((era * 400 + year) * 12 + from_march + 2)
    }

    /// So many months earlier.
    pub const fn before(self, months: u32) -> Self {
        Month(self.0 - months as i64)
    }

    /// Year, and month from 1 to 12.
    pub const fn year_and_month(self) -> (i64, i64) {
        (self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

// === impl Period ===

impl Period {
    /// The period that an entry of a source at a time belongs to.
    pub(crate) fn of(source: Option<&SourceId>, at: Timestamp) -> Self {
        let authority = source.and_then(|source| source.authority().ok());
        Period { authority, month: Month::of(at) }
    }

    fn authority_text(&self) -> &str {
        self.authority.as_ref().map_or("", AuthorityId::as_str)
    }
}

// === impl Keys ===

impl Keys {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let table = Connection::open(path)?;
        table.busy_timeout(BUSY)?;
        // No write-ahead log: a shredded key must not live on in one.
        table.pragma_update(None, "journal_mode", "TRUNCATE")?;
        table.pragma_update(None, "secure_delete", "ON")?;
        table.pragma_update(None, "synchronous", "FULL")?;
        table.execute_batch(SCHEMA)?;
        Ok(Keys { table, cached: BTreeMap::new() })
    }

    pub(crate) fn open_to_read(path: &Path) -> Result<Self, Error> {
        let table = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        table.busy_timeout(BUSY)?;
        Ok(Keys { table, cached: BTreeMap::new() })
    }

    /// The key of a period, made and durable before it is first used.
    pub(crate) fn of(&mut self, period: &Period) -> Result<PeriodKey, Error> {
        if !self.cached.contains_key(period) {
            if self.cached.len() >= MAX_CACHED_KEYS {
                self.cached.clear();
            }
            let (id, key) = self.fetch_or_make(period)?;
            self.cached.insert(period.clone(), (id, Arc::new(key)));
        }
        self.cached.get(period).cloned().ok_or(Error::Unknown)
    }

    /// The key by its name; none once shredded.
    pub(crate) fn get(&self, id: PeriodId) -> Result<Option<DataKey>, Error> {
        let mut select = self.table.prepare_cached("SELECT key FROM period WHERE id = ?1")?;
        Ok(select.query_row([id.0], |row| row.get(0).map(data_key)).optional()?)
    }

    /// Every period with a key.
    pub(crate) fn all(&self) -> Result<Vec<(Period, PeriodId, DataKey)>, Error> {
        let mut select = self
            .table
            .prepare_cached("SELECT authority, month, id, key FROM period ORDER BY id")?;
        let rows = select.query_map([], |row| {
            let authority: String = row.get(0)?;
            let period = Period { authority: authority.parse().ok(), month: Month(row.get(1)?) };
            Ok((period, PeriodId(row.get(2)?), data_key(row.get(3)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Deletes a period's key for good.
    pub(crate) fn shred(&mut self, id: PeriodId) -> Result<(), Error> {
        self.cached.retain(|_, (cached, _)| *cached != id);
        self.table.execute("DELETE FROM period WHERE id = ?1", [id.0])?;
        Ok(())
    }

    fn fetch_or_make(&self, period: &Period) -> Result<(PeriodId, DataKey), Error> {
        let (authority, month) = (period.authority_text(), period.month.0);
        let fresh = DataKey::generate()?;
        self.table.execute(
            "INSERT INTO period (authority, month, key) VALUES (?1, ?2, ?3)
             ON CONFLICT (authority, month) DO NOTHING",
            params![authority, month, fresh.expose()],
        )?;
        let mut select = self
            .table
            .prepare_cached("SELECT id, key FROM period WHERE authority = ?1 AND month = ?2")?;
        let found = select.query_row(params![authority, month], |row| {
            Ok((PeriodId(row.get(0)?), data_key(row.get(1)?)))
        })?;
        Ok(found)
    }
}

fn data_key(key: [u8; 32]) -> DataKey {
    DataKey::new(Secret::new(key))
}

/// The tag of a subject in one period. Without index secret and data key it is noise.
pub(crate) fn tag(secret: &Secret<[u8; 32]>, key: &DataKey, subject: &str) -> Tag {
    let digest: Digest = seal::hmac_sha256(secret, &[key.expose(), subject.as_bytes()]);
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

//! The copy itself: one SQLite file, rebuilt from the lanes whenever it can not be trusted. Used
//! by one thread.

use crate::{
    Error, RecordState, RegisterEntry, Resolved, SourceState, limits, register_lane, source,
};
use carrier::{Carrier, Committed, Fetched, Lane, Limit, Offset};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use vocabulary::{OrgNumber, RecordId, SourceId, Timestamp};

/// Layout of the file; another one is rebuilt.
const LAYOUT: i64 = 1;

const TABLES: &str = "
CREATE TABLE position (lane TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    id BLOB PRIMARY KEY, source TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX record_subject ON record (subject) WHERE subject <> '';
CREATE TABLE source (source TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE register (
    orgnr TEXT PRIMARY KEY, parent TEXT, copied INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX register_parent ON register (parent) WHERE parent IS NOT NULL;
";

/// The exchange's copy of state and register.
pub struct State {
    path: PathBuf,
    db: Connection,
    records: RefCell<HashMap<RecordId, RecordState>>,
    register: RefCell<HashMap<OrgNumber, Option<register_lane::Copied>>>,
}

// === impl State ===

impl State {
    /// Opens the copy; one that is torn, foreign or of another layout is begun anew.
    pub fn open(path: &Path) -> Result<State, Error> {
        let db = match open_sound(path)? {
            Some(db) => db,
            None => create(path)?,
        };
        Ok(State { path: path.to_owned(), db, records: RefCell::default(), register: RefCell::default() })
    }

    /// Brings the copy up to the ends of the lanes. A copy that is ahead of a lane belongs to
    /// other lanes and is begun anew.
    pub fn catch_up(&mut self, carrier: &dyn Carrier, sources: &[SourceId]) -> Result<(), Error> {
        let mut lanes: Vec<Lane> = sources.iter().cloned().map(Lane::State).collect();
        lanes.push(Lane::Register);
        for lane in &lanes {
            if self.position(lane)? > carrier.end(lane)? {
                tracing::warn!("the copy of state is of other lanes: begun anew");
                self.db = create(&self.path)?;
                self.forget();
                break;
            }
        }
        for source in sources {
            self.catch_up_state(carrier, source)?;
        }
        self.catch_up_register(carrier).map(|_| ())
    }

    fn catch_up_state(&mut self, carrier: &dyn Carrier, source: &SourceId) -> Result<(), Error> {
        let lane = Lane::State(source.clone());
        loop {
            let from = self.position(&lane)?;
            let page = carrier.read(&lane, from, page())?;
            let Some(last) = page.last() else { return Ok(()) };
            let next = last.offset.next();
            let tx = self.db.transaction()?;
            for fetched in &page {
                put_message(&tx, source, fetched)?;
            }
            put_position(&tx, &lane, next)?;
            tx.commit()?;
            self.records.borrow_mut().clear();
        }
    }

    /// Takes in what is new on the register lane; returns whose form, parent or municipality
    /// changed.
    pub fn catch_up_register(&mut self, carrier: &dyn Carrier) -> Result<Vec<OrgNumber>, Error> {
        let mut changed = Vec::new();
        loop {
            let from = self.position(&Lane::Register)?;
            let page = carrier.read(&Lane::Register, from, page())?;
            let Some(last) = page.last() else { return Ok(changed) };
            let next = last.offset.next();
            let tx = self.db.transaction()?;
            for fetched in &page {
                changed.extend(register_lane::put(&tx, fetched)?);
            }
            put_position(&tx, &Lane::Register, next)?;
            tx.commit()?;
            self.register.borrow_mut().clear();
        }
    }

    /// Takes in what a commit has just written. To be called after it, and only then.
    pub fn apply(
        &mut self,
        committed: &Committed,
        records: Vec<(SourceId, RecordState)>,
        sources: BTreeMap<SourceId, SourceState>,
    ) -> Result<(), Error> {
        let tx = self.db.transaction()?;
        for (source, record) in &records {
            put_record(&tx, source, record)?;
        }
        for (source, held) in &sources {
            put_source(&tx, source, &held.encode()?)?;
        }
        for (source, next) in &committed.states {
            put_position(&tx, &Lane::State(source.clone()), *next)?;
        }
        tx.commit()?;
        let mut cache = self.records.borrow_mut();
        if cache.len() + records.len() > limits::CACHE {
            cache.clear();
        }
        cache.extend(records.into_iter().map(|(_, record)| (record.record_id, record)));
        Ok(())
    }

    /// A record's state.
    pub fn record(&self, id: &RecordId) -> Result<Option<RecordState>, Error> {
        if let Some(record) = self.records.borrow().get(id) {
            return Ok(Some(record.clone()));
        }
        Ok(self.record_with_source(id)?.map(|(_, record)| record))
    }

    /// A record's state and whose it is.
    pub fn record_with_source(
        &self,
        id: &RecordId,
    ) -> Result<Option<(SourceId, RecordState)>, Error> {
        let mut find = self.db.prepare_cached("SELECT source, body FROM record WHERE id = ?1")?;
        let row = find.query_row([id.as_bytes()], two).optional()?;
        row.map(decode).transpose()
    }

    /// Records in the order of their ids, after one.
    pub fn records(
        &self,
        after: Option<&RecordId>,
        limit: usize,
    ) -> Result<Vec<(SourceId, RecordState)>, Error> {
        let mut find = self.db.prepare_cached(
            "SELECT source, body FROM record WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let after = after.map_or(&[][..], |id| id.as_bytes());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = find.query_map(params![after, limit], two)?;
        rows.map(|row| decode(row?)).collect()
    }

    /// Ids of all records about a subject.
    pub fn record_ids_of_subject(&self, subject: &OrgNumber) -> Result<Vec<RecordId>, Error> {
        let mut find = self.db.prepare_cached("SELECT id FROM record WHERE subject = ?1")?;
        let rows = find.query_map([subject.as_str()], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|row| RecordId::try_from(row?.as_slice()).map_err(|_| Error::Malformed)).collect()
    }

    /// How many records are kept.
    pub fn record_count(&self) -> Result<u64, Error> {
        let count: i64 = self.db.query_row("SELECT count(*) FROM record", [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// A source's sequence.
    pub fn source(&self, source: &SourceId) -> Result<Option<SourceState>, Error> {
        let mut find = self.db.prepare_cached("SELECT body FROM source WHERE source = ?1")?;
        let body = find.query_row([source.as_str()], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        body.map(|body| SourceState::decode(&body)).transpose()
    }

    /// What the register copy holds of an organisation.
    pub fn register(&self, orgnr: &OrgNumber) -> Result<Option<RegisterEntry>, Error> {
        Ok(self.copied(orgnr)?.map(|copied| copied.entry))
    }

    /// Kind and municipality of a subject. An entry copied before `oldest` is stale and counts as
    /// missing; so does a sub-unit whose parent is.
    pub fn resolve(&self, orgnr: &OrgNumber, oldest: Timestamp) -> Result<Resolved, Error> {
        let fresh = |copied: &register_lane::Copied| copied.at >= oldest;
        let Some(own) = self.copied(orgnr)?.filter(fresh) else { return Ok(Resolved::UNKNOWN) };
        let parent = match &own.entry.parent {
            Some(parent) => self.copied(parent)?.filter(fresh),
            None => None,
        };
        Ok(Resolved::of(&own.entry, parent.as_ref().map(|parent| &parent.entry)))
    }

    /// Sub-units whose parent this is, as far as the limit goes.
    pub fn units_of(&self, parent: &OrgNumber) -> Result<Vec<OrgNumber>, Error> {
        let mut find =
            self.db.prepare_cached("SELECT orgnr FROM register WHERE parent = ?1 LIMIT ?2")?;
        let limit = i64::try_from(limits::UNITS).unwrap_or(i64::MAX);
        let rows = find.query_map(params![parent.as_str(), limit], |row| row.get::<_, String>(0))?;
        rows.map(|row| row?.parse().map_err(|_| Error::Malformed)).collect()
    }

    fn copied(&self, orgnr: &OrgNumber) -> Result<Option<register_lane::Copied>, Error> {
        if let Some(known) = self.register.borrow().get(orgnr) {
            return Ok(known.clone());
        }
        let found = register_lane::get(&self.db, orgnr)?;
        let mut cache = self.register.borrow_mut();
        if cache.len() >= limits::CACHE {
            cache.clear();
        }
        cache.insert(*orgnr, found.clone());
        Ok(found)
    }

    fn position(&self, lane: &Lane) -> Result<Offset, Error> {
        let mut find = self.db.prepare_cached("SELECT next FROM position WHERE lane = ?1")?;
        let next: Option<i64> = find.query_row([lane.to_string()], |row| row.get(0)).optional()?;
        Ok(Offset(next.and_then(|next| u64::try_from(next).ok()).unwrap_or(0)))
    }

    fn forget(&self) {
        self.records.borrow_mut().clear();
        self.register.borrow_mut().clear();
    }
}

fn page() -> Limit {
    Limit { records: limits::PAGE, ..Limit::default() }
}

fn two(row: &rusqlite::Row<'_>) -> rusqlite::Result<(String, Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn decode((source, body): (String, Vec<u8>)) -> Result<(SourceId, RecordState), Error> {
    Ok((source.parse().map_err(|_| Error::Malformed)?, RecordState::decode(&body)?))
}

fn put_message(tx: &Transaction<'_>, source: &SourceId, fetched: &Fetched) -> Result<(), Error> {
    let Some(body) = &fetched.message.value else { return Ok(()) };
    if fetched.message.key == source::KEY {
        SourceState::decode(body)?;
        return put_source(tx, source, body);
    }
    put_record(tx, source, &RecordState::decode(body)?)
}

fn put_record(tx: &Transaction<'_>, source: &SourceId, record: &RecordState) -> Result<(), Error> {
    let mut put = tx.prepare_cached(
        "INSERT OR REPLACE INTO record (id, source, subject, body) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let subject = record.subject.as_ref().map_or("", OrgNumber::as_str);
    put.execute(params![record.record_id.as_bytes(), source.as_str(), subject, record.encode()?])?;
    Ok(())
}

fn put_source(tx: &Transaction<'_>, source: &SourceId, body: &[u8]) -> Result<(), Error> {
    tx.prepare_cached("INSERT OR REPLACE INTO source (source, body) VALUES (?1, ?2)")?
        .execute(params![source.as_str(), body])?;
    Ok(())
}

fn put_position(tx: &Transaction<'_>, lane: &Lane, next: Offset) -> Result<(), Error> {
    tx.prepare_cached("INSERT OR REPLACE INTO position (lane, next) VALUES (?1, ?2)")?
        .execute(params![lane.to_string(), i64::try_from(next.0).unwrap_or(i64::MAX)])?;
    Ok(())
}

/// A file that exists, is whole and has our layout.
fn open_sound(path: &Path) -> Result<Option<Connection>, Error> {
    if !path.exists() {
        return Ok(None);
    }
    let sound = |db: &Connection| -> rusqlite::Result<bool> {
        let layout: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let check: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok(layout == LAYOUT && check == "ok")
    };
    let opened = Connection::open(path).and_then(|db| {
        tune(&db)?;
        Ok(sound(&db)?.then_some(db))
    });
    match opened {
        Ok(Some(db)) => Ok(Some(db)),
        Ok(None) | Err(_) => {
            tracing::warn!("the copy of state is torn or foreign: begun anew");
            Ok(None)
        }
    }
}

fn create(path: &Path) -> Result<Connection, Error> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // What is not there need not be removed; what can not be removed fails below.
        let _absent = std::fs::remove_file(name);
    }
    let db = Connection::open(path)?;
    tune(&db)?;
    db.execute_batch(TABLES)?;
    db.pragma_update(None, "user_version", LAYOUT)?;
    Ok(db)
}

fn tune(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "cache_size", -limits::PAGES_KIB)?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(())
}

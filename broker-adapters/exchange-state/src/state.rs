//! The exchange's copy of register and state, for questions in a record's path. It follows the
//! lanes and is never ahead of them; it decides nothing.

use crate::cache::Cache;
use crate::entitlement::{Granted, Unheard};
use crate::limits::{CACHED_ENTRIES, CACHED_RECORDS, CACHED_SUBJECTS, MAX_ANSWER, MAX_PARENTS};
use crate::record::RecordState;
use crate::register::{RegisterEntry, Resolved};
use crate::source::SourceState;
use crate::store::Store;
use crate::{Error, Permanent, Temporary};
use rusqlite::{OptionalExtension, Row, params};
use seal::{Keyring, Verifier};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vocabulary::{OrgNumber, RecordId, SourceId, SubjectKind, Timestamp};

/// The copy. Used from any thread; one at a time gets in.
pub struct State {
    inner: Mutex<Inner>,
}

/// What names a record.
pub type RecordKey = (SourceId, RecordId);

/// A place among all records, in the order in which their first versions came here. It means
/// nothing to another copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(i64);

/// Some records, and the place of the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// None behind the last one.
    pub records: Vec<RecordState>,
    /// Where to go on.
    pub last: Place,
}

/// A row: place, source, id, state.
type Raw = (i64, i64, Vec<u8>, Vec<u8>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) sources: HashMap<SourceId, SourceRow>,
    pub(crate) names: HashMap<i64, SourceId>,
    pub(crate) records: Cache<RecordKey, Arc<RecordState>>,
    pub(crate) entries: Cache<OrgNumber, Option<Arc<RegisterEntry>>>,
    /// Sources that were caught up with since the start; others' states may be old.
    pub(crate) caught: HashSet<SourceId>,
    /// Knows the keys that may seal the register and entitlement lanes.
    pub(crate) verifier: Verifier,
    /// What is entitled about a subject, or that nothing is.
    pub(crate) entitled: Cache<OrgNumber, Arc<[Granted]>>,
    /// Messages of the entitlement lane passed over.
    pub(crate) unheard: BTreeMap<Unheard, u64>,
    /// Register messages passed over for want of a seal that holds.
    pub(crate) unsealed: u64,
    /// Set while the copy must not be asked: it failed to follow a commit, or was found torn.
    pub(crate) behind: bool,
}

/// A source as kept in memory.
#[derive(Clone)]
pub(crate) struct SourceRow {
    pub(crate) id: i64,
    pub(crate) next: u64,
    pub(crate) last: Vec<u8>,
    pub(crate) state: SourceState,
}

// === impl State ===

impl State {
    /// Opens the copy, or begins it anew if the file is missing, torn, another version's or not
    /// ours. Then [`State::catch_up`]. Of the register lane only what is sealed under
    /// [`carrier::REGISTER_SOURCE`] by a key of the ring is taken over, of the entitlement lane
    /// what the source that it names has sealed by one.
    pub fn open(path: &Path, keys: Keyring) -> Result<State, Error> {
        let inner = Inner {
            store: Store::open(path)?,
            sources: HashMap::new(),
            names: HashMap::new(),
            records: Cache::new(CACHED_RECORDS),
            entries: Cache::new(CACHED_ENTRIES),
            caught: HashSet::new(),
            verifier: Verifier::new(keys),
            unsealed: 0,
            entitled: Cache::new(CACHED_SUBJECTS),
            unheard: BTreeMap::new(),
            behind: true,
        };
        Ok(State { inner: Mutex::new(inner) })
    }

    /// The state of a record; none if it was never accepted. The source must have been caught
    /// up with.
    pub fn record(
        &self,
        source: &SourceId,
        id: &RecordId,
    ) -> Result<Option<Arc<RecordState>>, Error> {
        self.asked()?.record(source, id)
    }

    /// The state of a source; that of a new one if nothing was ever accepted from it. The source
    /// must have been caught up with.
    pub fn source(&self, source: &SourceId) -> Result<SourceState, Error> {
        let inner = self.asked()?;
        inner.demand(source)?;
        Ok(inner.sources.get(source).map(|row| row.state.clone()).unwrap_or_default())
    }

    /// What the register says about an organisation.
    pub fn register(&self, orgnr: &OrgNumber) -> Result<Option<Arc<RegisterEntry>>, Error> {
        self.asked()?.register(orgnr)
    }

    /// Messages of the register lane passed over since the copy was opened: without a seal that
    /// holds, about another organisation than their key, or sealed before what is held.
    pub fn unsealed(&self) -> u64 {
        self.locked().unsealed
    }

    /// What kind of subject an organisation number is. Entries older than `oldest` count as
    /// missing, and a missing one makes the kind unknown.
    pub fn resolve(&self, orgnr: &OrgNumber, oldest: Timestamp) -> Result<Resolved, Error> {
        self.asked()?.resolve(orgnr, oldest)
    }

    /// Records whose newest version is about a subject, behind a place. Also those of sources that
    /// were once caught up with and are no longer this exchange's.
    pub fn records_of_subject(
        &self,
        subject: &OrgNumber,
        behind: Place,
        limit: usize,
    ) -> Result<Page, Error> {
        let inner = self.asked()?;
        let mut records = inner.store.conn.prepare_cached(
            "SELECT place, source, id, state FROM record
             WHERE subject = ?1 AND place > ?2 ORDER BY place LIMIT ?3",
        )?;
        let rows = records.query_map(params![number(subject), behind.0, bounded(limit)], raw)?;
        inner.page(behind, rows)
    }

    /// All records behind a place; as for [`State::records_of_subject`].
    pub fn records(&self, behind: Place, limit: usize) -> Result<Page, Error> {
        let inner = self.asked()?;
        let mut records = inner.store.conn.prepare_cached(
            "SELECT place, source, id, state FROM record
             WHERE place > ?1 ORDER BY place LIMIT ?2",
        )?;
        let rows = records.query_map(params![behind.0, bounded(limit)], raw)?;
        inner.page(behind, rows)
    }

    /// Units whose entry names this one as the unit above, in order, behind `after`: their
    /// subjects change with it.
    pub fn sub_units(
        &self,
        parent: &OrgNumber,
        after: Option<&OrgNumber>,
        limit: usize,
    ) -> Result<Vec<OrgNumber>, Error> {
        let inner = self.asked()?;
        let mut units = inner.store.conn.prepare_cached(
            "SELECT orgnr FROM register WHERE parent = ?1 AND orgnr > ?2 ORDER BY orgnr LIMIT ?3",
        )?;
        let after = after.map_or(0, number);
        let rows = units.query_map(params![number(parent), after, bounded(limit)], |row| {
            row.get::<_, i64>(0)
        })?;
        rows.map(|row| orgnr(row?)).collect()
    }

    /// The inside, for a question: refused while the copy is behind.
    pub(crate) fn asked(&self) -> Result<MutexGuard<'_, Inner>, Error> {
        let inner = self.locked();
        if inner.behind { Err(Temporary::Behind.into()) } else { Ok(inner) }
    }

    pub(crate) fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Inner ===

impl Inner {
    /// Refuses a source that was not caught up with.
    pub(crate) fn demand(&self, source: &SourceId) -> Result<(), Error> {
        let caught = self.caught.contains(source);
        if caught { Ok(()) } else { Err(Temporary::Behind.into()) }
    }

    fn record(
        &mut self,
        source: &SourceId,
        id: &RecordId,
    ) -> Result<Option<Arc<RecordState>>, Error> {
        self.demand(source)?;
        let key = (source.clone(), *id);
        if let Some(state) = self.records.get(&key) {
            return Ok(Some(state));
        }
        let Some(row) = self.sources.get(source) else { return Ok(None) };
        let mut find = self
            .store
            .conn
            .prepare_cached("SELECT state FROM record WHERE source = ?1 AND id = ?2")?;
        let bytes: Option<Vec<u8>> =
            find.query_row(params![row.id, id.as_bytes()], |row| row.get(0)).optional()?;
        let Some(bytes) = bytes else { return Ok(None) };
        let state = Arc::new(RecordState::decode(source.clone(), *id, &bytes)?);
        self.records.put(key, Arc::clone(&state));
        Ok(Some(state))
    }

    fn register(&mut self, orgnr: &OrgNumber) -> Result<Option<Arc<RegisterEntry>>, Error> {
        if let Some(entry) = self.entries.get(orgnr) {
            return Ok(entry);
        }
        let entry = self.read_register(orgnr)?.map(Arc::new);
        self.entries.put(*orgnr, entry.clone());
        Ok(entry)
    }

    pub(crate) fn read_register(&self, orgnr: &OrgNumber) -> Result<Option<RegisterEntry>, Error> {
        let find = self.store.conn.prepare_cached("SELECT entry FROM register WHERE orgnr = ?1");
        let bytes: Option<Option<Vec<u8>>> =
            find.and_then(|mut find| find.query_row([number(orgnr)], |row| row.get(0)).optional())?;
        bytes.flatten().map(|bytes| RegisterEntry::decode(&bytes)).transpose()
    }

    fn resolve(&mut self, orgnr: &OrgNumber, oldest: Timestamp) -> Result<Resolved, Error> {
        let mut found = Resolved { kind: SubjectKind::Unknown, municipality: None, as_of: None };
        let fresh = |entry: Option<Arc<RegisterEntry>>| entry.filter(|one| one.as_of >= oldest);
        let Some(mut entry) = fresh(self.register(orgnr)?) else { return Ok(found) };
        found.municipality = entry.municipality;
        let mut as_of = entry.as_of;
        for _ in 0..MAX_PARENTS {
            if !entry.form.is_sub_unit() {
                found.kind = entry.form.subject_kind();
                found.as_of = Some(as_of);
                break;
            }
            let Some(parent) = entry.parent else { break };
            let Some(above) = fresh(self.register(&parent)?) else { break };
            as_of = as_of.min(above.as_of);
            entry = above;
        }
        Ok(found)
    }

    fn page(
        &self,
        behind: Place,
        rows: impl Iterator<Item = rusqlite::Result<Raw>>,
    ) -> Result<Page, Error> {
        let mut page = Page { records: Vec::new(), last: behind };
        for row in rows {
            let (place, source, id, bytes) = row?;
            let source = self.names.get(&source).ok_or(Permanent::Malformed)?.clone();
            let id = RecordId::try_from(id.as_slice()).map_err(|_| Permanent::Malformed)?;
            page.records.push(RecordState::decode(source, id, &bytes)?);
            page.last = Place(place);
        }
        Ok(page)
    }

    /// Reads the sources into memory.
    pub(crate) fn load_sources(&mut self) -> Result<(), Error> {
        self.sources.clear();
        self.names.clear();
        let mut all =
            self.store.conn.prepare_cached("SELECT name, id, next, last, state FROM source")?;
        let rows = all.query_map([], |row| {
            let name: String = row.get(0)?;
            let state: Option<Vec<u8>> = row.get(4)?;
            Ok((name, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get(3)?, state))
        })?;
        for row in rows {
            let (name, id, next, last, state) = row?;
            let source: SourceId = name.parse().map_err(|_| Permanent::Malformed)?;
            let state = state.map(|bytes| SourceState::decode(&bytes)).transpose()?;
            let state = state.unwrap_or_default();
            self.names.insert(id, source.clone());
            let next = u64::try_from(next).unwrap_or_default();
            self.sources.insert(source, SourceRow { id, next, last, state });
        }
        Ok(())
    }
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn bounded(limit: usize) -> i64 {
    i64::try_from(limit.min(MAX_ANSWER)).unwrap_or(i64::MAX)
}

/// An organisation number as an integer key.
pub(crate) fn number(orgnr: &OrgNumber) -> i64 {
    // INVARIANT: nine ASCII digits.
    orgnr.as_str().parse().unwrap_or_default()
}

pub(crate) fn orgnr(number: i64) -> Result<OrgNumber, Error> {
    number.to_string().parse().map_err(|_| Permanent::Malformed.into())
}

//! How the copy follows its lanes: from the stored positions at start, and with each commit. A
//! copy of other lanes, or ahead of its own, is begun anew.

use crate::limits::{STEP_BYTES, STEP_RECORDS};
use crate::record::RecordState;
use crate::register::RegisterEntry;
use crate::source::{SOURCE_KEY, SourceState};
use crate::state::{Inner, SourceRow, State, number};
use crate::{Error, Permanent, Temporary, UNSEALED};
use carrier::{Carrier, Commit, Committed, Lane, Limit, Message, Offset};
use rusqlite::{OptionalExtension, params};
use std::panic::resume_unwind;
use std::sync::Arc;
use vocabulary::{OrgNumber, RecordId, SourceId, Timestamp};

pub(crate) const STEP: Limit = Limit { records: STEP_RECORDS, bytes: STEP_BYTES };

/// States that one commit writes: first onto their lanes, then, when it happened, into the copy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Records with a new version, or other holders. A record may stand more than once: the last
    /// one counts.
    pub records: Vec<RecordState>,
    /// Sources whose sequence moved.
    pub sources: Vec<(SourceId, SourceState)>,
}

/// What one step along the register or entitlement lane found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Followed {
    /// Organisations whose form, parent or municipality, or what is entitled about them, is not
    /// what it was.
    pub changed: Vec<OrgNumber>,
    /// Whether there is more to follow at once.
    pub more: bool,
}

/// What the register's source has sealed about an organisation.
struct Said {
    orgnr: OrgNumber,
    sealed_at: Timestamp,
    bytes: Vec<u8>,
    /// None where the bytes can not be read.
    entry: Option<RegisterEntry>,
}

// === impl Changes ===

impl Changes {
    /// Writes the states into the commit: records first, then sources.
    pub fn write(&self, commit: &mut Commit) -> Result<(), Error> {
        for record in &self.records {
            commit.state(record.source.clone(), record.message()?);
        }
        for (source, state) in &self.sources {
            commit.state(source.clone(), state.message());
        }
        Ok(())
    }

    /// The last message that [`Changes::write`] wrote for a source.
    fn last_of(&self, source: &SourceId) -> Result<Option<Message>, Error> {
        if let Some((_, state)) = self.sources.iter().rfind(|(of, _)| of == source) {
            return Ok(Some(state.message()));
        }
        let record = self.records.iter().rfind(|record| record.source == *source);
        record.map(RecordState::message).transpose()
    }
}

// === impl State ===

impl State {
    /// Reads the register and entitlement lanes and these sources' state lanes from where the copy
    /// stands to their ends. After it, questions about them are answered, and still about those
    /// that were caught up with before. After [`Temporary::Behind`] from any other call, catch up
    /// with all sources.
    pub fn catch_up(&self, carrier: &dyn Carrier, sources: &[SourceId]) -> Result<(), Error> {
        let mut inner = self.locked();
        inner.records.clear();
        inner.entries.clear();
        inner.entitled.clear();
        let followed = inner.catch_up(carrier, sources);
        // A copy that can not be read, or is another carrier's, is of no use: once more from the
        // beginning. What is wrong on the lanes themselves is wrong then too.
        let followed = match followed {
            Err(Error::Permanent(_) | Error::Temporary(Temporary::Behind)) => {
                let mut all = std::mem::take(&mut inner.caught);
                all.extend(sources.iter().cloned());
                inner.store.begin_anew()?;
                inner.catch_up(carrier, &all.into_iter().collect::<Vec<_>>())
            }
            other => other,
        };
        inner.behind = followed.is_err();
        followed
    }

    /// Takes one step along the register lane; tells whose entries changed for any ruling.
    pub fn follow_register(&self, carrier: &dyn Carrier) -> Result<Followed, Error> {
        let mut inner = self.locked();
        if inner.behind {
            return Err(Temporary::Behind.into());
        }
        inner.follow_register(carrier)
    }

    /// Commits, and takes over what the commit writes: the records while it is under way, all of it
    /// only if it happened. If taking over fails then, the copy answers nothing until it has caught
    /// up: the lanes are right.
    pub fn apply<E>(
        &self,
        changes: Changes,
        commit: impl FnOnce() -> Result<Committed, E>,
    ) -> Result<Result<Committed, E>, Error> {
        let mut inner = self.locked();
        if inner.behind {
            return Err(Temporary::Behind.into());
        }
        let (copy, written) = (&mut *inner, &changes);
        let (committed, prepared) = std::thread::scope(|scope| {
            let prepared = scope.spawn(move || copy.prepare(written));
            (commit(), prepared.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        let applied = match &committed {
            Ok(committed) => prepared.and_then(|()| inner.apply(changes, committed)),
            Err(_) => inner.forget(),
        };
        if applied.is_err() {
            let _torn = inner.forget();
            inner.behind = true;
            inner.records.clear();
        }
        match (committed, applied) {
            (Ok(_), Err(error)) => Err(error),
            (committed, _) => Ok(committed),
        }
    }
}

// === impl Inner ===

impl Inner {
    fn catch_up(&mut self, carrier: &dyn Carrier, sources: &[SourceId]) -> Result<(), Error> {
        self.load_sources()?;
        while self.follow_register(carrier)?.more {}
        // Whom it changes anything for is of no matter: whoever catches up rules all again.
        while self.follow_entitlements(carrier, 0)?.more {}
        for source in sources {
            self.follow_state(carrier, source)?;
        }
        Ok(())
    }

    fn follow_state(&mut self, carrier: &dyn Carrier, source: &SourceId) -> Result<(), Error> {
        let lane = Lane::State(source.clone());
        let mut row = self.source_row(source)?;
        check_lineage(carrier, &lane, row.next, &row.last)?;
        loop {
            let found = carrier.read(&lane, Offset(row.next), STEP)?;
            let Some(last) = found.last() else { break };
            row.next = last.offset.next().0;
            row.last = digest(&last.message);
            let transaction = self.store.conn.unchecked_transaction()?;
            for fetched in &found {
                let value = fetched.message.value.as_deref();
                if fetched.message.key == SOURCE_KEY {
                    row.state = SourceState::decode(value.ok_or(Permanent::Malformed)?)?;
                    continue;
                }
                let id = RecordId::try_from(fetched.message.key.as_slice());
                let id = id.map_err(|_| Permanent::Malformed)?;
                match value {
                    Some(bytes) => {
                        let state = RecordState::decode(source.clone(), id, bytes)?;
                        put_record(&transaction, row.id, &state, bytes)?;
                    }
                    None => forget_record(&transaction, row.id, &id)?,
                }
            }
            put_source(&transaction, &row)?;
            transaction.commit()?;
        }
        self.sources.insert(source.clone(), row);
        self.caught.insert(source.clone());
        Ok(())
    }

    fn follow_register(&mut self, carrier: &dyn Carrier) -> Result<Followed, Error> {
        let (next, last): (i64, Vec<u8>) =
            self.store.conn.query_row("SELECT next, last FROM register_lane", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let next = u64::try_from(next).unwrap_or_default();
        check_lineage(carrier, &Lane::Register, next, &last)?;
        let found = carrier.read(&Lane::Register, Offset(next), STEP)?;
        let Some(last) = found.last() else { return Ok(Followed::default()) };
        let said: Vec<Said> = found.iter().filter_map(|one| self.said(&one.message)).collect();
        let mut passed_over = found.len() - said.len();
        let mut followed = Followed { changed: Vec::new(), more: true };
        let transaction = self.store.conn.unchecked_transaction()?;
        for said in &said {
            match self.follow_entry(said)? {
                Some(true) => followed.changed.push(said.orgnr),
                Some(false) => {}
                None => passed_over += 1,
            }
        }
        transaction.execute(
            "UPDATE register_lane SET next = ?1, last = ?2",
            params![last.offset.next().0.cast_signed(), digest(&last.message)],
        )?;
        transaction.commit()?;
        for said in &said {
            self.entries.forget(&said.orgnr);
        }
        if passed_over > 0 {
            self.unsealed += passed_over as u64;
            tracing::warn!(code = UNSEALED, passed_over, "register entries without a valid seal");
        }
        Ok(followed)
    }

    /// What a message of the register lane says, if the register's source has sealed it; a key
    /// that is no organisation number, or not the entry's own, names nobody.
    fn said(&mut self, message: &Message) -> Option<Said> {
        let orgnr = text(&message.key)?;
        let sealed = carrier::register_sealed(message).ok()?;
        let authentic = self.verifier.verify(sealed).ok()?;
        let (bytes, sealed_at) = (authentic.value().to_vec(), authentic.sealed_at());
        let entry = RegisterEntry::decode(&bytes).ok();
        let own = entry.as_ref().is_none_or(|entry| entry.orgnr == orgnr);
        own.then_some(Said { orgnr, sealed_at, bytes, entry })
    }

    /// Takes an entry over; tells whether it rules otherwise than the one before, or nothing if it
    /// was sealed before that one: whoever can write the lane could bring it back. An entry that
    /// can not be read counts as missing.
    fn follow_entry(&self, said: &Said) -> Result<Option<bool>, Error> {
        let (conn, key) = (&self.store.conn, number(&said.orgnr));
        let sealed_at = said.sealed_at.as_micros();
        let held: Option<i64> = conn
            .prepare_cached("SELECT sealed FROM register WHERE orgnr = ?1")
            .and_then(|mut held| held.query_row([key], |row| row.get(0)).optional())?;
        if held.is_some_and(|held| held > sealed_at) {
            return Ok(None);
        }
        let before = self.read_register(&said.orgnr)?;
        let parent = said.entry.as_ref().and_then(|entry| entry.parent.as_ref()).map(number);
        let bytes = said.entry.is_some().then_some(&said.bytes);
        conn.prepare_cached("INSERT OR REPLACE INTO register VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut put| put.execute(params![key, parent, bytes, sealed_at]))?;
        Ok(Some(match (&before, &said.entry) {
            (Some(before), Some(entry)) => !before.rules_as(entry),
            (None, None) => false,
            _ => true,
        }))
    }

    /// Writes the records of a commit whose end is not known yet; nobody else sees them.
    fn prepare(&mut self, changes: &Changes) -> Result<(), Error> {
        self.store.conn.execute_batch("BEGIN IMMEDIATE")?;
        for record in &changes.records {
            self.demand(&record.source)?;
            // Whoever was caught up with has a row.
            let row = self.sources.get(&record.source).ok_or(Temporary::Behind)?;
            put_record(&self.store.conn, row.id, record, &record.encode()?)?;
        }
        Ok(())
    }

    /// Takes back what was prepared for a commit that did not happen.
    fn forget(&mut self) -> Result<(), Error> {
        if !self.store.conn.is_autocommit() {
            self.store.conn.execute_batch("ROLLBACK")?;
        }
        Ok(())
    }

    /// Keeps what was prepared, with where its sources stand now.
    fn apply(&mut self, changes: Changes, committed: &Committed) -> Result<(), Error> {
        let mut rows = Vec::new();
        for (source, end) in &committed.states {
            self.demand(source)?;
            let mut row = self.source_row(source)?;
            let last = changes.last_of(source)?.ok_or(Temporary::Behind)?;
            (row.next, row.last) = (end.0, digest(&last));
            rows.push((source.clone(), row));
        }
        let told = |source: &SourceId| committed.states.contains_key(source);
        if !changes.records.iter().all(|record| told(&record.source)) {
            return Err(Temporary::Behind.into());
        }
        for (source, row) in &mut rows {
            let newest = changes.sources.iter().rfind(|(of, _)| of == source);
            if let Some((_, state)) = newest {
                row.state = state.clone();
            }
            put_source(&self.store.conn, row)?;
        }
        self.store.conn.execute_batch("COMMIT")?;
        self.sources.extend(rows);
        for record in changes.records {
            let key = (record.source.clone(), record.record_id);
            self.records.put(key, Arc::new(record));
        }
        Ok(())
    }

    /// A source's row, made if this is the first that is heard of it.
    fn source_row(&mut self, source: &SourceId) -> Result<SourceRow, Error> {
        if let Some(row) = self.sources.get(source) {
            return Ok(row.clone());
        }
        let id = self.store.conn.query_row(
            "INSERT INTO source (name, next, last) VALUES (?1, 0, x'') RETURNING id",
            [source.as_str()],
            |row| row.get(0),
        )?;
        let row = SourceRow { id, next: 0, last: Vec::new(), state: SourceState::default() };
        self.names.insert(id, source.clone());
        self.sources.insert(source.clone(), row.clone());
        Ok(row)
    }
}

/// Refuses a copy that is ahead of its lane, or whose last message is not the lane's.
pub(crate) fn check_lineage(
    carrier: &dyn Carrier,
    lane: &Lane,
    next: u64,
    last: &[u8],
) -> Result<(), Error> {
    let Some(before) = next.checked_sub(1) else { return Ok(()) };
    if carrier.end(lane)?.0 < next {
        return Err(Temporary::Behind.into());
    }
    let one = Limit { records: 1, bytes: 1 };
    let found = carrier.read(lane, Offset(before), one)?.pop();
    match found {
        // Compaction may have taken it, which only a later message of the same lane can cause.
        Some(found) if found.offset.0 == before && digest(&found.message) != last => {
            Err(Temporary::Behind.into())
        }
        _ => Ok(()),
    }
}

/// What tells one message from another: enough for a mistake, not for malice.
pub(crate) fn digest(message: &Message) -> Vec<u8> {
    let value = message.value.as_deref().unwrap_or_default();
    let bytes = message.key.iter().chain(value);
    // FNV-1a.
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    [hash, value.len() as u64].map(u64::to_be_bytes).concat()
}

fn put_record(
    conn: &rusqlite::Connection,
    source: i64,
    state: &RecordState,
    bytes: &[u8],
) -> Result<(), Error> {
    let subject = state.subject.as_ref().map(number);
    conn.prepare_cached(
        "INSERT INTO record (source, id, subject, state) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source, id) DO UPDATE SET subject = excluded.subject, state = excluded.state",
    )
    .and_then(|mut put| put.execute(params![source, state.record_id.as_bytes(), subject, bytes]))?;
    Ok(())
}

fn forget_record(conn: &rusqlite::Connection, source: i64, id: &RecordId) -> Result<(), Error> {
    conn.prepare_cached("DELETE FROM record WHERE source = ?1 AND id = ?2")
        .and_then(|mut delete| delete.execute(params![source, id.as_bytes()]))?;
    Ok(())
}

fn put_source(conn: &rusqlite::Connection, row: &SourceRow) -> Result<(), Error> {
    conn.prepare_cached("UPDATE source SET next = ?2, last = ?3, state = ?4 WHERE id = ?1")
        .and_then(|mut put| {
            put.execute(params![row.id, row.next.cast_signed(), row.last, row.state.encode()])
        })?;
    Ok(())
}

fn text(key: &[u8]) -> Option<OrgNumber> {
    str::from_utf8(key).ok()?.parse().ok()
}

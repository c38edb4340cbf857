//! One commit in the making: findings ruled, their entries, states and positions. It is sealed and
//! recorded as a whole; until it is committed nothing of it exists for anyone else.

use crate::{Error, Quarantine};
use audit::{Inquiry, Recorder, Row, Shared, entry_id};
use carrier::{Commit, Fetched, Message, Notice, Offset};
use exchange_state::{Changes, RecordKey, RecordState, SourceState, State};
use release::{Envelope, Released, Stamp};
use seal::SigningKey;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{
    AuthorityId, Digest, EntryId, OrgNumber, RecordId, RecordType, SourceId, Timestamp,
};

/// A finding ruled: what its entry will say and what leaves with it.
pub(crate) struct Ruled {
    pub(crate) shared: Shared,
    pub(crate) rows: Vec<Row>,
    pub(crate) releases: Vec<Released>,
    pub(crate) producer: OrgNumber,
    pub(crate) record_type: RecordType,
}

/// The commit in the making.
pub(crate) struct Batch {
    bundle: Option<Offset>,
    ruled: Vec<Ruled>,
    changes: Vec<(Timestamp, Digest, String)>,
    plans: Vec<(Timestamp, Digest, String)>,
    access: Vec<(Timestamp, Inquiry)>,
    records: BTreeMap<RecordKey, RecordState>,
    sources: BTreeMap<SourceId, SourceState>,
    quarantined: Vec<(AuthorityId, Message)>,
    told: Vec<Message>,
    positions: BTreeMap<SourceId, (Offset, Offset)>,
    releases: usize,
}

/// A batch as it goes to the carrier, and the states to apply when it has been committed.
pub(crate) struct Sealed {
    pub(crate) commit: Commit,
    pub(crate) changes: Changes,
    /// Entries of the look-ups, in the order they were asked.
    pub(crate) asked: Vec<EntryId>,
}

// === impl Batch ===

impl Batch {
    pub(crate) fn new(bundle: Option<Offset>) -> Batch {
        Batch {
            bundle,
            ruled: Vec::new(),
            changes: Vec::new(),
            plans: Vec::new(),
            access: Vec::new(),
            records: BTreeMap::new(),
            sources: BTreeMap::new(),
            quarantined: Vec::new(),
            told: Vec::new(),
            positions: BTreeMap::new(),
            releases: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ruled.is_empty()
            && self.changes.is_empty()
            && self.access.is_empty()
            && self.quarantined.is_empty()
            && self.positions.is_empty()
    }

    pub(crate) fn releases(&self) -> usize {
        self.releases
    }

    pub(crate) fn ruled(&self) -> &[Ruled] {
        &self.ruled
    }

    pub(crate) fn push(&mut self, ruled: Ruled) {
        self.releases += ruled.releases.len();
        self.ruled.push(ruled);
    }

    pub(crate) fn ask(&mut self, at: Timestamp, inquiry: Inquiry) {
        self.access.push((at, inquiry));
    }

    pub(crate) fn change(&mut self, at: Timestamp, bundle: Digest, detail: String) {
        self.changes.push((at, bundle, detail));
    }

    pub(crate) fn plan(&mut self, at: Timestamp, plan: Digest, description: String) {
        self.plans.push((at, plan, description));
    }

    /// The record as it stands after this batch so far.
    pub(crate) fn record(
        &self,
        state: &State,
        source: &SourceId,
        id: &RecordId,
    ) -> Result<Option<RecordState>, Error> {
        match self.records.get(&(source.clone(), *id)) {
            Some(record) => Ok(Some(record.clone())),
            None => Ok(state.record(source, id)?.map(Arc::unwrap_or_clone)),
        }
    }

    /// Whether this batch has something newer of the record.
    pub(crate) fn holds(&self, record: &RecordState) -> bool {
        self.records.contains_key(&(record.source.clone(), record.record_id))
    }

    pub(crate) fn put_record(&mut self, record: RecordState) {
        self.records.insert((record.source.clone(), record.record_id), record);
    }

    /// The source's sequence as it stands after this batch so far.
    pub(crate) fn source(
        &mut self,
        state: &State,
        source: &SourceId,
    ) -> Result<&mut SourceState, Error> {
        if !self.sources.contains_key(source) {
            self.sources.insert(source.clone(), state.source(source)?);
        }
        Ok(self.sources.entry(source.clone()).or_default())
    }

    /// Where each position goes.
    pub(crate) fn advanced(&self) -> Vec<(SourceId, Offset)> {
        self.positions.iter().map(|(source, (_, to))| (source.clone(), *to)).collect()
    }

    pub(crate) fn advance(&mut self, source: &SourceId, from: Offset, to: Offset) {
        self.positions.entry(source.clone()).and_modify(|(_, end)| *end = to).or_insert((from, to));
    }

    /// Sets a finding aside: its bytes and headers as they came, and why, in Kafka Connect's
    /// header names.
    pub(crate) fn quarantine(&mut self, source: &SourceId, fetched: Fetched, why: Quarantine) {
        let Ok(authority) = source.authority() else { return };
        let mut message = fetched.message;
        let mut put = |name: &'static str, value: String| {
            message.headers.push((Cow::Borrowed(name), value.into_bytes()));
        };
        put("__connect.errors.topic", format!("intake.{source}"));
        put("__connect.errors.offset", fetched.offset.to_string());
        put("__connect.errors.stage", "VERIFY".to_owned());
        put("__connect.errors.exception.class.name", why.code().to_owned());
        put("__connect.errors.exception.message", why.to_string());
        put("samsyn_dlq_first_seen", fetched.appended.as_micros().to_string());
        self.quarantined.push((authority, message));
    }

    /// Tells a source something of a record of its own.
    pub(crate) fn tell(&mut self, source: &SourceId, notice: &Notice) {
        self.told.push(notice.message(source));
    }

    /// Seals every release, makes the entries, and puts all of it into one commit.
    pub(crate) fn seal(
        self,
        at: Timestamp,
        bundle: &Digest,
        key: &SigningKey,
        recorder: &mut Recorder,
    ) -> Result<Sealed, Error> {
        let mut commit = Commit::new(self.bundle);
        for (at, bundle, detail) in self.changes {
            commit.record(recorder.change::<Released>(at, bundle, detail)?);
        }
        for (at, plan, description) in self.plans {
            commit.record(recorder.plan::<Released>(at, *bundle, &plan, description)?);
        }
        let mut asked = Vec::with_capacity(self.access.len());
        for (at, inquiry) in self.access {
            let recorded = recorder.access::<Released>(at, *bundle, &inquiry)?;
            asked.push(recorded.entry().id());
            commit.record(recorded);
        }
        record_all(self.ruled, at, bundle, key, recorder, &mut commit)?;
        for (authority, message) in self.quarantined {
            commit.quarantine(authority, message);
        }
        for message in self.told {
            commit.receipt(message);
        }
        let changes = Changes {
            records: self.records.into_values().collect(),
            sources: self.sources.into_iter().collect(),
        };
        changes.write(&mut commit)?;
        for (source, (from, to)) in self.positions {
            commit.advance(source, from, to);
        }
        Ok(Sealed { commit, changes, asked })
    }
}

/// Seals the releases of all ruled findings, as few seals' batches as limits allow, and records
/// each finding with its own.
fn record_all(
    mut ruled: Vec<Ruled>,
    at: Timestamp,
    bundle: &Digest,
    key: &SigningKey,
    recorder: &mut Recorder,
    commit: &mut Commit,
) -> Result<(), Error> {
    let first = recorder.next();
    let id = |index: usize, recorder: &Recorder| {
        entry_id(recorder.writer(), recorder.run(), first + index as u64)
    };
    let mut leaves = Vec::new();
    for (index, finding) in ruled.iter().enumerate() {
        let entry = id(index, recorder);
        leaves.extend(finding.releases.iter().map(|released| released.seal_leaf(&entry)));
    }
    let mut seals = Vec::with_capacity(leaves.len());
    for chunk in leaves.chunks(seal::limits::MAX_BATCH) {
        seals.extend(seal::seal_leaves(key, at, chunk)?);
    }
    let mut seals = seals.iter();
    let stamp = Stamp::new(at, bundle);
    for (index, finding) in ruled.iter_mut().enumerate() {
        let entry = id(index, recorder);
        let (producer, record_type) = (&finding.producer, finding.record_type);
        let envelope = Envelope { producer, record_type, stamp: &stamp };
        for (released, seal) in finding.releases.iter_mut().zip(&mut seals) {
            released.seal(envelope, &entry, seal);
        }
    }
    for finding in ruled {
        commit.record(recorder.record(finding.shared, finding.rows, finding.releases)?);
    }
    Ok(())
}

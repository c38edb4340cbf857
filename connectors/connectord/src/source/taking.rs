//! What rows and objects make within the transaction that takes them: one way into the spool for
//! every door. Who is told what was refused is the door's affair.

use crate::metrics::Chunk;
use crate::spool::Entry;
use crate::{Error, Tally};
use connector::{Finding, Machine, Outcome, Reading, Refusal};
use seal::{SigningKey, Unsealed};
use std::collections::BTreeMap;
use vocabulary::{ChangeKind, RecordId, RecordType, SourceId, Timestamp};

/// Readings on their way into a spool.
pub(super) struct Taking<'a> {
    pub(super) source: &'a SourceId,
    pub(super) machine: &'a Machine,
    /// Ids of the contracts, for every type that is read.
    pub(super) schemas: &'a BTreeMap<RecordType, u32>,
    pub(super) now: Timestamp,
    pub(super) tally: Tally,
    /// By record type; what has no kind has no type.
    pub(super) chunks: BTreeMap<Option<RecordType>, Chunk>,
    records: Vec<Unsealed>,
    types: Vec<RecordType>,
}

/// What came of a reading.
pub(super) enum Came {
    /// A version of a record.
    Accepted(RecordId, u64, ChangeKind),
    Unchanged,
    NeverSeen,
    AlreadyGone,
    Refused(Vec<Refusal>),
}

// === impl Taking ===

impl<'a> Taking<'a> {
    pub(super) fn new(
        source: &'a SourceId,
        machine: &'a Machine,
        schemas: &'a BTreeMap<RecordType, u32>,
        now: Timestamp,
    ) -> Self {
        Taking {
            source,
            machine,
            schemas,
            now,
            tally: Tally::default(),
            chunks: BTreeMap::new(),
            records: Vec::new(),
            types: Vec::new(),
        }
    }

    /// Takes a row or object that was read, or could not be.
    pub(super) fn take(
        &mut self,
        entry: &mut Entry<'_>,
        record_type: Option<RecordType>,
        read: Result<Reading, Vec<Refusal>>,
    ) -> Result<Came, Error> {
        self.tally.rows += 1;
        self.chunks.entry(record_type).or_default().rows += 1;
        let came = match read {
            Err(refusals) => Came::Refused(refusals),
            Ok(reading) => self.reading(entry, &reading)?,
        };
        match &came {
            Came::Accepted(_, _, ChangeKind::Create) => self.tally.first += 1,
            Came::Accepted(_, _, ChangeKind::Retract) => self.tally.retracted += 1,
            Came::Accepted(..) => self.tally.next += 1,
            Came::Unchanged => self.tally.unchanged += 1,
            Came::AlreadyGone => self.tally.already_gone += 1,
            Came::NeverSeen => {
                self.tally.never_seen += 1;
                self.chunks.entry(record_type).or_default().never_seen += 1;
            }
            Came::Refused(refusals) => {
                self.tally.refused += 1;
                let reason = refusals.first().map_or("contract", |one| one.rule().reason());
                let chunk = self.chunks.entry(record_type).or_default();
                *chunk.rejected.entry(reason).or_default() += 1;
            }
        }
        Ok(came)
    }

    fn reading(&mut self, entry: &mut Entry<'_>, reading: &Reading) -> Result<Came, Error> {
        let (kind, object) = (reading.kind().name(), reading.object());
        let held = entry.held(kind, object)?;
        Ok(match self.machine.take(reading, held.as_ref()) {
            Err(refusals) => Came::Refused(refusals),
            Ok(Outcome::Unchanged) => Came::Unchanged,
            Ok(Outcome::AlreadyGone) => Came::AlreadyGone,
            Ok(Outcome::NeverSeen) => Came::NeverSeen,
            Ok(Outcome::Finding(finding, held)) => {
                self.accept(entry, &finding)?;
                entry.remember(kind, object, &held)?;
                Came::Accepted(finding.record_id(), finding.version(), finding.change())
            }
        })
    }

    fn accept(&mut self, entry: &mut Entry<'_>, finding: &Finding) -> Result<(), Error> {
        let record_type = finding.record_type();
        let schema = self.schemas.get(&record_type).copied().ok_or(Error::Unavailable)?;
        let mut value = Vec::with_capacity(finding.datum().len() + avro_span::frame::LEN);
        avro_span::frame::write(schema, &mut value);
        value.extend_from_slice(finding.datum());
        self.records.push(Unsealed {
            source: self.source.clone(),
            sequence: entry.next_sequence(),
            record_id: finding.record_id(),
            value,
        });
        self.types.push(record_type);
        entry.at(self.now);
        Ok(())
    }

    /// Seals what was accepted as one batch, and puts it into the spool.
    pub(super) fn seal(&mut self, entry: &mut Entry<'_>, key: &SigningKey) -> Result<(), Error> {
        if self.records.is_empty() {
            return Ok(());
        }
        let sealed = seal::seal_batch(key, self.now, std::mem::take(&mut self.records))?;
        entry.append(&sealed, &std::mem::take(&mut self.types))
    }
}

//! One finding from its intake lane to its ruling: seal, sequence, schema, structure, standing,
//! version, views. What does not hold is set aside; nothing here commits.

use crate::batch::{Batch, Ruled};
use crate::settle::{Case, Finding, Settled, settle};
use crate::watchman::{Watchman, look};
use crate::{Counts, Error, Ground, Policy, Quarantine, limits};
use audit::Shared;
use avro_span::{Spans, frame};
use carrier::{Carrier, Fetched, Lane, Limit, Notice, Offset, Traced};
use exchange_state::{RecordState, Sequence, State};
use release::{Header, Standing, TypePlans, Verified};
use seal::{Authentic, Salts, Verifier};
use std::collections::HashMap;
use std::sync::Arc;
use vocabulary::{
    ChangeKind, MunicipalityNumber, RecordType, RetentionState, SourceId, SubjectKind, Timestamp,
    Trace,
};

/// What a finding is judged with, apart from the policy.
pub(crate) struct Judge {
    verifier: Verifier,
    schemas: HashMap<u32, Option<RecordType>>,
    spans: Vec<Spans>,
    pub(crate) salts: Salts,
    pub(crate) watchman: Watchman,
}

/// A step's surroundings.
pub(crate) struct Court<'a> {
    pub(crate) carrier: &'a dyn Carrier,
    pub(crate) state: &'a State,
    pub(crate) policy: &'a Policy,
    pub(crate) ground: &'a Ground,
    pub(crate) at: Timestamp,
}

/// How a finding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Ruled, whatever the views got.
    Ruled,
    /// Set aside.
    Quarantined,
    /// Its sequence number was accepted before.
    Duplicate,
    /// Its version is not newer than the one held.
    Stale,
    /// Its source has too many open gaps: the lane stops here until an operator has acted.
    Stopped,
    /// The shadow does not agree, by this code: nothing of it leaves, and the lane stops here.
    Disputed(&'static str),
}

/// What our own register says of a finding's subject.
pub(crate) struct Known {
    pub(crate) kind: SubjectKind,
    pub(crate) municipality: Option<MunicipalityNumber>,
}

// === impl Ended ===

impl Ended {
    /// The outcome as a metric label.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Ended::Ruled => "ruled",
            Ended::Quarantined => "quarantined",
            Ended::Duplicate => "duplicate",
            Ended::Stale => "stale",
            Ended::Stopped => "stopped",
            Ended::Disputed(_) => "disputed",
        }
    }
}

// === impl Judge ===

impl Judge {
    pub(crate) fn new(verifier: Verifier, watchman: Watchman) -> Judge {
        let (schemas, spans, salts) = (HashMap::new(), Vec::new(), Salts::default());
        Judge { verifier, schemas, spans, salts, watchman }
    }

    /// Judges one message of an intake lane.
    pub(crate) fn judge(
        &mut self,
        court: &Court<'_>,
        source: &SourceId,
        fetched: Fetched,
        batch: &mut Batch,
        counts: &mut Counts,
    ) -> Result<Ended, Error> {
        let offset = fetched.offset;
        let authentic = match self.authentic(source, fetched) {
            Ok(authentic) => authentic,
            Err(why) => return set_aside(court, source, offset, why, batch, counts),
        };
        let numbers = batch.source(court.state, source)?;
        let before = self.watchman.is_due().then(|| numbers.clone());
        match numbers.accept(authentic.sequence()) {
            Sequence::Duplicate => return Ok(Ended::Duplicate),
            Sequence::TooManyGaps => return Ok(Ended::Stopped),
            Sequence::Fresh | Sequence::Late => {}
            Sequence::Gap { .. } => counts.gap(source),
        }
        let verified = match self.verify(court, source, authentic)? {
            Ok(verified) => verified,
            Err(why) => return set_aside(court, source, offset, why, batch, counts),
        };
        let ended = self.rule(court, source, (offset, &verified), before.is_some(), batch)?;
        if matches!(ended, Ok(Ended::Ruled)) {
            tell(court, source, &verified, batch, counts)?;
        }
        self.spans.push(verified.into_spans());
        match ended {
            Ok(Ended::Disputed(code)) => {
                // It was not taken in: its number is still to come.
                *batch.source(court.state, source)? = before.unwrap_or_default();
                self.watchman.stop(source);
                Ok(Ended::Disputed(code))
            }
            Ok(ended) => Ok(ended),
            Err(why) => set_aside(court, source, offset, why, batch, counts),
        }
    }

    /// Rules a verified finding: every view of its type, against what each holds.
    fn rule(
        &mut self,
        court: &Court<'_>,
        source: &SourceId,
        (offset, verified): (Offset, &Verified),
        looked_at: bool,
        batch: &mut Batch,
    ) -> Result<Result<Ended, Quarantine>, Error> {
        let header = verified.header();
        let held = batch.record(court.state, source, &header.record_id)?;
        if let Some(held) = &held {
            if held.producer != header.producer || held.record_type != header.record_type {
                return Ok(Err(Quarantine::Taken));
            }
            if header.version <= held.version {
                return Ok(Ok(Ended::Stale));
            }
        }
        let mut record = next_state(source, verified, offset, held);
        let finding = Finding::Here(verified);
        if let Some(case) = case(court, source, finding, true, &record)? {
            let settled = settle(&case, &mut record, &mut self.salts)?;
            if looked_at && let Err(differs) = look(court, source, &case, &settled) {
                return Ok(Ok(Ended::Disputed(differs.code())));
            }
            push(court, source, &record, Some(header.change), settled, batch);
        }
        batch.put_record(record);
        Ok(Ok(Ended::Ruled))
    }

    fn authentic(&mut self, source: &SourceId, fetched: Fetched) -> Result<Authentic, Quarantine> {
        let broken = |error: carrier::Error| Quarantine::Broken(error.code());
        let sealed = carrier::sealed_of(source, fetched).map_err(broken)?;
        self.verifier.verify(sealed).map_err(|refused| Quarantine::Broken(refused.error.code()))
    }

    /// A verified finding, or why it is set aside.
    pub(crate) fn verify(
        &mut self,
        court: &Court<'_>,
        source: &SourceId,
        authentic: Authentic,
    ) -> Result<Result<Verified, Quarantine>, Error> {
        let Ok((id, _)) = frame::read(authentic.value()) else {
            return Ok(Err(Quarantine::Schema));
        };
        let Some(types) = self.types(court, id)? else { return Ok(Err(Quarantine::Schema)) };
        let spans = self.spans.pop().unwrap_or_default();
        Ok(match types.verify(authentic, spans) {
            Ok(verified) if is_producer(court.policy, source, verified.header()) => Ok(verified),
            Ok(_) => Err(Quarantine::Producer),
            Err(refused) => {
                self.spans.push(refused.spans);
                Err(Quarantine::Broken(refused.error.code()))
            }
        })
    }

    /// Reads a record's newest version anew from its intake lane.
    pub(crate) fn read_again(
        &mut self,
        court: &Court<'_>,
        source: &SourceId,
        record: &RecordState,
    ) -> Result<Option<Verified>, Error> {
        let limit = Limit { records: 1, bytes: usize::MAX };
        let read = court.carrier.read(&Lane::Intake(source.clone()), record.intake, limit)?;
        let Some(fetched) = read.into_iter().find(|found| found.offset == record.intake) else {
            return Ok(None);
        };
        let Ok(authentic) = self.authentic(source, fetched) else { return Ok(None) };
        Ok(self.verify(court, source, authentic)?.ok())
    }

    /// Takes scratch memory back.
    pub(crate) fn reuse(&mut self, verified: Verified) {
        self.spans.push(verified.into_spans());
    }

    fn types<'a>(&mut self, court: &Court<'a>, id: u32) -> Result<Option<&'a TypePlans>, Error> {
        let known = match self.schemas.get(&id) {
            Some(known) => *known,
            None => {
                let text = court.carrier.schema(id)?;
                let found = court
                    .ground
                    .contract
                    .iter()
                    .find(|(_, schema)| Some(schema.text()) == text.as_deref())
                    .map(|(record_type, _)| *record_type);
                if text.is_some() {
                    self.schemas.insert(id, found);
                }
                found
            }
        };
        Ok(known.and_then(|record_type| court.policy.plans.of(record_type)))
    }
}

fn is_producer(policy: &Policy, source: &SourceId, header: &Header) -> bool {
    let authority = source.authority().ok();
    let member = authority.and_then(|authority| policy.bundle.groups().authority(&authority));
    member.is_some_and(|member| member.orgnr == Some(header.producer))
}

/// Tells a source where the free texts of its new version point to a person: none of them leaves
/// until it has corrected them.
fn tell(
    court: &Court<'_>,
    source: &SourceId,
    verified: &Verified,
    batch: &mut Batch,
    counts: &mut Counts,
) -> Result<(), Error> {
    let header = verified.header();
    let Some(types) = court.policy.plans.of(header.record_type) else { return Ok(()) };
    if !verified.traced() || !may_be_held(header) {
        return Ok(());
    }
    let traced = |(path, trace): (&str, Trace)| Traced { path: path.to_owned(), trace };
    let traces = types.traces(verified)?.into_iter().map(traced).collect();
    let notice = Notice { record: header.record_id, version: header.version, at: court.at, traces };
    batch.tell(source, &notice);
    counts.told(source, &notice);
    Ok(())
}

/// Whether anybody may hold the version at all.
fn may_be_held(header: &Header) -> bool {
    let closed = matches!(header.change, ChangeKind::Retract | ChangeKind::Restrict);
    header.retention == RetentionState::Live && !closed
}

fn set_aside(
    court: &Court<'_>,
    source: &SourceId,
    offset: Offset,
    why: Quarantine,
    batch: &mut Batch,
    counts: &mut Counts,
) -> Result<Ended, Error> {
    let limit = Limit { records: 1, bytes: usize::MAX };
    let read = court.carrier.read(&Lane::Intake(source.clone()), offset, limit)?;
    if let Some(fetched) = read.into_iter().next() {
        batch.quarantine(source, fetched, why);
    }
    counts.quarantined(source, why);
    Ok(Ended::Quarantined)
}

/// What a record is settled by, from what is kept of it; none when no plan knows its type.
pub(crate) fn case<'a>(
    court: &Court<'a>,
    source: &SourceId,
    finding: Finding<'a>,
    fresh: bool,
    record: &RecordState,
) -> Result<Option<Case<'a>>, Error> {
    let policy = court.policy;
    let Some(types) = policy.plans.of(record.record_type) else { return Ok(None) };
    let known = known(court.state, record, court.at)?;
    let entitled = match &record.subject {
        Some(subject) if types.asks_entitlements() => court.state.entitlements(subject)?,
        _ => Arc::default(),
    };
    let standing = Standing {
        kind: known.kind,
        open_register: policy.bundle.may_stamp_published(source, record.record_type),
    };
    let authority = source.authority().ok();
    Ok(Some(Case {
        policy,
        types,
        finding: if record.live && !record.retracted { finding } else { Finding::Closed },
        facts: types.effective(record.facts, standing),
        kind: known.kind,
        traced: record.traced,
        sender: authority.and_then(|authority| policy.bundle.sender_class(&authority)),
        municipality: known.municipality,
        entitled,
        day: day_of(court.at),
        fresh,
    }))
}

/// Puts a settled record with its entry into the batch.
pub(crate) fn push(
    court: &Court<'_>,
    source: &SourceId,
    record: &RecordState,
    change: Option<ChangeKind>,
    settled: Settled<'_>,
    batch: &mut Batch,
) {
    let types = court.policy.plans.of(record.record_type);
    let shared = Shared {
        at: court.at,
        source: Some(source.clone()),
        sequence: record.sequence,
        record_id: Some(record.record_id),
        record_type: Some(record.record_type),
        version: record.version,
        change,
        subject: Some(record.subject_text.clone()),
        facts: settled.facts,
        bundle: court.policy.digest(),
        schema: types.map_or(0, |types| types.schema().fingerprint()),
    };
    batch.push(Ruled {
        shared,
        rows: settled.rows,
        releases: settled.releases,
        producer: record.producer,
        record_type: record.record_type,
    });
}

/// Days since 1970-01-01, by which entitlements begin and lapse.
pub(crate) fn day_of(at: Timestamp) -> i32 {
    i32::try_from(at.days()).unwrap_or(i32::MAX)
}

fn known(state: &State, record: &RecordState, at: Timestamp) -> Result<Known, Error> {
    let oldest = Timestamp::from_micros(at.as_micros().saturating_sub(limits::REGISTER_AGE_MICROS));
    let Some(subject) = &record.subject else {
        return Ok(Known { kind: SubjectKind::Unknown, municipality: None });
    };
    let resolved = state.resolve(subject, oldest)?;
    Ok(Known { kind: resolved.kind, municipality: resolved.municipality })
}

fn next_state(
    source: &SourceId,
    verified: &Verified,
    offset: Offset,
    held: Option<RecordState>,
) -> RecordState {
    let header = verified.header();
    let subject_text = match &header.subject {
        Some(subject) => subject.to_string(),
        None => header.object.clone(),
    };
    let (first_subject, holders) = match held {
        Some(held) => (held.first_subject, held.holders),
        None => (subject_text.clone(), Vec::new()),
    };
    RecordState {
        source: source.clone(),
        record_id: header.record_id,
        record_type: header.record_type,
        version: header.version,
        producer: header.producer,
        recorded_at: header.recorded_at,
        subject: header.subject,
        subject_text,
        first_subject,
        addressee: header.addressee,
        person: header.person.clone(),
        facts: verified.stamped(),
        live: header.retention == RetentionState::Live,
        retracted: matches!(header.change, ChangeKind::Retract | ChangeKind::Restrict),
        traced: verified.traced(),
        intake: offset,
        sequence: verified.authentic().sequence(),
        schema: frame::read(verified.authentic().value()).map_or(0, |(id, _)| id),
        holders,
    }
}

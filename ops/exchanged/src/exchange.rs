//! The exchange's one loop: follow the bundle, take in, rule, commit. Judging a single finding is
//! `judge`'s work.

use crate::batch::{Batch, Sealed};
use crate::judge::{Court, Ended, Judge, day_of};
use crate::look_up::Asked;
use crate::metrics::Counts;
use crate::policy::{self, Found};
use crate::rerule::Rerule;
use crate::watchman::Watchman;
use crate::{Error, Parts, Policy, limits};
use audit::Recorder;
use carrier::{CommitError, Lane, Limit, Offset, Share};
use daemon::{Part, Stop};
use exchange_state::{Granted, State};
use seal::Verifier;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Instant;
use vocabulary::{EntryId, SourceId};

/// One exchange.
pub struct Exchange {
    pub(crate) parts: Parts,
    pub(crate) state: State,
    pub(crate) judge: Judge,
    pub(crate) policy: Option<Box<Policy>>,
    pub(crate) rerule: Rerule,
    recorder: Recorder,
    asked: Receiver<Asked>,
    pub(crate) counts: Counts,
    positions: BTreeMap<SourceId, Offset>,
    pub(crate) known: BTreeSet<SourceId>,
    /// The intake lanes that are this exchange's own.
    share: Share,
    /// The lane served last: the next step begins behind it.
    served: Option<SourceId>,
    refused: Option<(Offset, i32)>,
    announced: bool,
    /// The day that entitlements were last held against.
    day: Option<i32>,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Something was committed.
    Committed,
    /// A newer bundle was found while committing: the work was dropped and is done again.
    Again,
    /// Held records were looked at again and none of them changes; more are to be.
    Looked,
    /// There was nothing to do.
    Idle,
    /// No bundle is in force: nothing may be released.
    NoPolicy,
}

// === impl Exchange ===

impl Exchange {
    pub(crate) fn new(
        parts: Parts,
        state: State,
        recorder: Recorder,
        verifier: Verifier,
        asked: Receiver<Asked>,
        counts: Counts,
    ) -> Exchange {
        Exchange {
            judge: Judge::new(verifier, Watchman::new(parts.shadow_every)),
            parts,
            state,
            policy: None,
            rerule: Rerule::default(),
            recorder,
            asked,
            counts,
            positions: BTreeMap::new(),
            known: BTreeSet::new(),
            share: Share::All,
            served: None,
            refused: None,
            announced: false,
            day: None,
        }
    }

    /// Runs until told to stop. A temporary failure of the carrier is tried again with growing
    /// pauses; any other error ends the run.
    pub fn run(&mut self, part: &Part, stop: &Stop) -> Result<(), Error> {
        let mut started = false;
        let mut seen = 0;
        let mut pause = limits::RETRY;
        while !stop.is_stopped() {
            let stepped =
                if started { self.step() } else { self.start().map(|()| Progress::Again) };
            match stepped {
                Ok(progress) => {
                    (started, pause) = (true, limits::RETRY);
                    match progress {
                        Progress::NoPolicy => part.waiting("no valid policy bundle in force"),
                        _ => part.ready(),
                    }
                    if matches!(progress, Progress::Idle | Progress::NoPolicy) {
                        seen = self.parts.carrier.wait(seen, limits::IDLE);
                    }
                }
                Err(error) if error.is_temporary() => {
                    tracing::warn!(code = error.code(), "the carrier failed; trying again");
                    part.waiting("the carrier failed");
                    stop.wait(pause);
                    pause = (pause * 2).min(limits::RETRY_LONGEST);
                }
                Err(error) if self.may_begin_again(&error) => {
                    tracing::warn!(code = error.code(), "the exchange begins again");
                    part.waiting("the exchange begins again");
                    stop.wait(pause);
                    pause = (pause * 2).min(limits::RETRY_LONGEST);
                    started = false;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether the lanes themselves will tell what a failed commit left open: its outcome is not
    /// known, or lanes went to another exchange of the group. One that was taken over ends. A copy
    /// that could not be brought up to the lanes is brought up when they are there again.
    fn may_begin_again(&self, error: &Error) -> bool {
        match error {
            Error::State(exchange_state::Error::Carrier(carrier::Error::Temporary(_))) => true,
            Error::Commit(CommitError::Unknown) => true,
            Error::Commit(CommitError::Moved) => self.share != Share::All,
            _ => false,
        }
    }

    /// Takes up its share of the lanes, reads the positions and brings its copy up to the lanes.
    pub fn start(&mut self) -> Result<(), Error> {
        let share = self.parts.carrier.share()?;
        self.positions = self.parts.carrier.positions()?;
        let sources = self.sources(&share)?;
        self.known.clear();
        self.take_up(sources)?;
        // Last: as long as it is not the carrier's, a step begins here.
        self.share = share;
        self.rerule.all();
        Ok(())
    }

    /// Brings the copy up to these sources' lanes, and follows them from where they stand.
    fn take_up(&mut self, sources: Vec<SourceId>) -> Result<(), Error> {
        let carrier = self.parts.carrier.as_ref();
        self.state.catch_up(carrier, &sources)?;
        let at = |source: &SourceId| self.positions.get(source).copied().unwrap_or_default();
        let places: Vec<_> = sources.iter().map(|source| (source.clone(), at(source))).collect();
        carrier.follow(&places);
        self.known.extend(sources);
        Ok(())
    }

    /// One step: at most one commit.
    pub fn step(&mut self) -> Result<Progress, Error> {
        if self.parts.carrier.share()? != self.share {
            self.start()?;
        }
        self.follow()?;
        let Some(policy) = self.policy.take() else { return Ok(Progress::NoPolicy) };
        let stepped = self.step_under(&policy);
        if self.policy.is_none() {
            self.policy = Some(policy);
        }
        stepped
    }

    /// Sources that have an intake lane of this share.
    fn sources(&self, share: &Share) -> Result<Vec<SourceId>, Error> {
        let lanes = self.parts.carrier.lanes()?.into_iter();
        Ok(lanes
            .filter_map(|lane| match lane {
                Lane::Intake(source) => Some(source).filter(|source| share.holds(source)),
                _ => None,
            })
            .collect())
    }

    fn follow(&mut self) -> Result<(), Error> {
        let now = self.parts.clock.now();
        let in_force = self.policy.as_deref();
        let began = Instant::now();
        let (carrier, ground) = (self.parts.carrier.as_ref(), &self.parts.ground);
        let found = policy::follow(carrier, ground, in_force, self.refused, now)?;
        match found {
            Found::None | Found::Same => {}
            Found::Newer(policy) => {
                self.counts.bundle(&policy, now, began.elapsed());
                self.policy = Some(policy);
                self.refused = None;
                self.announced = false;
                self.judge.watchman.reopen();
                self.rerule.all();
            }
            Found::Refused { at, code, errors } => {
                tracing::error!(code, errors = errors.len(), "bundle refused");
                self.counts.bundle_refused(errors);
                self.refused = Some(at);
                self.policy = None;
            }
        }
        Ok(())
    }

    fn step_under(&mut self, policy: &Policy) -> Result<Progress, Error> {
        let at = self.parts.clock.now();
        let mut batch = Batch::new(Some(policy.offset));
        if !self.announced {
            announce(policy, at, &mut batch, self.rerule.first_of_run());
        }
        let waiting = self.take_questions(at, &mut batch);
        self.follow_register()?;
        self.follow_entitlements(policy, at)?;
        let idle = self.take_in(policy, at, &mut batch)?;
        if batch.releases() < limits::BATCH_RELEASES {
            self.rule_again(policy, at, &mut batch)?;
        }
        self.counts.idle(idle && batch.is_empty(), !self.rerule.is_done());
        if batch.is_empty() {
            // Nothing is to be put back: what was looked at stands as it is held.
            self.rerule.committed();
            return Ok(if self.rerule.is_done() { Progress::Idle } else { Progress::Looked });
        }
        self.commit(policy, batch, waiting)
    }

    fn follow_register(&mut self) -> Result<(), Error> {
        loop {
            let followed = self.state.follow_register(self.parts.carrier.as_ref())?;
            self.rerule.subjects(&self.state, followed.changed)?;
            if !followed.more {
                self.counts.register_unsealed(self.state.unsealed());
                return Ok(());
            }
        }
    }

    /// Whoever became entitled, or is no longer, since the last step: by a message of the lane or
    /// by the day.
    fn follow_entitlements(
        &mut self,
        policy: &Policy,
        at: vocabulary::Timestamp,
    ) -> Result<(), Error> {
        let day = day_of(at);
        if let Some(before) = self.day.filter(|before| *before != day) {
            let turned = self.state.turned(before, day)?;
            self.rerule.exactly(&self.state, &turned)?;
        }
        self.day = Some(day);
        loop {
            let carrier = self.parts.carrier.as_ref();
            let followed = self.state.follow_entitlements(carrier, day)?;
            for subject in &followed.changed {
                let unnamed = |granted: &&Granted| {
                    let kind = granted.entitlement.terms().kind;
                    !policy.bundle.may_entitle(&granted.source, kind)
                };
                let about = self.state.entitlements(subject)?;
                self.counts.unnamed(about.iter().filter(unnamed).count());
            }
            self.rerule.exactly(&self.state, &followed.changed)?;
            if !followed.more {
                self.counts.unheard(&self.state.unheard());
                return Ok(());
            }
        }
    }

    /// Sources of the intake lanes; one that is new is caught up with first, and it alone: nobody
    /// else waits for it.
    fn known_sources(&mut self) -> Result<Vec<SourceId>, Error> {
        let sources = self.sources(&self.share)?;
        let new = sources.iter().filter(|source| !self.known.contains(*source));
        let new: Vec<SourceId> = new.cloned().collect();
        if !new.is_empty() {
            self.take_up(new)?;
        }
        Ok(sources)
    }

    /// An equal share from each lane that has data; true when every one was read to its end.
    fn take_in(
        &mut self,
        policy: &Policy,
        at: vocabulary::Timestamp,
        batch: &mut Batch,
    ) -> Result<bool, Error> {
        let waiting = self.waiting()?;
        let share = share(policy, self.parts.batch_records, waiting.len());
        let limit = Limit { records: share, bytes: limits::LANE_BYTES };
        let court = Court {
            carrier: self.parts.carrier.as_ref(),
            state: &self.state,
            policy,
            ground: &self.parts.ground,
            at,
        };
        let mut idle = true;
        for (source, from) in &waiting {
            if batch.releases() >= limits::BATCH_RELEASES {
                return Ok(false);
            }
            self.served = Some(source.clone());
            let read = court.carrier.read(&Lane::Intake(source.clone()), *from, limit)?;
            idle &= read.len() < share;
            let mut to = *from;
            for fetched in read {
                if batch.releases() >= limits::BATCH_RELEASES {
                    idle = false;
                    break;
                }
                let (offset, appended) = (fetched.offset, fetched.appended);
                let ended = self.judge.judge(&court, source, fetched, batch, &mut self.counts)?;
                self.counts.ended(source, ended, appended);
                if matches!(ended, Ended::Stopped | Ended::Disputed(_)) {
                    break;
                }
                to = offset.next();
            }
            if to != *from {
                batch.advance(source, *from, to);
            }
        }
        Ok(idle)
    }

    /// Lanes that hold something unread, from where it is; first the one behind the last served.
    fn waiting(&mut self) -> Result<Vec<(SourceId, Offset)>, Error> {
        let mut waiting = Vec::new();
        for source in self.known_sources()? {
            if self.judge.watchman.is_stopped(&source) {
                continue;
            }
            let from = self.positions.get(&source).copied().unwrap_or_default();
            if self.parts.carrier.end(&Lane::Intake(source.clone()))? > from {
                waiting.push((source, from));
            }
        }
        let served = self.served.as_ref();
        let turn = waiting.iter().position(|(source, _)| Some(source) > served).unwrap_or_default();
        waiting.rotate_left(turn);
        Ok(waiting)
    }

    fn take_questions(
        &mut self,
        at: vocabulary::Timestamp,
        batch: &mut Batch,
    ) -> Vec<SyncSender<EntryId>> {
        let mut waiting = Vec::new();
        for asked in self.asked.try_iter().take(limits::LOOK_UPS) {
            batch.ask(at, asked.inquiry);
            waiting.push(asked.reply);
        }
        waiting
    }

    fn commit(
        &mut self,
        policy: &Policy,
        batch: Batch,
        waiting: Vec<SyncSender<EntryId>>,
    ) -> Result<Progress, Error> {
        let at = self.parts.clock.now();
        let first = self.recorder.next();
        let tally = self.counts.tally(&batch);
        let advanced = batch.advanced();
        let key = &self.parts.keys.seal;
        let sealed = batch.seal(at, &policy.digest(), key, &mut self.recorder)?;
        let Sealed { commit, changes, asked } = sealed;
        let carrier = &self.parts.carrier;
        match self.state.apply(changes, || carrier.commit(commit))? {
            Ok(_) => {
                self.recorder.committed();
                self.positions.extend(advanced);
                self.rerule.committed();
                self.announced = true;
                self.counts.committed(tally);
                for (reply, entry) in waiting.into_iter().zip(asked) {
                    // Who asked may have given up; the look-up stands recorded all the same.
                    let _gone = reply.send(entry);
                }
                Ok(Progress::Committed)
            }
            Err(CommitError::StaleBundle) => {
                self.recorder.abandon(first)?;
                self.rerule.aborted();
                Ok(Progress::Again)
            }
            Err(CommitError::Unknown) => {
                // Its entries may stand: whatever comes next is another run's.
                let run = u64::from_be_bytes(seal::random()?);
                self.recorder = Recorder::new(&self.parts.writer, run)?;
                (self.rerule, self.announced) = (Rerule::default(), false);
                Err(CommitError::Unknown.into())
            }
            Err(error) => {
                self.recorder.abandon(first)?;
                self.rerule.aborted();
                Err(error.into())
            }
        }
    }
}

/// Findings read from each of `lanes` lanes, so that all together stay within a commit.
fn share(policy: &Policy, most: usize, lanes: usize) -> usize {
    let views = policy.plans.types().iter().map(|types| types.views().len()).max();
    let findings = limits::BATCH_RELEASES / views.unwrap_or_default().max(1);
    (findings.min(limits::BATCH_RECORDS).min(most) / lanes.max(1)).max(1)
}

/// Writes the bundle and each of its plans into the ledger, before anything is released by them.
fn announce(policy: &Policy, at: vocabulary::Timestamp, batch: &mut Batch, starts: bool) {
    let bundle = policy.digest();
    let detail = serde_json::json!({
        "change": "bundle", "name": policy.bundle.name(), "version": policy.bundle.version(),
        "bundle": bundle.to_string(), "start_of_run": starts,
    });
    batch.change(at, bundle, detail.to_string());
    for plan in policy.plans.types().iter().flat_map(|types| types.plans()) {
        batch.plan(at, *plan.digest(), plan.description().to_owned());
    }
    for view in policy.plans.types().iter().flat_map(|types| types.views()) {
        for plan in [view.withdrawal(), view.nobody()] {
            batch.plan(at, *plan.digest(), plan.description().to_owned());
        }
    }
}

//! Ruling held records again, after a bundle or the register changed: only views whose bytes
//! differ are released, and only those are recorded. Intake goes on in between.

use crate::batch::Batch;
use crate::judge::{Court, Judge, case, push};
use crate::settle::{Case, Finding, needs_bytes, settle};
use crate::watchman::look;
use crate::{Error, Exchange, Policy, limits};
use exchange_state::{Place, RecordKey, RecordState, State};
use std::collections::BTreeSet;
use std::sync::Arc;
use vocabulary::{OrgNumber, SourceId, Timestamp};

/// What is still to be ruled again.
#[derive(Default)]
pub(crate) struct Rerule {
    /// All records behind this place; none when no such pass is under way.
    pass: Option<Place>,
    /// Single records whose subject changed in the register.
    single: BTreeSet<RecordKey>,
    taken: Taken,
    ran: bool,
}

/// What the batch under way has taken, to be put back should it abort.
#[derive(Default)]
struct Taken {
    pass: Option<Place>,
    single: Vec<RecordKey>,
}

// === impl Rerule ===

impl Rerule {
    /// Every held record is to be ruled again, from the first.
    pub(crate) fn all(&mut self) {
        self.pass = Some(Place::default());
    }

    /// Records of these subjects, and of their sub-units, are to be ruled again.
    pub(crate) fn subjects(&mut self, state: &State, changed: Vec<OrgNumber>) -> Result<(), Error> {
        if self.pass == Some(Place::default()) {
            return Ok(());
        }
        for subject in changed {
            self.subject(state, &subject)?;
            let mut after = None;
            loop {
                let units = state.sub_units(&subject, after.as_ref(), limits::PAGE)?;
                let Some(last) = units.last() else { break };
                after = Some(*last);
                for unit in &units {
                    self.subject(state, unit)?;
                }
            }
        }
        Ok(())
    }

    /// Records of exactly these subjects are to be ruled again: not of their sub-units, which have
    /// entitlements of their own.
    pub(crate) fn exactly(&mut self, state: &State, subjects: &[OrgNumber]) -> Result<(), Error> {
        if self.pass == Some(Place::default()) {
            return Ok(());
        }
        subjects.iter().try_for_each(|subject| self.subject(state, subject))
    }

    fn subject(&mut self, state: &State, subject: &OrgNumber) -> Result<(), Error> {
        let mut behind = Place::default();
        loop {
            let page = state.records_of_subject(subject, behind, limits::PAGE)?;
            if page.records.is_empty() {
                return Ok(());
            }
            behind = page.last;
            let keys = page.records.into_iter().map(|record| (record.source, record.record_id));
            self.single.extend(keys);
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.pass.is_none() && self.single.is_empty()
    }

    /// Whether this is the first bundle of the run.
    pub(crate) fn first_of_run(&self) -> bool {
        !self.ran
    }

    pub(crate) fn committed(&mut self) {
        self.ran = true;
        self.taken = Taken::default();
    }

    pub(crate) fn aborted(&mut self) {
        let taken = std::mem::take(&mut self.taken);
        if taken.pass.is_some() {
            self.pass = taken.pass;
        }
        self.single.extend(taken.single);
    }

    fn take(
        &mut self,
        state: &State,
        ours: &BTreeSet<SourceId>,
    ) -> Result<Vec<RecordState>, Error> {
        let mut records = Vec::new();
        while records.len() < limits::RERULE_STEP {
            let Some((source, id)) = self.single.pop_first() else { break };
            if ours.contains(&source) {
                records.extend(state.record(&source, &id)?.map(Arc::unwrap_or_clone));
            }
            self.taken.single.push((source, id));
        }
        let room = limits::RERULE_STEP.saturating_sub(records.len());
        if room > 0
            && let Some(behind) = self.pass.take()
        {
            let page = state.records(behind, room)?;
            self.pass = Some(page.last).filter(|last| *last > behind);
            self.taken.pass.get_or_insert(behind);
            // The copy may still hold what another exchange rules now.
            let ours = |record: &RecordState| ours.contains(&record.source);
            records.extend(page.records.into_iter().filter(ours));
        }
        Ok(records)
    }
}

impl Exchange {
    /// Rules some held records again within the batch.
    pub(crate) fn rule_again(
        &mut self,
        policy: &Policy,
        at: Timestamp,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        if self.rerule.is_done() {
            return Ok(());
        }
        let court = Court {
            carrier: self.parts.carrier.as_ref(),
            state: &self.state,
            policy,
            ground: &self.parts.ground,
            at,
        };
        for _ in 0..limits::RERULE_STEPS {
            // One record of an addressed view may have hundreds of recipients.
            if self.rerule.is_done() || batch.releases() >= limits::BATCH_RELEASES {
                break;
            }
            for held in self.rerule.take(&self.state, &self.known)? {
                if batch.holds(&held) {
                    continue; // a newer version was ruled in this very batch
                }
                let (source, mut record) = (&held.source, held.clone());
                let judge = &mut self.judge;
                if let Some(code) = settle_again(judge, &court, source, &mut record, batch)? {
                    // Nothing of the source leaves now; what may not be held is still taken back.
                    judge.watchman.stop(source);
                    self.counts.disputed(source, code);
                    record = held.clone();
                    settle_again(&mut self.judge, &court, source, &mut record, batch)?;
                }
                if record != held {
                    batch.put_record(record);
                }
            }
        }
        Ok(())
    }
}

/// Settles a held record under today's plans. Its bytes are read only where some view needs them,
/// and not while its source's lane is stopped. A code when the shadow does not agree: then nothing
/// of it is in the batch.
fn settle_again(
    judge: &mut Judge,
    court: &Court<'_>,
    source: &SourceId,
    record: &mut RecordState,
    batch: &mut Batch,
) -> Result<Option<&'static str>, Error> {
    let Some(kept) = case(court, source, Finding::Gone, false, record)? else { return Ok(None) };
    let needed = !judge.watchman.is_stopped(source) && needs_bytes(&kept, record);
    let again = if needed { judge.read_again(court, source, record)? } else { None };
    let finding = again.as_ref().map_or(kept.finding, Finding::Here);
    let case = Case { finding, ..kept };
    let settled = settle(&case, record, &mut judge.salts)?;
    let looked_at = again.is_some() && judge.watchman.is_due();
    if looked_at && let Err(differs) = look(court, source, &case, &settled) {
        return Ok(Some(differs.code()));
    }
    if !settled.rows.is_empty() {
        push(court, source, record, None, settled, batch);
    }
    if let Some(verified) = again {
        judge.reuse(verified);
    }
    Ok(None)
}

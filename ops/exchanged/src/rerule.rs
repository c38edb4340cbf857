//! Ruling held records again, after a bundle or the register changed: only views whose bytes
//! differ are released, and only those are recorded. Intake goes on in between.

use crate::batch::Batch;
use crate::judge::{Court, Judge, case, push};
use crate::settle::{Case, Finding, Settled, needs_bytes, settle};
use crate::{Error, Exchange, Policy, limits};
use exchange_state::{RecordState, State};
use std::collections::BTreeSet;
use vocabulary::{OrgNumber, RecordId, SourceId, Timestamp};

/// What is still to be ruled again.
#[derive(Default)]
pub(crate) struct Rerule {
    /// All records from here on; none when no such pass is under way.
    pass: Option<Option<RecordId>>,
    /// Single records whose subject changed in the register.
    single: BTreeSet<RecordId>,
    taken: Taken,
    ran: bool,
}

/// What the batch under way has taken, to be put back should it abort.
#[derive(Default)]
struct Taken {
    pass: Option<Option<RecordId>>,
    single: Vec<RecordId>,
}

// === impl Rerule ===

impl Rerule {
    /// Every held record is to be ruled again, from the first.
    pub(crate) fn all(&mut self) {
        self.pass = Some(None);
    }

    /// Records of these subjects, and of their sub-units, are to be ruled again.
    pub(crate) fn subjects(
        &mut self,
        state: &State,
        changed: Vec<OrgNumber>,
    ) -> Result<(), Error> {
        if self.pass == Some(None) {
            return Ok(());
        }
        for subject in changed {
            let units = state.units_of(&subject)?;
            for subject in units.into_iter().chain([subject]) {
                self.single.extend(state.record_ids_of_subject(&subject)?);
            }
        }
        Ok(())
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

    fn take(&mut self, state: &State) -> Result<Vec<(SourceId, RecordState)>, Error> {
        let mut records = Vec::new();
        while records.len() < limits::RERULE_RECORDS {
            let Some(id) = self.single.pop_first() else { break };
            records.extend(state.record_with_source(&id)?);
            self.taken.single.push(id);
        }
        if let Some(after) = self.pass {
            let room = limits::RERULE_RECORDS - records.len();
            if room > 0 {
                let page = state.records(after.as_ref(), room)?;
                self.taken.pass = Some(after);
                self.pass = page.last().map(|(_, record)| Some(record.record_id));
                records.extend(page);
            }
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
        let records = self.rerule.take(&self.state)?;
        let court = Court {
            carrier: self.parts.carrier.as_ref(),
            state: &self.state,
            policy,
            ground: &self.parts.ground,
            at,
        };
        for (source, held) in records {
            let Some(mut record) = batch.record(court.state, &held.record_id)? else { continue };
            if record.version != held.version {
                continue; // a newer version was ruled in this very batch
            }
            let before = record.clone();
            let settled = settle_again(&mut self.judge, &court, &source, &mut record)?;
            if !settled.rows.is_empty() {
                push(&court, &source, &record, None, settled, batch);
            }
            if record != before {
                batch.put_record(&source, record);
            }
        }
        Ok(())
    }
}

/// Settles a held record under today's plans. Its bytes are read only where some view needs them.
fn settle_again(
    judge: &mut Judge,
    court: &Court<'_>,
    source: &SourceId,
    record: &mut RecordState,
) -> Result<Settled, Error> {
    let Some(kept) = case(court, source, Finding::Gone, false, record)? else {
        return Ok(Settled::default());
    };
    if !needs_bytes(&kept, record) {
        return settle(&kept, record);
    }
    let Some(verified) = judge.read_again(court, source, record)? else {
        return settle(&kept, record);
    };
    let settled = settle(&Case { finding: Finding::Here(&verified), ..kept }, record);
    judge.reuse(verified);
    settled
}

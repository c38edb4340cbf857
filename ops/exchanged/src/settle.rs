//! What each view shall hold of a record, against what it holds: releases, withdrawals, and the
//! rows that say so. Which plan applies was decided when the bundle was compiled.

use crate::targets::{Target, targets, whom};
use crate::{Error, Policy};
use audit::{Disclosed, Outcome, Row, Under};
use exchange_state::{Granted, Holder, RecordState};
use release::{Held, Plan, Released, TypePlans, Verified, ViewPlans};
use ruling::Audience;
use seal::Salts;
use standing::SenderClass;
use std::sync::Arc;
use vocabulary::{Digest, MunicipalityNumber, OrgNumber, SubjectKind};

/// A record with what a ruling is looked up by.
pub(crate) struct Case<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) types: &'a TypePlans,
    pub(crate) finding: Finding<'a>,
    pub(crate) facts: u16,
    /// Kind of the subject in our own register copy.
    pub(crate) kind: SubjectKind,
    /// Whether its free texts point to a person.
    pub(crate) traced: bool,
    pub(crate) sender: Option<SenderClass>,
    /// The subject's municipality in our own register copy.
    pub(crate) municipality: Option<MunicipalityNumber>,
    /// Entitlements about the subject, by recipient.
    pub(crate) entitled: Arc<[Granted]>,
    /// The day on which they must be live (days since 1970-01-01).
    pub(crate) day: i32,
    /// Whether a new version came, so that views without it get a row too.
    pub(crate) fresh: bool,
}

/// The newest version of a record, as far as it is at hand.
#[derive(Clone, Copy)]
pub(crate) enum Finding<'a> {
    /// Its bytes.
    Here(&'a Verified),
    /// It may be ruled, but its bytes are not at hand: what is held under the same plan stays,
    /// anything else is withdrawn.
    Gone,
    /// Retracted, restricted or past its retention: nobody may hold it.
    Closed,
}

/// Rows of an entry and what leaves under it.
pub(crate) struct Settled<'s> {
    /// The combination of facts it was ruled by.
    pub(crate) facts: u16,
    pub(crate) rows: Vec<Row>,
    pub(crate) releases: Vec<Released>,
    salts: &'s mut Salts,
}

/// Settles a record with every view of its type; its holders are brought up to date.
pub(crate) fn settle<'s>(
    case: &Case<'_>,
    record: &mut RecordState,
    salts: &'s mut Salts,
) -> Result<Settled<'s>, Error> {
    let (rows, releases) = (Vec::new(), Vec::new());
    let mut settled = Settled { facts: case.facts, rows, releases, salts };
    let mut held = std::mem::take(&mut record.holders);
    for view in case.types.views() {
        let (mine, others): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|holder| holder.view == *view.id());
        held = others;
        record.holders.extend(settle_view(case, view, record, &mine, &mut settled)?);
    }
    // A view that today's bundle no longer has keeps its holders on record until it returns.
    record.holders.extend(held);
    Ok(settled)
}

/// Whether the record's bytes are needed: some target lacks this version under today's plan.
pub(crate) fn needs_bytes(case: &Case<'_>, record: &RecordState) -> bool {
    case.types.views().iter().any(|view| {
        targets(case, view, record).iter().any(|target| {
            let plan = case.types.plan(target.plan);
            let mut held = record.holders.iter();
            plan.releases()
                && !held.any(|held| {
                    held.view == *view.id() && is_current(held, target, plan, record.version)
                })
        })
    })
}

fn is_current(held: &Holder, target: &Target, plan: &Plan, version: u64) -> bool {
    held.recipient == target.recipient && held.version == version && held.plan == *plan.digest()
}

fn settle_view(
    case: &Case<'_>,
    view: &ViewPlans,
    record: &RecordState,
    held: &[Holder],
    settled: &mut Settled<'_>,
) -> Result<Vec<Holder>, Error> {
    let before = settled.rows.len();
    let targets = targets(case, view, record);
    let holders = release(case, view, &targets, record, held, settled)?;
    let gone = held.iter().filter(|old| !holders.iter().any(|new| new.recipient == old.recipient));
    for holder in gone {
        withdraw(case, view, record, holder.recipient, settled)?;
    }
    if case.fresh && settled.rows.len() == before {
        let plan = match targets.first() {
            Some(target) => case.types.plan(target.plan),
            None => view.nobody(),
        };
        settled.row(view, None, plan.digest(), Outcome::Withheld, None)?;
    }
    Ok(holders)
}

fn release(
    case: &Case<'_>,
    view: &ViewPlans,
    targets: &[Target],
    record: &RecordState,
    held: &[Holder],
    settled: &mut Settled<'_>,
) -> Result<Vec<Holder>, Error> {
    let mut holders = Vec::new();
    for target in targets {
        let plan = case.types.plan(target.plan);
        if !plan.releases() {
            continue;
        }
        let current = held.iter().find(|held| is_current(held, target, plan, record.version));
        if let Some(current) = current {
            holders.push(current.clone());
            continue;
        }
        let Finding::Here(verified) = case.finding else { continue };
        let whom = whom(view, target.recipient, record);
        let Some(released) = case.types.release(view, target.plan, whom, verified)? else {
            continue;
        };
        let holder = Holder {
            view: view.id().clone(),
            recipient: target.recipient,
            plan: *plan.digest(),
            bytes: *released.digest(),
            version: released.version(),
        };
        let same = |held: &&Holder| {
            held.recipient == holder.recipient
                && held.version == holder.version
                && held.bytes == holder.bytes
        };
        if held.iter().find(same).is_none() {
            push(view, released, plan, Outcome::Released, settled)?;
            settled.under(&target.under);
        }
        holders.push(holder);
    }
    Ok(holders)
}

fn withdraw(
    case: &Case<'_>,
    view: &ViewPlans,
    record: &RecordState,
    recipient: Option<OrgNumber>,
    settled: &mut Settled<'_>,
) -> Result<(), Error> {
    let held = Held {
        source: &record.source,
        record_id: record.record_id,
        version: record.version,
        producer: record.producer,
        recorded_at: record.recorded_at,
        // Whoever it was meant for before is not told who came instead.
        addressee: match view.view().audience {
            Audience::Addressee => recipient,
            _ => record.addressee,
        },
    };
    let withdrawal = case.types.withdraw(view, whom(view, recipient, record), &held)?;
    push(view, withdrawal, view.withdrawal(), Outcome::Withdrawn, settled)
}

fn push(
    view: &ViewPlans,
    released: Released,
    plan: &Plan,
    outcome: Outcome,
    settled: &mut Settled<'_>,
) -> Result<(), Error> {
    let value = Some(released.value());
    settled.row(view, released.recipient(), plan.digest(), outcome, value)?;
    settled.releases.push(released);
    Ok(())
}

// === impl Settled ===

impl Settled<'_> {
    /// Says of the last row what its recipient is entitled by.
    fn under(&mut self, under: &[Under]) {
        if let Some(row) = self.rows.last_mut() {
            row.under = under.to_vec();
        }
    }

    fn row(
        &mut self,
        view: &ViewPlans,
        recipient: Option<OrgNumber>,
        plan: &Digest,
        outcome: Outcome,
        value: Option<&[u8]>,
    ) -> Result<(), Error> {
        let salt = self.salts.draw()?;
        let commitment = match value {
            Some(value) => Row::commit(&salt, value),
            None => Row::NOTHING,
        };
        self.rows.push(Row {
            view: view.id().clone(),
            recipient,
            epoch: 0,
            purpose: view.purpose().clone(),
            plan: *plan,
            outcome,
            under: Vec::new(),
            salt,
            commitment,
        });
        Ok(())
    }
}

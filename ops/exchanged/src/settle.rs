//! What each view shall hold of a record, against what it holds: releases, withdrawals, and the
//! rows that say so. Which plan applies was decided when the bundle was compiled.

use crate::{Error, Policy};
use audit::{Disclosed, Outcome, Row};
use exchange_state::{Holder, RecordState};
use release::{Held, Plan, PlanId, Released, TypePlans, Verified, ViewPlans};
use ruling::Audience;
use seal::Salts;
use standing::SenderClass;
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
        let plan = case.types.plan(plan_for(case, view));
        plan.releases()
            && targets(case, view).iter().any(|target| {
                let mut held = record.holders.iter();
                !held.any(|held| {
                    held.view == *view.id() && is_current(held, *target, plan, record.version)
                })
            })
    })
}

fn is_current(held: &Holder, target: Option<OrgNumber>, plan: &Plan, version: u64) -> bool {
    held.recipient == target && held.version == version && held.plan == *plan.digest()
}

fn plan_for(case: &Case<'_>, view: &ViewPlans) -> PlanId {
    match case.finding {
        Finding::Here(_) | Finding::Gone => {
            let plan = view.plan_for(case.sender, case.facts);
            if case.traced { case.types.without_texts(plan) } else { plan }
        }
        Finding::Closed => view.closed(),
    }
}

fn settle_view(
    case: &Case<'_>,
    view: &ViewPlans,
    record: &RecordState,
    held: &[Holder],
    settled: &mut Settled<'_>,
) -> Result<Vec<Holder>, Error> {
    let id = plan_for(case, view);
    let before = settled.rows.len();
    let holders = release(case, view, id, record, held, settled)?;
    let gone = held.iter().filter(|old| !holders.iter().any(|new| new.recipient == old.recipient));
    for holder in gone {
        withdraw(case, view, record, holder.recipient, settled)?;
    }
    if case.fresh && settled.rows.len() == before {
        let plan = case.types.plan(id);
        settled.row(view, None, plan.digest(), Outcome::Withheld, None)?;
    }
    Ok(holders)
}

/// One lane for a group; for an addressed view a lane for each member whose own area it is.
fn targets(case: &Case<'_>, view: &ViewPlans) -> Vec<Option<OrgNumber>> {
    match view.view().audience {
        Audience::Group => vec![None],
        Audience::OwnArea => {
            case.policy.in_area(view.id(), case.municipality).iter().copied().map(Some).collect()
        }
    }
}

fn release(
    case: &Case<'_>,
    view: &ViewPlans,
    id: PlanId,
    record: &RecordState,
    held: &[Holder],
    settled: &mut Settled<'_>,
) -> Result<Vec<Holder>, Error> {
    let plan = case.types.plan(id);
    let mut holders = Vec::new();
    if !plan.releases() {
        return Ok(holders);
    }
    for target in targets(case, view) {
        let current = held.iter().find(|held| is_current(held, target, plan, record.version));
        if let Some(current) = current {
            holders.push(current.clone());
            continue;
        }
        let Finding::Here(verified) = case.finding else { continue };
        let Some(released) = case.types.release(view, id, target, verified)? else { continue };
        let holder = Holder {
            view: view.id().clone(),
            recipient: target,
            plan: *plan.digest(),
            bytes: *released.digest(),
            version: released.version(),
        };
        let same = |held: &&Holder| {
            held.recipient == target && held.version == holder.version && held.bytes == holder.bytes
        };
        if held.iter().find(same).is_none() {
            push(view, released, plan, Outcome::Released, settled)?;
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
    };
    let withdrawal = case.types.withdraw(view, recipient, &held)?;
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
            salt,
            commitment,
        });
        Ok(())
    }
}

//! Whom a view addresses with a record today: all of its members on one lane, or those whose area,
//! number or live entitlement it is. Reads tables and copies; decides nothing.

use crate::settle::{Case, Finding};
use audit::Under;
use exchange_state::{Granted, RecordState};
use release::{PlanId, ViewPlans, Whom};
use ruling::Audience;
use vocabulary::{BasisId, OrgNumber};

/// One of those a view addresses.
#[derive(Debug)]
pub(crate) struct Target {
    /// None where it is every member, or the person a record is about.
    pub(crate) recipient: Option<OrgNumber>,
    /// What it may have of the record.
    pub(crate) plan: PlanId,
    /// What it is entitled by, one for each basis.
    pub(crate) under: Vec<Under>,
}

/// Everyone a view addresses with the record.
pub(crate) fn targets(case: &Case<'_>, view: &ViewPlans, record: &RecordState) -> Vec<Target> {
    let plan = open(case, view, |view| view.plan_for(case.sender, case.facts));
    let target = |recipient| Target { recipient, plan, under: Vec::new() };
    match view.view().audience {
        Audience::Group => vec![target(None)],
        Audience::OwnArea => {
            let members = case.policy.in_area(view.id(), case.municipality).iter();
            members.map(|member| target(Some(*member))).collect()
        }
        Audience::Addressee => {
            let member = |of: &OrgNumber| case.policy.bundle.is_member(view.view(), of);
            record.addressee.filter(member).map(|of| target(Some(of))).into_iter().collect()
        }
        Audience::OwnRecord => record.person.iter().map(|_| target(None)).collect(),
        Audience::Entitled => entitled(case, view),
    }
}

/// The plan of a record that may be routed, without free texts that point to a person.
fn open(case: &Case<'_>, view: &ViewPlans, plan: impl Fn(&ViewPlans) -> PlanId) -> PlanId {
    match case.finding {
        Finding::Closed => view.closed(),
        Finding::Here(_) | Finding::Gone if case.traced => case.types.without_texts(plan(view)),
        Finding::Here(_) | Finding::Gone => plan(view),
    }
}

/// How a target is told of on its lane.
pub(crate) fn whom<'a>(
    view: &ViewPlans,
    recipient: Option<OrgNumber>,
    record: &'a RecordState,
) -> Whom<'a> {
    match (recipient, view.view().audience) {
        (Some(recipient), _) => Whom::One(recipient),
        // A version without a person takes the one before from whoever it was.
        (None, Audience::OwnRecord) => Whom::Person(record.person.as_deref().unwrap_or_default()),
        (None, _) => Whom::All,
    }
}

/// Members that hold a live entitlement for the subject and a purpose of the view, each with the
/// plan of the bases it holds one under.
fn entitled(case: &Case<'_>, view: &ViewPlans) -> Vec<Target> {
    let mut found: Vec<(OrgNumber, usize, Vec<Under>)> = Vec::new();
    for granted in case.entitled.iter() {
        let Some((at, under)) = opens(case, view, granted) else { continue };
        let recipient = granted.entitlement.terms().recipient;
        // INVARIANT: entitlements come by recipient.
        if found.last().is_none_or(|(last, ..)| *last != recipient) {
            found.push((recipient, 0, Vec::new()));
        }
        if let Some((_, bits, grounds)) = found.last_mut()
            && *bits >> at & 1 == 0
        {
            *bits |= 1 << at;
            grounds.push(under);
        }
    }
    let plan = |bits| open(case, view, |view| view.plan_under(bits, case.sender, case.facts));
    let target = |(of, bits, under)| Target { recipient: Some(of), plan: plan(bits), under };
    found.into_iter().map(target).collect()
}

/// Which of the view's bases an entitlement opens, by place; none where it opens nothing of it.
fn opens(case: &Case<'_>, view: &ViewPlans, granted: &Granted) -> Option<(usize, Under)> {
    let (terms, of) = (granted.entitlement.terms(), view.view());
    let holds = granted.is_live(case.day)
        && of.entitlement == Some(terms.kind)
        && of.purposes.contains(&terms.purpose)
        && case.policy.bundle.may_entitle(&granted.source, terms.kind)
        && case.policy.bundle.is_member(of, &terms.recipient);
    let basis = |basis: &BasisId| *basis == terms.basis;
    let at = view.required().iter().position(basis).filter(|_| holds)?;
    Some((at, Under { entitlement: terms.id.clone(), basis: terms.basis.clone() }))
}

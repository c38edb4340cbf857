//! Every ruling of one view and record type, for one day. Never run in a record's path.

use crate::applies::Period;
use crate::bundle::Bundle;
use crate::decide::Decider;
use crate::outcome::{Reason, RecordReason, Ruling};
use crate::rulings::{RulingId, Rulings, refused};
use crate::view::View;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{BasisId, RecordType};

/// Compiles the rulings of one view and record type for one day (days since 1970-01-01).
///
/// They hold until the day before [`Bundle::turns`]. Where they are the rulings that the bundle was
/// checked with, these are given out and nothing is compiled. For a record type that the bundle or
/// the view does not know there are none, and every question is refused.
pub fn compile(bundle: &Bundle, view: &View, record_type: RecordType, day: i32) -> Arc<Rulings> {
    if let Some(checked) = bundle.checked(view, record_type, day) {
        return checked;
    }
    compile_in(bundle, view, record_type, Period::on_day(day))
}

/// The rulings for a recipient of an entitled view that holds entitlements under these bases and no
/// other of those the view requires one for: what stands on another stays. With all of them it is
/// what [`compile`] gives, as for a view that asks for no entitlement.
pub fn compile_held(
    bundle: &Bundle,
    view: &View,
    record_type: RecordType,
    day: i32,
    held: &[BasisId],
) -> Arc<Rulings> {
    let missing = bundle.required(view).filter(|basis| !held.contains(basis));
    let off: BTreeSet<BasisId> = missing.cloned().collect();
    if off.is_empty() {
        return compile(bundle, view, record_type, day);
    }
    compile_in(bundle, view, record_type, Period { off, ..Period::on_day(day) })
}

fn compile_in(
    bundle: &Bundle,
    view: &View,
    record_type: RecordType,
    period: Period,
) -> Arc<Rulings> {
    let carried = view.record_types.contains(&record_type);
    let decider = Decider::new(bundle, view, record_type, period);
    Arc::new(match decider.filter(|_| carried) {
        Some(mut decider) => compile_for(&mut decider),
        None => Rulings {
            bundle: bundle.digest,
            view: view.id.clone(),
            record_type,
            facts: 0,
            distinct: vec![Ruling {
                record: crate::RecordOutcome::Withhold(RecordReason::UnknownSender),
                fields: Vec::new(),
                classes: Vec::new(),
            }],
            index: Vec::new(),
        },
    })
}

/// Asks the decider for every sender and combination of facts.
pub(crate) fn compile_for(decider: &mut Decider<'_>) -> Rulings {
    let schema = decider.schema;
    let facts = schema.facts().size();
    let refused = refused(schema, &Reason::UnknownSender, RecordReason::UnknownSender);
    let mut distinct = vec![refused.clone()];
    let mut numbers = BTreeMap::from([(refused, RulingId::REFUSED)]);
    let mut known = BTreeMap::new();
    let mut index = Vec::with_capacity(facts * decider.bundle.senders.count());
    for sender in decider.bundle.senders.classes() {
        // INVARIANT: a fact space has at most 512 combinations.
        for combination in 0..u16::try_from(facts).unwrap_or(u16::MAX) {
            let key = decider.key(sender, combination);
            let id = match known.get(&key) {
                Some(id) => *id,
                None => {
                    let ruling = decider.ruling(sender, combination);
                    let next = RulingId(u32::try_from(distinct.len()).unwrap_or(u32::MAX));
                    let id = *numbers.entry(ruling.clone()).or_insert(next);
                    if id == next {
                        distinct.push(ruling);
                    }
                    known.insert(key, id);
                    id
                }
            };
            index.push(id);
        }
    }
    Rulings {
        bundle: decider.bundle.digest,
        view: decider.view.id.clone(),
        record_type: decider.record_type,
        facts,
        distinct,
        index,
    }
}

//! Retention of a whole site on one tick: the ledger hears how long entries stay readable, the
//! carrier which disclosures the ledger holds, and people how old the oldest message of each kind
//! of lane is. Lanes are deleted by the carrier, keys by the ledger.

use crate::house::time;
use crate::status::KeptLine;
use carrier::{Carrier, LaneKind, Limit, Offset};
use ledgerd::Keeping;
use ruling::Retention;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::Timestamp;

/// Ages as of the last tick.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<KeptLine>>>);

// === impl Kept ===

impl Kept {
    /// The oldest message of each kind of lane that is deleted by age.
    pub(crate) fn lines(&self) -> Vec<KeptLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is done each time the bundle's table was looked at.
    pub(crate) fn tick(
        &self,
        carrier: Arc<dyn Carrier>,
        ledger: ledgerd::Watch,
        keeping: Keeping,
    ) -> impl FnMut(Option<&Retention>) + Send + 'static {
        let kept = self.clone();
        let mut told = Offset::default();
        move |table| {
            // The a-krim limit is the only one the table has for what is known of persons and
            // organisations at all; nobody's entries stay readable longer.
            keeping.set_days(table.map_or(0, |table| table.akrim_days));
            let integrated = Offset(ledger.standing().position);
            if integrated > told && carrier.integrated(integrated).is_ok() {
                told = integrated;
            }
            if let Ok(lines) = lines(carrier.as_ref(), table) {
                *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = lines;
            }
        }
    }
}

fn lines(
    carrier: &dyn Carrier,
    table: Option<&Retention>,
) -> Result<Vec<KeptLine>, carrier::Error> {
    let mut oldest: BTreeMap<LaneKind, Timestamp> = BTreeMap::new();
    for lane in carrier.lanes()?.into_iter().filter(|lane| days(lane.kind(), table).is_some()) {
        let first = carrier.read(&lane, Offset::default(), Limit { records: 1, bytes: 1 })?;
        for appended in first.into_iter().map(|first| first.appended) {
            let held = oldest.entry(lane.kind()).or_insert(appended);
            *held = appended.min(*held);
        }
    }
    let line = |(kind, at): (LaneKind, Timestamp)| KeptLine {
        lane: kind.as_str().to_owned(),
        oldest: time(at),
        days: days(kind, table).unwrap_or_default(),
    };
    Ok(oldest.into_iter().map(line).collect())
}

/// The days of a kind of lane on which every message goes by age.
fn days(kind: LaneKind, table: Option<&Retention>) -> Option<u32> {
    let table = table?;
    match kind {
        LaneKind::Intake => Some(table.intake_days),
        LaneKind::Disclosure => Some(table.disclosure_days),
        LaneKind::Quarantine => Some(table.quarantine_days),
        LaneKind::Release | LaneKind::Receipt | LaneKind::State | LaneKind::Control => None,
    }
}

#[cfg(test)]
mod tests;

//! A sample of what is about to leave, worked out a second time by the shadow. What differs does
//! not leave, and its source's lane stops closed. Corrects nothing and decides nothing.

#[cfg(test)]
mod tests;

use crate::judge::Court;
use crate::settle::{Case, Finding, Settled};
use audit::Disclosed;
use avro_span::frame;
use release::{Released, ViewPlans};
use ruling::Audience;
use shadow::{Checker, Error};
use std::collections::BTreeSet;
use vocabulary::{BasisId, RecordType, SourceId};

/// Who looks, how often, and what was found.
pub(crate) struct Watchman {
    every: u64,
    seen: u64,
    stopped: BTreeSet<SourceId>,
}

// === impl Watchman ===

impl Watchman {
    /// Looks at one of so many records; every one at 1.
    pub(crate) fn new(every: u64) -> Watchman {
        Watchman { every: every.max(1), seen: 0, stopped: BTreeSet::new() }
    }

    /// Whether this record is one to look at.
    pub(crate) fn is_due(&mut self) -> bool {
        self.seen = self.seen.wrapping_add(1);
        self.seen.is_multiple_of(self.every)
    }

    /// Whether the source's lane is stopped: until another bundle is in force, or a new start.
    pub(crate) fn is_stopped(&self, source: &SourceId) -> bool {
        self.stopped.contains(source)
    }

    pub(crate) fn stop(&mut self, source: &SourceId) {
        self.stopped.insert(source.clone());
    }

    /// Another bundle is in force, with plans and a matrix of its own.
    pub(crate) fn reopen(&mut self) {
        self.stopped.clear();
    }
}

/// Holds what was settled for a record against what the shadow says of its bytes.
pub(crate) fn look(
    court: &Court<'_>,
    source: &SourceId,
    case: &Case<'_>,
    settled: &Settled<'_>,
) -> Result<(), Error> {
    let Finding::Here(verified) = case.finding else {
        // Nothing may leave of what is closed or not at hand.
        let left = settled.releases.iter().any(|released| !released.is_withdrawal());
        return if left { Err(Error::Outcome) } else { Ok(()) };
    };
    let record_type: RecordType = case.types.record_type();
    let mut checker = Checker::new(&court.policy.oracle);
    let value = checker.read(record_type, verified.datum())?;
    let of = |held| shadow::Case { record_type, source, kind: case.kind, value: &value, held };
    for view in case.types.views() {
        let mut leaving = leaving(settled, view).peekable();
        // A group's lane is given every new version that may leave. Who else is given one the
        // matrix does not tell: of an addressed lane what does leave is looked at.
        if leaving.peek().is_none() && case.fresh && view.view().audience == Audience::Group {
            checker.check(&of(BTreeSet::new()), view.id(), None)?;
        }
        for released in leaving {
            let (_, datum) = frame::read(released.value()).map_err(|_| Error::Bytes)?;
            checker.check(&of(held(settled, released)), view.id(), Some(datum))?;
        }
    }
    Ok(())
}

fn leaving<'s>(settled: &'s Settled<'_>, view: &ViewPlans) -> impl Iterator<Item = &'s Released> {
    let id = view.id().clone();
    let of = settled.releases.iter().filter(|released| !released.is_withdrawal());
    of.filter(move |released| *Disclosed::view(*released) == id)
}

/// The bases under which a recipient is entitled, by the row that says what left for it.
fn held(settled: &Settled<'_>, released: &Released) -> BTreeSet<BasisId> {
    let (view, recipient) = (Disclosed::view(released), released.recipient());
    let mut rows = settled.rows.iter();
    let row = rows.find(|row| row.view == *view && row.recipient == recipient);
    row.into_iter().flat_map(|row| &row.under).map(|under| under.basis.clone()).collect()
}

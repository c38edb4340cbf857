//! The projector: one writer schema, one scan program, and a copy program for each plan.

use crate::Error;
use crate::action::{Action, PlanActions, Pseudonyms};
use crate::copy::Copy;
use crate::limits::{MAX_DATUM, MAX_PLANS, MAX_PROBES};
use crate::plan::{self, Emissions, Located, Plan};
use crate::program::{self, Layout, Program, ROOT};
use crate::scan::{self, Spans};
use avro_tree::{FieldId, Schema};
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells projectors apart, so that spans of one are never taken for another's.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// Plans and probes over one writer schema, compiled.
#[derive(Debug)]
pub struct Projector {
    number: u64,
    program: Program,
    plans: Vec<Plan>,
    probes: Vec<Located>,
    limit: usize,
    checks_text: bool,
}

impl Projector {
    /// Compiles plans (at most 4,096) and probes (fields that lie in no array or map).
    ///
    /// Text is taken as UTF-8, as the connector that sealed it checked; see
    /// [`Projector::checking_text`].
    pub fn compile(
        schema: &Schema,
        plans: &[PlanActions],
        probes: &[FieldId],
    ) -> Result<Projector, Error> {
        if plans.len() > MAX_PLANS {
            return Err(Error::Limit { what: "plans", limit: MAX_PLANS });
        }
        if probes.len() > MAX_PROBES {
            return Err(Error::Limit { what: "probes", limit: MAX_PROBES });
        }
        let settled = plans.iter().map(|plan| Emissions::settle(schema, plan));
        let settled = settled.collect::<Result<Vec<_>, _>>()?;
        let mut positions = probes.to_vec();
        positions.extend(plans.iter().flatten().filter_map(|action| match action {
            Action::Items(predicate) => Some(predicate.field),
            _ => None,
        }));
        let (program, layout) = program::compile(schema, &settled, &positions)?;
        let slots: Vec<u32> = program.items.iter().map(|items| items.slots).collect();
        let plans = settled.iter().map(|plan| plan::compile(schema, &layout, &slots, plan));
        let plans = plans.collect::<Result<Vec<_>, _>>()?;
        let probes = probes.iter().map(|id| probe(schema, &layout, *id));
        let probes = probes.collect::<Result<Vec<_>, _>>()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Ok(Projector { number, program, plans, probes, limit: MAX_DATUM, checks_text: false })
    }

    /// Refuses datums of more bytes than this; never more than [`MAX_DATUM`].
    #[must_use]
    pub fn with_limit(self, bytes: usize) -> Self {
        Projector { limit: bytes.min(MAX_DATUM), ..self }
    }

    /// Whether the scan refuses text that is not UTF-8 (a dropped sized array block excepted,
    /// which is never read).
    #[must_use]
    pub fn checking_text(self, checks_text: bool) -> Self {
        Projector { checks_text, ..self }
    }

    /// How many plans there are.
    pub fn plans(&self) -> usize {
        self.plans.len()
    }

    /// Walks the datum once: refuses it unless it is exactly one datum of the schema, and keeps
    /// the positions that probes and plans need.
    pub fn scan(&self, datum: &[u8], spans: &mut Spans) -> Result<(), Error> {
        spans.owner = (0, 0, 0);
        if datum.len() > self.limit {
            return Err(Error::Limit { what: "bytes", limit: self.limit });
        }
        if self.checks_text {
            scan::scan::<true>(&self.program, datum, &mut spans.marks)?;
        } else {
            scan::scan::<false>(&self.program, datum, &mut spans.marks)?;
        }
        spans.owner = self.owner(datum);
        Ok(())
    }

    /// The encoded value of probe `i` of a scanned datum: of a union of null and one type the
    /// value alone. None when it is null, or within a null.
    pub fn probe<'d>(&self, i: usize, datum: &'d [u8], spans: &Spans) -> Option<&'d [u8]> {
        if spans.owner != self.owner(datum) {
            return None;
        }
        self.probes.get(i)?.find(datum, &spans.marks, 0)
    }

    /// Adds what plan `plan` keeps of a scanned datum to `out`: exactly one datum of the view's
    /// schema. On an error nothing is added.
    pub fn project(
        &self,
        plan: usize,
        datum: &[u8],
        spans: &Spans,
        pseudonyms: &dyn Pseudonyms,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if spans.owner != self.owner(datum) {
            return Err(Error::Spans);
        }
        let plan = self.plans.get(plan).ok_or(Error::NoPlan)?;
        let start = out.len();
        out.reserve(datum.len());
        let copy = Copy { plan, datum, marks: &spans.marks, pseudonyms };
        copy.run(0, 0, out).inspect_err(|_| out.truncate(start))?;
        Ok(())
    }

    fn owner(&self, datum: &[u8]) -> (u64, usize, usize) {
        (self.number, datum.as_ptr().addr(), datum.len())
    }
}

fn probe(schema: &Schema, layout: &Layout, id: FieldId) -> Result<Located, Error> {
    let wrong = |rule| Error::Plan {
        path: schema.fields().get(id.index()).map_or("", |field| field.path()).to_owned(),
        rule,
    };
    let place = layout.fields.get(id.index()).cloned();
    let place = place.ok_or_else(|| wrong("a probe must be a field of the schema"))?;
    if place.scope != ROOT {
        return Err(wrong("a probe must lie in no array or map"));
    }
    plan::located(schema, schema.field(id).node(), (place.start, place.end), place.guards)
}

//! The projector against its peers: one view of messages of three sizes, and 16 views of one
//! message. Every peer's output is first compared with ours, byte for byte.

mod messages;
mod peers;
mod typed;

use crate::Outcome;
use crate::line::Line;
use crate::stopwatch::best;
use avro_span::{Action, PlanActions, Projector, Pseudonyms, Spans};
use avro_tree::Schema;
use messages::{Messages, NOTICE, REPORT};
use std::hint::black_box;

/// Messages of each kind: enough that branches are not learnt by heart.
const MESSAGES: usize = 1024;
/// Passes of ours, and of peers ten times slower.
const PASSES: usize = 200;
const SLOW_PASSES: usize = 12;
const VIEWS: usize = 16;

/// No plan here asks for one.
struct NoPseudonyms;

impl Pseudonyms for NoPseudonyms {
    fn pseudonym(&self, _: &[u8]) -> [u8; 16] {
        [0; 16]
    }
}

/// One view of three sizes.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let mut lines = vec![];
    let notices = Messages::notices(MESSAGES);
    let reports = Messages::reports(MESSAGES, 3);
    let long = Messages::reports(MESSAGES, 36);
    lines.extend(one_view::<typed::Notice<'_>>("226 B", NOTICE, &notices)?);
    lines.extend(one_view::<typed::Report<'_>>("1.2 KB", REPORT, &reports)?);
    lines.extend(one_view::<typed::Report<'_>>("10 KB", REPORT, &long)?);
    Ok(lines)
}

/// Nanoseconds a message for scan and copy of one view.
fn one_pass(projector: &Projector, messages: &Messages) -> Outcome<f64> {
    let (mut spans, mut out) = (Spans::new(), Vec::new());
    best(PASSES, MESSAGES, || {
        out.clear();
        for message in messages.all() {
            let message = black_box(message);
            projector.scan(message, &mut spans)?;
            projector.project(0, message, &spans, &NoPseudonyms, &mut out)?;
        }
        black_box(&out);
        Ok(())
    })
}

/// Nanoseconds a message for a plain copy.
fn memcpy(messages: &Messages) -> Outcome<f64> {
    let mut out = Vec::new();
    best(PASSES, MESSAGES, || {
        out.clear();
        for message in messages.all() {
            out.extend_from_slice(black_box(message));
        }
        black_box(&out);
        Ok(())
    })
}

fn one_view<'m, T>(size: &str, text: &str, messages: &'m Messages) -> Outcome<Vec<Line>>
where
    T: serde::Serialize + serde::Deserialize<'m>,
{
    let schema = Schema::parse(text)?;
    let plan = a_third_dropped(&schema);
    let view = view_schema(&schema, &plan)?;
    let projector = Projector::compile(&schema, std::slice::from_ref(&plan), &[])?;
    let views = ours(&projector, messages)?;
    let fast = peers::Fast::new(&schema, &view)?;
    let general = peers::General::new(&schema, &view)?;
    for (message, view) in messages.all().zip(&views) {
        if fast.view::<T>(message)? != *view || general.view(message)? != *view {
            return Err("a peer's view differs from ours".into());
        }
    }
    let mut spans = Spans::new();
    let value = one_pass(&projector, messages)?;
    let scan = best(PASSES, MESSAGES, || {
        for message in messages.all() {
            projector.scan(black_box(message), &mut spans)?;
        }
        black_box(&spans);
        Ok(())
    })?;
    let checking = Projector::compile(&schema, &[plan], &[])?.checking_text(true);
    let checked = one_pass(&checking, messages)?;
    let memcpy = memcpy(messages)?;
    let fast = best(SLOW_PASSES, MESSAGES, || fast.pass::<T>(messages))?;
    let general = best(SLOW_PASSES, MESSAGES, || general.pass(messages))?;
    let mean = messages.bytes() / MESSAGES;
    let line = |peer, peer_value: f64| Line {
        name: format!("projector {size} ({mean} B)"),
        unit: "µs",
        value: value / 1000.0,
        peer,
        peer_value: peer_value / 1000.0,
    };
    Ok(vec![
        line("serde_avro_fast, typed, borrowed", fast),
        line("apache-avro, decode filter encode", general),
        line("memcpy", memcpy),
        line("ours, the scan alone", scan),
        line("ours, text checked as UTF-8", checked),
    ])
}

/// Sixteen views of one message: one scan and sixteen copies, against sixteen of each.
pub(crate) fn views() -> Outcome<Vec<Line>> {
    let messages = Messages::reports(MESSAGES, 3);
    let schema = Schema::parse(REPORT)?;
    let plans: Vec<PlanActions> = (0..VIEWS).map(|view| of_sixteen(&schema, view)).collect();
    let together = Projector::compile(&schema, &plans, &[])?;
    let apart: Vec<Projector> = plans
        .iter()
        .map(|plan| Projector::compile(&schema, std::slice::from_ref(plan), &[]))
        .collect::<Result<_, _>>()?;
    let mut outs = vec![Vec::new(); VIEWS];
    let mut spans = Spans::new();
    let mut times = vec![];
    for count in [1, VIEWS] {
        times.push(best(PASSES, MESSAGES, || {
            outs.iter_mut().for_each(Vec::clear);
            for message in messages.all() {
                let message = black_box(message);
                together.scan(message, &mut spans)?;
                for (view, out) in outs.iter_mut().enumerate().take(count) {
                    together.project(view, message, &spans, &NoPseudonyms, out)?;
                }
            }
            black_box(&outs);
            Ok(())
        })?);
    }
    let separate = best(PASSES, MESSAGES, || {
        outs.iter_mut().for_each(Vec::clear);
        for message in messages.all() {
            let message = black_box(message);
            for (projector, out) in apart.iter().zip(&mut outs) {
                projector.scan(message, &mut spans)?;
                projector.project(0, message, &spans, &NoPseudonyms, out)?;
            }
        }
        black_box(&outs);
        Ok(())
    })?;
    let [one, all] = times.as_slice() else { return Ok(vec![]) };
    let further = (all - one) / (VIEWS - 1) as f64;
    let line = |name: &str, unit, value, peer, peer_value| Line {
        name: name.to_owned(),
        unit,
        value,
        peer,
        peer_value,
    };
    Ok(vec![
        line("16 views of one message", "µs", all / 1e3, "16 separate passes", separate / 1e3),
        line("a further view", "ns", further, "the first view, with the scan", *one),
    ])
}

fn ours(projector: &Projector, messages: &Messages) -> Outcome<Vec<Vec<u8>>> {
    let mut spans = Spans::new();
    let mut views = vec![];
    for message in messages.all() {
        let mut out = vec![];
        projector.scan(message, &mut spans)?;
        projector.project(0, message, &spans, &NoPseudonyms, &mut out)?;
        views.push(out);
    }
    Ok(views)
}

fn view_schema(schema: &Schema, plan: &PlanActions) -> Outcome<Schema> {
    let kept = schema.field_ids().zip(plan).filter(|(_, action)| **action != Action::Drop);
    Ok(avro_tree::view_schema(schema, &"bench".parse()?, &kept.map(|(id, _)| id).collect())?)
}

/// Fields marked in the schema's text by class BIZ go: a third of them.
fn a_third_dropped(schema: &Schema) -> PlanActions {
    let biz = Some(vocabulary::FieldClass::Biz);
    let action = |field: &avro_tree::Field| {
        if field.class() == biz { Action::Drop } else { Action::Keep }
    };
    schema.fields().iter().map(action).collect()
}

/// Sixteen views that differ: each leaves out some fields and withholds others.
fn of_sixteen(schema: &Schema, view: usize) -> PlanActions {
    let plan = a_third_dropped(schema);
    let action = |(index, action): (usize, Action)| {
        let field = schema.fields().get(index);
        if field.is_none_or(|field| field.anchors() || field.parent().is_none() && index < 2) {
            return action;
        }
        match (action, (index * 7 + view * 3) % 11) {
            (Action::Drop, 0..=3) if view.is_multiple_of(3) => Action::Keep,
            (Action::Keep, 0) => Action::Null,
            (Action::Keep, 1) if view.is_multiple_of(2) => Action::Drop,
            (action, _) => action,
        }
    };
    plan.into_iter().enumerate().map(action).collect()
}

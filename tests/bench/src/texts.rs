//! The second line behind the classes: finding a report's free texts and looking for traces of
//! persons in them, beside the scan that every record gets anyway.

use crate::Outcome;
use crate::line::Line;
use crate::stopwatch::best;
use avro_span::{Projector, Spans, Texts};
use kit::{Size, Traffic};
use std::hint::black_box;
use vocabulary::{RecordType, trace};

/// Times each datum is looked at in a pass, and passes.
const TIMES: usize = 20;
const PASSES: usize = 30;

/// Microseconds a report, its texts found and searched.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let kind = RecordType::InspectionReport;
    let schema = records::schema(kind);
    let traffic = Traffic::generate(3, Size { organisations: 50, records: 60 });
    let sent = traffic.sent().iter().filter(|sent| sent.record.record_type() == kind);
    let datums = sent.map(|sent| records::encode(&sent.record)).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = datums.iter().map(Vec::len).sum();
    let free = schema.field_ids().filter(|id| schema.field(*id).free_text());
    let texts = Texts::of(&schema, &free.collect::<Vec<_>>());
    let projector = Projector::compile(&schema, &[], &[])?.checking_text(true);
    let all = datums.len() * TIMES;
    let ours = best(PASSES, all, || {
        for datum in datums.iter().flat_map(|datum| std::iter::repeat_n(datum, TIMES)) {
            black_box(texts.any(&schema, datum, |_, text| trace(text).is_some())?);
        }
        Ok(())
    })?;
    let mut spans = Spans::new();
    let scan = best(PASSES, all, || {
        for datum in datums.iter().flat_map(|datum| std::iter::repeat_n(datum, TIMES)) {
            projector.scan(datum, &mut spans)?;
        }
        Ok(())
    })?;
    Ok(vec![Line {
        name: format!("free texts searched ({} B)", bytes / datums.len().max(1)),
        unit: "µs",
        value: ours / 1_000.0,
        peer: "ours, the scan with text checked",
        peer_value: scan / 1_000.0,
    }])
}

//! What an exchange and its Kafka clients keep in memory when it comes back and all of 400 lanes
//! are behind, under 20 views: beside what this process itself holds, which carried the findings
//! there.

use super::place::{Part, carry, carry_schemas, open};
use crate::Outcome;
use crate::line::Line;
use crate::memory::{Large, SOURCES, mebibytes};
use carrier::{Carrier, message_of};
use exchanged::Progress;
use peers::Kafka;
use std::sync::Arc;

/// Findings that wait on each lane, and how many are carried there at once.
const EACH: usize = 1_000;
const PIECE: usize = 50;
/// Steps within which memory is looked at.
const STEPS: usize = 60;
const PREFIX: &str = "bench-memory";

pub(crate) fn run() -> Outcome<Vec<Line>> {
    let kafka = Kafka::start()?;
    let mut large = Large::new()?;
    let backlog = fill(&kafka, &mut large)?;
    let folder = tempfile::tempdir()?;
    let before = mebibytes()?;
    let (_, lanes) = open(&kafka, PREFIX)?;
    carry_schemas(&large.house, lanes.as_ref())?;
    let mut exchange = large.house.twin(Arc::clone(&lanes) as Arc<dyn Carrier>, folder.path())?;
    let mut most = 0.0_f64;
    for _ in 0..STEPS {
        if exchange.step()? == Progress::Idle {
            return Err("nothing was left to do".into());
        }
        most = most.max(mebibytes()? - before);
    }
    Ok(vec![Line {
        name: format!("exchange on Kafka: {SOURCES} sources x 20 views, all behind"),
        unit: "MiB",
        value: most,
        peer: "what waits",
        peer_value: backlog,
    }])
}

/// Lets findings wait on every lane; how many MiB.
fn fill(kafka: &Kafka, large: &mut Large) -> Outcome<f64> {
    let (_, lanes) = open(kafka, PREFIX)?;
    carry(&large.house, lanes.as_ref(), Part::Controls)?;
    let mut bytes = 0;
    for first in (0..EACH).step_by(PIECE) {
        for sealed in large.sealed(first..first + PIECE)? {
            let messages = sealed.iter().cloned().map(|one| message_of(one, Vec::new()));
            bytes += messages.map(|one| one.bytes()).sum::<usize>();
            lanes.submit(sealed)?;
        }
    }
    Ok(bytes as f64 / f64::from(1 << 20))
}

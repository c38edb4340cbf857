//! How long an exchange takes from its start until something is out, where findings of every source
//! wait: a new client, the lanes' share and positions, the copy brought up to the lanes, the bundle
//! read and its plans compiled, the first step. The process itself is there already; that of a
//! rival is not, and starts within its figure.

use super::place::{Part, at_rest, carry, carry_schemas, open};
use crate::Outcome;
use carrier::{Carrier, Lane};
use kit::House;
use peers::Kafka;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// From the start until a step with releases is committed: what is announced alone does not count.
pub(crate) fn first_output(kafka: &Kafka, house: &House) -> Outcome<Duration> {
    const PREFIX: &str = "bench-start";
    let folder = tempfile::tempdir()?;
    let (_, before) = open(kafka, PREFIX)?;
    drop(at_rest(house, &before, before.as_ref(), folder.path())?);
    carry(house, before.as_ref(), Part::Rest)?;
    let released = released_on(before.as_ref())?;
    drop(before);
    let begun = Instant::now();
    let (_, lanes) = open(kafka, PREFIX)?;
    carry_schemas(house, lanes.as_ref())?;
    let mut exchange = house.twin(Arc::clone(&lanes) as Arc<dyn Carrier>, folder.path())?;
    // The first step announces the bundle and takes from every lane.
    exchange.step()?;
    let took = begun.elapsed();
    if released_on(lanes.as_ref())? > released { Ok(took) } else { Err("nothing came out".into()) }
}

/// How far all release lanes go together.
fn released_on(lanes: &dyn Carrier) -> Outcome<u64> {
    let mut released = 0;
    for lane in lanes.lanes()? {
        if matches!(lane, Lane::Release { .. }) {
            released += lanes.end(&lane)?.0;
        }
    }
    Ok(released)
}

//! The rival: a Kafka Streams application of exactly_once_v2 over the same sealed intake records,
//! once and again, in a process of its own. What it does, and what it does not, stands at the head
//! of `tests/peers/streams/Filter.java`: it decodes, drops the fields that the view never releases,
//! encodes and writes; it rules, seals, records and remembers nothing. Its first findings warm up
//! its machine and are not counted.

use super::place::{Begun, Cost, Worker};
use super::plain::Projecting;
use crate::Outcome;
use carrier::{Carrier, Lane};
use peers::{Kafka, Streams};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often its output is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Longest time it may take over its findings.
const PATIENCE: Duration = Duration::from_secs(300);

/// The schemas it is given: for each frame's id the contract's, and the one view's with its id.
pub(crate) fn schemas(projecting: &Projecting, lanes: &dyn Carrier, folder: &Path) -> Outcome<()> {
    for (id, kind) in projecting.contracts() {
        let types = projecting.plans().of(kind).ok_or("no plans")?;
        let Some(view) = types.views().first() else { continue };
        fs::write(folder.join(format!("{id}.from.avsc")), types.schema().text())?;
        let view = view.schema();
        let to = lanes.register_schema(&Lane::Register, view.name(), view.text())?;
        fs::write(folder.join(format!("{id}.to.{to}.avsc")), view.text())?;
    }
    Ok(())
}

/// How long after its start the rival's first finding was out; and what its work cost for each of
/// `findings`, all waiting already, from the moment when `warm` of them were out.
pub(crate) fn run(
    kafka: &Kafka,
    rival: &Streams,
    output: &str,
    (warm, findings): (u64, u64),
) -> Outcome<(Duration, Cost)> {
    let mut config = ClientConfig::new();
    let asker: BaseConsumer = config
        .set("bootstrap.servers", kafka.bootstrap())
        .set("group.id", "bench-rival")
        .set("isolation.level", "read_committed")
        .create()?;
    wait(&asker, output, 1)?;
    let first = rival.begun().elapsed();
    // With a mark behind each commit, a few in ten thousand more than there are findings.
    wait(&asker, output, warm)?;
    let begun = Begun::now(kafka, Worker::Child(rival.jvm()))?;
    wait(&asker, output, findings)?;
    Ok((first, begun.cost()?))
}

fn wait(asker: &BaseConsumer, topic: &str, until: u64) -> Outcome<()> {
    let begun = Instant::now();
    loop {
        let (_, end) = asker.fetch_watermarks(topic, 0, Duration::from_secs(10))?;
        if u64::try_from(end).unwrap_or_default() >= until {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("the rival wrote {end} of {until}").into());
        }
        sleep(LOOK);
    }
}

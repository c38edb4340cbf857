//! The exchange on a real broker, everything recorded and in transactions, against plain copies
//! through the same client (`copy`) and against a Kafka Streams filter in a process of its own
//! (`rival`): time, CPU of the worker and of the broker for each finding, and latency at a fixed
//! rate. Without transactions there is no exchange: `plain` measures what is left of its work then.

mod copy;
mod latency;
pub(crate) mod memory;
mod place;
mod plain;
mod rival;
mod start;

use crate::Outcome;
use crate::exchange::{loaded, views};
use crate::line::Line;
use carrier::{Carrier, Lane, whole_lane};
use carrier_kafka::Kafka as KafkaCarrier;
use copy::Load;
use exchanged::{Exchange, Progress};
use kit::House;
use kit::house::Rulebook;
use latency::{Latency, drive};
use peers::{Kafka, Layout, Rival, Streams};
use place::{Cost, Part, at_rest, carry, cost, findings, open, settle, submit, target};
use plain::Projecting;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use vocabulary::SourceId;

/// Findings of a run with one view and with four.
const ONE_VIEW: usize = 120_000;
const FOUR_VIEWS: usize = 60_000;
/// How often the rival goes over the findings of one view; the first part of them warms it up.
const AGAIN: u64 = 5;
const WARM: u64 = 2;
/// Findings of a run at a fixed rate.
const AT_RATE: usize = 8 * latency::RATE;

/// What peers are called.
const COPY: &str = "rdkafka copy, as many records";
const PLAIN_COPY: &str = "the same copy without transactions";
const STREAMS: &str = "Kafka Streams exactly once, filter";

/// One view and four; one view without transactions; the rival; latency.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let kafka = Kafka::start_with(&Layout { brief: false, ..Layout::default() })?;
    let one = views(&["akrim-core"], 1)?;
    let house = loaded(&one, ONE_VIEW)?;
    // Once for the broker's machine to warm up.
    recorded(&kafka, "warm", &house, ONE_VIEW)?;
    let (ours, mut lines) = recorded(&kafka, "1 view", &house, ONE_VIEW)?;
    lines.extend(unrecorded(&kafka, &house, &one)?);
    lines.extend(against_streams(&kafka, &house, &one, ours)?);
    let four = loaded(&views(&["akrim-core", "akrim-organ"], 2)?, FOUR_VIEWS)?;
    lines.extend(recorded(&kafka, "4 views", &four, FOUR_VIEWS)?.1);
    lines.extend(at_a_rate(&kafka, &one)?);
    Ok(lines)
}

/// Everything recorded, in transactions, against the copy in as many.
fn recorded(
    kafka: &Kafka,
    what: &str,
    house: &House,
    findings: usize,
) -> Outcome<(Cost, Vec<Line>)> {
    let prefix = what.replace(' ', "-");
    let (options, lanes) = open(kafka, &format!("bench-{prefix}"))?;
    let folder = tempfile::tempdir()?;
    let mut exchange = at_rest(house, &lanes, lanes.as_ref(), folder.path())?;
    carry(house, lanes.as_ref(), Part::Rest)?;
    let mut commits = 0;
    let ours = cost(kafka, || {
        commits = settle(&mut exchange)?;
        Ok(())
    })?;
    let (records, bytes) = written(lanes.as_ref(), findings)?;
    let target = target(kafka, &format!("copy-{prefix}"))?;
    let load = Load { target, findings, records, bytes, commits: Some(commits.max(1)) };
    let raw = cost(kafka, || copy::copy(&options, lanes.as_ref(), &load))?;
    Ok((ours, lines(&format!("exchange on Kafka: {what}"), COPY, findings, ours, raw)))
}

/// What is left of the work when nothing is recorded, against the copy without transactions.
fn unrecorded(kafka: &Kafka, house: &House, rulebook: &Rulebook) -> Outcome<Vec<Line>> {
    let (options, lanes) = open(kafka, "bench-plain")?;
    let all = findings(house)?;
    let mut ends: Vec<(SourceId, u64)> = Vec::new();
    for of in &all {
        let source = of.first().ok_or("a source without findings")?.source().clone();
        ends.push((source, of.len() as u64));
    }
    carry(house, lanes.as_ref(), Part::Controls)?;
    for of in all {
        submit(lanes.as_ref(), of)?;
    }
    let sources: Vec<SourceId> = ends.iter().map(|(source, _)| source.clone()).collect();
    let mut projecting = Projecting::new(house, rulebook, lanes.as_ref(), &sources)?;
    let mut written = plain::Written::default();
    let ours = cost(kafka, || {
        written = projecting.run(lanes.as_ref(), &ends)?;
        Ok(())
    })?;
    let target = target(kafka, "copy-plain")?;
    let records = written.records;
    let bytes = written.bytes / records.max(1);
    let load = Load { target, findings: ONE_VIEW, records, bytes, commits: None };
    let raw = cost(kafka, || copy::copy(&options, lanes.as_ref(), &load))?;
    let name = "projection on Kafka, nothing recorded: 1 view";
    Ok(lines(name, PLAIN_COPY, ONE_VIEW, ours, raw))
}

/// The exchange's costs against the rival's over the same findings, again and again.
fn against_streams(
    kafka: &Kafka,
    house: &House,
    rulebook: &Rulebook,
    ours: Cost,
) -> Outcome<Vec<Line>> {
    let (options, lanes) = open(kafka, "rival")?;
    let output = target(kafka, "rival-out")?;
    let schemas = schemas(house, rulebook, lanes.as_ref())?;
    for _ in 0..AGAIN {
        carry(house, lanes.as_ref(), Part::First)?;
        carry(house, lanes.as_ref(), Part::Rest)?;
    }
    let streams = streams(kafka, "rival", &options.prefix, &lanes, &output, schemas.path())?;
    let all = ONE_VIEW as u64;
    let (first, theirs) = rival::run(kafka, &streams, &output, (all * WARM, all * AGAIN))?;
    drop(streams);
    let part = |time: Duration| time.div_f64((AGAIN - WARM) as f64);
    let theirs =
        Cost { wall: part(theirs.wall), worker: part(theirs.worker), broker: part(theirs.broker) };
    let mut told = lines("exchange on Kafka: 1 view", STREAMS, ONE_VIEW, ours, theirs);
    told.push(Line {
        name: "exchange on Kafka: first output after start".to_owned(),
        unit: "ms",
        value: start::first_output(kafka, house)?.as_secs_f64() * 1e3,
        peer: STREAMS,
        peer_value: first.as_secs_f64() * 1e3,
    });
    Ok(told)
}

/// Latency of exchange, copy and rival, each over topics of its own.
fn at_a_rate(kafka: &Kafka, rulebook: &Rulebook) -> Outcome<Vec<Line>> {
    let house = loaded(rulebook, AT_RATE)?;
    let mut all = findings(&house)?;
    let (_, lanes) = open(kafka, "rate-exchange")?;
    let folder = tempfile::tempdir()?;
    let (_, sender) = open(kafka, "rate-exchange")?;
    let mut exchange = at_rest(&house, &lanes, sender.as_ref(), folder.path())?;
    for of in &mut all {
        // The first of each source is there already.
        of.drain(..1);
    }
    let view = rulebook_view(rulebook)?;
    let release = Lane::Release { view, recipient: None }.topic("rate-exchange.");
    let ours = beside(
        |stop| steps(&mut exchange, lanes.as_ref(), stop),
        || drive(kafka, sender.as_ref(), &all, &release),
    )?;
    let (options, lanes) = open(kafka, "rate-copy")?;
    carry(&house, lanes.as_ref(), Part::First)?;
    let output = target(kafka, "rate-copied")?;
    let copied = beside(
        |stop| copy::follow(&options, lanes.as_ref(), &output, stop),
        || drive(kafka, lanes.as_ref(), &all, &output),
    )?;
    let (options, lanes) = open(kafka, "rate-rival")?;
    let output = target(kafka, "rate-rivalled")?;
    let schemas = schemas(&house, rulebook, lanes.as_ref())?;
    carry(&house, lanes.as_ref(), Part::First)?;
    let streams = streams(kafka, "rate-rival", &options.prefix, &lanes, &output, schemas.path())?;
    // Once for its machine to warm up, which takes as long.
    drive(kafka, lanes.as_ref(), &all, &output)?;
    let rival = drive(kafka, lanes.as_ref(), &all, &output)?;
    drop(streams);
    let mut told = latencies(ours, copied, "rdkafka copy, transactions");
    told.extend(latencies(ours, rival, STREAMS));
    Ok(told)
}

/// The one view of a rulebook.
fn rulebook_view(rulebook: &Rulebook) -> Outcome<vocabulary::ViewId> {
    let text = rulebook.files().text("views.toml").ok_or("no views")?;
    let id = text.split("id = \"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(id.ok_or("no view")?.parse()?)
}

/// Does the one until the other is done.
fn beside<T>(
    work: impl FnOnce(&AtomicBool) -> Outcome<()> + Send,
    meanwhile: impl FnOnce() -> Outcome<T>,
) -> Outcome<T> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let working = scope.spawn(|| work(&stop).map_err(|error| error.to_string()));
        let done = meanwhile();
        stop.store(true, Ordering::Release);
        working.join().map_err(|_| "the worker panicked")??;
        done
    })
}

/// As the daemon's own loop: a step, and where there was nothing to do, a wait.
fn steps(exchange: &mut Exchange, lanes: &dyn Carrier, stop: &AtomicBool) -> Outcome<()> {
    let mut seen = 0;
    while !stop.load(Ordering::Acquire) {
        if exchange.step()? == Progress::Idle {
            seen = lanes.wait(seen, Duration::from_millis(100));
        }
    }
    Ok(())
}

fn schemas(house: &House, rulebook: &Rulebook, lanes: &dyn Carrier) -> Outcome<tempfile::TempDir> {
    carry(house, lanes, Part::Controls)?;
    let folder = tempfile::tempdir()?;
    rival::schemas(&Projecting::new(house, rulebook, lanes, &[])?, lanes, folder.path())?;
    Ok(folder)
}

fn streams(
    kafka: &Kafka,
    application: &str,
    prefix: &str,
    lanes: &Arc<KafkaCarrier>,
    output: &str,
    schemas: &std::path::Path,
) -> Outcome<Streams> {
    let lanes = lanes.lanes()?.into_iter();
    let inputs = lanes.filter(|lane| matches!(lane, Lane::Intake(_)));
    Ok(Streams::start(&Rival {
        brokers: kafka.bootstrap(),
        application: application.to_owned(),
        inputs: inputs.map(|lane| lane.topic(prefix)).collect(),
        output: output.to_owned(),
        schemas: schemas.to_owned(),
    })?)
}

/// Records that the commits of the findings wrote, and their mean bytes.
fn written(lanes: &dyn Carrier, findings: usize) -> Outcome<(usize, usize)> {
    let (mut records, mut bytes) = (0, 0);
    for lane in lanes.lanes()? {
        if matches!(lane, Lane::Release { .. } | Lane::Disclosure | Lane::State(_)) {
            let all = whole_lane(lanes, &lane)?;
            records += all.len();
            bytes += all.iter().map(|one| one.message.bytes()).sum::<usize>();
        }
    }
    if records < findings {
        return Err(format!("{records} records were written for {findings} findings").into());
    }
    Ok((records, bytes / records.max(1)))
}

/// Time, and CPU of worker and broker, for each finding.
fn lines(name: &str, peer: &'static str, findings: usize, ours: Cost, theirs: Cost) -> Vec<Line> {
    let per = |time: Duration| time.as_secs_f64() * 1e6 / findings as f64;
    let line = |of: &str, ours, theirs| Line {
        name: format!("{name}, {of}"),
        unit: "us/finding",
        value: per(ours),
        peer,
        peer_value: per(theirs),
    };
    vec![
        line("wall", ours.wall, theirs.wall),
        line("CPU of the process", ours.worker, theirs.worker),
        line("CPU of the broker", ours.broker, theirs.broker),
    ]
}

fn latencies(ours: Latency, theirs: Latency, peer: &'static str) -> Vec<Line> {
    let line = |of: &str, value, peer_value| Line {
        name: format!("exchange on Kafka: 1 view at {}/s, {of}", latency::RATE),
        unit: "ms",
        value,
        peer,
        peer_value,
    };
    vec![
        line("p50", ours.half, theirs.half),
        line("p99", ours.most, theirs.most),
        line("longest", ours.longest, theirs.longest),
    ]
}

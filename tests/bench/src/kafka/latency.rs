//! Latency at a fixed rate: findings are submitted at their scheduled instants, whatever became of
//! those before; a reader of committed messages notes when what came of each can be read. Time runs
//! from the scheduled instant, so what waits for a slow submit counts too. Only findings that leave
//! are measured: what the view withholds has no end.

use super::place::submit;
use crate::Outcome;
use carrier::{Carrier, RECORD};
use peers::Kafka;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Headers, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use seal::Sealed;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Findings a second.
pub(crate) const RATE: usize = 5_000;
/// Findings submitted at once: of one source, as a connector does.
const PIECE: usize = 50;
/// How long what was submitted last may take.
const TAIL: Duration = Duration::from_secs(3);
/// Of all findings the first part warms up, and is not counted.
const WARM: usize = 4;

/// Milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latency {
    pub(crate) half: f64,
    pub(crate) most: f64,
    pub(crate) longest: f64,
}

/// Submits the findings in turn and reads what comes of them on `topic`; the answer is of those
/// whose id was found there.
pub(crate) fn drive(
    kafka: &Kafka,
    lanes: &dyn Carrier,
    findings: &[Vec<Sealed>],
    topic: &str,
) -> Outcome<Latency> {
    let reader = reader(kafka, topic)?;
    let done = AtomicBool::new(false);
    let (sent, came) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| read(&reader, &done));
        let sent = send(lanes, pieces(findings));
        sleep(TAIL);
        done.store(true, Ordering::Release);
        let came = reading.join().map_err(|_| "the reader panicked")?;
        Ok::<_, Box<dyn std::error::Error>>((sent?, came?))
    })?;
    let mut millis: Vec<f64> = Vec::new();
    for (id, at) in sent.iter().skip(sent.len() / WARM) {
        if let Some(read) = came.get(id) {
            millis.push(read.saturating_duration_since(*at).as_secs_f64() * 1e3);
        }
    }
    millis.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = (millis.len() as f64 * part) as usize;
        millis.get(place.min(millis.len().saturating_sub(1))).copied()
    };
    let none = "nothing that was submitted can be read";
    let (half, most, longest) = (at(0.5), at(0.99), at(1.0));
    Ok(Latency { half: half.ok_or(none)?, most: most.ok_or(none)?, longest: longest.ok_or(none)? })
}

/// Findings in pieces, one source after the other.
fn pieces(findings: &[Vec<Sealed>]) -> Vec<&[Sealed]> {
    let longest = findings.iter().map(Vec::len).max().unwrap_or_default();
    let places = (0..longest).step_by(PIECE);
    let at = |from: usize| {
        findings.iter().filter_map(move |of| of.get(from..of.len().min(from + PIECE)))
    };
    places.flat_map(at).filter(|piece| !piece.is_empty()).collect()
}

/// When each finding was due, by its id.
fn send(lanes: &dyn Carrier, pieces: Vec<&[Sealed]>) -> Outcome<Vec<(String, Instant)>> {
    let begun = Instant::now();
    let mut sent = Vec::new();
    for piece in pieces {
        let due = begun + Duration::from_secs_f64(sent.len() as f64 / RATE as f64);
        sleep(due.saturating_duration_since(Instant::now()));
        submit(lanes, piece.to_vec())?;
        sent.extend(piece.iter().map(|sealed| (sealed.record_id().to_string(), due)));
    }
    Ok(sent)
}

fn reader(kafka: &Kafka, topic: &str) -> Outcome<BaseConsumer> {
    let mut config = ClientConfig::new();
    let reader: BaseConsumer = config
        .set("bootstrap.servers", kafka.bootstrap())
        .set("group.id", "bench-reader")
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("fetch.queue.backoff.ms", "5")
        .create()?;
    let (_, end) = reader.fetch_watermarks(topic, 0, Duration::from_secs(10))?;
    let mut place = TopicPartitionList::new();
    place.add_partition_offset(topic, 0, Offset::Offset(end))?;
    reader.assign(&place)?;
    Ok(reader)
}

/// When what came of each finding was read. Ours names the record and its version, the others have
/// the intake's own header.
fn read(reader: &BaseConsumer, done: &AtomicBool) -> Result<HashMap<String, Instant>, String> {
    let mut came = HashMap::new();
    while !done.load(Ordering::Acquire) {
        let Some(message) = reader.poll(Duration::from_millis(20)) else { continue };
        let message = message.map_err(|error| error.to_string())?;
        let Some(headers) = message.headers() else { continue };
        let now = Instant::now();
        for header in headers.iter().filter(|header| [RECORD, "ce_id"].contains(&header.key)) {
            let id = header.value.and_then(|id| str::from_utf8(id).ok()).unwrap_or_default();
            came.insert(id.get(..36).unwrap_or(id).to_owned(), now);
        }
    }
    Ok(came)
}

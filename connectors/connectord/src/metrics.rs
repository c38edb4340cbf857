//! What the connector counts, under the names operators know. It looks at no record.

use crate::Error;
use std::collections::BTreeMap;
use telemetry::{Counters, Gauges, Histograms, Metrics};
use vocabulary::{OrgNumber, RecordType, SourceId, Timestamp};

/// Upper bounds of the time one delivery takes, in seconds.
const SECONDS: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

/// The connector's metrics.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    read: Counters,
    published: Counters,
    rejected: Counters,
    never_seen: Counters,
    spool_records: Gauges,
    spool_bytes: Gauges,
    spool_limit: Gauges,
    last_record: Gauges,
    heartbeat: Gauges,
    told: Gauges,
    attempts: Counters,
    duration: Histograms,
    delivered: Counters,
    parked: Gauges,
    circuit: Gauges,
}

// === impl Counts ===

impl Counts {
    /// Registers them.
    pub(crate) fn new(metrics: &Metrics) -> Result<Counts, Error> {
        let of = ["authority", "source"];
        let typed = ["authority", "source", "record_type"];
        let reasoned = ["authority", "source", "record_type", "reason"];
        let counters = |name: &str, help: &str, labels: &[&str]| {
            metrics.counters(&format!("samsyn_{name}_total"), help, labels)
        };
        let gauges =
            |name: &str, help: &str| metrics.gauges(&format!("samsyn_connector_{name}"), help, &of);
        Ok(Counts {
            read: counters("connector_records_read", "Rows read.", &typed)?,
            published: counters("connector_records_published", "Records the carrier has.", &typed)?,
            rejected: counters("connector_records_rejected", "Rows refused.", &reasoned)?,
            never_seen: counters(
                "connector_removals_never_seen",
                "Removals of objects that were never seen.",
                &typed,
            )?,
            spool_records: gauges("spool_records", "Records that wait in the spool.")?,
            spool_bytes: gauges("spool_bytes", "Bytes that wait in the spool.")?,
            spool_limit: gauges("spool_limit_bytes", "Bytes the spool may hold.")?,
            last_record: gauges("last_record_timestamp_seconds", "When a record was last read.")?,
            heartbeat: gauges("heartbeat_timestamp_seconds", "When the source was last served.")?,
            told: gauges("told", "Fields of the source's records that it was told to correct.")?,
            attempts: counters(
                "delivery_attempts",
                "Deliveries tried.",
                &["view", "recipient", "outcome"],
            )?,
            duration: metrics.histograms(
                "samsyn_delivery_duration_seconds",
                "Time one delivery took.",
                &["kind"],
                &SECONDS,
            )?,
            delivered: counters(
                "delivery_records",
                "Records delivered and acknowledged.",
                &["view", "recipient"],
            )?,
            parked: metrics.gauges(
                "samsyn_dlq_records",
                "Records set aside because the recipient refuses them.",
                &["stage", "view", "recipient"],
            )?,
            circuit: metrics.gauges(
                "samsyn_delivery_circuit_open",
                "1 while a recipient has failed so often that only single attempts are made.",
                &["view", "recipient"],
            )?,
        })
    }

    /// Rows and objects read, by what came of them.
    pub(crate) fn read(&self, source: &SourceId, chunks: &BTreeMap<Option<RecordType>, Chunk>) {
        let authority = authority(source);
        for (record_type, chunk) in chunks {
            let record_type = record_type.map_or("none", RecordType::as_str);
            let labels = [authority, source.as_str(), record_type];
            self.read.with(&labels).inc_by(chunk.rows);
            self.never_seen.with(&labels).inc_by(chunk.never_seen);
            for (reason, count) in &chunk.rejected {
                let [authority, source, record_type] = labels;
                self.rejected.with(&[authority, source, record_type, reason]).inc_by(*count);
            }
        }
    }

    /// Records the carrier has taken.
    pub(crate) fn published(&self, source: &SourceId, types: &[RecordType]) {
        for record_type in types {
            let labels = [authority(source), source.as_str(), record_type.as_str()];
            self.published.with(&labels).inc();
        }
    }

    /// How a source's spool stands.
    pub(crate) fn spool(&self, source: &SourceId, records: u64, bytes: u64, limit: u64) {
        let labels = [authority(source), source.as_str()];
        self.spool_records.with(&labels).set(signed(records));
        self.spool_bytes.with(&labels).set(signed(bytes));
        self.spool_limit.with(&labels).set(signed(limit));
    }

    /// When a source was served, and when a record of it was last read.
    pub(crate) fn times(&self, source: &SourceId, now: Timestamp, last: Option<Timestamp>) {
        let labels = [authority(source), source.as_str()];
        self.heartbeat.with(&labels).set(seconds(now));
        if let Some(last) = last {
            self.last_record.with(&labels).set(seconds(last));
        }
    }

    /// How many fields a source has been told of.
    pub(crate) fn told(&self, source: &SourceId, fields: u64) {
        self.told.with(&[authority(source), source.as_str()]).set(signed(fields));
    }

    /// One attempt to deliver to a recipient.
    pub(crate) fn attempt(&self, view: &str, recipient: &OrgNumber, outcome: &'static str) {
        self.attempts.with(&[view, recipient.as_str(), outcome]).inc();
    }

    /// How a webhook stands.
    pub(crate) fn webhook(&self, view: &str, recipient: &OrgNumber, parked: u64, open: bool) {
        self.parked.with(&["webhook", view, recipient.as_str()]).set(signed(parked));
        self.circuit.with(&[view, recipient.as_str()]).set(i64::from(open));
    }

    /// A delivery that succeeded.
    pub(crate) fn delivered(
        &self,
        view: &str,
        recipient: &OrgNumber,
        form: &'static str,
        records: u64,
        took: std::time::Duration,
    ) {
        self.delivered.with(&[view, recipient.as_str()]).inc_by(records);
        self.duration.with(&[form]).observe(took.as_secs_f64());
    }
}

/// What a chunk of rows came to, for counting.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) rows: u64,
    pub(crate) never_seen: u64,
    /// Rows refused, by reason.
    pub(crate) rejected: BTreeMap<&'static str, u64>,
}

/// The authority's code: what stands before the first dash of a source.
fn authority(source: &SourceId) -> &str {
    source.as_str().split('-').next().unwrap_or_default()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn seconds(time: Timestamp) -> i64 {
    time.as_micros().div_euclid(1_000_000)
}

//! What the Kafka clients tell of themselves, as metrics of the house. The clients of one kind are
//! added up; which lane a figure belongs to is not told here.

use carrier_kafka::{Client, Figures, Listener};
use telemetry::{Counters, Error, Gauges, Histograms, Metrics};

/// Upper bounds of a round trip, in seconds.
const ROUND_TRIP: [f64; 9] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/// Counts what is heard.
pub(crate) struct Heard {
    requests: Counters,
    messages: Counters,
    bytes: Counters,
    failures: Counters,
    waiting: Gauges,
    waiting_bytes: Gauges,
    connected: Gauges,
    round_trips: Histograms,
}

// === impl Heard ===

impl Heard {
    pub(crate) fn new(metrics: &Metrics) -> Result<Heard, Error> {
        Ok(Heard {
            requests: metrics.counters(
                "samsyn_kafka_requests_total",
                "Requests to brokers, by the kind of client.",
                &["kind"],
            )?,
            messages: metrics.counters(
                "samsyn_kafka_messages_total",
                "Messages that clients sent to brokers or fetched from them.",
                &["kind", "action"],
            )?,
            bytes: metrics.counters(
                "samsyn_kafka_transferred_bytes_total",
                "Bytes of all requests sent and answers received.",
                &["kind", "action"],
            )?,
            failures: metrics.counters(
                "samsyn_kafka_failures_total",
                "Requests that failed or timed out, and connections lost.",
                &["kind", "outcome"],
            )?,
            waiting: metrics.gauges(
                "samsyn_kafka_waiting_messages",
                "Messages that wait in clients: to be sent, or fetched ahead.",
                &["kind"],
            )?,
            waiting_bytes: metrics.gauges(
                "samsyn_kafka_waiting_bytes",
                "Bytes of the messages that wait in clients.",
                &["kind"],
            )?,
            connected: metrics.gauges(
                "samsyn_kafka_connected_brokers",
                "Connections to brokers that are up, over all clients of the kind.",
                &["kind"],
            )?,
            round_trips: metrics.histograms(
                "samsyn_kafka_round_trip_duration_seconds",
                "Average round trip to a broker in the time since a client last told.",
                &["kind"],
                &ROUND_TRIP,
            )?,
        })
    }
}

impl Listener for Heard {
    fn hear(&self, client: Client, figures: &Figures) {
        let of = client.as_str();
        self.requests.with(&[of]).inc_by(figures.requests);
        self.messages.with(&[of, "sent"]).inc_by(figures.sent);
        self.messages.with(&[of, "received"]).inc_by(figures.fetched);
        self.bytes.with(&[of, "sent"]).inc_by(figures.sent_bytes);
        self.bytes.with(&[of, "received"]).inc_by(figures.received_bytes);
        self.failures.with(&[of, "failed"]).inc_by(figures.failed);
        self.failures.with(&[of, "timed_out"]).inc_by(figures.timed_out);
        self.failures.with(&[of, "disconnected"]).inc_by(figures.disconnected);
        self.waiting.with(&[of]).add(figures.waiting);
        self.waiting_bytes.with(&[of]).add(figures.waiting_bytes);
        self.connected.with(&[of]).add(figures.connected);
        for time in &figures.round_trips {
            self.round_trips.with(&[of]).observe(time.as_secs_f64());
        }
    }
}

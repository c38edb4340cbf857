//! What the intake counts, under the names operators know. It looks at no finding.

use telemetry::{Counter, Counters, Gauge, Histograms, Metrics};

/// Upper bounds of the time one request takes, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1.0, 5.0, 30.0];

/// The intake's metrics.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    requests: Counters,
    duration: Histograms,
    tokens: Counters,
    pub(crate) connections: Gauge,
    pub(crate) turned_away: Counter,
}

// === impl Counts ===

impl Counts {
    /// Registers them.
    pub(crate) fn new(metrics: &Metrics) -> Result<Counts, telemetry::Error> {
        Ok(Counts {
            requests: metrics.counters(
                "samsyn_http_requests_total",
                "Requests of the HTTP intake, by the status they were answered with.",
                &["source", "status"],
            )?,
            duration: metrics.histograms(
                "samsyn_http_request_duration_seconds",
                "Time from a request's head to its answer.",
                &["route"],
                &SECONDS,
            )?,
            tokens: metrics.counters(
                "samsyn_token_rejections_total",
                "Tokens that were refused, by code.",
                &["reason"],
            )?,
            connections: metrics
                .gauge("samsyn_http_connections", "Open connections of the HTTP intake.")?,
            turned_away: metrics.counter(
                "samsyn_http_connections_refused_total",
                "Connections closed at the bound of one address, or without a TLS handshake.",
            )?,
        })
    }

    /// A request that was answered. `source` is one that the settings name, or none.
    pub(crate) fn answered(&self, source: Option<&str>, status: u16, took: std::time::Duration) {
        self.requests.with(&[source.unwrap_or("none"), &status.to_string()]).inc();
        self.duration.with(&["findings"]).observe(took.as_secs_f64());
    }

    /// A token that was refused.
    pub(crate) fn refused(&self, code: &'static str) {
        self.tokens.with(&[code]).inc();
    }
}

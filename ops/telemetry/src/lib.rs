//! Telemetry: how a process logs and counts, under the laws that keep persons out of both.
//!
//! [`start`] sets the process's tracing once. [`Metrics`] is a registry that is handed to whoever
//! counts; none is kept globally. Both guard what leaves: a log line is cut to a bound and loses
//! whatever reads as a national identity number; a metric has a name, help and labels from closed
//! lists, and no more series than its bound.
//!
//! Nothing here serves the text or opens a file: that is for `daemon`.

pub mod limits;
mod log;
mod metrics;
mod redact;
mod rules;

#[cfg(test)]
mod tests;

pub use log::{Form, start, start_to};
pub use metrics::{Counter, Counters, Gauge, Gauges, Histogram, Histograms, Metrics};
pub use prometheus::Registry;
pub use redact::redact;
pub use rules::{LABELS, Violation};

/// Why telemetry could not be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The log filter is not one.
    #[error("the log filter cannot be read")]
    Filter,
    /// Tracing was set up before in this process.
    #[error("logging is already set up in this process")]
    Twice,
    /// A metric breaks a rule of [`rules`](Violation).
    #[error("metric `{name}`: {violation}")]
    Rule {
        /// The metric.
        name: String,
        /// What it breaks.
        violation: Violation,
    },
    /// The registry has a metric of this name already.
    #[error("metric `{name}` is registered twice")]
    Registered {
        /// The metric.
        name: String,
    },
}

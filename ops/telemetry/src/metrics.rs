//! A registry under the law of metrics. Holds no names of its own but `samsyn_build_info` and the
//! count of label values cut; what is counted belongs to whoever counts.

use crate::{
    Error, limits,
    rules::{self, Form, Violation},
};
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    core::Collector, proto::MetricFamily,
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use vocabulary::NationalId;

/// A counter without labels.
pub type Counter = IntCounter;
/// A gauge without labels.
pub type Gauge = IntGauge;
/// A histogram without labels.
pub type Histogram = prometheus::Histogram;

/// The process's metrics; clones share one registry.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    cut: IntCounterVec,
}

/// A counter with labels, bounded in series.
#[derive(Debug, Clone)]
pub struct Counters(Bounded<IntCounterVec>);

/// A gauge with labels, bounded in series.
#[derive(Debug, Clone)]
pub struct Gauges(Bounded<IntGaugeVec>);

/// A histogram with labels, bounded in series.
#[derive(Debug, Clone)]
pub struct Histograms(Bounded<HistogramVec>);

#[derive(Debug, Clone)]
struct Bounded<V> {
    vector: V,
    labels: usize,
    most: usize,
    seen: Arc<Mutex<HashSet<Vec<String>>>>,
    cut: IntCounter,
}

// === impl Metrics ===

impl Metrics {
    /// A registry with the process's own figures and `samsyn_build_info`.
    pub fn new(daemon: &str, version: &str) -> Result<Self, Error> {
        let cut = IntCounterVec::new(
            Opts::new("samsyn_labels_cut_total", "Label values counted under `other` at a bound."),
            &["metric"],
        );
        let cut = cut.map_err(|_| registered("samsyn_labels_cut_total"))?;
        let metrics = Metrics { registry: Registry::new(), cut };
        metrics.add("samsyn_labels_cut_total", metrics.cut.clone())?;
        let build = metrics.gauges(
            "samsyn_build_info",
            "Always 1; what is running.",
            &["daemon", "version"],
        )?;
        build.with(&[daemon, version]).set(1);
        #[cfg(target_os = "linux")]
        metrics.add("process", prometheus::process_collector::ProcessCollector::for_self())?;
        Ok(metrics)
    }

    /// The registry, for collectors of a metrics.rs.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// A counter without labels.
    pub fn counter(&self, name: &str, help: &str) -> Result<Counter, Error> {
        law(Form::Counter, name, help, &[])?;
        let counter = IntCounter::new(name, help).map_err(|_| registered(name))?;
        self.add(name, counter.clone())?;
        Ok(counter)
    }

    /// A counter with labels.
    pub fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Result<Counters, Error> {
        law(Form::Counter, name, help, labels)?;
        let vector = IntCounterVec::new(Opts::new(name, help), labels);
        let vector = vector.map_err(|_| registered(name))?;
        self.add(name, vector.clone())?;
        Ok(Counters(self.bounded(vector, name, labels.len(), limits::SERIES)))
    }

    /// A gauge without labels.
    pub fn gauge(&self, name: &str, help: &str) -> Result<Gauge, Error> {
        law(Form::Gauge, name, help, &[])?;
        let gauge = IntGauge::new(name, help).map_err(|_| registered(name))?;
        self.add(name, gauge.clone())?;
        Ok(gauge)
    }

    /// A gauge with labels.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Result<Gauges, Error> {
        law(Form::Gauge, name, help, labels)?;
        let vector = IntGaugeVec::new(Opts::new(name, help), labels);
        let vector = vector.map_err(|_| registered(name))?;
        self.add(name, vector.clone())?;
        Ok(Gauges(self.bounded(vector, name, labels.len(), limits::SERIES)))
    }

    /// A histogram with labels (none is allowed too) and its upper bounds.
    pub fn histograms(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
        buckets: &[f64],
    ) -> Result<Histograms, Error> {
        law(Form::Histogram, name, help, labels)?;
        let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
        let vector = HistogramVec::new(options, labels).map_err(|_| registered(name))?;
        self.add(name, vector.clone())?;
        Ok(Histograms(self.bounded(vector, name, labels.len(), limits::HISTOGRAM_SERIES)))
    }

    /// The exposition: Prometheus text format 0.0.4.
    pub fn text(&self) -> String {
        prometheus::TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }

    /// Every rule that a gathered metric breaks, whoever registered it. Empty when all is well.
    pub fn violations(&self) -> Vec<(String, Violation)> {
        let ours = |family: &MetricFamily| family.name().starts_with("samsyn_");
        let judged = |family: MetricFamily| {
            judge(&family).err().map(|violation| (family.name().to_owned(), violation))
        };
        let gathered = self.registry.gather();
        let foreign = gathered
            .iter()
            .filter(|family| !ours(family) && !family.name().starts_with("process_"))
            .map(|family| (family.name().to_owned(), Violation::Name))
            .collect::<Vec<_>>();
        gathered.into_iter().filter(ours).filter_map(judged).chain(foreign).collect()
    }

    fn add(&self, name: &str, collector: impl Collector + 'static) -> Result<(), Error> {
        self.registry.register(Box::new(collector)).map_err(|_| registered(name))
    }

    fn bounded<V>(&self, vector: V, name: &str, labels: usize, most: usize) -> Bounded<V> {
        let cut = self.cut.with_label_values(&[name]);
        Bounded { vector, labels, most, seen: Arc::default(), cut }
    }
}

fn registered(name: &str) -> Error {
    Error::Registered { name: name.to_owned() }
}

fn law(form: Form, name: &str, help: &str, labels: &[&str]) -> Result<(), Error> {
    rules::check(form, name, help, labels)
        .map_err(|violation| Error::Rule { name: name.to_owned(), violation })
}

fn judge(family: &MetricFamily) -> Result<(), Violation> {
    use prometheus::proto::MetricType;
    let (form, most) = match family.get_field_type() {
        MetricType::COUNTER => (Form::Counter, limits::SERIES),
        MetricType::HISTOGRAM => (Form::Histogram, limits::HISTOGRAM_SERIES),
        _ => (Form::Gauge, limits::SERIES),
    };
    let metrics = family.get_metric();
    if metrics.len() > most {
        return Err(Violation::Series);
    }
    metrics.iter().try_for_each(|metric| {
        let labels: Vec<&str> = metric.get_label().iter().map(|label| label.name()).collect();
        rules::check(form, family.name(), family.help(), &labels)?;
        match metric.get_label().iter().all(|label| safe(label.value())) {
            true => Ok(()),
            false => Err(Violation::Value),
        }
    })
}

fn safe(value: &str) -> bool {
    value.len() <= limits::LABEL_BYTES && value.parse::<NationalId>().is_err()
}

// === impl Bounded ===

impl<V> Bounded<V> {
    /// The label values, or `other` for each once the bound is reached or a value is unsafe.
    fn admit<'a>(&self, values: &[&'a str]) -> Vec<&'a str> {
        let mut fitted: Vec<&str> = values.iter().copied().take(self.labels).collect();
        fitted.resize(self.labels, "other");
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let owned: Vec<String> = fitted.iter().map(|value| (*value).to_owned()).collect();
        if seen.contains(&owned) {
            return fitted;
        }
        // One place is kept for `other` itself.
        if seen.len() + 1 >= self.most || !fitted.iter().all(|value| safe(value)) {
            self.cut.inc();
            return vec!["other"; self.labels];
        }
        seen.insert(owned);
        fitted
    }
}

// === impl Counters ===

impl Counters {
    /// The counter of these label values, in the order the labels were given.
    pub fn with(&self, values: &[&str]) -> Counter {
        self.0.vector.with_label_values(&self.0.admit(values))
    }
}

// === impl Gauges ===

impl Gauges {
    /// The gauge of these label values, in the order the labels were given.
    pub fn with(&self, values: &[&str]) -> Gauge {
        self.0.vector.with_label_values(&self.0.admit(values))
    }
}

// === impl Histograms ===

impl Histograms {
    /// The histogram of these label values, in the order the labels were given.
    pub fn with(&self, values: &[&str]) -> Histogram {
        self.0.vector.with_label_values(&self.0.admit(values))
    }
}

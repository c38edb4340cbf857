//! The law of metrics: names, help, labels. Pure; `Metrics` asks it before anything is registered.

/// The only labels there are. None can hold a subject, a person or a record.
pub const LABELS: &[&str] = &[
    "authority",
    "source",
    "recipient",
    "view",
    "record_type",
    "reason",
    "effect",
    "action",
    "stage",
    "outcome",
    "kind",
    "group",
    "lane",
    "version",
    "digest",
    "class",
    "part",
    "state",
    "method",
    "route",
    "status",
    "metric",
    "daemon",
    "rustc",
];

/// Ends a name may have besides none: base units and the library's own.
const BANNED_ENDS: [&str; 7] = ["_ms", "_millis", "_micros", "_us", "_ns", "_kb", "_mb"];

/// A broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Names begin with `samsyn_` and are lower-case words.
    #[error("a name is `samsyn_` and lower-case words")]
    Name,
    /// Base units only: seconds, bytes.
    #[error("a name ends in a base unit, not in a fraction of one")]
    Unit,
    /// Counters end in `_total`, nothing else does.
    #[error("a counter, and only a counter, ends in `_total`")]
    Total,
    /// Help is what an operator reads.
    #[error("there is no help text")]
    Help,
    /// A label outside [`LABELS`].
    #[error("a label is not in the closed list")]
    Label,
    /// 400 authorities × 150 recipients × 12 buckets is too many series.
    #[error("a histogram has authority and recipient together")]
    Product,
    /// More series than the bound.
    #[error("there are more series than the bound")]
    Series,
    /// A label value that is too long or reads as a person's number.
    #[error("a label value is too long or reads as a person's number")]
    Value,
}

/// Form of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Counter,
    Gauge,
    Histogram,
}

/// Checks a metric before it is registered.
pub(crate) fn check(form: Form, name: &str, help: &str, labels: &[&str]) -> Result<(), Violation> {
    let rest = name.strip_prefix("samsyn_").ok_or(Violation::Name)?;
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if rest.is_empty() || !rest.bytes().all(word) {
        return Err(Violation::Name);
    }
    let stem = name.strip_suffix("_total").unwrap_or(name);
    if BANNED_ENDS.iter().any(|end| stem.ends_with(end)) {
        return Err(Violation::Unit);
    }
    if name.ends_with("_total") != (form == Form::Counter) {
        return Err(Violation::Total);
    }
    if help.trim().is_empty() {
        return Err(Violation::Help);
    }
    if labels.iter().any(|label| !LABELS.contains(label)) {
        return Err(Violation::Label);
    }
    let both = labels.contains(&"authority") && labels.contains(&"recipient");
    if form == Form::Histogram && both {
        return Err(Violation::Product);
    }
    Ok(())
}

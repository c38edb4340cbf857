//! Tests of telemetry: no person in a line, no series without a bound, no name outside the law.

use crate::{Error, Metrics, Violation, limits, log::Guarded, redact, rules};
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

/// Synthetic: month plus 80, both check digits right.
fn person() -> String {
    let found = (0..100_000).find_map(|tail| {
        let text = format!("019199{tail:05}");
        text.parse::<vocabulary::NationalId>().ok().map(|_| text)
    });
    found.unwrap_or_else(|| panic!("no synthetic number with valid check digits"))
}

/// The number is gone from the line, and what stands around it is kept.
fn masked(before: &str, number: &str, after: &str) {
    let line = format!("{before}{number}{after}");
    let safe = redact(&line);
    assert!(!safe.contains(number), "{safe}");
    assert!(safe.starts_with(before) && safe.ends_with(after), "{safe}");
}

/// The line is left as it is.
fn kept(line: &str) {
    assert_eq!(redact(line), line);
}

#[test]
fn national_identity_numbers_never_reach_a_line() {
    let person = person();
    masked("", &person, "");
    masked("subject=", &person, " refused");
    masked("\"", &person, "\"");
    masked("blåbær ", &person, ", ø");
    let (date, rest) = person.split_at(6);
    let spaced = format!("{date} {rest}");
    masked("navn ", &spaced, " slutt");
}

#[test]
fn other_numbers_stay() {
    kept("orgnr 314159268 took 12345 µs at 1764000000000000");
    kept("12345678901 has wrong check digits");
    kept(&format!("{}7 is too long to be one", person()));
    kept("");
}

#[test]
fn a_line_has_a_bound() {
    let long = "å".repeat(limits::LINE_BYTES);
    assert!(redact(&long).len() <= limits::LINE_BYTES);
    assert!(long.starts_with(redact(&long).as_ref()));
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_event_goes_through_the_guard() {
    let kept = Kept::default();
    let out = kept.clone();
    let guarded = Guarded(move || out.clone());
    let subscriber = tracing_subscriber::fmt().json().with_writer(guarded).finish();
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(id = person(), "planted {}", person());
        tracing::info!("second");
    });
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("planted ***********"), "{text}");
    assert!(!text.contains(&person()), "{text}");
}

#[test]
fn a_number_split_over_two_writes_is_still_seen() {
    let kept = Kept::default();
    let out = kept.clone();
    let guarded = Guarded(move || out.clone());
    let person = person();
    {
        let mut line = guarded.make_writer();
        line.write_all(&person.as_bytes()[..5]).unwrap();
        line.write_all(&person.as_bytes()[5..]).unwrap();
    }
    assert_eq!(kept.0.lock().unwrap().as_slice(), b"***********\n");
}

/// The rule that a metric breaks, or none.
fn broken(form: rules::Form, name: &str, help: &str, labels: &[&str]) -> Option<Violation> {
    rules::check(form, name, help, labels).err()
}

#[test]
fn the_law_of_metrics_holds_for_every_metric() {
    use rules::Form::{Counter, Gauge, Histogram};
    assert_eq!(broken(Counter, "samsyn_in_total", "In.", &["authority"]), None);
    assert_eq!(broken(Counter, "in_total", "In.", &[]), Some(Violation::Name));
    assert_eq!(broken(Counter, "samsyn_In_total", "In.", &[]), Some(Violation::Name));
    assert_eq!(broken(Gauge, "samsyn_lag_ms", "Lag.", &[]), Some(Violation::Unit));
    assert_eq!(broken(Counter, "samsyn_in", "In.", &[]), Some(Violation::Total));
    assert_eq!(broken(Gauge, "samsyn_in_total", "In.", &[]), Some(Violation::Total));
    assert_eq!(broken(Gauge, "samsyn_in", " ", &[]), Some(Violation::Help));
    assert_eq!(broken(Gauge, "samsyn_in", "In.", &["subject"]), Some(Violation::Label));
    let both = ["authority", "recipient"];
    assert_eq!(broken(Histogram, "samsyn_x_seconds", "X.", &both), Some(Violation::Product));
    assert_eq!(broken(Counter, "samsyn_x_total", "X.", &both), None);
}

#[test]
fn the_text_has_build_info_help_and_process_figures() {
    let metrics = Metrics::new("exchanged", "1.2.3").unwrap();
    let text = metrics.text();
    assert!(text.contains("samsyn_build_info{daemon=\"exchanged\",version=\"1.2.3\"} 1"), "{text}");
    assert!(text.contains("# HELP samsyn_build_info "), "{text}");
    assert!(text.contains("process_resident_memory_bytes"), "{text}");
    assert_eq!(metrics.violations(), []);
}

#[test]
fn a_name_is_registered_once() {
    let metrics = Metrics::new("x", "1").unwrap();
    metrics.counter("samsyn_in_total", "In.").unwrap();
    let again = metrics.counter("samsyn_in_total", "In.").unwrap_err();
    assert_eq!(again, Error::Registered { name: "samsyn_in_total".to_owned() });
}

#[test]
fn series_have_a_bound_and_what_is_over_counts_as_other() {
    let metrics = Metrics::new("x", "1").unwrap();
    let counters = metrics.counters("samsyn_in_total", "In.", &["reason"]).unwrap();
    for index in 0..limits::SERIES + 50 {
        counters.with(&[&format!("r{index}")]).inc();
    }
    let text = metrics.text();
    let series = text.lines().filter(|line| line.starts_with("samsyn_in_total{")).count();
    assert_eq!(series, limits::SERIES);
    assert!(text.contains("samsyn_in_total{reason=\"other\"} 51"), "counts are kept");
    assert!(text.contains("samsyn_labels_cut_total{metric=\"samsyn_in_total\"} 51"));
    assert_eq!(metrics.violations(), []);
}

#[test]
fn a_person_is_never_a_label() {
    let metrics = Metrics::new("x", "1").unwrap();
    let gauges = metrics.gauges("samsyn_spool_records", "Spool.", &["source"]).unwrap();
    gauges.with(&[&person()]).set(1);
    assert!(!metrics.text().contains(&person()));
    assert!(metrics.text().contains("samsyn_spool_records{source=\"other\"} 1"));
}

#[test]
fn too_few_or_too_many_label_values_do_not_break() {
    let metrics = Metrics::new("x", "1").unwrap();
    let both = metrics.counters("samsyn_in_total", "In.", &["authority", "reason"]).unwrap();
    both.with(&["MAT"]).inc();
    both.with(&["MAT", "late", "more"]).inc();
    assert!(metrics.text().contains("authority=\"MAT\",reason=\"other\"} 1"));
    assert!(metrics.text().contains("authority=\"MAT\",reason=\"late\"} 1"));
}

#[test]
fn what_others_register_is_judged_too() {
    let metrics = Metrics::new("x", "1").unwrap();
    let foreign = prometheus::IntCounterVec::new(
        prometheus::Opts::new("samsyn_seen_total", "Seen."),
        &["subject"],
    );
    let foreign = foreign.unwrap();
    metrics.registry().register(Box::new(foreign.clone())).unwrap();
    foreign.with_label_values(&["x"]).inc();
    assert_eq!(metrics.violations(), [("samsyn_seen_total".to_owned(), Violation::Label)]);
}

#[test]
fn a_histogram_counts() {
    let metrics = Metrics::new("x", "1").unwrap();
    let buckets = [0.1, 1.0];
    let timed = metrics.histograms("samsyn_rule_seconds", "Time.", &["stage"], &buckets).unwrap();
    timed.with(&["rule"]).observe(0.5);
    assert!(metrics.text().contains("samsyn_rule_seconds_bucket{stage=\"rule\",le=\"1\"} 1"));
}

#[test]
fn a_filter_that_is_none_is_refused() {
    assert_eq!(crate::start(crate::Form::Text, "info,=[").unwrap_err(), Error::Filter);
}

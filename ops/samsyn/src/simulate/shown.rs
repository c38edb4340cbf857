//! What a simulation would send, as a table: rows by authority and type of record.

use crate::status::columns;
use kit::{Happening, Simulation};
use std::collections::BTreeMap;
use vocabulary::{RecordType, SourceId};

/// Rows by authority and type, and what else happens.
pub(super) fn table(simulation: &Simulation) -> String {
    let mut rows: BTreeMap<&SourceId, BTreeMap<RecordType, usize>> = BTreeMap::new();
    let expected = simulation.traffic().expected();
    for ((source, record_type), counts) in &expected {
        rows.entry(source).or_default().insert(*record_type, counts.rows);
    }
    let words: Vec<&str> = RecordType::ALL.iter().map(|kind| kit::word(*kind)).collect();
    let head: Vec<&str> = ["source"].into_iter().chain(words).chain(["rows"]).collect();
    let line = |name: &str, of: &BTreeMap<RecordType, usize>| {
        let cell = |count: usize| if count == 0 { String::new() } else { count.to_string() };
        let cells = RecordType::ALL.iter().map(|kind| cell(of.get(kind).copied().unwrap_or(0)));
        let sum = of.values().sum::<usize>().to_string();
        [name.to_owned()].into_iter().chain(cells).chain([sum]).collect::<Vec<_>>()
    };
    let mut all: BTreeMap<RecordType, usize> = BTreeMap::new();
    for (record_type, count) in rows.values().flatten() {
        *all.entry(*record_type).or_default() += count;
    }
    let mut lines: Vec<_> = rows.iter().map(|(source, of)| line(source.as_str(), of)).collect();
    lines.push(line("all", &all));
    let steps = simulation.steps();
    let count = |of: fn(&Happening) -> bool| steps.iter().filter(|step| of(&step.what)).count();
    let lapse = simulation.lapse();
    format!(
        "{}\n{} files; the register {} times, {} forms changed; {} words of entitlements; {}\n",
        columns(&head, lines.into_iter()),
        count(|what| matches!(what, Happening::Dropped(_))),
        count(|what| matches!(what, Happening::Register(_))),
        simulation.flips().len(),
        count(|what| matches!(what, Happening::Entitled(_))),
        lapse.map_or_else(String::new, |it| format!("{} in force until {}", it.basis, it.last)),
    )
}

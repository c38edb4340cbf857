//! The exchange on the embedded carrier, everything recorded: from findings that wait on intake
//! lanes to releases, entries, states and positions on disk. Its peer is SQLite alone, writing as
//! many rows of the same mean size in as many transactions.

use crate::Outcome;
use crate::embedded;
use crate::line::Line;
use carrier::{Carrier, Lane};
use kit::house::Rulebook;
use kit::{House, Sent, Size, Traffic};
use records::Record;
use std::collections::BTreeMap;
use std::time::Instant;

/// Findings of a run with one view and with twenty.
const ONE_VIEW: usize = 24_000;
const TWENTY_VIEWS: usize = 6_000;
/// The shadow looks at one of so many, as at a site of usual settings.
const SHADOW_EVERY: u64 = 1_024;
/// Findings sealed as one batch.
const SEALED: usize = 2_000;

/// One view and twenty.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    Ok(vec![
        measured("exchange: 1 view, everything recorded", &views(&["akrim-core"], 1)?, ONE_VIEW)?,
        measured(
            "exchange: 20 views, everything recorded",
            &views(&["akrim-core", "akrim-organ"], 10)?,
            TWENTY_VIEWS,
        )?,
    ])
}

/// `national-2026` with nothing but the named a-krim views, each as often under names of its own.
pub(crate) fn views(names: &[&str], times: usize) -> Outcome<Rulebook> {
    let only = Rulebook::akrim(names)?;
    let text = only.files().text("views.toml").ok_or("no views")?;
    let mut kept = String::new();
    for view in text.split("[[view]]\n").skip(1) {
        let id = view.split('"').nth(1).ok_or("a view has no id")?;
        for number in 0..times {
            kept.push_str("[[view]]\n");
            let named = format!("id = \"{id}-{number}\"");
            kept.push_str(&view.replacen(&format!("id = \"{id}\""), &named, 1));
        }
    }
    Ok(only.file("views.toml", &kept))
}

/// Microseconds a finding, and what SQLite alone takes for as many rows.
fn measured(name: &str, rulebook: &Rulebook, findings: usize) -> Outcome<Line> {
    let mut house = loaded(rulebook, findings)?;
    let before = house.watch()?.snapshot().commits;
    let start = Instant::now();
    house.settle()?;
    let took = start.elapsed();
    let figures = house.watch()?.snapshot();
    let ruled: u64 = figures.sources.values().map(|source| source.ruled).sum();
    if ruled != findings as u64 {
        return Err(format!("{ruled} of {findings} findings were ruled").into());
    }
    let (rows, bytes) = written(&house)?;
    let commits = usize::try_from(figures.commits - before)?.max(1);
    let dir = tempfile::tempdir()?;
    let peer = embedded::raw(dir.path(), rows / commits, commits, bytes / rows.max(1))?;
    Ok(Line {
        name: name.to_owned(),
        unit: "us/finding",
        value: took.as_secs_f64() * 1e6 / findings as f64,
        peer: "SQLite insert of as many rows",
        peer_value: peer * rows as f64 / findings as f64,
    })
}

/// A house at rest under a bundle, with findings of ten authorities waiting on its intake lanes,
/// about organisations that its register knows.
pub(crate) fn loaded(rulebook: &Rulebook, findings: usize) -> Outcome<House> {
    let traffic = Traffic::generate(20, Size { organisations: 2_000, records: findings / 20 });
    let mut of: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    let of_types =
        |sent: &&Sent| Rulebook::AKRIM_TYPES.contains(&sent.record.record_type().as_str());
    let sent = traffic.sent().iter().filter(|sent| sent.batch == 1).filter(of_types);
    for sent in sent.take(findings) {
        of.entry(sent.authority.to_string()).or_default().push(sent.record.clone());
    }
    let codes: Vec<&str> = of.keys().map(String::as_str).collect();
    let mut house = House::bare(&codes, SHADOW_EVERY)?;
    let mut entries = Vec::new();
    for organisation in traffic.organisations() {
        if let Some(form) = organisation.form {
            let number = organisation.number.as_str();
            entries.push(house.entry(number, form, organisation.municipality)?);
        }
    }
    house.enter(&entries)?;
    house.publish(rulebook)?;
    house.settle()?;
    if let Some(why) = house.watch()?.snapshot().refused_bundle.first() {
        return Err(why.as_str().into());
    }
    for (source, records) in &of {
        for piece in records.chunks(SEALED) {
            let sealed = house.seal(source, piece)?;
            house.carrier().submit(sealed)?;
        }
    }
    Ok(house)
}

/// Rows and bytes that the commits wrote.
fn written(house: &House) -> Outcome<(usize, usize)> {
    let (mut rows, mut bytes) = (0, 0);
    for lane in house.carrier().lanes()? {
        if matches!(lane, Lane::Release { .. } | Lane::Disclosure | Lane::State(_)) {
            let all = house.lane(&lane)?;
            rows += all.len();
            bytes += all.iter().map(|one| one.message.bytes()).sum::<usize>();
        }
    }
    Ok((rows, bytes))
}

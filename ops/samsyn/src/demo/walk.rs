//! The demo's run: starts the site, drops the files phase by phase, waits until each has been
//! ruled and delivered, and notes what each made.

use super::expectations::Figures;
use super::figures;
use super::prepare::{Prepared, say};
use crate::house::House;
use daemon::{Builder, Clock, Running};
use kit::{Size, Traffic};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A running site of the demo.
pub(crate) struct Site {
    pub(crate) house: Arc<House>,
    pub(crate) running: Running,
    pub(crate) traffic: Traffic,
    pub(crate) clock: Arc<dyn Clock>,
    inboxes: Vec<PathBuf>,
}

/// Seed of the synthetic traffic.
pub(crate) const SEED: u64 = 20_221_001;
/// How much of it: of ninety-five authorities.
pub(crate) const SIZE: Size = Size { organisations: 150, records: 10 };
/// Longest time a phase may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);
const OPEN: &str = "in/MAT-smilefjes";

/// Starts the site, its log in a file of its own.
pub(crate) fn start(
    prepared: &Prepared,
    traffic: Traffic,
    clock: Arc<dyn Clock>,
) -> Result<Site, String> {
    let now = crate::house::time(clock.now());
    fs::write(prepared.folder.join("register.csv"), refreshed(&traffic.register(), &now))
        .map_err(say("the register"))?;
    let foundation = settings::Daemon::foundation(&prepared.settings);
    let log = fs::File::create(prepared.folder.join("samsyn.log")).map_err(say("the log"))?;
    let log = Arc::new(log);
    let open = move || Arc::clone(&log);
    telemetry::start_to(telemetry::Form::Json, "info", open).map_err(say("the log"))?;
    let mut builder = Builder::with_clock("samsyn demo", foundation, Arc::clone(&clock))
        .map_err(say("the site"))?;
    let house = crate::up::build(&prepared.settings, &mut builder).map_err(say("the site"))?;
    let running = builder.announce().map_err(say("the site"))?;
    let inboxes = prepared.settings.connector.sources.iter().map(|source| source.inbox.clone());
    Ok(Site { house, running, traffic, clock, inboxes: inboxes.collect() })
}

/// The register file as if fetched just now.
pub(crate) fn refreshed(register: &str, now: &str) -> String {
    let mut lines = register.lines();
    let head = lines.next().unwrap_or_default().to_owned();
    let rows = lines.map(|line| {
        let kept = line.rsplit_once(';').map_or(line, |(kept, _)| kept);
        format!("{kept};{now}")
    });
    std::iter::once(head).chain(rows).fold(String::new(), |text, line| text + &line + "\n")
}

/// Drops everything, phase by phase.
pub(crate) fn walk(
    root: &Path,
    prepared: &Prepared,
    site: &Site,
    figures: &mut Figures,
) -> Result<(), String> {
    settle(site, "start")?;
    let corpus = root.join("tests/corpus/open");
    let inbox = prepared.folder.join(OPEN);
    drop_file(&corpus, &inbox, figures::CHANGES)?;
    settle(site, "the open list's changes")?;
    let before = figures::at_phase(site);
    figures::changes(site, figures);
    drop_file(&corpus, &inbox, figures::FULL_LIST)?;
    settle(site, "the open list's reload")?;
    figures::reload(site, &before, figures);
    for batch in [1, 2] {
        for file in site.traffic.files().into_iter().filter(|file| file.batch == batch) {
            let inbox = prepared.folder.join("in").join(file.authority.as_str());
            put(&inbox, &file.name, file.text.as_bytes())?;
        }
        settle(site, "the synthetic traffic")?;
    }
    figures::synthetic(site, figures);
    Ok(())
}

fn drop_file(corpus: &Path, inbox: &Path, name: &str) -> Result<(), String> {
    let bytes = fs::read(corpus.join(name)).map_err(say("an open file"))?;
    put(inbox, name, &bytes)
}

/// Puts a file into an inbox whole: written beside, then renamed.
pub(crate) fn put(inbox: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let beside = inbox.join(format!(".{name}.part"));
    fs::write(&beside, bytes).map_err(say("a drop file"))?;
    fs::rename(&beside, inbox.join(name)).map_err(say("a drop file"))
}

/// Waits until all that was handed in is ruled, delivered and in the ledger, three looks in a row.
pub(crate) fn settle(site: &Site, phase: &str) -> Result<(), String> {
    let begun = Instant::now();
    let mut quiet = 0;
    while quiet < 3 {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{phase}: not settled in time\n{}", site.house.status().table()));
        }
        if site.running.stop().is_stopped() {
            return Err(format!("{phase}: the site stopped; see its log"));
        }
        std::thread::sleep(Duration::from_millis(120));
        let status = site.house.status();
        if !status.refused_bundle.is_empty() {
            return Err(format!("{phase}: the bundle is refused\n{}", status.table()));
        }
        let settled = status.settled && none_waits(site);
        quiet = if settled { quiet + 1 } else { 0 };
    }
    Ok(())
}

/// Whether the register has been read, and every dropped file taken: a CSV file leaves its inbox
/// when its last row is in.
fn none_waits(site: &Site) -> bool {
    let register = site.house.connector.snapshot().register;
    if register.is_some_and(|register| register.entries == 0) {
        return false;
    }
    let names = |inbox: &PathBuf| fs::read_dir(inbox).ok();
    let mut entries = site.inboxes.iter().filter_map(names).flatten().filter_map(Result::ok);
    !entries.any(|entry| Path::new(&entry.file_name()).extension() == Some("csv".as_ref()))
}

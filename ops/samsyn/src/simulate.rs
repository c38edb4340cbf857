//! `samsyn simulate`: days of made-up traffic of every authority. It shows them, drops them into a
//! running site, or plays them on a site and a clock of its own. What the days hold is `kit`'s.

mod own;
mod shown;

use crate::demo::{self, PATIENCE, put, refreshed};
use carrier_embedded::Embedded;
use daemon::{Clock, WallClock};
use exchange_state::{Entitlement, Terms};
use kit::{Happening, Plan, Simulation, Size, Step};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::{EntitlementKind, SourceId};

/// Arguments of `samsyn simulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What everything follows from: the same seed, the same bytes.
    #[arg(long, default_value_t = demo::SEED)]
    seed: u64,
    /// Days, two or more.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(2..=366))]
    days: u16,
    /// At most so many authorities.
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    authorities: usize,
    /// Records of each type that an authority sends, before corrections.
    #[arg(long, default_value_t = demo::SIZE.records)]
    records: usize,
    /// Organisations that they are about.
    #[arg(long, default_value_t = demo::SIZE.organisations)]
    organisations: usize,
    /// Simulated hours in one second. Without it a site of its own takes no more time than it
    /// needs, and a running one gets an hour a second.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    speed: Option<u32>,
    /// Shows what would be sent, and leaves.
    #[arg(long)]
    dry_run: bool,
    /// Folder of a running site, laid out as the demo's: the days begin today.
    #[arg(long)]
    site: Option<PathBuf>,
    /// The checkout, for a site of its own.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// Folder of a site of its own; what was there is removed.
    #[arg(long, default_value = "var/simulation")]
    own: PathBuf,
}

/// The first day where nothing else says so: 2026-08-24, a Monday.
const FIRST_DAY: i32 = 20_689;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let simulation = Simulation::new(arguments.plan());
    println!("{}", shown::table(&simulation));
    let done = match &arguments.site {
        _ if arguments.dry_run => Ok(true),
        Some(site) => into(site, &simulation, arguments.speed.unwrap_or(1)).map(|()| true),
        None => own::play(arguments, &simulation),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("simulate: {error}");
            ExitCode::FAILURE
        }
    }
}

// === impl Arguments ===

impl Arguments {
    fn plan(&self) -> Plan {
        let today = i32::try_from(WallClock.now().days()).unwrap_or(FIRST_DAY);
        Plan {
            seed: self.seed,
            first: if self.site.is_some() { today } else { FIRST_DAY },
            days: self.days,
            authorities: self.authorities,
            size: Size { organisations: self.organisations, records: self.records },
        }
    }
}

/// The time between two steps, at so many simulated hours a second.
fn pause(before: Option<&Step>, step: &Step, speed: u32) -> Duration {
    let micros = before.map_or(0, |before| step.at.as_micros() - before.at.as_micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or_default() / 3_600 / u64::from(speed))
}

/// Drops the days into a running site, each at its time.
#[expect(clippy::print_stdout, reason = "the verb's answer")]
fn into(site: &Path, simulation: &Simulation, speed: u32) -> Result<(), String> {
    let clock = Arc::new(|| WallClock.now());
    let carrier = Embedded::open(&site.join("samsyn.sqlite"), clock);
    let carrier = carrier.map_err(|error| format!("{}: {error}", error.code()))?;
    let (mut before, mut nobody) = (None, 0_u64);
    for step in simulation.steps() {
        std::thread::sleep(pause(before, step, speed));
        before = Some(step);
        match &step.what {
            Happening::Register(text) => {
                let now = crate::house::time(WallClock.now());
                put(site, "register.csv", refreshed(text, &now).as_bytes())?;
            }
            Happening::Entitled(terms) => entitle(site, &carrier, terms)?,
            Happening::Dropped(file) => {
                let inbox = site.join("in").join(file.authority.as_str());
                match inbox.is_dir() {
                    true => put(&inbox, &file.name, file.text.as_bytes())?,
                    false => nobody += 1,
                }
            }
        }
    }
    println!("{} steps; {nobody} files of sources that the site has not", simulation.steps().len());
    Ok(())
}

fn entitle(site: &Path, carrier: &Embedded, terms: &Terms) -> Result<(), String> {
    let source = speaker(terms.kind);
    let key = site.join(format!("keys/{source}.pem"));
    let source: SourceId = source.parse().map_err(demo::say("a source"))?;
    let checked = Entitlement::new(terms.clone()).map_err(demo::say("an entitlement"))?;
    crate::entitlement::say(carrier, (&source, &key), &checked, WallClock.now())
}

/// Who by the bundle speaks for a kind of entitlement.
pub(crate) const fn speaker(kind: EntitlementKind) -> &'static str {
    match kind {
        EntitlementKind::Consent => "samtykke",
        EntitlementKind::Contract => "kontrakt",
        EntitlementKind::Case => "sak",
    }
}

/// Writes a file whole.
fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(demo::say("a file"))
}

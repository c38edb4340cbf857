//! `samsyn audit-lanes`: the independent checker over a site's lanes and ledger. The roof finds the
//! files and works out the matrices; what is wrong is the checker's to say.

use crate::bundle;
use daemon::{Clock, WallClock};
use lane_checker::{Embedded, Lane, Lanes, Report, Site, Truths, check};
use ruling::Bundle;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vocabulary::RecordType;

/// Days for which a carrier keeps what was replaced on a release lane.
const REPLACED_DAYS: u32 = 30;

/// Arguments of `samsyn audit-lanes`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file of the lanes.
    #[arg(long, default_value = "var/demo/samsyn.sqlite", value_name = "FILE")]
    data: PathBuf,
    /// The ledger's public folder.
    #[arg(long, value_name = "DIR")]
    ledger: Option<PathBuf>,
    /// Folders of the bundles that were in force.
    #[arg(long = "bundle", default_value = "policy/rulebook/national-2026", value_name = "DIR")]
    bundles: Vec<PathBuf>,
    /// Matrices as `samsyn policy export` printed them then; the bundles are not looked at.
    #[arg(long = "matrix", value_name = "FILE")]
    matrices: Vec<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Exit: 0 nothing found · 1 something · 2 the check could not be done.
#[expect(clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let done = match arguments.matrices.as_slice() {
        [] => audit(&arguments.data, arguments.ledger.as_deref(), &arguments.bundles),
        files => by_matrices(files)
            .and_then(|truths| audit_by(&arguments.data, arguments.ledger.as_deref(), &truths)),
    };
    match done {
        Ok(report) => {
            let text =
                if arguments.json { format!("{}\n", report.to_json()) } else { report.to_string() };
            // A reader that closed the pipe has seen enough; the exit code still tells.
            let _written = std::io::stdout().write_all(text.as_bytes());
            if report.found() == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("audit-lanes: {error}");
            ExitCode::from(2)
        }
    }
}

/// Checks the site of the demo, which may be running.
pub(crate) fn audit_site(folder: &Path, bundle: &Path) -> Result<Report, String> {
    let (data, ledger) = (folder.join("samsyn.sqlite"), folder.join("ledger/public"));
    audit(&data, Some(&ledger), &[bundle.to_owned()])
}

/// Checks a file of lanes, and a ledger, by what these bundles open.
fn audit(data: &Path, ledger: Option<&Path>, bundles: &[PathBuf]) -> Result<Report, String> {
    let lanes = Embedded::open(data).map_err(said)?;
    let today = WallClock.now().days();
    let from = lanes.oldest(&Lane::Disclosure).map_err(said)?;
    let from = from.map_or(today, |at| at.days().min(today));
    let mut truths = Truths::default();
    for folder in bundles {
        let files = bundle::read(folder)?;
        let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind)));
        let bundle = Bundle::load(&files, &contract.collect::<Vec<_>>());
        let bundle = bundle.map_err(|errors| format!("{}: {errors:?}", folder.display()))?;
        // One for every day on which some basis begins or ends.
        let mut day = Some(i32::try_from(from).unwrap_or(i32::MAX));
        while let Some(of) = day.filter(|day| i64::from(*day) <= today) {
            let matrix = ruling::export(&bundle, of).map_err(|error| error.to_string())?;
            truths.add(&matrix.to_string()).map_err(said)?;
            day = bundle.turns(of);
        }
    }
    audit_by(data, ledger, &truths)
}

fn by_matrices(files: &[PathBuf]) -> Result<Truths, String> {
    let mut truths = Truths::default();
    for file in files {
        let text = fs::read_to_string(file);
        let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
        truths.add(&text).map_err(said)?;
    }
    Ok(truths)
}

fn audit_by(data: &Path, ledger: Option<&Path>, truths: &Truths) -> Result<Report, String> {
    let lanes = Embedded::open(data).map_err(said)?;
    let now = WallClock.now();
    check(&Site { lanes: &lanes, ledger, truths, now, replaced_days: REPLACED_DAYS }).map_err(said)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` calls")]
fn said(error: lane_checker::Error) -> String {
    format!("{} {error}", error.code())
}

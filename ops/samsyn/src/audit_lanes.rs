//! `samsyn audit-lanes`: the independent checker over a site's lanes and ledger. The roof finds the
//! files and works out the matrices; what is wrong is the checker's to say.

use crate::bundle;
use crate::demo::Prepared;
use crate::place::site_of;
use daemon::{Clock, WallClock};
use lane_checker::{Embedded, Kafka, Keys, Lane, Lanes, Ledger, Report, Site, Truths, check};
use ruling::Bundle;
use settings::Sender;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use vocabulary::{RecordType, SourceId};

/// Days for which a carrier keeps what was replaced on a release lane.
const REPLACED_DAYS: u32 = 30;

/// Arguments of `samsyn audit-lanes`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file of the lanes.
    #[arg(long, default_value = "var/demo/samsyn.sqlite", value_name = "FILE")]
    data: PathBuf,
    /// The settings of a site whose lanes lie elsewhere, as on Kafka.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The ledger's public folder.
    #[arg(long, value_name = "DIR")]
    ledger: Option<PathBuf>,
    /// Folders of the bundles that were in force.
    #[arg(long = "bundle", default_value = "policy/rulebook/national-2026", value_name = "DIR")]
    bundles: Vec<PathBuf>,
    /// Matrices as `samsyn policy export` printed them then; the bundles are not looked at.
    #[arg(long = "matrix", value_name = "FILE")]
    matrices: Vec<PathBuf>,
    /// Sources' public keys as `source=public.pem`; else those that the settings name. Without any,
    /// no seal is checked.
    #[arg(long = "key", value_name = "SOURCE=FILE")]
    keys: Vec<String>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Exit: 0 nothing found · 1 something · 2 the check could not be done.
#[expect(clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match arguments.audit() {
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
pub(crate) fn audit_site(prepared: &Prepared) -> Result<Report, String> {
    let ledger = prepared.folder.join("ledger/public");
    let ledger = Ledger::open(&ledger).map_err(said)?;
    let lanes = lanes_of(&prepared.settings.carrier)?;
    let truths = truths_of(lanes.as_ref(), std::slice::from_ref(&prepared.settings.site.bundle))?;
    let keys = keys_of(&prepared.settings.exchange.senders)?;
    audit(lanes.as_ref(), Some(&ledger), &truths, &keys)
}

// === impl Arguments ===

impl Arguments {
    fn audit(&self) -> Result<Report, String> {
        let settings = self.settings.as_ref().map(site_of).transpose()?;
        let ledger = self.ledger.as_deref().map(Ledger::open).transpose().map_err(said)?;
        let lanes = lanes_of(&match &settings {
            Some(settings) => settings.carrier.clone(),
            None => settings::Carrier::embedded(self.data.clone()),
        })?;
        let truths = match self.matrices.as_slice() {
            [] => truths_of(lanes.as_ref(), &self.bundles)?,
            files => by_matrices(files)?,
        };
        let named = self.keys.iter().map(|text| sender(text)).collect::<Result<Vec<_>, _>>()?;
        let keys = match (named.is_empty(), &settings) {
            (true, Some(settings)) => keys_of(&settings.exchange.senders)?,
            _ => keys_of(&named)?,
        };
        audit(lanes.as_ref(), ledger.as_ref(), &truths, &keys)
    }
}

/// The checker's own reader of the lanes that settings name.
fn lanes_of(carrier: &settings::Carrier) -> Result<Box<dyn Lanes>, String> {
    match (&carrier.file, &carrier.kafka) {
        (_, Some(kafka)) => {
            let schemas = lanes::schemas(kafka);
            let text = move |id| schemas.text(id).map_err(|error| error.to_string());
            let opened = Kafka::open(&kafka.brokers, &kafka.prefix, &kafka.client, Box::new(text));
            Ok(Box::new(opened.map_err(said)?))
        }
        (file, None) => {
            Ok(Box::new(Embedded::open(&file.clone().unwrap_or_default()).map_err(said)?))
        }
    }
}

/// What these bundles open, on every day since the lanes' first disclosure.
fn truths_of(lanes: &dyn Lanes, bundles: &[PathBuf]) -> Result<Truths, String> {
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
    Ok(truths)
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

fn sender(text: &str) -> Result<Sender, String> {
    let (source, key) = text.split_once('=').ok_or(format!("`{text}` is not source=public.pem"))?;
    let source: SourceId = source.parse().map_err(|_| format!("`{source}` is no source"))?;
    Ok(Sender { source, key: key.into() })
}

/// Public keys of sources, read from their files.
fn keys_of(senders: &[Sender]) -> Result<Keys, String> {
    let mut keys = Keys::default();
    for Sender { source, key } in senders {
        let pem = fs::read(key).map_err(|error| format!("{}: {error}", key.display()))?;
        keys.add(source.clone(), &pem).map_err(said)?;
    }
    Ok(keys)
}

fn audit(
    lanes: &dyn Lanes,
    ledger: Option<&Ledger<'_>>,
    truths: &Truths,
    keys: &Keys,
) -> Result<Report, String> {
    let now = WallClock.now();
    check(&Site { lanes, ledger, truths, keys, now, replaced_days: REPLACED_DAYS }).map_err(said)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` calls")]
fn said(error: lane_checker::Error) -> String {
    format!("{} {error}", error.code())
}

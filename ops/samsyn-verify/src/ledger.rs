//! `samsyn-verify ledger`: rebuilds a ledger's tree and counters from its public files.

use crate::files::{Folder, read_key, read_text};
use crate::limits::MAX_RECEIPT_BYTES;
use crate::moment;
use crate::outcome::{Error, Outcome};
use audit::{Checkpoint, Finding, check_ledger};
use std::path::PathBuf;

/// Check a whole ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The ledger's public folder (with `checkpoint` and `tile`), or the folder around it.
    folder: PathBuf,
    /// The ledger's public key (PEM), from another source than the folder.
    #[arg(long)]
    key: PathBuf,
    /// An older checkpoint that the ledger must be a continuation of.
    #[arg(long)]
    since: Option<PathBuf>,
}

pub(crate) fn check(arguments: &Arguments) -> Result<Outcome, Error> {
    let key = read_key(&arguments.key)?;
    let folder = Folder::open(&arguments.folder)?;
    let mut outcome = Outcome::default();
    let older = match &arguments.since {
        None => None,
        Some(path) => match Checkpoint::open(&read_text(path, MAX_RECEIPT_BYTES)?, &key) {
            Ok(older) => Some(older),
            Err(error) => {
                outcome.problem("VERIFY-003", format!("the older checkpoint: {error}"));
                None
            }
        },
    };
    let report = check_ledger(&folder, &key, older.as_ref())?;
    if let Some(checkpoint) = &report.checkpoint {
        outcome.fact("ledger", &checkpoint.origin);
        outcome.fact("checkpoint", moment::text(checkpoint.at));
        outcome.fact("root", checkpoint.root);
        outcome.fact("size", checkpoint.size);
    }
    outcome.fact("entries", report.leaves);
    outcome.fact("runs", report.runs);
    for finding in &report.findings {
        outcome.problem(code(finding), finding);
    }
    outcome.unlisted(report.unlisted);
    Ok(outcome)
}

const fn code(finding: &Finding) -> &'static str {
    match finding {
        Finding::NoCheckpoint | Finding::Checkpoint(_) => "VERIFY-003",
        Finding::Bundle { .. } | Finding::Leaf { .. } => "VERIFY-004",
        Finding::Tile { .. } => "VERIFY-005",
        Finding::Root => "VERIFY-006",
        Finding::NotGrown => "VERIFY-007",
        Finding::Missing { .. } => "VERIFY-008",
        Finding::Twice { .. } => "VERIFY-009",
        Finding::Runs => "VERIFY-010",
        _ => "VERIFY-016",
    }
}

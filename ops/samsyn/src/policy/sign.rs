//! `samsyn policy sign`: an approver's detached signature over a bundle that passes every check and
//! case.

use super::check::comparison;
use super::{Refused, Which, load, say, today};
use ruling::approval::approve;
use ruling::{BundleFiles, compare, run_cases, shrinks};
use seal::SigningKey;
use std::fs;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Name of the approver: small letters, digits, dashes.
    #[arg(long)]
    approver: String,
    /// The approver's own private key (Ed25519, PEM).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Folder of the bundle in force: shows what this one widens before it is signed.
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// Shows what would be signed and leaves.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let folder = &arguments.which.bundle;
    let (files, bundle) = load(folder)?;
    let results = run_cases(&bundle, &files).map_err(|errors| Refused::all(&errors))?;
    let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
    if failed > 0 {
        return Err(Refused::line(format!("{failed} cases fail: samsyn policy test")));
    }
    say(format!("{} version {}, digest {}", bundle.name(), bundle.version(), bundle.digest()));
    say(format!("{} cases hold, {} invariants hold", results.len(), bundle.invariants().count()));
    if let Some(old) = &arguments.against {
        let (_, old) = load(old)?;
        comparison(&compare(&old, &bundle, today()));
        shrinks(&old, &bundle).map_err(|errors| Refused::all(&errors))?;
    }
    let pem = fs::read(&arguments.key)
        .map_err(|error| Refused::line(format!("{}: {error}", arguments.key.display())))?;
    let key = SigningKey::from_pem(&pem).map_err(|error| Refused::line(error.to_string()))?;
    let (path, text) = approve(&files, &arguments.approver, &key)?;
    if arguments.dry_run {
        say(format!("would sign as {} with key {}: {path}", arguments.approver, key.id()));
        return Ok(());
    }
    crate::bundle::write(folder, &BundleFiles([(path.clone(), text)].into()))
        .map_err(Refused::line)?;
    say(format!("signed as {} with key {}: {path}", arguments.approver, key.id()));
    Ok(())
}

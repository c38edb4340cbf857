//! `samsyn policy release`: a signed bundle onto the bundle lane, where it becomes the fence of
//! every commit after it. Refuses what the exchange would refuse.

use super::check::comparison;
use super::{Refused, Which, contract, load, say, today};
use crate::bundle::publish;
use carrier::{Carrier, Lane, Limit, Offset};
use carrier_embedded::Embedded;
use ruling::approval::{Approver, verify};
use ruling::{Bundle, BundleFiles, Comparison, compare};
use seal::VerifyingKey;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vocabulary::Timestamp;

/// A bundle that is not newer than the one in force.
const NOT_NEWER: &str = "RULE-026";

/// Approvals that a bundle on the lane carries, whatever it changes: the exchange asks for two.
const NEEDED: usize = 2;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Approvers as `name=public.pem`, at least two.
    #[arg(long = "approver", value_name = "NAME=FILE", required = true)]
    approvers: Vec<String>,
    /// The embedded carrier's file.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Shows what would be released and leaves.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (files, bundle) = load(&arguments.which.bundle)?;
    let approvers: Vec<Approver> =
        arguments.approvers.iter().map(|text| approver(text)).collect::<Result<_, _>>()?;
    let clock = || Timestamp::from_micros(jiff::Timestamp::now().as_microsecond());
    let carrier = Embedded::open(&arguments.data, Arc::new(clock))
        .map_err(|error| Refused::line(format!("{} {error}", error.code())))?;
    release(&files, &bundle, &approvers, &carrier, arguments.dry_run)
}

/// Verifies the approvals against what is in force, and publishes.
pub(crate) fn release(
    files: &BundleFiles,
    bundle: &Bundle,
    approvers: &[Approver],
    carrier: &dyn Carrier,
    dry_run: bool,
) -> Result<(), Refused> {
    let before = in_force(carrier)?;
    if let Some(old) = &before
        && old.name() == bundle.name()
        && old.version() >= bundle.version()
        && old.digest() != bundle.digest()
    {
        return Err(Refused::line(format!(
            "{NOT_NEWER} version {} is in force; give the new bundle a higher one",
            old.version()
        )));
    }
    let change = match &before {
        Some(old) => compare(old, bundle, today()),
        None => Comparison::first(bundle),
    };
    comparison(&change);
    let names = verify(files, approvers, change.approvals().max(NEEDED))
        .map_err(|errors| Refused::all(&errors))?;
    say(format!("approved by {}", names.join(" and ")));
    if dry_run {
        say(format!("would release {} version {}", bundle.name(), bundle.version()));
        return Ok(());
    }
    publish(carrier, files).map_err(|error| Refused::line(format!("{} {error}", error.code())))?;
    say(format!(
        "released {} version {}, digest {}: in force from the next commit",
        bundle.name(),
        bundle.version(),
        bundle.digest()
    ));
    Ok(())
}

/// The newest bundle of the lane; none on an empty lane, or where it no longer loads.
fn in_force(carrier: &dyn Carrier) -> Result<Option<Bundle>, Refused> {
    let refuse = |error: carrier::Error| Refused::line(format!("{} {error}", error.code()));
    let end = carrier.end(&Lane::Bundle).map_err(refuse)?;
    let Some(newest) = end.0.checked_sub(1).map(Offset) else { return Ok(None) };
    let limit = Limit { records: 1, bytes: usize::MAX };
    let fetched = carrier.read(&Lane::Bundle, newest, limit).map_err(refuse)?;
    let value = fetched.into_iter().next().and_then(|fetched| fetched.message.value);
    let files = value.and_then(|bytes| BundleFiles::decode(&bytes));
    Ok(files.and_then(|files| Bundle::load(&files, &contract()).ok()))
}

fn approver(text: &str) -> Result<Approver, Refused> {
    let (name, file) = text
        .split_once('=')
        .ok_or_else(|| Refused::line(format!("`{text}` is not name=public.pem")))?;
    let pem =
        fs::read(Path::new(file)).map_err(|error| Refused::line(format!("{file}: {error}")))?;
    let key = VerifyingKey::from_pem(&pem).map_err(|error| Refused::line(error.to_string()))?;
    Ok(Approver { name: name.to_owned(), key })
}

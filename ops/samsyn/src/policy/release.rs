//! `samsyn policy release`: a signed bundle onto the bundle lane, where it becomes the fence of
//! every commit after it. Refuses what the exchange would refuse.

use super::check::comparison;
use super::{Refused, Which, contract, load, say, today};
use crate::bundle::publish;
use crate::place::Place;
use carrier::Carrier;
use exchanged::BundleLane;
use ruling::approval::{Approver, verify};
use ruling::{Bundle, BundleFiles, Comparison, compare, shrinks};
use seal::VerifyingKey;
use std::fs;
use std::path::Path;

/// A bundle that is not newer than the one in force.
const NOT_NEWER: &str = "RULE-026";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Approvers as `name=public.pem`.
    #[arg(long = "approver", value_name = "NAME=FILE", required = true)]
    approvers: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// Shows what would be released and leaves.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (files, bundle) = load(&arguments.which.bundle)?;
    let approvers: Vec<Approver> =
        arguments.approvers.iter().map(|text| approver(text)).collect::<Result<_, _>>()?;
    let carrier = arguments.place.carrier().map_err(Refused::line)?;
    release(&files, &bundle, &approvers, carrier.as_ref(), arguments.dry_run)
}

/// Verifies the approvals against what the lane holds, and publishes.
pub(crate) fn release(
    files: &BundleFiles,
    bundle: &Bundle,
    approvers: &[Approver],
    carrier: &dyn Carrier,
    dry_run: bool,
) -> Result<(), Refused> {
    let (contract, day) = (contract(), today());
    let lane = BundleLane { carrier, contract: &contract, approvers, day };
    let before =
        lane.accepted().map_err(|error| Refused::line(format!("{} {error}", error.code())))?;
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
        Some(old) => compare(old, bundle, day),
        None => Comparison::first(bundle),
    };
    comparison(&change);
    let names = verify(files, approvers, change.approvals()).map_err(|e| Refused::all(&e))?;
    if let Some(old) = &before {
        shrinks(old, bundle).map_err(|errors| Refused::all(&errors))?;
    }
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

fn approver(text: &str) -> Result<Approver, Refused> {
    let (name, file) = text
        .split_once('=')
        .ok_or_else(|| Refused::line(format!("`{text}` is not name=public.pem")))?;
    let pem =
        fs::read(Path::new(file)).map_err(|error| Refused::line(format!("{file}: {error}")))?;
    let key = VerifyingKey::from_pem(&pem).map_err(|error| Refused::line(error.to_string()))?;
    Ok(Approver { name: name.to_owned(), key })
}

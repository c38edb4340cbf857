//! `samsyn policy check`: is this a bundle that may stand, and what would it widen.

use super::{Refused, Which, load, say, today};
use ruling::{Bundle, Comparison, compare, shrinks};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Folder of the bundle in force, to list what the other one would let out beyond it.
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (_, bundle) = load(&arguments.which.bundle)?;
    summary(&bundle);
    inactive(&bundle);
    if let Some(folder) = &arguments.against {
        let (_, old) = load(folder)?;
        comparison(&compare(&old, &bundle, today()));
        shrinks(&old, &bundle).map_err(|errors| Refused::all(&errors))?;
    }
    Ok(())
}

fn summary(bundle: &Bundle) {
    let (permits, forbids, dormant) = bundle.rule_counts();
    say(format!("{} version {}", bundle.name(), bundle.version()));
    say(format!("digest      {}", bundle.digest()));
    let active = bundle.bases().filter(|basis| basis.active).count();
    say(format!("bases       {active} active, {} not", bundle.inactive().count()));
    say(format!("rules       {permits} permits ({dormant} asleep), {forbids} forbids"));
    say(format!("senders     {} authorities", bundle.senders().authorities().count()));
    for register in bundle.open_registers() {
        say(format!("open        {} may stamp {}", register.source, register.record_type));
    }
    say("");
    for view in bundle.views() {
        let members = bundle.members(&view.id).len();
        let types = view.record_types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>();
        say(format!("{:<21} {members:>3} members  {}", view.id.as_str(), types.join(", ")));
    }
    say("");
    say("Invariants, checked over every view, sender, combination of facts and day:");
    for name in bundle.invariants() {
        say(format!("  holds  {name}"));
    }
}

fn inactive(bundle: &Bundle) {
    say("");
    say("Not active, so they open nothing:");
    for (basis, reason) in bundle.inactive() {
        say(format!("  {:<12} {} [{}]", basis.id.as_str(), basis.citation, basis.confidence));
        say(format!("  {:<12} {reason}", ""));
    }
    say("");
    say("Active with a reservation:");
    for basis in bundle.bases().filter(|basis| basis.active) {
        if let Some(reason) = &basis.reason {
            say(format!("  {:<12} {reason}", basis.id.as_str()));
        }
    }
}

/// Prints what widens, and how many approvals that takes.
pub(super) fn comparison(comparison: &Comparison) {
    say("");
    match comparison {
        Comparison::Narrowing => {
            say("NARROWING: lets nothing out that the bundle in force does not. One approval.");
        }
        Comparison::Widening(found) => {
            say("WIDENING: two approvals by different approvers.");
            for widening in found {
                say(format!("  {widening}"));
            }
        }
    }
}

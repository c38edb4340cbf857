//! The way that is open: what is recorded may be published. The control for all other cases.
//@ crates: audit carrier release seal

use audit::Recorded;
use carrier::Commit;
use release::{Released, TypePlans, Verified};
use seal::{Authentic, Sealed, Verifier};

fn authenticate(verifier: &mut Verifier, sealed: Sealed) -> Option<Authentic> {
    verifier.verify(sealed).ok()
}

fn verify(plans: &TypePlans, authentic: Authentic) -> Option<Verified> {
    plans.verify(authentic, Default::default()).ok()
}

fn publish(commit: &mut Commit, recorded: Recorded<Released>) {
    commit.record(recorded);
}

fn main() {
    let _ = (authenticate, verify, publish);
}

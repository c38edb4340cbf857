//! A record whose seal was not verified does not become a verified finding.
//@ crates: release seal
//@ errors: E0308

use release::TypePlans;
use seal::Sealed;

fn verify(plans: &TypePlans, sealed: Sealed) {
    let _ = plans.verify(sealed, Default::default());
}

fn main() {
    let _ = verify;
}

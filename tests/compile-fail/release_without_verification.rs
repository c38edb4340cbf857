//! Bytes whose structure nobody has walked are not projected.
//@ crates: release seal
//@ errors: E0308

use release::{PlanId, TypePlans, ViewPlans};
use seal::Authentic;

fn release(plans: &TypePlans, view: &ViewPlans, plan: PlanId, authentic: &Authentic) {
    let _ = plans.release(view, plan, release::Whom::All, authentic);
}

fn main() {
    let _ = release;
}

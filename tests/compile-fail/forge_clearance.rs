//! A plan, by which bytes may leave, is compiled from a ruling and never written down.
//@ crates: release
//@ errors: E0423

use release::PlanId;

fn forge() -> PlanId {
    PlanId(0)
}

fn main() {
    let _ = forge;
}

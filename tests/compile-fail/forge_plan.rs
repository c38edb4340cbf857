//! What a plan opens is not changed after it was compiled.
//@ crates: release
//@ errors: E0616

use release::Plan;

fn forge(plan: &mut Plan) {
    plan.projection = Some(0);
}

fn main() {
    let _ = forge;
}

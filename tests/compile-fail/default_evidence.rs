//! Evidence does not come out of nothing.
//@ crates: audit release seal
//@ errors: E0277 E0277 E0277 E0277

fn made<T: Default>() {}

fn main() {
    made::<seal::Authentic>();
    made::<release::Verified>();
    made::<release::Released>();
    made::<audit::Recorded<release::Released>>();
}

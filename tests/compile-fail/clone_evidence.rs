//! Evidence is spent once: it has no clone.
//@ crates: audit release seal
//@ errors: E0277 E0277 E0277 E0277

fn cloned<T: Clone>() {}

fn main() {
    cloned::<seal::Authentic>();
    cloned::<release::Verified>();
    cloned::<release::Released>();
    cloned::<audit::Recorded<release::Released>>();
}

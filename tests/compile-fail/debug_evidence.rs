//! What leaves has no printable form: no log can hold it by accident.
//@ crates: release
//@ errors: E0277 E0277

fn printed<T: std::fmt::Display>() {}

fn main() {
    printed::<release::Verified>();
    printed::<release::Released>();
}

//! The value of a released record is not changed after it was projected.
//@ crates: release
//@ errors: E0616

use release::Released;

fn forge(mut released: Released, value: Vec<u8>) -> Released {
    released.value = value;
    released
}

fn main() {
    let _ = forge;
}

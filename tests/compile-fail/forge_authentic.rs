//! A sealed record is authentic only after its seal was verified.
//@ crates: seal
//@ errors: E0451

use seal::{Authentic, Sealed};

fn forge(sealed: Sealed) -> Authentic {
    Authentic { sealed }
}

fn main() {
    let _ = forge;
}

//! An entry and a released record are not put together by hand.
//@ crates: audit release
//@ errors: E0451

use audit::{Entry, Recorded};
use release::Released;

fn forge(entry: Entry, released: Released) -> Recorded<Released> {
    Recorded { entry, covered: vec![released] }
}

fn main() {
    let _ = forge;
}

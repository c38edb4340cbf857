//! An organisation number is checked before it is one.
//@ crates: vocabulary
//@ errors: E0423

use vocabulary::OrgNumber;

fn make(digits: [u8; 9]) -> OrgNumber {
    OrgNumber(digits)
}

fn main() {
    let _ = make;
}

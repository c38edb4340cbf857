//! A secret has no printable form.
//@ crates: vocabulary
//@ errors: E0277

use vocabulary::Secret;

fn print(secret: &Secret<[u8; 32]>) -> String {
    format!("{secret}")
}

fn main() {
    let _ = print;
}

//! Properties of scanning, projecting, values and JSON.

mod bytes;
mod corpus;
mod json;
mod naive;
mod plans;
mod projection;
mod world;

use proptest::sample::Index;

/// Failures are not kept beside the code: a case worth keeping becomes a test by name.
fn config(cases: u32) -> proptest::test_runner::Config {
    let default = proptest::test_runner::Config::default();
    // more with PROPTEST_CASES
    let cases = cases.max(default.cases);
    proptest::test_runner::Config { cases, failure_persistence: None, ..default }
}

/// Breaks a datum somewhere.
fn break_bytes(datum: &mut Vec<u8>, at: Index, byte: u8, how: u8) {
    if datum.is_empty() {
        datum.push(byte);
        return;
    }
    let at = at.index(datum.len());
    match how {
        0 => datum[at] = byte,
        1 => datum[at] ^= 1 << (byte % 8),
        2 => datum.truncate(at),
        3 => datum.insert(at, byte),
        _ => drop(datum.remove(at)),
    }
}

//! Loading `national-2026` with all its plans, from the bundle's files to byte programs, against
//! the ten seconds that are allowed.

use crate::Outcome;
use crate::line::Line;
use kit::house::Rulebook;
use release::Plans;
use ruling::Bundle;
use std::time::Instant;
use vocabulary::{RecordType, Secret};

/// Seconds allowed on two cores.
const ALLOWED: f64 = 10.0;
/// A day in force: 2026-11-23.
const DAY: i32 = 20_780;

/// Seconds to load and compile, once.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let rulebook = Rulebook::national()?;
    let contract: Vec<_> =
        RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    let began = Instant::now();
    let bundle = Bundle::load(rulebook.files(), &contract)
        .map_err(|errors| format!("the bundle has {} errors", errors.len()))?;
    let plans = Plans::compile(&bundle, &contract, DAY, &Secret::new([7; 32]))?;
    let value = began.elapsed().as_secs_f64();
    let count: usize = plans.types().iter().map(|types| types.plans().len()).sum();
    Ok(vec![Line {
        name: format!("bundle national-2026, load and compile ({count} plans)"),
        unit: "s",
        value,
        peer: "allowed on two cores",
        peer_value: ALLOWED,
    }])
}

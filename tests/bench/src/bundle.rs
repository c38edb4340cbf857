//! Loading `national-2026` with all its plans, from the bundle's files to byte programs, against
//! the ten seconds that are allowed.

use crate::Outcome;
use crate::line::Line;
use release::Plans;
use ruling::{Bundle, BundleFiles};
use std::path::Path;
use std::time::Instant;
use vocabulary::{RecordType, Secret};

/// Where the bundle lies, from the root of the checkout.
const BUNDLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/rulebook/national-2026");
/// Seconds allowed on two cores.
const ALLOWED: f64 = 10.0;
/// A day in force: 2026-11-23.
const DAY: i32 = 20_780;

/// Seconds to load and compile, once.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let mut files = BundleFiles::default();
    read(Path::new(BUNDLE), "", &mut files)?;
    let contract: Vec<_> =
        RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    let began = Instant::now();
    let bundle = Bundle::load(&files, &contract)
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

fn read(folder: &Path, prefix: &str, files: &mut BundleFiles) -> Outcome<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.0.insert(path, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

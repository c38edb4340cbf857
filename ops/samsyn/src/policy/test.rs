//! `samsyn policy test`: the bundle's cases, asked.

use super::{Refused, Which, load, say};
use ruling::run_cases;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Names every case, not only those that fail.
    #[arg(long)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (files, bundle) = load(&arguments.which.bundle)?;
    let results = run_cases(&bundle, &files).map_err(|errors| Refused::all(&errors))?;
    let mut failed = 0;
    for result in &results {
        if !result.failures.is_empty() {
            failed += 1;
            say(format!("FAIL  {} ({}:{})", result.name, result.file, result.line));
            for failure in &result.failures {
                say(format!("      {failure}"));
            }
        } else if arguments.all {
            say(format!("ok    {}", result.name));
        }
    }
    let verdict = format!("{} cases, {failed} failed", results.len());
    if failed > 0 {
        return Err(Refused::line(verdict));
    }
    say(verdict);
    Ok(())
}

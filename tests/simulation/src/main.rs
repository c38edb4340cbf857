//! Seeded runs against a model: `simulation policy --cases N --seed S`. What differs is told with
//! the seed that repeats it, never with a value.

mod policy;
mod scrambled;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Seeded runs against a model.
#[derive(Parser)]
enum Arguments {
    /// What the exchange's plans release, against the shadow's naive filter.
    Policy {
        /// How many (message, facts, view) cases.
        #[arg(long, default_value_t = 1_000_000)]
        cases: u64,
        /// The first seed; each thread takes one of its own.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let Arguments::Policy { cases, seed } = Arguments::parse();
    let (told, code) = match policy::run(cases, seed) {
        Ok(report) => (report, ExitCode::SUCCESS),
        Err(error) => (format!("simulation policy: {error}"), ExitCode::FAILURE),
    };
    drop(writeln!(std::io::stdout(), "{told}"));
    code
}

//! Seeded runs against a model, and runs of a size that no test has: `simulation policy --cases N
//! --seed S`, `simulation fairness --waiting N`. What differs is told with the seed that repeats
//! it, never with a value.

mod fairness;
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
    /// One lane with very many waiting, beside 89 others.
    Fairness {
        /// How many wait.
        #[arg(long, default_value_t = 1_000_000)]
        waiting: usize,
    },
}

fn main() -> ExitCode {
    let run = match Arguments::parse() {
        Arguments::Policy { cases, seed } => policy::run(cases, seed),
        Arguments::Fairness { waiting } => {
            fairness::run(waiting).map_err(|error| error.to_string())
        }
    };
    let (told, code) = match run {
        Ok(report) => (report, ExitCode::SUCCESS),
        Err(error) => (format!("simulation: {error}"), ExitCode::FAILURE),
    };
    drop(writeln!(std::io::stdout(), "{told}"));
    code
}

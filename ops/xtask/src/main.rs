//! The one door for developers: `cargo xtask tidy | room | bench | soak | mutants | compile-fail`.
//!
//! It depends on no house crate, so it works while any of them does not compile.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

mod compile_fail;
mod mutants;
mod run;
mod rust;
mod tasks;
mod tidy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The developers' door.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Check the house rules on the tree and the dependency graph
    Tidy,
    /// Format, lint and test one room (or one crate) alone
    Room {
        /// A room such as policy, or a crate such as ruling
        name: String,
    },
    /// Run the benches; peers in the same run
    Bench {
        /// One bench only
        name: Option<String>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
        /// Fewer rounds, for a quick look
        #[arg(long)]
        short: bool,
    },
    /// Run a soak: kill, kill-kafka, kafka, policy or fairness
    Soak {
        /// Which
        name: String,
        /// How many rounds; the soak's own number when left out
        rounds: Option<u32>,
    },
    /// Break the code once per guarantee and expect a named test to turn red
    Mutants {
        /// Names; all when left out
        names: Vec<String>,
        /// Only check that every mutant still finds its place
        #[arg(long)]
        check: bool,
    },
    /// Compile what must not compile and expect the named error
    CompileFail {
        /// Names; all when left out
        names: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::Tidy => tasks::tidy(),
        Verb::Room { name } => tasks::room(&name),
        Verb::Bench { name, json, short } => tasks::bench(name.as_deref(), json, short),
        Verb::Soak { name, rounds } => tasks::soak(&name, rounds),
        Verb::Mutants { names, check } => mutants::run(&names, check),
        Verb::CompileFail { names } => compile_fail::run(&names),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("xtask: {text}");
            ExitCode::FAILURE
        }
    }
}

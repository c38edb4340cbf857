//! Prints what the house is measured by: `bench [NAME] [--json]`. Each bench is one module and
//! gives lines; peers run in the same process, on the same input. Asserts no timing.

mod bundle;
mod embedded;
mod exchange;
mod http;
mod kafka;
mod ledger;
mod line;
mod memory;
mod projector;
mod rerule;
mod stopwatch;
mod texts;

use clap::Parser;
use line::Line;
use std::io::Write;
use std::process::ExitCode;

/// Whatever goes wrong is told as text.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A bench: its name, and what gives its lines.
type Bench = (&'static str, fn() -> Outcome<Vec<Line>>);

/// Every bench, in the order they are run.
const BENCHES: &[Bench] = &[
    ("projector", projector::run),
    ("views", projector::views),
    ("texts", texts::run),
    ("bundle", bundle::run),
    ("embedded", embedded::run),
    ("exchange", exchange::run),
    ("rerule", rerule::run),
    ("rerule-million", rerule::million),
    ("memory", memory::run),
    ("memory-long", memory::long),
    ("kafka", kafka::run),
    ("memory-kafka", kafka::memory::run),
    ("http", http::run),
    ("webhook", http::webhook),
    ("ledger", ledger::run),
];

/// What a short run leaves out: it needs minutes on two cores.
const LONG: [&str; 5] = ["ledger", "rerule-million", "memory-long", "kafka", "memory-kafka"];

/// Ratios in one run.
#[derive(Parser)]
struct Arguments {
    /// The bench to run; all when left out.
    name: Option<String>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Leaves out the benches that take minutes.
    #[arg(long)]
    short: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let asked = |bench: &&Bench| match arguments.name.as_deref() {
        Some(name) => name == bench.0,
        None => !arguments.short || !LONG.contains(&bench.0),
    };
    let mut benches = BENCHES.iter().filter(asked).peekable();
    if benches.peek().is_none() {
        let names: Vec<&str> = BENCHES.iter().map(|bench| bench.0).collect();
        return Err(format!("no such bench; there are {}", names.join(", ")).into());
    }
    let mut out = std::io::stdout();
    for (_, bench) in benches {
        for line in bench()? {
            let text = if arguments.json { line.json() } else { line.to_string() };
            writeln!(out, "{text}")?;
        }
    }
    Ok(())
}

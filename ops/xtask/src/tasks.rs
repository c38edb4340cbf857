//! The short verbs: tidy, room, bench, soak. Each is a few commands and their outcome.

use crate::{
    run::{self, PROFILE},
    tidy,
};
use std::process::Command;

/// A soak: its name, the binary that runs it, its arguments, its usual rounds.
struct Soak {
    name: &'static str,
    binary: &'static str,
    arguments: &'static [&'static str],
    rounds: u32,
}

/// Every soak there is.
const SOAKS: [Soak; 4] = [
    Soak { name: "kill", binary: "samsyn", arguments: &["soak", "kill", "--rounds"], rounds: 300 },
    Soak { name: "kafka", binary: "samsyn", arguments: &["soak", "kafka", "--rounds"], rounds: 10 },
    Soak {
        name: "policy",
        binary: "simulation",
        arguments: &["policy", "--cases"],
        rounds: 100_000_000,
    },
    Soak {
        name: "fairness",
        binary: "simulation",
        arguments: &["fairness", "--waiting"],
        rounds: 1_000_000,
    },
];

/// Prints every finding; fails when there is one.
pub(crate) fn tidy() -> Result<(), String> {
    let report = tidy::run(&run::root())?;
    println!("{report}");
    match report.findings.len() {
        0 => Ok(()),
        many => Err(format!("tidy: {many} findings")),
    }
}

/// One room alone: only its crates are built, so that nothing it needs comes from elsewhere.
pub(crate) fn room(name: &str) -> Result<(), String> {
    let graph = tidy::graph::Graph::of(&run::root())?;
    let inside = |member: &&tidy::graph::Member| member.room() == name || member.name == name;
    let names: Vec<&str> =
        graph.members.iter().filter(inside).map(|member| member.name.as_str()).collect();
    if names.is_empty() {
        return Err(format!("no room and no crate is called `{name}`"));
    }
    for member in names {
        println!("== {member}");
        run::cargo_step(&["fmt", "--check", "-p", member])?;
        let mut lint = vec!["clippy", "-p", member, "--all-targets"];
        lint.extend(PROFILE);
        lint.extend(["--", "-D", "warnings"]);
        run::cargo_step(&lint)?;
        let mut test = vec!["test", "-p", member];
        test.extend(PROFILE);
        run::cargo_step(&test)?;
    }
    Ok(())
}

/// Runs the bench binary.
pub(crate) fn bench(name: Option<&str>, json: bool, short: bool) -> Result<(), String> {
    let mut arguments = vec!["run", "--quiet", "--bin", "bench"];
    arguments.extend(PROFILE);
    arguments.push("--");
    arguments.extend(name);
    if json {
        arguments.push("--json");
    }
    if short {
        arguments.push("--short");
    }
    run::cargo_step(&arguments)
}

/// Runs a soak of the table.
pub(crate) fn soak(name: &str, rounds: Option<u32>) -> Result<(), String> {
    let Some(soak) = SOAKS.iter().find(|soak| soak.name == name) else {
        let known: Vec<&str> = SOAKS.iter().map(|soak| soak.name).collect();
        return Err(format!("no soak is called `{name}`; there is {}", known.join(", ")));
    };
    let rounds = rounds.unwrap_or(soak.rounds).to_string();
    // Built first: the time of the build is no part of the soak.
    let mut build = vec!["build", "--bin", soak.binary];
    build.extend(PROFILE);
    run::cargo_step(&build)?;
    let binary = run::target().join("ci").join(soak.binary);
    run::step(Command::new(binary).args(soak.arguments).arg(rounds))
}

//! The short verbs: tidy, room, bench, soak. Each is a few commands and their outcome.

use crate::{
    run::{self, PROFILE},
    tidy,
};
use std::process::Command;

/// A soak: its name, what must be built for it, the first of which runs it, its arguments, and what
/// it is as a campaign, when nobody says how many rounds.
struct Soak {
    name: &'static str,
    binaries: &'static [&'static str],
    arguments: &'static [&'static str],
    campaign: &'static [&'static str],
}

/// Every soak there is.
const SOAKS: [Soak; 5] = [
    Soak {
        name: "kill",
        binaries: &["samsyn"],
        arguments: &["soak", "kill", "--rounds"],
        campaign: &["300"],
    },
    Soak {
        name: "kill-kafka",
        binaries: &["samsyn"],
        arguments: &["soak", "kill", "--kafka", "--site", "var/soak-kill-kafka", "--rounds"],
        campaign: &["10"],
    },
    Soak {
        name: "kafka",
        binaries: &["samsyn", "exchanged", "connectord", "ledgerd"],
        arguments: &["soak", "kafka", "--rounds"],
        campaign: &["10", "--findings", "300000", "--away", "120"],
    },
    Soak {
        name: "policy",
        binaries: &["simulation"],
        arguments: &["policy", "--cases"],
        campaign: &["100000000"],
    },
    Soak {
        name: "fairness",
        binaries: &["simulation"],
        arguments: &["fairness", "--waiting"],
        campaign: &["1000000"],
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
    let rounds = rounds.map(|rounds| rounds.to_string());
    let asked = rounds.as_deref().map_or(soak.campaign.to_vec(), |rounds| vec![rounds]);
    // Built first: the time of the build is no part of the soak.
    let mut build = vec!["build"];
    build.extend(soak.binaries.iter().flat_map(|binary| ["--bin", *binary]));
    build.extend(PROFILE);
    run::cargo_step(&build)?;
    let runs = soak.binaries.first().copied().unwrap_or_default();
    let binary = run::target().join("ci").join(runs);
    run::step(Command::new(binary).args(soak.arguments).args(asked))
}

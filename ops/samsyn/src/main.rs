//! The roof: `samsyn up` and the command line. The one crate that may look into every room;
//! nothing looks at it. It composes and asks; what it shows was decided elsewhere.

mod audit_lanes;
mod bundle;
mod client;
mod demo;
mod entitlement;
mod house;
mod kept;
mod look_up;
mod pages;
mod place;
mod policy;
mod question;
mod simulate;
mod soak;
mod status;
mod token;
mod up;
mod verify;
mod webhook;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Inter-agency exchange of supervisory findings under law.
#[derive(Debug, Parser)]
#[command(name = "samsyn", version)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs one small site in one process.
    Up(up::Arguments),
    /// Runs the main job on throw-away keys with real and synthetic findings.
    Demo(demo::Arguments),
    /// Days of made-up traffic of every authority: shown, dropped into a running site, or played on
    /// one of its own.
    Simulate(simulate::Arguments),
    /// Authorities and views of a running site.
    Status {
        /// Folder of the site.
        #[arg(long, default_value = "var/demo")]
        site: PathBuf,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Campaigns against a real process.
    #[command(subcommand)]
    Soak(soak::Soak),
    /// Who got what about an organisation, or about an object without one.
    WhoGot(look_up::WhoGot),
    /// What was released by one entry, to whom, under which basis; what was withheld, and why.
    Explain(look_up::Explain),
    /// A receipt that proves one recipient's row of an entry offline.
    Receipt(look_up::Receipt),
    /// Checks lanes and ledger with readers of its own: lost, twice, torn, unrecorded, wrong.
    AuditLanes(audit_lanes::Arguments),
    /// Consents, contracts and cases: grant one, or end it.
    #[command(subcommand)]
    Entitlement(entitlement::Command),
    /// A token of the development issuer, in Maskinporten's shape. It proves nothing to anybody.
    Token(token::Arguments),
    /// Records that a webhook's recipient refused: what is parked, and to try it again.
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// The rules: check, test, show, explain, approve and release them.
    #[command(subcommand)]
    Policy(policy::Command),
}

fn main() -> ExitCode {
    match Arguments::parse().verb {
        Verb::Up(arguments) => up::run(&arguments),
        Verb::Demo(arguments) => demo::run(&arguments),
        Verb::Simulate(arguments) => simulate::run(&arguments),
        Verb::Status { site, json } => look_up::status(&site, json),
        Verb::Soak(soak) => soak::run(&soak),
        Verb::WhoGot(arguments) => look_up::who_got(&arguments),
        Verb::Explain(arguments) => look_up::explain(&arguments),
        Verb::Receipt(arguments) => look_up::receipt(&arguments),
        Verb::AuditLanes(arguments) => audit_lanes::run(&arguments),
        Verb::Entitlement(command) => command.run(),
        Verb::Token(arguments) => token::run(&arguments),
        Verb::Webhook(command) => webhook::run(&command),
        Verb::Policy(command) => command.run(),
    }
}

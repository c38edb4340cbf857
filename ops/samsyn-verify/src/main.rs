//! Checks a ledger, a receipt or delivered records offline, with nothing but files and public
//! keys. Trusts no server, writes nothing, links of the house only what it must.
//!
//! Exit: 0 all holds · 1 something does not · 2 the check could not be done.

mod files;
mod ledger;
mod limits;
mod moment;
mod outcome;
mod receipt;
mod record;

use clap::{Parser, Subcommand};
use outcome::Error;
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

/// Checks a Samsyn ledger, a receipt or delivered records offline.
#[derive(Debug, Parser)]
#[command(name = "samsyn-verify", version)]
struct Arguments {
    /// One JSON object instead of text.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    check: Check,
}

#[derive(Debug, Subcommand)]
enum Check {
    /// Rebuild a ledger's tree and counters from its public files.
    Ledger(ledger::Arguments),
    /// Check that a receipt's row is in the ledger.
    Receipt(receipt::Arguments),
    /// Check that delivered records are what the exchange released.
    Record(record::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.check {
        Check::Ledger(asked) => ledger::check(asked),
        Check::Receipt(asked) => receipt::check(asked),
        Check::Record(asked) => record::check(asked),
    };
    let (text, exit) = match &outcome {
        Ok(outcome) if arguments.json => (format!("{}\n", outcome.to_json()), outcome.exit()),
        Ok(outcome) => (outcome.to_string(), outcome.exit()),
        Err(error) => (failed(error, arguments.json), ExitCode::from(2)),
    };
    // A reader that closed the pipe has seen enough; the exit code still tells.
    let _written = std::io::stdout().write_all(text.as_bytes());
    exit
}

fn failed(error: &Error, json: bool) -> String {
    let (code, text) = (error.code(), error.to_string());
    if json {
        let problems = [json!({"code": code, "text": text})];
        return format!("{}\n", json!({"ok": false, "checked": false, "problems": problems}));
    }
    format!("NOT CHECKED\n  {code}   {text}\n")
}

//! The first phase: command line and settings, then the whole life of a daemon in one call.

use crate::{Builder, Ending, Error, Failure};
use settings::{Daemon, Foundation, Loaded, LogFormat};
use std::{path::PathBuf, process::ExitCode};

/// What a daemon's command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// To run with these settings files.
    Run(Vec<PathBuf>),
    /// To print the effective settings and leave.
    Check(Vec<PathBuf>),
    /// To be told how it is called.
    Help,
    /// Something else.
    Unknown,
}

/// Reads a daemon's arguments: `--settings FILE` any number of times, `--check-config`, `--help`.
pub fn ask(arguments: impl IntoIterator<Item = String>) -> Ask {
    let (mut files, mut check) = (Vec::new(), false);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--settings" => match arguments.next() {
                Some(file) => files.push(PathBuf::from(file)),
                None => return Ask::Unknown,
            },
            "--check-config" => check = true,
            "--help" | "-h" => return Ask::Help,
            _ => return Ask::Unknown,
        }
    }
    if check { Ask::Check(files) } else { Ask::Run(files) }
}

/// A daemon's whole main: arguments, settings, then [`live`].
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "logging is not yet set up")]
pub fn start<D: Daemon>(build: impl FnOnce(D, &mut Builder) -> Result<(), Failure>) -> ExitCode {
    let usage = format!("usage: {} [--settings FILE]… [--check-config]", D::NAME);
    let (files, check) = match ask(std::env::args().skip(1)) {
        Ask::Run(files) => (files, false),
        Ask::Check(files) => (files, true),
        Ask::Help => {
            println!("{usage}");
            return ExitCode::SUCCESS;
        }
        Ask::Unknown => {
            eprintln!("{usage}");
            return ExitCode::from(64);
        }
    };
    match settings::load::<D>(&files) {
        Ok(loaded) if check => {
            print!("{loaded}");
            ExitCode::SUCCESS
        }
        Ok(Loaded { settings, .. }) => {
            let foundation = settings.foundation();
            live(D::NAME, foundation, |builder| build(settings, builder))
        }
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            ExitCode::from(Error::Settings(error).exit())
        }
    }
}

/// A process's life from built settings on: log, build, announce, run, drain.
#[expect(clippy::print_stderr, reason = "what cannot be logged is still said")]
pub fn live(
    name: &'static str,
    foundation: Foundation,
    build: impl FnOnce(&mut Builder) -> Result<(), Failure>,
) -> ExitCode {
    match run(name, foundation, build) {
        Ok(ending) => ending.into(),
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::from(error.exit())
        }
    }
}

fn run(
    name: &'static str,
    foundation: Foundation,
    build: impl FnOnce(&mut Builder) -> Result<(), Failure>,
) -> Result<Ending, Error> {
    let form = match foundation.log.format {
        LogFormat::Text => telemetry::Form::Text,
        LogFormat::Json => telemetry::Form::Json,
    };
    telemetry::start(form, &foundation.log.filter)?;
    silence_payloads();
    let mut builder = Builder::new(name, foundation)?;
    build(&mut builder).map_err(Error::Build)?;
    Ok(builder.announce()?.wait())
}

/// A panic's text may hold a value: only its place is told.
fn silence_payloads() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

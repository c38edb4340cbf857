//! `samsyn up`: one small site in one process, in one security context.

use crate::house::{self, House};
use crate::pages;
use carrier::Carrier;
use daemon::{Builder, Failure};
use settings::Up;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use vocabulary::Secret;

/// Arguments of `samsyn up`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Settings files, the later ones over the earlier.
    #[arg(long = "settings", value_name = "FILE")]
    settings: Vec<PathBuf>,
    /// Prints the effective settings and leaves.
    #[arg(long)]
    check_config: bool,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "logging is not yet set up")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match settings::load::<Up>(&arguments.settings) {
        Ok(loaded) if arguments.check_config => {
            print!("{loaded}");
            ExitCode::SUCCESS
        }
        Ok(loaded) => {
            let up = loaded.settings;
            let foundation = settings::Daemon::foundation(&up);
            daemon::live("samsyn up", foundation, |builder| build(&up, builder).map(|_| ()))
        }
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            ExitCode::from(78)
        }
    }
}

/// Builds the site and its pages into a process, over the carrier of its settings.
pub(crate) fn build(up: &Up, builder: &mut Builder) -> Result<Arc<House>, Failure> {
    let carrier = lanes::open_counted(&up.carrier, builder.clock(), builder.metrics())?;
    build_over(up, carrier, builder)
}

/// The same over a carrier that is open already.
pub(crate) fn build_over(
    up: &Up,
    carrier: Arc<dyn Carrier>,
    builder: &mut Builder,
) -> Result<Arc<House>, Failure> {
    let house = house::assemble(up, carrier, builder)?;
    let token = token().map_err(|error| Failure::new("EXCH-003", &error))?;
    house::announce(&up.site.folder, &up.admin.address.to_string(), token.expose())
        .map_err(|error| Failure::new("EXCH-003", &error))?;
    pages::add(&house, token, builder)?;
    Ok(house)
}

fn token() -> Result<Secret<String>, seal::Error> {
    let bytes: [u8; 32] = seal::random()?;
    Ok(Secret::new(vocabulary::Digest::new(bytes).to_string()))
}

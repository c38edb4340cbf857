//! The agency daemon as a process: settings, carrier, connector, life. It holds no logic of its
//! own.

use daemon::{Builder, Failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    daemon::start(|settings, builder| build(&settings, builder))
}

fn build(settings: &settings::Connector, builder: &mut Builder) -> Result<(), Failure> {
    let carrier = lanes::open_counted(&settings.carrier, builder.clock(), builder.metrics())?;
    connectord::mount(&settings.connector, carrier, builder).map(|_| ())
}

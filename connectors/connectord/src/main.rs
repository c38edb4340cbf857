//! The agency daemon as a process: settings, carrier, connector, life. It holds no logic of its
//! own.

use carrier_embedded::Embedded;
use daemon::{Builder, Failure};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    daemon::start(|settings, builder| build(&settings, builder))
}

fn build(settings: &settings::Connector, builder: &mut Builder) -> Result<(), Failure> {
    let told = builder.clock();
    let carrier = Embedded::open(&settings.carrier.file, Arc::new(move || told.now()))
        .map_err(|error| Failure::new(error.code(), &error))?;
    connectord::mount(&settings.connector, Arc::new(carrier), builder).map(|_| ())
}

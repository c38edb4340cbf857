//! The exchange as a process: settings, carrier, exchange, life. It holds no logic of its own.

use carrier_embedded::Embedded;
use daemon::{Builder, Failure};
use std::process::ExitCode;
use std::sync::Arc;
use vocabulary::RecordType;

fn main() -> ExitCode {
    daemon::start(|settings, builder| build(&settings, builder))
}

fn build(settings: &settings::Exchange, builder: &mut Builder) -> Result<(), Failure> {
    let told = builder.clock();
    let carrier = Embedded::open(&settings.carrier.file, Arc::new(move || told.now()))
        .map_err(|error| Failure::new(error.code(), &error))?;
    let carrier = Arc::new(carrier);
    let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    // Look-ups are asked of `samsyn up` only: nobody has this desk.
    let (_desk, watch) =
        exchanged::assemble(&settings.exchange, carrier.clone(), contract, builder)?;
    exchanged::follow_retention(carrier, watch, builder, |_| {})
}

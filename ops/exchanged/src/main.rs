//! The exchange as a process: settings, carrier, exchange, life. It holds no logic of its own.

use daemon::{Builder, Failure};
use std::process::ExitCode;
use vocabulary::RecordType;

fn main() -> ExitCode {
    daemon::start(|settings, builder| build(&settings, builder))
}

fn build(settings: &settings::Exchange, builder: &mut Builder) -> Result<(), Failure> {
    let carrier = lanes::open_counted(&settings.carrier, builder.clock(), builder.metrics())?;
    let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect();
    // Look-ups are asked of `samsyn up` only: nobody has this desk.
    let (_desk, watch) =
        exchanged::assemble(&settings.exchange, carrier.clone(), contract, builder)?;
    exchanged::follow_retention(carrier, watch, builder, |_| {})
}

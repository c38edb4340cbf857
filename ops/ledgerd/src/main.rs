//! The ledger as a process: settings, carrier, ledger, life. It holds no logic of its own.

use carrier::{Carrier, Offset};
use carrier_embedded::Embedded;
use daemon::{Builder, Failure};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    daemon::start(|settings, builder| build(&settings, builder))
}

fn build(settings: &settings::Ledger, builder: &mut Builder) -> Result<(), Failure> {
    let told = builder.clock();
    let carrier = Embedded::open(&settings.carrier.file, Arc::new(move || told.now()))
        .map_err(|error| Failure::new(error.code(), &error))?;
    let carrier = Arc::new(carrier);
    let assembled = ledgerd::assemble(&settings.ledger, carrier.clone(), builder)?;
    // What the ledger holds, the lane need not keep longer than its retention.
    builder.spawn("integrated", move |part, stop| {
        part.ready();
        while !stop.is_stopped() {
            let position = Offset(assembled.watch.standing().position);
            if let Err(error) = carrier.integrated(position) {
                tracing::warn!(code = error.code(), "the lane was not told what is integrated");
            }
            stop.wait(ledgerd::limits::TELL_EVERY);
        }
        Ok(())
    })?;
    Ok(())
}

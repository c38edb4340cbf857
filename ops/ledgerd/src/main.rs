//! The ledger as a process: settings, carrier, ledger, life. It holds no logic of its own.

use carrier::Offset;
use daemon::{Builder, Failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    daemon::start(|settings, builder| build(&settings, builder))
}

fn build(settings: &settings::Ledger, builder: &mut Builder) -> Result<(), Failure> {
    let carrier = lanes::open_counted(&settings.carrier, builder.clock(), builder.metrics())?;
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

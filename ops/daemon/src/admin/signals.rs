//! SIGTERM and SIGINT say the process's word. A second one changes nothing: the grace period holds.

use crate::Stop;
use tokio::signal::unix::{SignalKind, signal};

/// Listens until the process ends.
pub(super) async fn listen(stop: Stop) {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::warn!("signals cannot be heard");
        return;
    };
    loop {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "asked to stop");
        stop.stop();
    }
}

//! What an exchange is put together from. Reading keys and settings is the caller's work.

use crate::metrics::Counts;
use crate::snapshot::Watch;
use crate::{Desk, Error, Exchange, Ground, look_up};
use audit::Recorder;
use carrier::Carrier;
use daemon::Clock;
use exchange_state::State;
use seal::{Keyring, SigningKey, Verifier};
use std::path::Path;
use std::sync::Arc;

/// Keys of one exchange.
pub struct Keys {
    /// Seals what is released.
    pub seal: SigningKey,
    /// Which key may seal for which source.
    pub senders: Keyring,
}

/// What an exchange works with.
pub struct Parts {
    /// The lanes.
    pub carrier: Arc<dyn Carrier>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What bundles are checked against.
    pub ground: Ground,
    /// Its keys.
    pub keys: Keys,
    /// Its name in the entries.
    pub writer: String,
    /// Most records in one commit; never more than the limit of this crate.
    pub batch_records: usize,
    /// One of so many records is worked out a second time by the shadow before it leaves.
    pub shadow_every: u64,
}

impl Exchange {
    /// Opens the exchange over its own copy of state in `folder`. Nothing runs until
    /// [`Exchange::step`].
    pub fn open(
        parts: Parts,
        folder: &Path,
        metrics: &telemetry::Metrics,
    ) -> Result<(Exchange, Desk, Watch), Error> {
        let state = State::open(&folder.join("exchange-state.sqlite"), parts.keys.senders.clone())?;
        let run = u64::from_be_bytes(seal::random()?);
        let recorder = Recorder::new(&parts.writer, run)?;
        let (desk, asked) = look_up::desk();
        let watch = Watch::default();
        let counts = Counts::new(metrics, watch.clone())?;
        let verifier = Verifier::new(parts.keys.senders.clone());
        let exchange = Exchange::new(parts, state, recorder, verifier, asked, counts);
        Ok((exchange, desk, watch))
    }
}

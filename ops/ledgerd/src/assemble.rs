//! From settings to a running ledger: keys are read, the vault opened, the loop handed to the
//! daemon's threads. Used by this daemon's main and by `samsyn up`.

use crate::{Keeping, Ledger, Watch};
use audit_vault::Opening;
use carrier::Carrier;
use daemon::{Builder, Failure, key_file, secret_file};
use seal::{SigningKey, VerifyingKey};
use settings::LedgerPart;
use std::sync::Arc;

/// The code of a key or secret that cannot be used.
const CODE: &str = "LEDG-005";

/// What others may see of the ledger in their process, and tell it.
pub struct Assembled {
    /// How far it is.
    pub watch: Watch,
    /// How long entries stay readable.
    pub keeping: Keeping,
    /// The public half of the checkpoint key.
    pub key: VerifyingKey,
}

/// Builds the ledger's writer into a process.
pub fn assemble(
    part: &LedgerPart,
    carrier: Arc<dyn Carrier>,
    builder: &mut Builder,
) -> Result<Assembled, Failure> {
    let key = SigningKey::from_pem(key_file(&part.checkpoint_key, CODE)?.expose());
    let key = key.map_err(|error| Failure::new(CODE, &error))?;
    let public = key.public().clone();
    let index_secret = secret_file(&part.index_secret, CODE)?;
    let opening = Opening { origin: part.origin.clone(), key, index_secret };
    let lanes = (carrier, builder.clock());
    let time = part.checkpoint_time();
    let mut ledger = Ledger::open(&part.folder, opening, lanes, time, builder.metrics())
        .map_err(|error| Failure::new(error.code(), &error))?;
    let (watch, keeping) = (ledger.watch(), ledger.keeping());
    builder.spawn("ledger", move |part, stop| {
        ledger.run(part, stop).map_err(|error| Failure::new(error.code(), &error))
    })?;
    Ok(Assembled { watch, keeping, key: public })
}

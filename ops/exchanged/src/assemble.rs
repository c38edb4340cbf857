//! From settings to a running exchange: keys are read, the parts put together, the loop handed to
//! the daemon's threads. Used by this daemon's main and by `samsyn up`.

use crate::{Desk, Exchange, Ground, Keys, Parts, Watch};
use avro_tree::Schema;
use carrier::Carrier;
use daemon::{Builder, Failure, key_file, secret_file};
use ruling::Retention;
use ruling::approval::Approver;
use seal::{Keyring, SigningKey, VerifyingKey};
use settings::ExchangePart;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::RecordType;

/// How often the bundle's retention table is looked at.
const RETENTION_TICK: Duration = Duration::from_secs(2);
/// The code of a key, a secret or a folder that cannot be used.
const CODE: &str = "EXCH-003";

/// Builds the exchange into a process.
pub fn assemble(
    part: &ExchangePart,
    carrier: Arc<dyn Carrier>,
    contract: Vec<(RecordType, Arc<Schema>)>,
    builder: &mut Builder,
) -> Result<(Desk, Watch), Failure> {
    let mut senders = Keyring::default();
    for sender in &part.senders {
        senders.add(sender.source.clone(), public_key(&sender.key)?).map_err(failed)?;
    }
    let approvers = part.approvers.iter().map(|path| approver(path));
    let ground = Ground {
        contract,
        approvers: approvers.collect::<Result<_, _>>()?,
        site: secret_file(&part.lane_secret, CODE)?,
    };
    let parts = Parts {
        carrier,
        clock: builder.clock(),
        ground,
        keys: Keys {
            seal: SigningKey::from_pem(key_file(&part.seal_key, CODE)?.expose()).map_err(failed)?,
            senders,
        },
        writer: part.writer.clone(),
        batch_records: usize::try_from(part.batch_records).unwrap_or(usize::MAX),
        shadow_every: part.shadow_every,
    };
    std::fs::create_dir_all(&part.folder).map_err(|error| {
        Failure::new(CODE, &format!("{}: {}", part.folder.display(), error.kind()))
    })?;
    let (mut exchange, desk, watch) = Exchange::open(parts, &part.folder, builder.metrics())
        .map_err(|error| Failure::new(error.code(), &error))?;
    builder
        .spawn("exchange", move |part, stop| {
            exchange.run(part, stop).map_err(|error| Failure::new(error.code(), &error))
        })
        .map_err(|error| Failure::new("EXCH-004", &error))?;
    Ok((desk, watch))
}

/// Lets the lanes follow the retention table of the bundle in force, on a slow tick; `also` is
/// told the table each time. Until a bundle is in force nothing goes.
pub fn follow_retention(
    carrier: Arc<dyn Carrier>,
    watch: Watch,
    builder: &mut Builder,
    mut also: impl FnMut(Option<&Retention>) + Send + 'static,
) -> Result<(), Failure> {
    builder.spawn("retention", move |part, stop| {
        part.ready();
        let mut followed: Option<Retention> = None;
        while !stop.is_stopped() {
            let table = watch.snapshot().bundle.map(|bundle| bundle.retention);
            if let Some(table) = table.filter(|table| followed.as_ref() != Some(table)) {
                match carrier.set_retention(of_lanes(&table)) {
                    Ok(()) => followed = Some(table),
                    Err(error) => tracing::warn!(code = error.code(), "retention is not set yet"),
                }
            }
            also(followed.as_ref());
            stop.wait(RETENTION_TICK);
        }
        Ok(())
    })?;
    Ok(())
}

fn of_lanes(table: &Retention) -> carrier::Retention {
    let Retention { intake_days, release_days, disclosure_days, quarantine_days, .. } = *table;
    carrier::Retention::of_days(intake_days, release_days, disclosure_days, quarantine_days)
}

fn public_key(path: &Path) -> Result<VerifyingKey, Failure> {
    VerifyingKey::from_pem(key_file(path, CODE)?.expose()).map_err(failed)
}

/// An approver, named as the file of the public key is: `NAME.pub.pem`.
fn approver(path: &Path) -> Result<Approver, Failure> {
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = file.split('.').next().unwrap_or_default().to_owned();
    Ok(Approver { name, key: public_key(path)? })
}

fn failed(error: seal::Error) -> Failure {
    Failure::new(CODE, &error)
}

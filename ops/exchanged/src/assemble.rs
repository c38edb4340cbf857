//! From settings to a running exchange: keys are read, the parts put together, the loop handed to
//! the daemon's threads. Used by this daemon's main and by `samsyn up`.

use crate::{Desk, Exchange, Ground, Keys, Parts, Watch};
use avro_tree::Schema;
use carrier::Carrier;
use daemon::{Builder, Failure};
use ruling::approval::Approver;
use seal::{Keyring, SigningKey, VerifyingKey};
use settings::ExchangePart;
use std::path::Path;
use std::sync::Arc;
use vocabulary::{RecordType, Secret};

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
        site: site_secret(&part.lane_secret)?,
    };
    let parts = Parts {
        carrier,
        clock: builder.clock(),
        ground,
        keys: Keys { seal: signing_key(&part.seal_key)?, senders },
        writer: part.writer.clone(),
        batch_records: usize::try_from(part.batch_records).unwrap_or(usize::MAX),
    };
    std::fs::create_dir_all(&part.folder).map_err(|error| unreadable(&part.folder, &error))?;
    let (mut exchange, desk, watch) = Exchange::open(parts, &part.folder, builder.metrics())
        .map_err(|error| Failure::new(error.code(), &error))?;
    builder
        .spawn("exchange", move |part, stop| {
            exchange.run(part, stop).map_err(|error| Failure::new(error.code(), &error))
        })
        .map_err(|error| Failure::new("EXCH-004", &error))?;
    Ok((desk, watch))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

fn public_key(path: &Path) -> Result<VerifyingKey, Failure> {
    VerifyingKey::from_pem(&read(path)?).map_err(failed)
}

/// An approver, named as the file of the public key is: `NAME.pub.pem`.
fn approver(path: &Path) -> Result<Approver, Failure> {
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = file.split('.').next().unwrap_or_default().to_owned();
    Ok(Approver { name, key: public_key(path)? })
}

fn signing_key(path: &Path) -> Result<SigningKey, Failure> {
    SigningKey::from_pem(&read(path)?).map_err(failed)
}

/// The site's lane secret: 32 bytes, nothing else.
fn site_secret(path: &Path) -> Result<Secret<[u8; 32]>, Failure> {
    let bytes = Secret::new(read(path)?);
    let secret = <[u8; 32]>::try_from(bytes.expose().as_slice());
    let wrong = |_| Failure::new("EXCH-003", &"the lane secret is not 32 bytes");
    secret.map(Secret::new).map_err(wrong)
}

fn failed(error: seal::Error) -> Failure {
    Failure::new("EXCH-003", &error)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new("EXCH-003", &format!("{}: {}", path.display(), error.kind()))
}

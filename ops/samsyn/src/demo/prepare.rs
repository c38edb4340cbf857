//! The demo's site before anything runs: folders, throw-away keys, a bundle signed by two
//! approvers, and settings. Nothing here is for production.

use super::cast::{self, Play, Recipient};
use carrier::REGISTER_SOURCE;
use ruling::approval;
use seal::SigningKey;
use settings::{
    Admin, Carrier, ConnectorPart, Delivery, ExchangePart, LedgerPart, Life, Log, Register, Sender,
    Site, Source, Up,
};
use standing::development::DevelopmentIssuer;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// A prepared site.
pub(crate) struct Prepared {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Up,
    pub(crate) recipients: Vec<Recipient>,
    /// Who issues tokens for its HTTP intake, where it has one.
    pub(crate) issuer: Option<DevelopmentIssuer>,
}

/// Prepares a fresh site under `folder`, from the bundle and the mappings of the checkout.
pub(crate) fn prepare(root: &Path, folder: &Path, play: &Play) -> Result<Prepared, String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(say("the old site could not be removed"))?;
    }
    let folder = make(folder)?;
    let folder = folder.canonicalize().map_err(say("the site's folder"))?;
    make(&folder.join("keys"))?;
    let bundle = sign_bundle(root, &folder, play)?;
    let sources = cast::sources(root, &folder, play)?;
    let recipients = cast::recipients(&folder, play)?;
    let exchange = exchange(&folder, &sources)?;
    let mut connector = connector(&folder, sources, &recipients)?;
    let mut issuer = None;
    if let Some(receiver) = play.hook {
        let (intake, of) = cast::intake(&folder, free_address()?)?;
        (connector.http, issuer) = (Some(intake), Some(of));
        connector.webhooks.push(cast::webhook(&folder, receiver)?);
    }
    let settings = Up {
        admin: Admin { address: free_address()? },
        log: Log { filter: "warn".to_owned(), ..Log::default() },
        life: Life::default(),
        site: Site { folder: folder.clone(), bundle },
        carrier: Carrier::embedded(folder.join("samsyn.sqlite")),
        exchange,
        ledger: ledger(&folder)?,
        connector,
    };
    Ok(Prepared { folder, settings, recipients, issuer })
}

/// A loopback address that is free now, and for a daemon that is killed and comes back.
pub(crate) fn free_address() -> Result<SocketAddr, String> {
    let port = peers::free_port().map_err(say("no free port"))?;
    Ok((Ipv4Addr::LOCALHOST, port).into())
}

/// Who seals the register lane, and who by the bundle speaks for entitlements.
const CONTROL: [&str; 4] = [REGISTER_SOURCE, "samtykke", "kontrakt", "sak"];

fn exchange(folder: &Path, sources: &[Source]) -> Result<ExchangePart, String> {
    write_pair(folder, "exchange")?;
    write_secret(&folder.join("keys/lane.secret"))?;
    let of = |source: &Source| Sender { source: source.id.clone(), key: public_path(&source.key) };
    let mut senders: Vec<Sender> = sources.iter().map(of).collect();
    for name in CONTROL {
        write_pair(folder, name)?;
        senders.push(Sender {
            source: name.parse().map_err(say("a control lane's source"))?,
            key: folder.join(format!("keys/{name}.pub.pem")),
        });
    }
    Ok(ExchangePart {
        writer: "exchange-0".to_owned(),
        folder: make(&folder.join("exchange"))?,
        seal_key: folder.join("keys/exchange.pem"),
        lane_secret: folder.join("keys/lane.secret"),
        approvers: vec![
            folder.join("keys/approver-1.pub.pem"),
            folder.join("keys/approver-2.pub.pem"),
        ],
        senders,
        batch_records: 8_192,
        // The demo and the soak look at every one.
        shadow_every: 1,
        batch_millis: 100,
    })
}

fn ledger(folder: &Path) -> Result<LedgerPart, String> {
    write_pair(folder, "checkpoint")?;
    write_secret(&folder.join("keys/index.secret"))?;
    Ok(LedgerPart {
        folder: make(&folder.join("ledger"))?,
        origin: "samsyn.example/demo".to_owned(),
        checkpoint_key: folder.join("keys/checkpoint.pem"),
        index_secret: folder.join("keys/index.secret"),
        checkpoint_millis: 200,
    })
}

fn connector(
    folder: &Path,
    sources: Vec<Source>,
    recipients: &[Recipient],
) -> Result<ConnectorPart, String> {
    let deliveries = recipients
        .iter()
        .map(|recipient| Delivery {
            view: recipient.view.clone(),
            recipient: recipient.orgnr,
            addressed: recipient.addressed,
            format: recipient.format,
            folder: recipient.folder.clone(),
        })
        .collect();
    Ok(ConnectorPart {
        folder: make(&folder.join("connector"))?,
        poll_millis: 50,
        sources,
        deliveries,
        register: Some(Register {
            file: folder.join("register.csv"),
            key: Some(folder.join(format!("keys/{REGISTER_SOURCE}.pem"))),
        }),
        http: None,
        webhooks: Vec::new(),
    })
}

/// A copy of the checkout's bundle, with the approvals of both throw-away approvers.
fn sign_bundle(root: &Path, folder: &Path, play: &Play) -> Result<PathBuf, String> {
    let mut files = crate::bundle::read(&root.join("policy/rulebook/national-2026"))?;
    cast::edit(&mut files, play)?;
    for name in ["approver-1", "approver-2"] {
        let key = write_pair(folder, name)?;
        let approved = approval::approve(&files, name, &key);
        let (path, text) = approved.map_err(say("an approval"))?;
        files.0.insert(path, text);
    }
    let bundle = folder.join("bundle");
    crate::bundle::write(&bundle, &files)?;
    Ok(bundle)
}

pub(super) fn write_pair(folder: &Path, name: &str) -> Result<SigningKey, String> {
    let key = SigningKey::generate().map_err(say("a key"))?;
    let private = folder.join(format!("keys/{name}.pem"));
    let pem = key.to_pem().map_err(say("a key"))?;
    write_private(&private, pem.expose())?;
    let public = key.public().to_pem().map_err(say("a key"))?;
    fs::write(public_path(&private), public).map_err(say("a public key"))?;
    Ok(key)
}

fn public_path(private: &Path) -> PathBuf {
    private.with_extension("pub.pem")
}

fn write_secret(path: &Path) -> Result<(), String> {
    let secret = seal::random_key().map_err(say("a secret"))?;
    write_private(path, secret.expose())
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(say("a key file"))
}

pub(super) fn make(folder: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(folder).map_err(say("a folder could not be made"))?;
    Ok(folder.to_owned())
}

/// Turns an error into words with what it was about in front.
pub(crate) fn say<E: std::fmt::Display>(about: &'static str) -> impl Fn(E) -> String {
    move |error| format!("{about}: {error}")
}

//! The demo's site before anything runs: folders, throw-away keys, a bundle signed by two
//! approvers, and settings. Nothing here is for production.

use carrier::REGISTER_SOURCE;
use ruling::approval;
use seal::SigningKey;
use settings::{
    Admin, Carrier, ConnectorPart, Delivery, DeliveryFormat, ExchangePart, LedgerPart, Life, Log,
    Register, Sender, Site, Source, Up,
};
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use vocabulary::{OrgNumber, SourceId, ViewId};

/// A prepared site.
pub(crate) struct Prepared {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Up,
    pub(crate) recipients: Vec<Recipient>,
}

/// A recipient of the demo.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    pub(crate) name: &'static str,
    pub(crate) view: ViewId,
    pub(crate) orgnr: OrgNumber,
    pub(crate) addressed: bool,
    pub(crate) folder: PathBuf,
}

/// View, name for people, organisation number, addressed, format.
const RECIPIENTS: [(&str, &str, &str, bool, DeliveryFormat); 6] = [
    ("akrim-core", "Arbeidstilsynet", "974761211", false, DeliveryFormat::Ndjson),
    ("akrim-organ", "Statens vegvesen", "971032081", false, DeliveryFormat::Ndjson),
    ("tilda-supervisor", "Miljødirektoratet", "999601391", false, DeliveryFormat::Ndjson),
    ("municipality-licence", "Oslo kommune", "971183675", true, DeliveryFormat::Csv),
    ("buyer-private", "Fjordbygg innkjøp AS (syntetisk)", "310000027", false, DeliveryFormat::Csv),
    ("public-register", "Åpent uttrekk (syntetisk)", "310000043", false, DeliveryFormat::Csv),
];

/// Prepares a fresh site under `folder`, from the bundle and the mappings of the checkout.
pub(crate) fn prepare(root: &Path, folder: &Path) -> Result<Prepared, String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(say("the old site could not be removed"))?;
    }
    let folder = make(folder)?;
    let folder = folder.canonicalize().map_err(say("the site's folder"))?;
    make(&folder.join("keys"))?;
    let bundle = sign_bundle(root, &folder)?;
    let sources = sources(root, &folder)?;
    let recipients = recipients(&folder)?;
    let settings = Up {
        admin: Admin { address: free_address()? },
        log: Log { filter: "warn".to_owned(), ..Log::default() },
        life: Life::default(),
        site: Site { folder: folder.clone(), bundle },
        carrier: Carrier { file: folder.join("samsyn.sqlite") },
        exchange: exchange(&folder, &sources)?,
        ledger: ledger(&folder)?,
        connector: connector(&folder, sources, &recipients)?,
    };
    Ok(Prepared { folder, settings, recipients })
}

/// A loopback address that is free now.
fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(say("no free port"))?;
    listener.local_addr().map_err(say("no free port"))
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
        batch_records: 4_096,
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
        .zip(RECIPIENTS)
        .map(|(recipient, (.., format))| Delivery {
            view: recipient.view.clone(),
            recipient: recipient.orgnr,
            addressed: recipient.addressed,
            format,
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

/// Every mapping of the checkout is a source with a key and an inbox of its own.
fn sources(root: &Path, folder: &Path) -> Result<Vec<Source>, String> {
    let mappings = root.join("connectors/mappings");
    let mut paths: Vec<PathBuf> = fs::read_dir(&mappings)
        .map_err(say("the mappings"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        // Those hand in over HTTP, which the demo does not show.
        .filter(|path| !path.to_string_lossy().ends_with("-tilda.toml"))
        .collect();
    paths.sort();
    paths.iter().map(|mapping| source(folder, mapping)).collect()
}

fn source(folder: &Path, mapping: &Path) -> Result<Source, String> {
    let stem = mapping.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    let id: SourceId = stem.parse().map_err(say("a mapping's name is no source"))?;
    write_pair(folder, &stem)?;
    Ok(Source {
        key: folder.join(format!("keys/{stem}.pem")),
        inbox: make(&folder.join("in").join(&stem))?,
        mapping: mapping.canonicalize().map_err(say("a mapping"))?,
        id,
        http: false,
        limits: settings::SourceLimits::default(),
    })
}

fn recipients(folder: &Path) -> Result<Vec<Recipient>, String> {
    RECIPIENTS
        .iter()
        .map(|(view, name, orgnr, addressed, _)| {
            Ok(Recipient {
                name,
                view: view.parse().map_err(say("a view's name"))?,
                orgnr: orgnr.parse().map_err(say("a recipient's number"))?,
                addressed: *addressed,
                folder: make(&folder.join("out").join(view))?,
            })
        })
        .collect()
}

/// A copy of the checkout's bundle, with the approvals of both throw-away approvers.
fn sign_bundle(root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let mut files = crate::bundle::read(&root.join("policy/rulebook/national-2026"))?;
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

fn write_pair(folder: &Path, name: &str) -> Result<SigningKey, String> {
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

fn make(folder: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(folder).map_err(say("a folder could not be made"))?;
    Ok(folder.to_owned())
}

/// Turns an error into words with what it was about in front.
pub(crate) fn say<E: std::fmt::Display>(about: &'static str) -> impl Fn(E) -> String {
    move |error| format!("{about}: {error}")
}

//! A broker that speaks TLS only and asks every client for its certificate: the same lanes through
//! it, opened as daemons open them; and nothing at all for who trusts or shows the wrong one.

use crate::site::Site;
use crate::trimmed::{self, small};
use crate::twin::carry;
use carrier::suite::{all, commit_now, sealed, source};
use carrier::{Carrier, Lane, Offset, Temporary};
use daemon::WallClock;
use kit::certificates::{Authority, Identity};
use peers::{Kafka, Layout};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;

type Settings = BTreeMap<String, String>;

/// A broker, and the files of who may speak to it and who may not.
struct Place {
    kafka: Kafka,
    folder: TempDir,
}

// === impl Place ===

impl Place {
    fn new(speaks: &'static str, more: &[(&str, &str)]) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Authority::new().unwrap(), Authority::new().unwrap());
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::write(at("ours.pem"), ours.pem().unwrap()).unwrap();
        fs::write(at("theirs.pem"), theirs.pem().unwrap()).unwrap();
        write(folder.path(), "client", &ours.server().unwrap());
        write(folder.path(), "stranger", &theirs.server().unwrap());
        let broker = ours.server().unwrap();
        let store = [broker.key_pem().unwrap(), broker.pem().unwrap()].concat();
        fs::write(at("broker.pem"), store).unwrap();
        let settings = [
            ("ssl.keystore.type", "PEM".to_owned()),
            ("ssl.keystore.location", at("broker.pem")),
            ("ssl.truststore.type", "PEM".to_owned()),
            ("ssl.truststore.location", at("ours.pem")),
        ];
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let settings = settings.into_iter().chain(more);
        let settings = settings.map(|(name, value)| (name.to_owned(), value)).collect();
        let layout = Layout { speaks, settings, ..Layout::default() };
        Place { kafka: Kafka::start_with(&layout).unwrap(), folder }
    }

    /// Settings of a client that trusts this authority and shows this certificate.
    fn client(&self, trusts: &str, shows: &str) -> Settings {
        let at = |name: String| self.folder.path().join(name).display().to_string();
        let settings = [
            ("security.protocol", "ssl".to_owned()),
            ("ssl.ca.location", at(format!("{trusts}.pem"))),
            ("ssl.certificate.location", at(format!("{shows}.pem"))),
            ("ssl.key.location", at(format!("{shows}.key"))),
        ];
        settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The carrier as a daemon opens it, by its settings.
    fn open(&self, client: Settings) -> Result<Arc<dyn Carrier>, String> {
        let kafka = settings::Kafka {
            brokers: self.kafka.bootstrap(),
            prefix: "tls.".to_owned(),
            registry: "http://127.0.0.1:1".to_owned(),
            subjects: settings::Subjects::default(),
            exchange: 0,
            group: false,
            copies: None,
            in_sync: None,
            client,
        };
        let carrier = settings::Carrier { file: None, kafka: Some(kafka) };
        lanes::open(&carrier, Arc::new(WallClock)).map_err(|error| error.to_string())
    }
}

fn write(folder: &Path, name: &str, identity: &Identity) {
    fs::write(folder.join(format!("{name}.pem")), identity.pem().unwrap()).unwrap();
    fs::write(folder.join(format!("{name}.key")), identity.key_pem().unwrap()).unwrap();
}

/// Submits two, commits one.
fn works(carrier: &dyn Carrier) {
    let of = source("AAA");
    carrier.submit(sealed(&of, 1..3)).unwrap();
    let mut commit = commit_now(carrier);
    commit.advance(of.clone(), Offset(0), Offset(1));
    carrier.commit(commit).unwrap();
    assert_eq!(all(carrier, &Lane::Intake(of.clone())).len(), 2);
    assert_eq!(carrier.positions().unwrap().get(&of), Some(&Offset(1)));
}

/// One broker for those who need no other.
fn shared() -> &'static Place {
    static SHARED: OnceLock<Place> = OnceLock::new();
    SHARED.get_or_init(|| Place::new("SSL", &[("ssl.client.auth", "required")]))
}

#[test]
fn lanes_through_tls_with_certificates_on_both_sides_and_nothing_for_strangers() {
    let place = shared();
    // Who trusts another authority does not speak to the broker, and the broker hears nothing from
    // who shows another's certificate, or none.
    let mut without = place.client("ours", "client");
    without.retain(|name, _| !name.contains("key") && !name.contains("certificate"));
    let wrong = [place.client("theirs", "client"), place.client("ours", "stranger"), without];
    std::thread::scope(|scope| {
        for client in wrong {
            let carrier = place.open(client).unwrap();
            scope.spawn(move || {
                let away = carrier::Error::from(Temporary::Unavailable);
                assert_eq!(carrier.share(), Err(away));
                assert_eq!(carrier.submit(sealed(&source("AAA"), 1..3)), Err(away));
            });
        }
    });
    let carrier = place.open(place.client("ours", "client")).unwrap();
    assert_eq!(carrier.lanes().unwrap(), [], "something was sent");
    works(carrier.as_ref());
}

#[test]
fn log_in_by_password_comes_after_the_question_for_features() {
    let module = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    let users = format!("{module} user_exchange=\"open\";");
    let login = [
        ("sasl.enabled.mechanisms", "PLAIN"),
        ("listener.name.clients.plain.sasl.jaas.config", &users),
    ];
    let place = Place::new("SASL_SSL", &login);
    let with = |password: &str| {
        let mut client = place.client("ours", "client");
        for (name, value) in [
            ("security.protocol", "SASL_SSL"),
            ("sasl.mechanisms", "PLAIN"),
            ("sasl.username", "exchange"),
            ("sasl.password", password),
        ] {
            client.insert(name.to_owned(), value.to_owned());
        }
        place.open(client).unwrap()
    };
    assert!(with("other").lanes().is_err());
    works(with("open").as_ref());
}

#[test]
fn what_the_question_for_features_could_not_keep_to_is_refused() {
    let place = shared();
    for (name, value) in [
        ("ssl.ca.pem", "x"),
        ("ssl.keystore.location", "x"),
        ("ssl.crl.location", "x"),
        ("ssl.cipher.suites", "x"),
        ("ssl.ca.location", "/nowhere"),
        ("ssl.key.location", "/nowhere"),
        ("ssl.endpoint.identification.algorithm", "none"),
    ] {
        let mut client = place.client("ours", "client");
        client.insert(name.to_owned(), value.to_owned());
        let refused = place.open(client).err().unwrap();
        assert!(refused.starts_with("KAFK-006"), "{name}: {refused}");
    }
    let mut client = place.client("ours", "client");
    client.insert("enable.ssl.certificate.verification".to_owned(), "false".to_owned());
    assert!(place.open(client).err().unwrap().starts_with("KAFK-001"));
}

#[test]
fn the_checker_reads_through_tls() {
    let place = shared();
    let mut site = Site::on(&place.kafka);
    site.options.client = place.client("ours", "client");
    let house = small(&["MAT"], 5).unwrap();
    let carrier: Arc<dyn Carrier> = Arc::new(site.kafka());
    carry(house.carrier().as_ref(), carrier.as_ref(), true);
    trimmed::keep_up(&house);
    let folder = tempfile::tempdir().unwrap();
    trimmed::settle(&mut house.twin(carrier, folder.path()).unwrap());
    let report = trimmed::checked(&site, &trimmed::truths(&house).unwrap(), None);
    assert_eq!(report.findings(), [], "{report}");
    assert!(report.records == 6 && report.releases > 0, "{report}");
}

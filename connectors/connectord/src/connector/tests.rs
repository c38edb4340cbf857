//! The whole connector over the embedded carrier: what enters, what a crash or a fault leaves.

mod bent;
mod deliveries;
mod faults;
mod handed;
mod intake;
mod posted;
mod told;

use super::Connector;
use crate::source::Pass;
use crate::{SourceStatus, Tally};
use bent::Bent;
use carrier::{Carrier, Fetched, Lane, REGISTER_SOURCE, sealed_of, whole_lane};
use carrier_embedded::Embedded;
use daemon::HandClock;
use seal::{Keyring, SigningKey, Verifier};
use settings::{ConnectorPart, Delivery, Register, Source, SourceLimits};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use telemetry::Metrics;
use tempfile::TempDir;
use vocabulary::{SourceId, Timestamp};

const MAPPINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../mappings");
const OPEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/open");
const START: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

/// A site on one folder: carrier, clock, keys, settings.
struct Site {
    home: TempDir,
    clock: HandClock,
    carrier: Arc<Bent>,
    part: ConnectorPart,
    keyring: Keyring,
}

// === impl Site ===

impl Site {
    fn of(sources: &[&str]) -> Site {
        let home = tempfile::tempdir().unwrap();
        let clock = HandClock::at(START);
        let now = Arc::new(|| START);
        let embedded = Embedded::open(&home.path().join("lanes.db"), now).unwrap();
        let mut keyring = Keyring::default();
        let sources = sources.iter().map(|id| source(home.path(), id, &mut keyring)).collect();
        let part = ConnectorPart {
            folder: home.path().join("connector"),
            poll_millis: 1,
            sources,
            deliveries: Vec::new(),
            register: None,
            http: None,
            webhooks: Vec::new(),
        };
        Site { home, clock, carrier: Arc::new(Bent::over(embedded)), part, keyring }
    }

    /// Gives the connector the register role, with a key of its own.
    fn take_register(&mut self, name: &str) -> PathBuf {
        let (file, key) = (self.home.path().join(name), self.home.path().join("register.pem"));
        make_key(&key, REGISTER_SOURCE.parse().unwrap(), &mut self.keyring);
        self.part.register = Some(Register { file: file.clone(), key: Some(key) });
        file
    }

    fn open(&self) -> Connector {
        let metrics = Metrics::new("connectord", "0").unwrap();
        let carrier: Arc<dyn Carrier> = self.carrier.clone();
        let clock = Arc::new(self.clock.clone());
        Connector::open(&self.part, carrier, clock, &metrics).unwrap()
    }

    fn inbox(&self, id: &str) -> PathBuf {
        self.home.path().join("in").join(id)
    }

    fn drop_file(&self, id: &str, name: &str, text: &str) {
        fs::create_dir_all(self.inbox(id)).unwrap();
        fs::write(self.inbox(id).join(name), text).unwrap();
    }

    fn drop_open(&self, name: &str) {
        let text = fs::read_to_string(Path::new(OPEN).join(name)).unwrap();
        self.drop_file("MAT-smilefjes", name, &text);
    }

    /// All that lies on a lane.
    fn lane(&self, lane: &Lane) -> Vec<Fetched> {
        whole_lane(self.carrier.as_ref(), lane).unwrap()
    }

    /// Sequence numbers on a source's intake lane; every seal among them must hold.
    fn sequences(&self, id: &str) -> Vec<u64> {
        let id: SourceId = id.parse().unwrap();
        let mut verifier = Verifier::new(self.keyring.clone());
        let lane = self.lane(&Lane::Intake(id.clone()));
        let sealed = lane.into_iter().map(|message| sealed_of(&id, message).unwrap());
        sealed.map(|sealed| verifier.verify(sealed).expect("the seal holds").sequence()).collect()
    }
}

fn source(home: &Path, id: &str, keyring: &mut Keyring) -> Source {
    let file = home.join(format!("{id}.pem"));
    let id: SourceId = id.parse().unwrap();
    make_key(&file, id.clone(), keyring);
    Source {
        mapping: Path::new(MAPPINGS).join(format!("{id}.toml")),
        inbox: home.join("in").join(id.as_str()),
        key: file,
        http: true,
        limits: SourceLimits::default(),
        id,
    }
}

fn make_key(file: &Path, of: SourceId, keyring: &mut Keyring) {
    let key = SigningKey::generate().unwrap();
    fs::write(file, key.to_pem().unwrap().expose()).unwrap();
    keyring.add(of, key.public().clone()).unwrap();
}

/// Serves everything until nothing has been left to do for a few rounds.
fn settle(connector: &Connector) {
    let mut idle = 0;
    while idle < 12 {
        idle = if round(connector) { 0 } else { idle + 1 };
    }
}

/// One pass of everything; whether anything worked.
fn round(connector: &Connector) -> bool {
    let mut worked = false;
    for (name, source) in connector.names.iter().zip(&connector.sources) {
        worked |= connector.submit(name, source) == Pass::Worked;
        worked |= super::lock(source).pass() == Pass::Worked;
    }
    if let Some(register) = &connector.register {
        worked |= super::lock(register).pass() == Pass::Worked;
    }
    worked |= connector.tell() == Pass::Worked;
    for delivery in &connector.deliveries {
        worked |= super::lock(delivery).pass() == Pass::Worked;
    }
    for webhook in &connector.webhooks {
        worked |= super::lock(webhook).pass(&daemon::Stop::new()) != crate::hook::Rest::Idle;
    }
    worked
}

fn status(connector: &Connector, id: &str) -> SourceStatus {
    let sources = connector.snapshot().sources;
    sources.into_iter().find(|status| status.source.as_str() == id).unwrap()
}

fn dense(count: u64) -> Vec<u64> {
    (1..=count).collect()
}

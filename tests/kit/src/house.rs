//! The in-process house: one exchange over an embedded carrier in a folder of its own, keys made
//! for the occasion, a clock moved by hand. Whoever holds it steps it; nothing runs by itself, and
//! nothing in it decides what may leave.

mod books;
mod bundle;
mod entitled;
mod seen;

pub use bundle::Rulebook;
pub use seen::Seen;

use crate::{Faulty, Outcome};
use avro_tree::Schema;
use carrier::{Carrier, Lane, Message, REGISTER_SOURCE, register_message, register_unsealed};
use carrier_embedded::Embedded;
use daemon::HandClock;
use exchange_state::RegisterEntry;
use exchanged::{Desk, Exchange, Ground, Keys, Parts, Progress, Watch};
use records::Record;
use ruling::approval::Approver;
use seal::{Keyring, Sealed, SigningKey, Unsealed, seal_batch};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use telemetry::Metrics;
use tempfile::TempDir;
use vocabulary::{OrgForm, RecordType, Secret, SourceId, Timestamp};

/// The morning every house begins on: 2026-11-23, 08:00 UTC.
pub const MORNING: Timestamp = Timestamp::from_micros((20_780 * 24 + 8) * 3_600_000_000);

/// Steps after which a house that still has work is taken to go in circles.
const STEPS: usize = 10_000;
/// The carrier's file in the folder.
const LANES: &str = "lanes.sqlite";
/// What is said where the exchange was stopped.
const NOT_RUNNING: &str = "the exchange is not running";

/// Record types with their schemas.
pub type Contract = Vec<(RecordType, Arc<Schema>)>;

/// The exchange with all it stands on.
pub struct House {
    clock: HandClock,
    carrier: Arc<Embedded>,
    faulty: Arc<Faulty>,
    running: Option<Running>,
    seal_key: Secret<Vec<u8>>,
    approvers: Vec<(String, SigningKey)>,
    senders: BTreeMap<SourceId, Sender>,
    shadow_every: u64,
    contract: Contract,
    /// Dropped last: the carrier's file lies in it.
    folder: TempDir,
}

/// The exchange and what stands beside it.
struct Running {
    exchange: Exchange,
    desk: Desk,
    watch: Watch,
}

/// A source with its own key and count.
struct Sender {
    key: SigningKey,
    sequence: u64,
}

// === impl House ===

impl House {
    /// A house with these sources, without a bundle: nothing is released until one is published.
    /// The shadow looks at one of so many records.
    pub fn bare(sources: &[&str], shadow_every: u64) -> Outcome<House> {
        let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind)));
        House::under(contract.collect(), sources, shadow_every)
    }

    /// The same under a contract that is not ours.
    pub fn under(contract: Contract, sources: &[&str], shadow_every: u64) -> Outcome<House> {
        let folder = tempfile::tempdir()?;
        let clock = HandClock::at(MORNING);
        let told = clock.clone();
        let now = Arc::new(move || daemon::Clock::now(&told));
        let carrier = Arc::new(Embedded::open(&folder.path().join(LANES), now)?);
        let mut senders = BTreeMap::new();
        for source in sources.iter().chain(&[REGISTER_SOURCE]).chain(&entitled::SOURCES) {
            senders.insert(source.parse()?, Sender { key: SigningKey::generate()?, sequence: 0 });
        }
        let mut approvers = Vec::new();
        for name in ["anne", "bo"] {
            approvers.push((name.to_owned(), SigningKey::generate()?));
        }
        let seal_key = SigningKey::generate()?.to_pem()?;
        let faulty = Arc::new(Faulty::new(carrier.clone()));
        let mut house = House {
            clock,
            carrier,
            faulty,
            running: None,
            seal_key,
            approvers,
            senders,
            shadow_every,
            contract,
            folder,
        };
        house.restart()?;
        Ok(house)
    }

    /// A house under `national-2026` whose every record the shadow looks at.
    pub fn national(sources: &[&str]) -> Outcome<House> {
        let house = House::bare(sources, 1)?;
        house.publish(&Rulebook::national()?)?;
        Ok(house)
    }

    /// What stands between the exchange and its lanes.
    pub fn faults(&self) -> &Faulty {
        &self.faulty
    }

    /// The folder of the exchange's own copy of state.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A source seals with a new key from now on. The exchange knows it when it begins anew.
    pub fn renew_key(&mut self, source: &str) -> Outcome<()> {
        let sender =
            self.senders.get_mut(&source.parse()?).ok_or("the house has no such source")?;
        sender.key = SigningKey::generate()?;
        Ok(())
    }

    /// Stops the exchange where it stands.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// The lanes.
    pub fn carrier(&self) -> &Arc<Embedded> {
        &self.carrier
    }

    /// The exchange's figures.
    pub fn watch(&self) -> Outcome<&Watch> {
        Ok(&self.running.as_ref().ok_or(NOT_RUNNING)?.watch)
    }

    /// Where look-ups are handed in.
    pub fn desk(&self) -> Outcome<&Desk> {
        Ok(&self.running.as_ref().ok_or(NOT_RUNNING)?.desk)
    }

    /// The file in which all lanes lie.
    pub fn lanes_file(&self) -> PathBuf {
        self.folder.path().join(LANES)
    }

    /// The key that seals a source's records, as PEM, for a connector of its own.
    pub fn sealing_key(&self, source: &str) -> Outcome<Secret<Vec<u8>>> {
        let sender = self.senders.get(&source.parse()?).ok_or("the house has no such source")?;
        Ok(sender.key.to_pem()?)
    }

    /// The clock of exchange and carrier.
    pub fn clock(&self) -> &HandClock {
        &self.clock
    }

    /// Puts a bundle, signed by both approvers, on the bundle lane.
    pub fn publish(&self, rulebook: &Rulebook) -> Outcome<()> {
        self.publish_signed(rulebook, self.approvers.len())
    }

    /// Puts a bundle on the bundle lane, signed by the first `approvals` approvers.
    pub fn publish_signed(&self, rulebook: &Rulebook, approvals: usize) -> Outcome<()> {
        let mut files = rulebook.files().clone();
        for (name, key) in self.approvers.iter().take(approvals) {
            let (path, text) = ruling::approval::approve(&files, name, key)?;
            files.0.insert(path, text);
        }
        let message =
            Message { key: b"bundle".to_vec(), value: Some(files.encode()), headers: Vec::new() };
        self.carrier.publish(&Lane::Bundle, vec![message])?;
        Ok(())
    }

    /// What the register says from now on of an organisation.
    pub fn register(&self, orgnr: &str, form: &str, municipality: &str) -> Outcome<()> {
        self.enter(&[self.entry(orgnr, form, municipality)?])
    }

    /// An entry without parent, as of now.
    pub fn entry(&self, orgnr: &str, form: &str, municipality: &str) -> Outcome<RegisterEntry> {
        Ok(RegisterEntry {
            orgnr: orgnr.parse()?,
            form: form.parse::<OrgForm>()?,
            parent: None,
            nace: None,
            municipality: Some(municipality.parse()?),
            status: "ok".to_owned(),
            storulykke: None,
            as_of: daemon::Clock::now(&self.clock),
        })
    }

    /// Seals entries as the register's source and puts them on its lane, a moment after the last.
    pub fn enter(&self, entries: &[RegisterEntry]) -> Outcome<()> {
        self.wait(Duration::from_millis(1));
        let register = self.senders.get(&REGISTER_SOURCE.parse()?).ok_or("no register")?;
        for entries in entries.chunks(seal::limits::MAX_BATCH) {
            let value = |entry| Ok(register_unsealed(serde_json::to_vec(entry)?)?);
            let unsealed = entries.iter().map(value).collect::<Outcome<_>>()?;
            let now = daemon::Clock::now(&self.clock);
            let sealed = seal_batch(&register.key, now, unsealed)?;
            let key = entries.iter().map(|entry| entry.orgnr.as_str().as_bytes().to_vec());
            let messages = key.zip(sealed).map(|(key, sealed)| register_message(key, sealed));
            self.carrier.publish(&Lane::Register, messages.collect())?;
        }
        Ok(())
    }

    /// A source submits a record under its next sequence number.
    pub fn send(&mut self, source: &str, record: &Record) -> Outcome<()> {
        let sealed = self.seal(source, std::slice::from_ref(record))?;
        self.carrier.submit(sealed)?;
        Ok(())
    }

    /// Records sealed as one batch under the source's next sequence numbers; not yet submitted.
    pub fn seal(&mut self, source: &str, records: &[Record]) -> Outcome<Vec<Sealed>> {
        let mut values = Vec::with_capacity(records.len());
        for record in records {
            let mut value = Vec::new();
            avro_span::frame::write(self.schema_id(record.record_type())?, &mut value);
            value.extend_from_slice(&records::encode(record)?);
            values.push((record.envelope().record_id, value));
        }
        self.seal_values(source, values)
    }

    /// The registry's id of a contract schema.
    pub fn schema_id(&self, record_type: RecordType) -> Outcome<u32> {
        let known = self.contract.iter().find(|(kind, _)| *kind == record_type);
        let (_, schema) = known.ok_or("the contract has no such type")?;
        Ok(self.carrier.register_schema(&Lane::Register, schema.name(), schema.text())?)
    }

    /// Framed values sealed as one batch, whatever they hold.
    pub fn seal_values(
        &mut self,
        source: &str,
        values: Vec<(vocabulary::RecordId, Vec<u8>)>,
    ) -> Outcome<Vec<Sealed>> {
        let source: SourceId = source.parse()?;
        let sender = self.senders.get_mut(&source).ok_or("the house has no such source")?;
        let unsealed = values.into_iter().map(|(record_id, value)| {
            sender.sequence += 1;
            Unsealed { source: source.clone(), sequence: sender.sequence, record_id, value }
        });
        let unsealed: Vec<Unsealed> = unsealed.collect();
        Ok(seal_batch(&sender.key, daemon::Clock::now(&self.clock), unsealed)?)
    }

    /// One step of the exchange.
    pub fn step(&mut self) -> Outcome<Progress> {
        let running = self.running.as_mut().ok_or(NOT_RUNNING)?;
        Ok(running.exchange.step()?)
    }

    /// Steps until there is nothing left to do.
    pub fn settle(&mut self) -> Outcome<()> {
        for _ in 0..STEPS {
            if matches!(self.step()?, Progress::Idle | Progress::NoPolicy) {
                return Ok(());
            }
        }
        Err("the exchange goes in circles".into())
    }

    /// Moves the clock.
    pub fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Drops the exchange where it stands and opens it anew over the same files.
    pub fn restart(&mut self) -> Outcome<()> {
        self.running = None;
        let metrics = Metrics::new("exchanged", "0")?;
        let opened =
            Exchange::open(self.parts(self.faulty.clone())?, self.folder.path(), &metrics)?;
        let (mut exchange, desk, watch) = opened;
        exchange.start()?;
        self.running = Some(Running { exchange, desk, watch });
        Ok(())
    }

    /// The same exchange once more over other lanes: the same keys, secrets and clock, a copy of
    /// state of its own.
    pub fn twin(&self, carrier: Arc<dyn Carrier>, folder: &Path) -> Outcome<Exchange> {
        let metrics = Metrics::new("exchanged", "0")?;
        let (mut exchange, ..) = Exchange::open(self.parts(carrier)?, folder, &metrics)?;
        exchange.start()?;
        Ok(exchange)
    }

    /// Stops the exchange and deletes its own copy of state: it is begun anew from the lanes.
    pub fn lose_copy(&mut self) -> Outcome<()> {
        self.running = None;
        for entry in std::fs::read_dir(self.folder.path())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("exchange-state") {
                std::fs::remove_file(entry.path())?;
            }
        }
        self.restart()
    }

    /// What the exchange is opened with.
    fn parts(&self, carrier: Arc<dyn Carrier>) -> Outcome<Parts> {
        let mut keyring = Keyring::default();
        for (source, sender) in &self.senders {
            keyring.add(source.clone(), sender.key.public().clone())?;
        }
        let approvers = self.approvers.iter();
        let approvers =
            approvers.map(|(name, key)| Approver { name: name.clone(), key: key.public().clone() });
        Ok(Parts {
            carrier,
            clock: Arc::new(self.clock.clone()),
            ground: Ground {
                contract: self.contract.clone(),
                approvers: approvers.collect(),
                site: Secret::new([7; 32]),
            },
            keys: Keys { seal: SigningKey::from_pem(self.seal_key.expose())?, senders: keyring },
            writer: "exchange-1".to_owned(),
            batch_records: usize::MAX,
            shadow_every: self.shadow_every,
        })
    }
}

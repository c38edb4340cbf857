//! What becomes of a lane when the shadow does not agree: the matrix it reads is put in the place
//! of another bundle's, as if our plans had been compiled wrong.

use crate::policy::tests::{House, LEGAL, authority, bundle, edited, report};
use crate::{Exchange, Keys, Parts, Progress, Watch};
use carrier::{Carrier, Lane, Offset, REGISTER_SOURCE, register_message, register_unsealed};
use daemon::HandClock;
use exchange_state::RegisterEntry;
use ruling::BundleFiles;
use seal::{Keyring, SigningKey, Unsealed, seal_batch};
use shadow::Oracle;
use std::sync::Arc;
use vocabulary::{ChangeKind, OrgForm, SourceId, Timestamp};

/// 2026-01-01.
const MORNING: Timestamp = Timestamp::from_micros(20_454 * 86_400_000_000);

/// An exchange with one authority and a register, over the lanes of a house.
struct Site {
    house: House,
    exchange: Exchange,
    watch: Watch,
    source: SourceId,
    key: SigningKey,
    register: SigningKey,
}

// === impl Site ===

impl Site {
    fn new() -> Site {
        Site::looked_at(1)
    }

    /// The shadow looks at one of so many.
    fn looked_at(shadow_every: u64) -> Site {
        let house = House::new();
        let (key, register) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let source: SourceId = "AAA".parse().unwrap();
        let mut senders = Keyring::default();
        senders.add(source.clone(), key.public().clone()).unwrap();
        senders.add(REGISTER_SOURCE.parse().unwrap(), register.public().clone()).unwrap();
        let parts = Parts {
            carrier: house.carrier.clone(),
            clock: Arc::new(HandClock::at(MORNING)),
            ground: house.ground_again(),
            keys: Keys { seal: SigningKey::generate().unwrap(), senders },
            writer: "exchange-0".to_owned(),
            batch_records: 10,
            shadow_every,
        };
        let metrics = telemetry::Metrics::new("exchanged", "0").unwrap();
        let (mut exchange, _desk, watch) =
            Exchange::open(parts, house.dir.path(), &metrics).unwrap();
        exchange.start().unwrap();
        Site { house, exchange, watch, source, key, register }
    }

    /// What the authority says of the organisation, under its first number.
    fn submit(&self) {
        self.submit_version(1);
    }

    /// A version of it, under the number that is the same.
    fn submit_version(&self, version: u64) {
        let (schema, mut record) = report();
        for _ in 1..version {
            let next = record.envelope().next(ChangeKind::Correct, MORNING);
            *record.envelope_mut() = next;
        }
        let lane = Lane::Intake(self.source.clone());
        let id = self.house.carrier.register_schema(&lane, schema.name(), schema.text()).unwrap();
        let mut value = Vec::new();
        avro_span::frame::write(id, &mut value);
        value.extend(records::encode(&record).unwrap());
        let record_id = record.envelope().record_id;
        let (source, sequence) = (self.source.clone(), version);
        let unsealed = Unsealed { source, sequence, record_id, value };
        let sealed = seal_batch(&self.key, MORNING, vec![unsealed]).unwrap();
        self.house.carrier.submit(sealed).unwrap();
    }

    /// The register calls the organisation a company.
    fn register(&self) {
        let entry = RegisterEntry {
            orgnr: authority(),
            form: "AS".parse::<OrgForm>().unwrap(),
            parent: None,
            nace: None,
            municipality: None,
            status: "ok".to_owned(),
            storulykke: None,
            as_of: MORNING,
        };
        let unsealed = register_unsealed(serde_json::to_vec(&entry).unwrap()).unwrap();
        let sealed = seal_batch(&self.register, MORNING, vec![unsealed]).unwrap().remove(0);
        let message = register_message(entry.orgnr.as_str().as_bytes().to_vec(), sealed);
        self.house.carrier.publish(&Lane::Register, vec![message]).unwrap();
    }

    fn settle(&mut self) {
        while !matches!(self.exchange.step().unwrap(), Progress::Idle | Progress::NoPolicy) {}
    }

    /// From now on the shadow goes by another bundle.
    fn mislead(&mut self, files: &BundleFiles) {
        let policy = self.exchange.policy.as_mut().unwrap();
        let other = ruling::Bundle::load(files, &self.house.ground.contract).ok().unwrap();
        let matrix = ruling::export(&other, policy.day).unwrap().to_string();
        policy.oracle = Oracle::parse(&matrix).unwrap();
    }

    fn released(&self) -> u64 {
        let lane = Lane::Release { view: "v".parse().unwrap(), recipient: None };
        self.house.carrier.end(&lane).unwrap().0
    }

    fn taken_in(&self) -> Option<Offset> {
        self.house.carrier.positions().unwrap().get(&self.source).copied()
    }

    fn disputed(&self) -> Option<&'static str> {
        self.watch.snapshot().sources.get(&self.source).and_then(|source| source.disputed)
    }
}

/// The bundle of the house, whose one sender has a number.
fn opening(when: &str) -> BundleFiles {
    let number = format!("code = 'AAA'\norgnr = '{}'", authority().as_str());
    edited(bundle(when), "groups.toml", "code = 'AAA'", &number)
}

/// A condition that the report does not meet.
fn closed() -> String {
    format!("{LEGAL} && context.akrim_case == AkrimCase::\"ja\"")
}

#[test]
fn nothing_of_a_finding_leaves_that_the_shadow_withholds() {
    let mut site = Site::new();
    site.house.publish(opening(LEGAL), 2);
    site.register();
    site.settle();
    site.mislead(&opening(&closed()));
    site.submit();
    site.settle();
    assert_eq!((site.released(), site.taken_in()), (0, None), "it was not taken in");
    assert_eq!(site.disputed(), Some("SHADOW-101"));
    site.settle();
    assert_eq!(site.released(), 0, "the lane stays stopped");
    // Another bundle brings plans and a matrix of its own: the finding was kept, and goes once.
    site.house.publish(edited(opening(LEGAL), "bundle.toml", "version = 1", "version = 2"), 2);
    site.settle();
    assert_eq!((site.released(), site.taken_in()), (1, Some(Offset(1))));
    assert_eq!(site.disputed(), None);
}

#[test]
fn bytes_that_differ_from_the_shadows_do_not_leave() {
    let mut site = Site::new();
    site.house.publish(opening(LEGAL), 2);
    site.register();
    site.settle();
    site.mislead(&opening(&format!("{LEGAL} && resource != Field::\"bruddOgReaksjoner\"")));
    site.submit();
    site.settle();
    assert_eq!((site.released(), site.taken_in()), (0, None));
    assert!(matches!(site.disputed(), Some("SHADOW-102" | "SHADOW-103")));
}

#[test]
fn a_held_record_is_ruled_again_under_the_shadows_eyes() {
    let mut site = Site::new();
    site.house.publish(opening(LEGAL), 2);
    site.submit();
    site.settle();
    assert_eq!((site.released(), site.taken_in()), (0, Some(Offset(1))), "of unknown form");
    site.mislead(&opening(&closed()));
    site.register();
    site.settle();
    assert_eq!((site.released(), site.disputed()), (0, Some("SHADOW-101")));
    site.house.publish(edited(opening(LEGAL), "bundle.toml", "version = 1", "version = 2"), 2);
    site.settle();
    assert_eq!((site.released(), site.disputed()), (1, None));
}

#[test]
fn a_stopped_lane_stays_stopped_while_nobody_looks() {
    // The shadow looks at every second record: at the second version, and not if it came again.
    let mut site = Site::looked_at(2);
    site.house.publish(opening(LEGAL), 2);
    site.register();
    site.submit();
    site.settle();
    assert_eq!((site.released(), site.taken_in()), (1, Some(Offset(1))));
    site.mislead(&opening(&closed()));
    site.submit_version(2);
    for _ in 0..3 {
        site.settle();
    }
    assert_eq!((site.released(), site.taken_in()), (1, Some(Offset(1))));
    assert_eq!(site.disputed(), Some("SHADOW-101"));
}

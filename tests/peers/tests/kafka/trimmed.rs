//! A whole house over lanes whose beginning is gone by age: an exchange with nothing but the lanes
//! goes on there, and the independent checker takes what is gone for gone, not for lost.

use crate::site::Site;
use crate::twin::carry;
use audit_vault::Opening;
use carrier::{Carrier, Lane, Offset, Retention, whole_lane};
use carrier_kafka::{Options, Schemas};
use daemon::HandClock;
use exchanged::{Exchange, Progress};
use kit::house::Rulebook;
use kit::made::{self, next};
use kit::{House, Outcome, numbers};
use lane_checker::{Keys, Ledger, Report, Truths};
use seal::SigningKey;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use telemetry::Metrics;
use vocabulary::{ChangeKind, RecordType, Secret};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Steps after which the work is taken to go in circles.
const STEPS: usize = 10_000;

/// Findings of these sources under the national bundle, a retraction among them, ruled on one
/// machine.
pub(crate) fn small(sources: &[&str], findings: usize) -> Outcome<House> {
    let mut house = House::bare(sources, 1)?;
    house.publish(&rulebook()?)?;
    let subjects: Vec<_> = numbers().take(findings).collect();
    let entries = subjects.iter().map(|subject| house.entry(subject.as_str(), "AS", "0301"));
    house.enter(&entries.collect::<Outcome<Vec<_>>>()?)?;
    house.settle()?;
    for source in sources {
        for (at, subject) in subjects.iter().enumerate() {
            let record: records::Record =
                made::report(source, &format!("{source}-{at}"), *subject)?.into();
            house.send(source, &record)?;
            if at % 5 == 0 {
                house.send(source, &next(&record, ChangeKind::Retract))?;
            }
        }
    }
    house.settle()?;
    Ok(house)
}

fn rulebook() -> Outcome<Rulebook> {
    Ok(Rulebook::national()?.without_cases())
}

/// Steps until nothing is left to do.
pub(crate) fn settle(exchange: &mut Exchange) {
    let done = (0..STEPS).any(|_| exchange.step().unwrap() == Progress::Idle);
    assert!(done, "the exchange goes in circles");
}

/// Moves the house's clock to the brokers' time, by which the checker holds what was known when.
pub(crate) fn keep_up(house: &House) {
    let now = daemon::Clock::now(&daemon::WallClock).as_micros() + 1_000_000;
    let behind = now - daemon::Clock::now(house.clock()).as_micros();
    house.wait(Duration::from_micros(u64::try_from(behind).unwrap_or_default()));
}

/// What the independent checker finds on a place's lanes and in the ledger beside them.
pub(crate) fn checked(site: &Site, truths: &Truths, ledger: Option<&Path>) -> Report {
    // Before the lanes: a leaf is then of an entry that lies on them.
    let ledger = ledger.map(|folder| Ledger::open(folder).unwrap());
    let registry = site.registry.clone();
    let text = move |id| registry.text(id).map_err(|error| error.to_string());
    let Options { brokers, prefix, client, .. } = &site.options;
    let lanes = lane_checker::Kafka::open(brokers, prefix, client, Box::new(text)).unwrap();
    let now = daemon::Clock::now(&daemon::WallClock);
    let (lanes, ledger, keys) = (&lanes, ledger.as_ref(), &Keys::default());
    let site = lane_checker::Site { lanes, ledger, truths, keys, now, replaced_days: 30 };
    lane_checker::check(&site).unwrap()
}

/// The matrix of the house's bundle today.
pub(crate) fn truths(house: &House) -> Outcome<Truths> {
    let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind)));
    let bundle = ruling::Bundle::load(rulebook()?.files(), &contract.collect::<Vec<_>>());
    let bundle = bundle.map_err(|errors| format!("{} errors", errors.len()))?;
    let mut truths = Truths::default();
    truths.add(&ruling::export(&bundle, house.today()?)?.to_string())?;
    Ok(truths)
}

/// Takes all disclosures into a ledger; how far the lane is integrated.
fn integrate(carrier: &Arc<dyn Carrier>, clock: &HandClock, folder: &Path) -> Offset {
    let opening = Opening {
        origin: "samsyn.test/peers".to_owned(),
        key: SigningKey::from_pem(&kept_key(folder)).unwrap(),
        index_secret: Secret::new([9; 32]),
    };
    let parts = (carrier.clone(), Arc::new(clock.clone()) as Arc<dyn daemon::Clock>);
    let metrics = Metrics::new("ledgerd", "0").unwrap();
    let mut ledger =
        ledgerd::Ledger::open(folder, opening, parts, Duration::ZERO, &metrics).unwrap();
    while ledger.step().unwrap() {}
    ledger.close().unwrap();
    Offset(ledger.watch().standing().position)
}

/// One key for one ledger, however often it is opened.
fn kept_key(folder: &Path) -> Vec<u8> {
    let path = folder.with_extension("pem");
    if !path.exists() {
        let pem = SigningKey::generate().unwrap().to_pem().unwrap();
        std::fs::write(&path, pem.expose()).unwrap();
    }
    std::fs::read(path).unwrap()
}

/// The offset of the first message that is left on a lane.
fn begins(carrier: &dyn Carrier, lane: &Lane) -> Option<Offset> {
    whole_lane(carrier, lane).unwrap().first().map(|first| first.offset)
}

#[test]
fn an_exchange_goes_on_over_trimmed_lanes_and_the_checker_misses_nothing_that_is_there() {
    let mut house = small(&["DAT", "MAT"], 20).unwrap();
    let site = Site::new();
    let kafka = Arc::new(site.kafka());
    let lanes: Arc<dyn Carrier> = kafka.clone();
    carry(house.carrier().as_ref(), lanes.as_ref(), true);
    keep_up(&house);
    let truths = truths(&house).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger");
    let copy = |name: &str| {
        let copy = folder.path().join(name);
        std::fs::create_dir(&copy).unwrap();
        copy
    };
    settle(&mut house.twin(lanes.clone(), &copy("first")).unwrap());
    let clock = house.clock().clone();
    lanes.integrated(integrate(&lanes, &clock, &ledger)).unwrap();
    let public = ledger.join("public");
    let report = checked(&site, &truths, Some(&public));
    assert_eq!(report.findings(), [], "{report}");
    assert!(report.records == 48 && report.worked_out > 40 && report.beyond == 0, "{report}");

    // Entries go first, then what they were about.
    lanes.set_retention(Retention::default()).unwrap();
    for (days, records) in [(0, true), (7, true), (23, false)] {
        site.wait(DAY * days);
        kafka.maintain().unwrap();
        let report = checked(&site, &truths, Some(&public));
        assert_eq!(report.findings(), [], "after {days} more days: {report}");
        assert_eq!(report.entries == 0, days > 0, "{report}");
        assert_eq!(report.records > 0, records, "{report}");
        assert_eq!(report.beyond > 0, days > 0, "{report}");
    }

    // Another exchange, with no copy of its own, and the next findings of every source.
    let again: Arc<dyn Carrier> = Arc::new(site.kafka());
    let mut exchange = house.twin(again.clone(), &copy("second")).unwrap();
    settle(&mut exchange);
    let sources: Vec<_> = again.positions().unwrap().into_keys().collect();
    let subject = numbers().next().unwrap();
    for source in &sources {
        let record = made::report(source.as_str(), "later", subject).unwrap().into();
        let sealed = house.seal(source.as_str(), &[record]).unwrap();
        again.submit(sealed).unwrap();
    }
    settle(&mut exchange);
    integrate(&again, &clock, &ledger);
    let report = checked(&site, &truths, Some(&public));
    assert_eq!(report.findings(), [], "{report}");
    assert_eq!(report.records, sources.len() as u64);
    for source in sources {
        let lane = Lane::Intake(source.clone());
        assert_eq!(
            begins(again.as_ref(), &lane),
            kafka.positions().unwrap().get(&source).map(|next| Offset(next.0 - 1))
        );
    }
}

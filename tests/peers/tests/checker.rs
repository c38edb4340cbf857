//! The independent checker on real Kafka, beside an exchange that works: whenever it looks, it
//! finds nothing wrong with what lay there at that moment.
#![cfg(test)]

#[path = "kafka/site.rs"]
#[expect(dead_code, reason = "the carrier's own tests need more of it")]
mod site;

use carrier::{Carrier, Lane, Offset, whole_lane};
use daemon::{Clock, HandClock, WallClock};
use exchanged::{Exchange, Progress};
use kit::house::Rulebook;
use kit::{House, Outcome, Size, Traffic};
use lane_checker::{Kafka, Keys, Report, Truths, check};
use seal::{Sealed, SigningKey};
use site::Site;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use vocabulary::{RecordType, SourceId};

/// Records handed in at once.
const BATCH: usize = 40;
/// Least checks beside the exchange.
const CHECKS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(300);

/// What is about to happen on a site, and by what it is checked.
struct Play {
    house: House,
    kafka: Arc<dyn Carrier>,
    place: Site,
    sealed: Vec<Vec<Sealed>>,
    matrix: String,
    keys: Keys,
}

// === impl Play ===

impl Play {
    /// The house's control lanes on Kafka, and its findings sealed but not handed in.
    fn new() -> Outcome<Play> {
        let traffic = Traffic::generate(11, Size { organisations: 200, records: 200 });
        let mut codes: Vec<String> =
            traffic.sent().iter().map(|one| one.authority.to_string()).collect();
        codes.sort();
        codes.dedup();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let mut house = House::bare(&codes, 64)?;
        // Brokers keep the time of day.
        house.clock().set(WallClock.now());
        let known = traffic.organisations().iter().filter_map(|one| Some((one, one.form?)));
        let entries =
            known.map(|(one, form)| house.entry(one.number.as_str(), form, one.municipality));
        house.enter(&entries.collect::<Result<Vec<_>, _>>()?)?;
        house.publish(&Rulebook::national()?)?;
        house.settle()?;
        let mut sealed = Vec::new();
        let mut keys = Keys::default();
        for source in codes.iter().copied().chain(["register", "samtykke", "kontrakt", "sak"]) {
            let key = SigningKey::from_pem(house.sealing_key(source)?.expose())?;
            keys.add(source.parse()?, key.public().to_pem()?.as_bytes())?;
        }
        for sent in traffic.sent() {
            sealed.push(house.seal(sent.authority.as_str(), std::slice::from_ref(&sent.record))?);
        }
        let contract = RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind)));
        let contract: Vec<_> = contract.collect();
        let bundle = ruling::Bundle::load(Rulebook::national()?.files(), &contract);
        let bundle = bundle.map_err(|errors| format!("{} errors", errors.len()))?;
        let matrix = ruling::export(&bundle, house.today()?)?.to_string();
        let place = Site::new();
        let kafka: Arc<dyn Carrier> = Arc::new(place.kafka());
        let from = house.carrier().as_ref();
        for id in 1.. {
            let Some(text) = Carrier::schema(from, id)? else { break };
            assert_eq!(kafka.register_schema(&Lane::Register, "play", &text), Ok(id));
        }
        for lane in [Lane::Bundle, Lane::Register] {
            let all = whole_lane(from, &lane)?.into_iter().map(|one| one.message);
            kafka.publish(&lane, all.collect())?;
        }
        Ok(Play { house, kafka, place, sealed, matrix, keys })
    }

    /// What the checker finds now.
    fn check(&self) -> Report {
        let mut truths = Truths::default();
        truths.add(&self.matrix).unwrap();
        let schemas = Arc::clone(&self.kafka);
        let text = move |id| schemas.schema(id).map_err(|error| error.to_string());
        let options = &self.place.options;
        let none = BTreeMap::new();
        let lanes = Kafka::open(&options.brokers, &options.prefix, &none, Box::new(text)).unwrap();
        let (lanes, truths, keys) = (&lanes, &truths, &self.keys);
        let now = WallClock.now();
        let site = lane_checker::Site { lanes, ledger: None, truths, keys, now, replaced_days: 30 };
        check(&site).unwrap()
    }
}

/// Hands findings in, some at a time while the time of day goes on, and says how many.
fn hand_in(kafka: &dyn Carrier, clock: &HandClock, findings: &[Vec<Sealed>]) -> usize {
    let mut count = 0;
    for some in findings.chunks(BATCH) {
        let mut by_source = BTreeMap::<SourceId, Vec<Sealed>>::new();
        for sealed in some.iter().flatten() {
            by_source.entry(sealed.source().clone()).or_default().push(sealed.clone());
        }
        for sealed in by_source.into_values() {
            count += sealed.len();
            kafka.submit(sealed).unwrap();
        }
        sleep(Duration::from_millis(50));
        clock.set(WallClock.now());
    }
    count
}

/// Steps until there is nothing more to do, and never will be.
fn work(exchange: &mut Exchange, handed_in: &AtomicBool) {
    let begun = Instant::now();
    loop {
        let last = handed_in.load(Ordering::SeqCst);
        let idle = exchange.step().unwrap() == Progress::Idle;
        if idle && last {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the exchange goes in circles");
    }
}

#[test]
fn a_site_that_works_while_it_is_checked_has_no_finding() {
    let play = Play::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let handed_in = AtomicBool::new(false);
    play.house.clock().set(WallClock.now());
    let exchange = play.house.twin(Arc::clone(&play.kafka), folder.path()).unwrap();
    let (kafka, clock, findings) = (&play.kafka, play.house.clock().clone(), &play.sealed);
    let reports = std::thread::scope(|scope| {
        let handed_in = &handed_in;
        let busy = scope.spawn(move || {
            let mut exchange = exchange;
            work(&mut exchange, handed_in);
        });
        let sender = scope.spawn(move || {
            // A bundle's plans take their time.
            while kafka.end(&Lane::Disclosure).unwrap() == Offset(0) {
                sleep(Duration::from_millis(50));
            }
            let count = hand_in(kafka.as_ref(), &clock, findings);
            handed_in.store(true, Ordering::SeqCst);
            count
        });
        let mut reports = Vec::new();
        while reports.len() < CHECKS || !handed_in.load(Ordering::SeqCst) {
            reports.push(play.check());
        }
        let sent = sender.join().unwrap();
        busy.join().unwrap();
        reports.push(play.check());
        assert_eq!(reports.last().map(|report| report.records), Some(sent as u64));
        reports
    });
    for report in &reports {
        assert_eq!(report.findings(), [], "{report}");
    }
    let last = reports.last().unwrap();
    assert!(last.releases > 1_000 && last.later == 0 && last.seals > 500, "{last}");
    // It looked while there was work.
    let seen: BTreeSet<u64> = reports.iter().map(|report| report.entries).collect();
    assert!(seen.len() > 2, "{seen:?}");
}

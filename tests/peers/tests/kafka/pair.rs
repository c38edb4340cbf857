//! Two exchanges of one house over one cluster, each with a state folder of its own: they share the
//! sources, one goes away in the midst and comes back, and every finding is released once.

use crate::site::Site;
use crate::trimmed::{checked, keep_up, small, truths};
use crate::twin::{carry, values};
use carrier::{Carrier, Lane, sealed_of, whole_lane};
use carrier_kafka::Kafka;
use daemon::{Health, Stop};
use kit::House;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SOURCES: [&str; 4] = ["DAT", "DSB", "MAT", "SVV"];
/// Findings of each source, and as many submitted at once.
const FINDINGS: usize = 40;
const SLICE: usize = 12;

/// One exchange at work, as its daemon runs it.
struct Running {
    stop: Stop,
    thread: JoinHandle<()>,
}

/// The house's exchanges, by number.
struct Pair {
    house: House,
    site: Site,
    folder: TempDir,
}

// === impl Pair ===

impl Pair {
    fn carrier(&self, number: usize) -> Kafka {
        let mut options = self.site.options.clone();
        options.instance = format!("exchange-{number}");
        self.site.over(options).unwrap()
    }

    /// Starts an exchange, or starts it again: on the folder that it left.
    fn start(&self, number: usize) -> Running {
        let folder: PathBuf = self.folder.path().join(number.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let carrier: Arc<dyn Carrier> = Arc::new(self.carrier(number));
        let mut exchange = self.house.twin(carrier, &folder).unwrap();
        let stop = Stop::new();
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            exchange.run(&Health::default().part("exchange"), &stopped).unwrap();
        });
        Running { stop, thread }
    }

    /// Submits the next findings of every source.
    fn submit(&self, lanes: &dyn Carrier, waiting: &mut BTreeMap<Lane, Vec<carrier::Fetched>>) {
        for (lane, fetched) in waiting {
            let Lane::Intake(source) = lane else { continue };
            let slice = fetched.drain(..SLICE.min(fetched.len()));
            let sealed = slice.map(|one| sealed_of(source, one).unwrap()).collect();
            lanes.submit(sealed).unwrap();
        }
    }
}

// === impl Running ===

impl Running {
    fn end(self) {
        self.stop.stop();
        self.thread.join().unwrap();
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(90), "{what}");
        sleep(Duration::from_millis(100));
    }
}

/// Where the house's exchanges stand together.
fn committed(lanes: &dyn Carrier) -> u64 {
    lanes.positions().unwrap().values().map(|next| next.0).sum()
}

#[test]
fn of_two_exchanges_one_goes_and_comes_back_and_each_finding_is_released_once() {
    let house = small(&SOURCES, FINDINGS).unwrap();
    let (mut site, folder) = (Site::new(), tempfile::tempdir().unwrap());
    site.options.group = true;
    let lanes: Arc<dyn Carrier> = Arc::new(site.kafka());
    let mut waiting = BTreeMap::new();
    for lane in house.carrier().lanes().unwrap() {
        if matches!(lane, Lane::Intake(_)) {
            let all = whole_lane(house.carrier().as_ref(), &lane).unwrap();
            waiting.insert(lane, all);
        }
    }
    let all: usize = waiting.values().map(Vec::len).sum();
    carry(house.carrier().as_ref(), lanes.as_ref(), false);
    keep_up(&house);
    let pair = Pair { house, site, folder };

    let first = pair.start(0);
    pair.submit(lanes.as_ref(), &mut waiting);
    until("the first does not begin", || committed(lanes.as_ref()) > 0);
    let second = pair.start(1);
    pair.submit(lanes.as_ref(), &mut waiting);
    until("both do not go on", || committed(lanes.as_ref()) > (SLICE * SOURCES.len()) as u64);
    pair.submit(lanes.as_ref(), &mut waiting);
    first.end();
    pair.submit(lanes.as_ref(), &mut waiting);
    let first = pair.start(0);
    while !waiting.values().all(Vec::is_empty) {
        pair.submit(lanes.as_ref(), &mut waiting);
    }
    until("they do not come to the end", || committed(lanes.as_ref()) == all as u64);
    first.end();
    second.end();

    let report = checked(&pair.site, &truths(&pair.house).unwrap(), None);
    assert_eq!(report.findings(), [], "{report}");
    assert_eq!(report.records, all as u64);
    // The versions that one exchange over one file released, each once.
    let mut released = 0;
    for lane in pair.house.carrier().lanes().unwrap() {
        if matches!(lane, Lane::Release { .. }) {
            let found = values(lanes.as_ref(), &lane);
            assert_eq!(found.len(), whole_lane(lanes.as_ref(), &lane).unwrap().len());
            let expected = values(pair.house.carrier().as_ref(), &lane);
            assert!(found.keys().eq(expected.keys()), "{}", lane.topic(""));
            released += found.len();
        }
    }
    assert!(released > all, "{released}");
}

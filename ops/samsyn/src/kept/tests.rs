//! A whole site on a clock that is moved: what is past the bundle's times is gone from the file.

use crate::demo::{Play, Prepared, prepare};
use crate::house::House;
use carrier::{Carrier, Lane, whole_lane};
use carrier_embedded::Embedded;
use daemon::{Builder, HandClock, Running, WallClock};
use ruling::approval;
use seal::SigningKey;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const DAY: Duration = Duration::from_secs(86_400);
/// A name that stands nowhere else.
const PLANTED: &str = "Plantet Matbu Syv";

struct Site {
    home: TempDir,
    prepared: Prepared,
    clock: HandClock,
    carrier: Arc<Embedded>,
    house: Arc<House>,
    running: Running,
}

/// The checkout's bundle with other times than the carrier's own, signed anew.
fn other_times(prepared: &Prepared) {
    let folder = prepared.folder.join("bundle");
    let mut files = crate::bundle::read(&folder).unwrap();
    let table = String::from_utf8(files.0["bundle.toml"].clone()).unwrap();
    let table = table
        .replace("intake_days = 30", "intake_days = 12")
        .replace("release_days = 30", "release_days = 12")
        .replace("disclosure_days = 7", "disclosure_days = 5");
    files.0.insert("bundle.toml".to_owned(), table.into_bytes());
    for name in ["approver-1", "approver-2"] {
        let key = fs::read(prepared.folder.join(format!("keys/{name}.pem"))).unwrap();
        let key = SigningKey::from_pem(&key).unwrap();
        let (path, text) = approval::approve(&files, name, &key).unwrap();
        files.0.insert(path, text);
    }
    crate::bundle::write(&folder, &files).unwrap();
}

// === impl Site ===

impl Site {
    fn new() -> Site {
        let home = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut prepared = prepare(&root, &home.path().join("site"), &Play::default()).unwrap();
        prepared.settings.connector.register = None;
        other_times(&prepared);
        let clock = HandClock::at(daemon::Clock::now(&WallClock));
        let foundation = settings::Daemon::foundation(&prepared.settings);
        let told = Arc::new(clock.clone());
        let mut builder = Builder::with_clock("samsyn up", foundation, told).unwrap();
        let now = clock.clone();
        let now = Arc::new(move || daemon::Clock::now(&now));
        let carrier =
            Arc::new(Embedded::open(&prepared.folder.join("samsyn.sqlite"), now).unwrap());
        let over: Arc<dyn Carrier> = carrier.clone();
        let house = crate::up::build_over(&prepared.settings, over, &mut builder).unwrap();
        let running = builder.announce().unwrap();
        Site { home, prepared, clock, carrier, house, running }
    }

    fn hand_in(&self, name: &str, text: &str) {
        let inbox = self.prepared.folder.join("in/MAT-smilefjes");
        fs::write(inbox.join(format!(".{name}")), text).unwrap();
        fs::rename(inbox.join(format!(".{name}")), inbox.join(name)).unwrap();
    }

    fn wait(&self, what: &str, until: impl Fn() -> bool) {
        let begun = Instant::now();
        while !until() {
            assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
            assert!(!self.running.stop().is_stopped(), "{what}: the site stopped");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether the planted name stands in the carrier's file or its log.
    fn holds_planted(&self) -> bool {
        let file = self.prepared.folder.join("samsyn.sqlite");
        let beside = PathBuf::from(format!("{}-wal", file.display()));
        [&file, &beside].into_iter().any(|path| {
            let bytes = fs::read(path).unwrap_or_default();
            bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes())
        })
    }

    fn disclosures(&self) -> Vec<carrier::Fetched> {
        whole_lane(self.house.carrier.as_ref(), &Lane::Disclosure).unwrap()
    }
}

#[test]
fn what_is_past_the_bundles_times_is_gone_from_the_file() {
    let site = Site::new();
    site.wait("the table was not followed", || !site.house.kept.lines().is_empty());
    let row = format!(
        "hentet;endring;tilsynsobjektid;orgnummer;navn;adresse;dato;karakter;karakter1;karakter2;\
         karakter3;karakter4;status\n2026-03-17T06:56:43Z;ny;Z1_Tilsynsobjekt;984259700;{PLANTED};\
         Gata 1, 0162, Oslo;16032026;0;0;0;0;0;0\n"
    );
    let gone = row.replace(";ny;", ";fjernet;");
    let intake = Lane::Intake("MAT-smilefjes".parse().unwrap());
    let entered =
        |count| site.house.carrier.end(&intake).unwrap().0 == count && site.house.status().settled;
    site.hand_in("smilefjes-1.csv", &row);
    site.wait("the finding", || entered(1));
    site.hand_in("smilefjes-2.csv", &gone);
    site.wait("its retraction", || entered(2));
    assert!(site.holds_planted());
    let first = site.disclosures().first().unwrap().offset;
    let kept = || site.house.kept.lines();
    site.wait("the ages", || kept().iter().any(|line| line.lane == "intake" && line.days == 12));

    site.clock.advance(DAY * 4);
    site.carrier.maintain().unwrap();
    assert_eq!(site.disclosures().first().unwrap().offset, first, "entries went too early");
    site.clock.advance(DAY * 2);
    // What the ledger holds is told to the carrier on the next tick.
    site.wait("the integrated entries", || {
        site.carrier.maintain().unwrap();
        site.disclosures().first().map(|one| one.offset) != Some(first)
    });

    site.clock.advance(DAY * 5);
    site.carrier.maintain().unwrap();
    assert!(site.holds_planted(), "it went too early");
    site.clock.advance(DAY * 2);
    site.carrier.maintain().unwrap();
    assert!(!site.holds_planted(), "it is still in the file");

    let shredded = || {
        let text = site.running.metrics().text();
        let line = text.lines().find(|line| line.starts_with("samsyn_disclosure_log_shredded"));
        line.is_some_and(|line| !line.ends_with(" 0"))
    };
    assert!(!shredded());
    site.clock.advance(DAY * (1_095 + 31));
    site.wait("the ledger's keys", shredded);
    assert_eq!(site.running.drain(), daemon::Ending::Drained);
    drop(site.home);
}

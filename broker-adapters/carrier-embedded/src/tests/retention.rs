//! What is past its time is gone, also from the file's bytes; what may not go stays.

use super::site::Site;
use crate::Embedded;
use audit::Recorder;
use audit::test_util::recorded;
use carrier::suite::{authority, message, plain, source, texts, view};
use carrier::{Carrier, Commit, Lane, Message, Offset};
use seal::{SigningKey, Unsealed, seal_batch};
use std::time::Duration;
use vocabulary::{RecordId, Timestamp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A word that stands nowhere else in the file.
fn planted(what: &str) -> String {
    format!("planted {what} here")
}

fn submit(carrier: &Embedded, sequence: u64, text: &str) {
    let (source, value) = (source("AAA"), text.into());
    let record = Unsealed { source, sequence, record_id: RecordId::new([1; 16]), value };
    let key = SigningKey::generate().unwrap();
    let batch = seal_batch(&key, Timestamp::from_micros(1), vec![record]).unwrap();
    carrier.submit(batch).unwrap();
}

fn commit(carrier: &Embedded, recorder: &mut Recorder, text: &str, from: u64) {
    let mut commit = Commit::new(None);
    let covered = vec![plain("v", None, text)];
    commit.record(recorded(recorder, Timestamp::from_micros(1), covered).unwrap());
    commit.advance(source("AAA"), Offset(from), Offset(from + 1));
    carrier.commit(commit).unwrap();
}

/// Fills one lane with a planted message; `holds` then says what must be there.
struct Case {
    site: Site,
    carrier: Embedded,
}

impl Case {
    fn new() -> Case {
        let site = Site::new();
        let carrier = site.embedded();
        Case { site, carrier }
    }

    /// Moves on to just before a limit, then past it.
    fn check(&self, limit: Duration, what: &str) {
        self.site.move_clock(limit - DAY / 2);
        self.carrier.maintain().unwrap();
        assert!(self.site.holds(planted(what).as_bytes()), "{what} went too early");
        self.site.move_clock(DAY);
        self.carrier.maintain().unwrap();
        assert!(!self.site.holds(planted(what).as_bytes()), "{what} is still in the file");
    }
}

#[test]
fn nothing_goes_by_age_until_somebody_says_how_long() {
    let mut site = Site::new();
    site.options = crate::Options::default();
    let case = Case { carrier: site.embedded(), site };
    submit(&case.carrier, 1, &planted("intake"));
    let mut commit = Commit::new(None);
    commit.advance(source("AAA"), Offset(0), Offset(1));
    case.carrier.commit(commit).unwrap();
    case.site.move_clock(DAY * 40_000);
    case.carrier.maintain().unwrap();
    assert!(case.site.holds(planted("intake").as_bytes()));
    case.carrier.set_retention(carrier::Retention::of_days(9, 9, 9, 9)).unwrap();
    case.carrier.maintain().unwrap();
    assert!(!case.site.holds(planted("intake").as_bytes()));
}

#[test]
fn committed_intake_goes_after_30_days_and_no_other() {
    let case = Case::new();
    submit(&case.carrier, 1, &planted("intake"));
    submit(&case.carrier, 2, &planted("uncommitted"));
    let mut commit = Commit::new(None);
    commit.advance(source("AAA"), Offset(0), Offset(1));
    case.carrier.commit(commit).unwrap();
    case.check(DAY * 30, "intake");
    case.site.move_clock(DAY * 400);
    case.carrier.maintain().unwrap();
    let left = texts(&case.carrier, &Lane::Intake(source("AAA")));
    assert_eq!(left, [planted("uncommitted")]);
    drop(case.carrier);
    let carrier = case.site.embedded();
    submit(&carrier, 3, "next");
    assert_eq!(carrier.end(&Lane::Intake(source("AAA"))), Ok(Offset(3)));
}

#[test]
fn a_replaced_release_goes_after_30_days_and_the_newest_stays() {
    let case = Case::new();
    let mut recorder = Recorder::new("retention", 1).unwrap();
    submit(&case.carrier, 1, "a");
    commit(&case.carrier, &mut recorder, &planted("release"), 0);
    submit(&case.carrier, 2, "b");
    commit(&case.carrier, &mut recorder, "newest release", 1);
    case.check(DAY * 30, "release");
    case.site.move_clock(DAY * 4_000);
    // Replaced long after its time was over: goes at once.
    case.carrier.maintain().unwrap();
    let lane = Lane::Release { view: view("v"), recipient: None };
    assert_eq!(texts(&case.carrier, &lane), ["newest release"]);
    submit(&case.carrier, 3, "c");
    commit(&case.carrier, &mut recorder, "newer still", 2);
    case.carrier.maintain().unwrap();
    assert_eq!(texts(&case.carrier, &lane), ["newer still"]);
    let found = case.carrier.compacted(&lane, b"key").unwrap().unwrap();
    assert_eq!(found.message.value.as_deref(), Some(&b"newer still"[..]));
}

#[test]
fn a_disclosure_goes_7_days_after_it_is_integrated() {
    let case = Case::new();
    let mut recorder = Recorder::new("retention", 1).unwrap();
    submit(&case.carrier, 1, "a");
    commit(&case.carrier, &mut recorder, "r", 0);
    case.site.move_clock(DAY * 400);
    case.carrier.maintain().unwrap();
    let left = || case.carrier.read(&Lane::Disclosure, Offset(0), Default::default()).unwrap();
    assert_eq!(left().len(), 1);
    case.carrier.integrated(Offset(1)).unwrap();
    case.carrier.maintain().unwrap();
    assert_eq!(left().len(), 0);
}

#[test]
fn receipts_and_quarantine_go_after_90_days() {
    let case = Case::new();
    case.carrier.publish(&Lane::Receipt, vec![message("k", &planted("receipt"))]).unwrap();
    case.check(DAY * 90, "receipt");
    let mut commit = Commit::new(None);
    commit.quarantine(authority("AAA"), message("k", &planted("quarantine")));
    case.carrier.commit(commit).unwrap();
    case.check(DAY * 90, "quarantine");
}

#[test]
fn a_replaced_state_goes_at_once() {
    let case = Case::new();
    for text in [planted("state"), "newest".to_owned()] {
        let mut commit = Commit::new(None);
        commit.state(source("AAA"), message("k", &text));
        case.carrier.commit(commit).unwrap();
    }
    case.carrier.maintain().unwrap();
    assert!(!case.site.holds(planted("state").as_bytes()));
    assert_eq!(texts(&case.carrier, &Lane::State(source("AAA"))), ["newest"]);
}

#[test]
fn replaced_control_messages_go_after_7_days_and_tombstones_too() {
    let case = Case::new();
    let gone = Message { key: b"gone".to_vec(), ..Message::default() };
    let batch = vec![message("k", &planted("control")), message("gone", "x"), gone];
    case.carrier.publish(&Lane::Register, batch).unwrap();
    case.carrier.publish(&Lane::Register, vec![message("k", "newest")]).unwrap();
    case.check(DAY * 7, "control");
    assert_eq!(texts(&case.carrier, &Lane::Register), ["newest"]);
    assert_eq!(case.carrier.compacted(&Lane::Register, b"gone"), Ok(None));
}

#[test]
fn maintenance_happens_by_itself() {
    let case = Case::new();
    for n in 0..30 {
        let mut commit = Commit::new(None);
        (0..100).for_each(|_| commit.state(source("AAA"), message(&(n % 10).to_string(), "v")));
        case.carrier.commit(commit).unwrap();
    }
    let lane = Lane::State(source("AAA"));
    for _ in 0..200 {
        if texts(&case.carrier, &lane).len() <= 10 {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("replaced states are still there");
}

#[test]
fn times_never_go_back_along_a_lane() {
    let case = Case::new();
    for time in [50, 40, 60, i64::MIN, 55, 61] {
        case.site.set_clock(1_000_000 + time.max(-1_000_000));
        case.carrier.publish(&Lane::Receipt, vec![message("k", "v")]).unwrap();
    }
    let read = |carrier: &Embedded| carrier.read(&Lane::Receipt, Offset(0), Default::default());
    let times = |carrier: &Embedded| -> Vec<i64> {
        let found = read(carrier).unwrap();
        found.iter().map(|one| one.appended.as_micros() - 1_000_000).collect()
    };
    assert_eq!(times(&case.carrier), [50, 50, 60, 60, 60, 61]);
    assert!(case.carrier.counts().clock_backwards >= 3);
    // Nor over a restart.
    drop(case.carrier);
    case.site.set_clock(7);
    let carrier = case.site.embedded();
    carrier.publish(&Lane::Receipt, vec![message("k", "v")]).unwrap();
    assert_eq!(times(&carrier).last(), Some(&61));
}

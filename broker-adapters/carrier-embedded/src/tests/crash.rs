//! Killed at random instants: what was accepted is there, and no commit is torn. The child is
//! this test binary again. Loss of power is not tested here.

use super::site::clock;
use crate::Embedded;
use audit::Recorder;
use carrier::suite::{all, finding, recipient, sealed, source, texts, view};
use carrier::{Carrier, Lane, Offset, sealed_of};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PLACE: &str = "CARRIER_CRASH_PLACE";
const ROUNDS: u32 = 12;

/// The child of `nothing_accepted_is_lost_and_no_commit_is_torn`: submits and commits until it is
/// killed; says what was accepted. Without a place it has nothing to do.
#[test]
fn child() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    let carrier = Embedded::open(Path::new(&place), clock(0)).unwrap();
    let of = source("AAA");
    let mut end = carrier.end(&Lane::Intake(of.clone())).unwrap().0;
    let mut position = carrier.positions().unwrap().get(&of).copied().unwrap_or_default().0;
    let mut recorder = Recorder::new("crash", position).unwrap();
    for step in 1.. {
        let first = end + 1;
        end = carrier.submit(sealed(&of, first..first + step % 5 + 1)).unwrap().0;
        say("submitted", end);
        while position < end {
            carrier.commit(finding(&carrier, &mut recorder, &of, position)).unwrap();
            position += 1;
            say("committed", position);
        }
    }
}

fn say(what: &str, number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{what} {number}").and_then(|()| out.flush()).unwrap();
}

#[test]
fn nothing_accepted_is_lost_and_no_commit_is_torn() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("lanes.db");
    for round in 0..ROUNDS {
        let (submitted, committed) = killed(&place, round);
        let carrier = Embedded::open(&place, clock(0)).unwrap();
        let of = source("AAA");
        let intake = all(&carrier, &Lane::Intake(of.clone()));
        let sequences = intake.into_iter().map(|one| sealed_of(&of, one).unwrap().sequence());
        let sequences: Vec<u64> = sequences.collect();
        assert!(sequences.len() as u64 >= submitted, "an accepted record is lost");
        assert!(sequences.iter().copied().eq(1..=sequences.len() as u64));
        let position = carrier.positions().unwrap().get(&of).copied().unwrap_or_default().0;
        assert!(position >= committed, "an accepted commit is lost");
        let released: Vec<_> = (0..position).map(|n| format!("AAA {n}")).collect();
        for (to, recipient) in [("suite-a", None), ("suite-b", Some(recipient()))] {
            let lane = Lane::Release { view: view(to), recipient };
            assert_eq!(texts(&carrier, &lane), released, "a commit is torn");
        }
        assert_eq!(carrier.end(&Lane::Disclosure).unwrap(), Offset(position));
        assert_eq!(texts(&carrier, &Lane::State(of)).last(), released.last());
    }
}

/// Runs a child, kills it at some instant; returns the last it said of each.
fn killed(place: &Path, round: u32) -> (u64, u64) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["tests::crash::child", "--exact", "--nocapture"])
        .env(PLACE, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let teller = std::thread::spawn(move || {
        let (mut submitted, mut committed) = (0, 0);
        for line in out.lines() {
            let line = line.unwrap();
            // Only the last line can be cut short: a shorter number is a smaller one.
            match line.split_once(' ') {
                Some(("submitted", number)) => submitted = number.parse().unwrap_or(submitted),
                Some(("committed", number)) => committed = number.parse().unwrap_or(committed),
                _ => {}
            }
        }
        (submitted, committed)
    });
    let moment = u64::from(std::process::id().wrapping_mul(2_654_435_761).rotate_left(round) % 120);
    std::thread::sleep(Duration::from_millis(30 + moment));
    child.kill().unwrap();
    child.wait().unwrap();
    let (submitted, committed) = teller.join().unwrap();
    (submitted, committed)
}

//! What enters: the open list, the traffic of ten authorities, the register; undisturbed and with
//! the process ended after every pass.

use super::{Site, Tally, dense, round, settle, status};
use carrier::{Carrier, Lane};
use exchange_state::RegisterEntry;
use kit::{Size, Traffic};
use seal::Verifier;
use std::collections::BTreeMap;
use std::fs;
use vocabulary::{OrgNumber, Timestamp};

const SMILEFJES: &str = "MAT-smilefjes";

/// The changes of 2026, then the full list, each to its end.
fn changes() -> Tally {
    Tally {
        rows: 2_456,
        first: 1_843,
        next: 193,
        retracted: 25,
        never_seen: 395,
        ..Tally::default()
    }
}

fn reload() -> Tally {
    Tally { rows: 8_484, first: 6_664, next: 20, unchanged: 1_800, ..Tally::default() }
}

#[test]
fn the_open_list_enters_and_its_reload_is_mostly_silent() {
    let site = Site::of(&[SMILEFJES]);
    let connector = site.open();
    site.drop_open("smilefjes-changes-2026.csv");
    settle(&connector);
    assert_eq!(status(&connector, SMILEFJES).tally, changes());
    site.drop_open("smilefjes-2026-08-22.csv");
    settle(&connector);
    let status = status(&connector, SMILEFJES);
    let tallies: Vec<Tally> = status.taken.iter().map(|taken| taken.tally).collect();
    assert_eq!(tallies, [reload(), changes()]);
    assert_eq!((status.spool_records, status.files_waiting, status.held_by), (0, 0, None));
    assert_eq!(site.sequences(SMILEFJES), dense(1_843 + 193 + 25 + 6_664 + 20));
    assert!(site.inbox(SMILEFJES).join("done/smilefjes-2026-08-22.csv").exists());
}

/// The process ends after every pass, and its submissions' answers are lost now and then: nothing
/// is lost, and nothing gets a second number.
#[test]
fn ended_after_every_pass_it_comes_to_the_same() {
    use std::sync::atomic::Ordering;
    let site = Site::of(&[SMILEFJES]);
    site.drop_open("smilefjes-changes-2026.csv");
    for pass in 0..40 {
        site.carrier.mute.store(pass % 5 == 3, Ordering::SeqCst);
        let connector = site.open();
        // Opening is a pass, and so is each look at the folder.
        for _ in 0..3 + pass % 3 {
            round(&connector);
        }
    }
    site.carrier.mute.store(false, Ordering::SeqCst);
    let connector = site.open();
    settle(&connector);
    assert_eq!(status(&connector, SMILEFJES).tally, changes());
    let mut sequences = site.sequences(SMILEFJES);
    // A lost answer makes the batch come twice; the exchange drops what it has.
    sequences.sort_unstable();
    sequences.dedup();
    assert_eq!(sequences, dense(1_843 + 193 + 25));
}

#[test]
fn the_traffic_of_ten_authorities_enters_as_its_maker_says() {
    let traffic = Traffic::generate(7, Size { organisations: 40, records: 8 });
    let ids: Vec<&str> = traffic.authorities().iter().map(|one| one.code.as_str()).collect();
    let mut site = Site::of(&ids);
    site.take_register("in/register.csv");
    let connector = site.open();
    for batch in [1, 2] {
        traffic.write_batch(&site.home.path().join("in"), batch).unwrap();
        settle(&connector);
    }
    let mut expected: BTreeMap<String, Tally> = BTreeMap::new();
    for ((authority, _), counts) in traffic.expected() {
        let tally = Tally {
            rows: counts.rows as u64,
            first: counts.first as u64,
            next: counts.corrected as u64,
            retracted: counts.retracted as u64,
            refused: counts.refused as u64,
            ..Tally::default()
        };
        *expected.entry(authority.to_string()).or_default() += tally;
    }
    for (authority, tally) in expected {
        let status = status(&connector, &authority);
        assert_eq!((&authority, status.tally, status.held_by), (&authority, tally, None));
        assert_eq!(site.sequences(&authority), dense(tally.accepted()), "{authority}");
        let told = fs::read_dir(site.inbox(&authority).join("refused")).unwrap().count();
        assert_eq!(told > 0, tally.refused > 0, "{authority}");
    }
    register_is_on_its_lane(&site, &traffic);
    let register = connector.snapshot().register.unwrap();
    assert_eq!((register.entries, register.published), (register.entries, register.entries));
}

/// Every row of the register is a sealed entry that the exchange's copy can read.
fn register_is_on_its_lane(site: &Site, traffic: &Traffic) {
    let mut verifier = Verifier::new(site.keyring.clone());
    let entries = site.lane(&Lane::Register).into_iter().map(|message| {
        let sealed = carrier::register_sealed(&message.message).unwrap();
        let entry = verifier.verify(sealed).expect("the seal holds");
        let entry = RegisterEntry::decode(entry.value()).unwrap();
        assert_eq!(message.message.key, entry.orgnr.as_str().as_bytes());
        entry.orgnr
    });
    let entries: Vec<OrgNumber> = entries.collect();
    let text = traffic.register();
    let rows: Vec<&str> =
        text.lines().skip(1).map(|line| line.split(';').next().unwrap()).collect();
    assert_eq!(entries.iter().map(OrgNumber::as_str).collect::<Vec<_>>(), rows);
}

#[test]
fn an_unchanged_register_is_not_published_again() {
    let traffic = Traffic::generate(7, Size { organisations: 10, records: 1 });
    let mut site = Site::of(&[]);
    let file = site.take_register("register.csv");
    fs::write(&file, traffic.register()).unwrap();
    settle(&site.open());
    let end = site.lane(&Lane::Register).len();
    fs::write(&file, format!("{}tull;AS;;;;;\n", traffic.register())).unwrap();
    let connector = site.open();
    settle(&connector);
    assert_eq!(site.lane(&Lane::Register).len(), end);
    assert_eq!(connector.snapshot().register.unwrap().refused, 1);
    // The carrier's own word for a file that is gone.
    fs::remove_file(&file).unwrap();
    settle(&connector);
    assert_eq!(connector.snapshot().register.unwrap().held_by, Some("SPOOL-010"));
}

/// What stands on the lane without our seal is not ours: the entry is published anew, later than
/// all that we sealed before, whatever the clock says.
#[test]
fn an_entry_that_somebody_else_wrote_is_published_anew() {
    let traffic = Traffic::generate(7, Size { organisations: 3, records: 1 });
    let mut site = Site::of(&[]);
    let file = site.take_register("register.csv");
    fs::write(&file, traffic.register()).unwrap();
    settle(&site.open());
    let honest = site.lane(&Lane::Register).remove(0).message;
    let forged = carrier::Message { headers: Vec::new(), ..honest.clone() };
    site.carrier.publish(&Lane::Register, vec![forged]).unwrap();
    settle(&site.open());
    let again = site.lane(&Lane::Register).pop().unwrap().message;
    assert_eq!((&again.key, &again.value), (&honest.key, &honest.value));
    assert!(again.header(carrier::SEAL).is_some());
    // Another form, and a clock that went back.
    let sealed_at = |message| carrier::register_sealed(message).unwrap().seal().at();
    site.clock.set(Timestamp::from_micros(5));
    fs::write(&file, traffic.register().replace(";AS;", ";ASA;")).unwrap();
    settle(&site.open());
    let newest = site.lane(&Lane::Register).pop().unwrap().message;
    assert_ne!(newest.value, again.value);
    assert!(sealed_at(&newest) > sealed_at(&honest));
}

#[test]
fn a_register_without_a_key_is_told_and_not_published() {
    let traffic = Traffic::generate(7, Size { organisations: 3, records: 1 });
    let mut site = Site::of(&[]);
    let file = site.take_register("register.csv");
    fs::write(&file, traffic.register()).unwrap();
    site.part.register.as_mut().unwrap().key = None;
    let connector = site.open();
    settle(&connector);
    assert_eq!(connector.snapshot().register.unwrap().held_by, Some("SPOOL-007"));
    assert_eq!(site.lane(&Lane::Register), []);
}

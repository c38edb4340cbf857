//! What holds one source back is told by its code, loses nothing, and holds no other back.

use super::{Site, dense, settle, status};
use daemon::Clock;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use vocabulary::Timestamp;

const HEADER: &str = "objekt;hendelse;registrert;saksnr;orgnr;navn;kommune;naering;subjekttype;\
    regime;tilsynsstatus;uanmeldt;akrim;utvelgelse;gateadresse;postnr;poststed;kontaktperson;\
    avdeling;telefon;epost;plandato;dager;tema;aktivitet;utfoerelse;samtidig;kampanje;\
    kampanjetekst;kampanjestart;kampanjeslutt;varsel_til;varsel_dato;varsel_tekst";

/// Plans of so many objects, each with the name given.
fn plans(objects: std::ops::Range<u32>, name: &str) -> String {
    let mut text = format!("{HEADER}\n");
    for object in objects {
        let row =
            format!("P{object};ny;;;;{name};;;legal;fvl;planlegging;nei;nei{}\n", ";".repeat(21));
        text.push_str(&row);
    }
    text
}

#[test]
fn a_bad_row_stops_no_good_one_and_is_kept_for_its_owner() {
    let site = Site::of(&["JV"]);
    let connector = site.open();
    let bad = "P9;ny;;;123456789;HEMMELIG;;;legal;fvl;planlegging;nei;nei";
    let text = format!("{}{bad}{}\nP10;ny;kort\n", plans(0..2, "a"), ";".repeat(21));
    site.drop_file(
        "JV",
        "planer-1.csv",
        &format!("{text}{}", plans(2..3, "a").lines().nth(1).unwrap()),
    );
    settle(&connector);
    let tally = status(&connector, "JV").tally;
    assert_eq!((tally.rows, tally.first, tally.refused), (5, 3, 2));
    let refused = site.inbox("JV").join("refused");
    let sheet = fs::read_dir(&refused).unwrap().next().unwrap().unwrap().path();
    let sheet = fs::read_to_string(sheet).unwrap();
    let lines: Vec<&str> = sheet.lines().collect();
    assert!(lines[1].starts_with("4;orgnr;subjekt.tildaenhet;CONN-015;"), "{}", lines[1]);
    assert!(lines[1].contains("HEMMELIG"), "the row itself is the owner's");
    assert!(lines[2].starts_with("5;;;CONN-010;"), "{}", lines[2]);
}

#[test]
fn a_carrier_that_is_down_fills_the_spool_and_then_intake_waits() {
    let mut site = Site::of(&["JV"]);
    site.part.sources[0].limits.spool_records = 1_500;
    site.carrier.down.store(true, Ordering::SeqCst);
    site.drop_file("JV", "planer-1.csv", &plans(0..3_500, "a"));
    let connector = site.open();
    for _ in 0..12 {
        super::round(&connector);
    }
    let held = status(&connector, "JV");
    // The carrier's code stands before the spool's; chunks of a thousand stop beyond the bound.
    assert_eq!((held.held_by, held.spool_records), (Some("CARR-103"), 2_000));
    assert!(site.sequences("JV").is_empty());
    drop(connector);
    let connector = site.open();
    site.carrier.down.store(false, Ordering::SeqCst);
    settle(&connector);
    assert_eq!(site.sequences("JV"), dense(3_500));
    assert_eq!(status(&connector, "JV").held_by, None);
}

#[test]
fn a_torn_spool_holds_its_source_and_no_other() {
    let site = Site::of(&["JV", "DSB"]);
    site.drop_file("JV", "planer-1.csv", &plans(0..5, "a"));
    settle(&site.open());
    let spool = site.part.folder.join("sources/JV/spool.db");
    let _wal = fs::remove_file(spool.with_extension("db-wal"));
    fs::write(&spool, b"torn".repeat(5_000)).unwrap();
    site.drop_file("JV", "planer-2.csv", &plans(0..5, "b"));
    site.drop_file("DSB", "planer-1.csv", &plans(0..7, "a"));
    let connector = site.open();
    settle(&connector);
    assert_eq!(status(&connector, "JV").held_by, Some("SPOOL-002"));
    assert_eq!(status(&connector, "DSB").tally.first, 7);
    assert_eq!(site.sequences("JV"), dense(5), "nothing is guessed");
    assert!(site.inbox("JV").join("planer-2.csv").exists(), "nothing is lost");
}

#[test]
fn an_unreadable_folder_or_key_or_mapping_is_told_and_tried_again() {
    let mut site = Site::of(&["JV", "DSB", "NAV", "SVV"]);
    fs::create_dir_all(site.home.path().join("in")).unwrap();
    fs::write(site.inbox("JV"), "a file in its place").unwrap();
    fs::write(&site.part.sources[1].key, "no key").unwrap();
    site.part.sources[2].mapping = Path::new(super::MAPPINGS).join("SKE.toml");
    site.drop_file("SVV", "planer-1.csv", &plans(0..4, "a"));
    let connector = site.open();
    settle(&connector);
    let held = |id: &str| status(&connector, id).held_by;
    assert_eq!(held("JV"), Some("FILE-001"));
    assert_eq!(held("DSB"), Some("SPOOL-007"));
    assert_eq!(held("NAV"), Some("SPOOL-008"));
    assert_eq!((held("SVV"), status(&connector, "SVV").tally.first), (None, 4));
    fs::remove_file(site.inbox("JV")).unwrap();
    site.drop_file("JV", "planer-1.csv", &plans(0..4, "a"));
    settle(&connector);
    assert_eq!((held("JV"), status(&connector, "JV").tally.first), (None, 4));
}

#[test]
fn a_file_that_can_never_be_taken_is_put_among_the_refused() {
    let site = Site::of(&["JV"]);
    let connector = site.open();
    site.drop_file("JV", "planer-1.csv", "objekt;hendelse\nP1;ny\n");
    site.drop_file("JV", "ukjent.csv", HEADER);
    site.drop_file("JV", "planer-2.csv", &plans(0..1, "a"));
    settle(&connector);
    let refused = site.inbox("JV").join("refused");
    let reason =
        |name: &str| fs::read_to_string(refused.join(format!("{name}.reason.txt"))).unwrap();
    assert!(reason("planer-1.csv").starts_with("CONN-006"));
    assert!(reason("ukjent.csv").starts_with("CONN-007"));
    assert_eq!(status(&connector, "JV").tally.first, 1);
}

#[test]
fn a_clock_that_goes_back_takes_nothing_back() {
    let site = Site::of(&["JV"]);
    let connector = site.open();
    site.drop_file("JV", "planer-1.csv", &plans(0..1, "a"));
    settle(&connector);
    let before = site.clock.now();
    site.clock.set(Timestamp::from_micros(before.as_micros() - 3_600_000_000));
    site.drop_file("JV", "planer-2.csv", &plans(0..1, "b"));
    settle(&connector);
    let status = status(&connector, "JV");
    assert_eq!((status.tally.next, status.last_seen), (1, Some(before)));
    site.clock.advance(Duration::from_secs(7_200));
    assert_eq!(site.sequences("JV"), dense(2));
}

//! The file: whose it is, who else may have it open, and offsets without gaps.

use super::site::{Site, clock};
use crate::Embedded;
use carrier::suite::{all, message, sealed, source, texts};
use carrier::{Carrier, Error, Lane, Permanent};
use std::time::Duration;

#[test]
fn offsets_have_no_gaps() {
    let site = Site::new();
    for batch in [1..4, 4..9] {
        site.embedded().submit(sealed(&source("AAA"), batch)).unwrap();
    }
    let found = all(&site.embedded(), &Lane::Intake(source("AAA")));
    assert!(found.iter().map(|one| one.offset.0).eq(0..8));
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_alone() {
    let site = Site::new();
    let foreign = Err(Error::Permanent(Permanent::ForeignStorage));
    let open = || Embedded::open(&site.file(), clock(0)).map(|_| ());
    let notes = "somebody's notes, not a database at all".repeat(40);
    std::fs::write(site.file(), &notes).unwrap();
    assert_eq!(open(), foreign);
    assert_eq!(std::fs::read_to_string(site.file()).unwrap(), notes);
    std::fs::remove_file(site.file()).unwrap();
    drop(site.embedded());
    let mut bytes = std::fs::read(site.file()).unwrap();
    // The layout's version in the header of an SQLite file.
    bytes[63] += 1;
    std::fs::write(site.file(), bytes).unwrap();
    assert_eq!(open(), foreign);
}

#[test]
fn a_file_that_can_not_be_opened_is_not_available() {
    let site = Site::new();
    let nowhere = site.file().join("deeper");
    let refused = Embedded::open(&nowhere, clock(0)).map(|_| ()).unwrap_err();
    assert_eq!(refused.code(), "CARR-103");
}

#[test]
fn what_another_process_writes_is_seen_and_wakes() {
    let site = Site::new();
    let (ours, theirs) = (site.embedded(), site.embedded());
    let seen = ours.wait(u64::MAX, Duration::ZERO);
    theirs.publish(&Lane::Register, vec![message("k", "theirs")]).unwrap();
    assert_ne!(ours.wait(seen, Duration::from_secs(30)), seen);
    assert_eq!(texts(&ours, &Lane::Register), ["theirs"]);
    ours.publish(&Lane::Register, vec![message("k", "ours")]).unwrap();
    theirs.publish(&Lane::Register, vec![message("k", "theirs again")]).unwrap();
    let found = texts(&site.embedded(), &Lane::Register);
    assert_eq!(found, ["theirs", "ours", "theirs again"]);
    assert!(ours.counts().foreign_writes > 0);
}

//! Segments are delivered once, whatever happens between their steps.

use super::{Outbox, Segment};
use carrier::Offset;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LANE: &str = "akrim-core";

fn segment(from: u64, to: u64) -> Segment {
    let line = format!("{from}-{to}\n").into_bytes();
    Segment { from: Offset(from), to: Offset(to), files: vec![("ndjson".to_owned(), line)] }
}

fn open(folder: &Path) -> Outbox {
    Outbox::open(folder, LANE).unwrap()
}

/// Names and contents of what a recipient can see.
fn visible(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    named.filter(|(name, _)| !name.starts_with('.')).collect()
}

fn name(from: u64, to: u64) -> String {
    format!("{LANE}.{from:020}-{to:020}.ndjson")
}

#[test]
fn segments_follow_on_one_another() {
    let home = tempfile::tempdir().unwrap();
    let mut outbox = open(home.path());
    outbox.deliver(&segment(0, 5)).unwrap();
    outbox.deliver(&segment(5, 6)).unwrap();
    for wrong in [segment(5, 7), segment(7, 8), segment(6, 6)] {
        assert_eq!(outbox.deliver(&wrong).unwrap_err().code(), "FILE-008");
    }
    assert_eq!(open(home.path()).next(), Offset(6));
    let seen: Vec<String> = visible(home.path()).into_keys().collect();
    assert_eq!(seen, [name(0, 5), name(5, 6)]);
}

#[test]
fn the_recipient_may_take_files_away() {
    let home = tempfile::tempdir().unwrap();
    open(home.path()).deliver(&segment(0, 5)).unwrap();
    fs::remove_file(home.path().join(name(0, 5))).unwrap();
    assert_eq!(open(home.path()).next(), Offset(5));
    assert!(visible(home.path()).is_empty(), "taken is taken");
}

#[test]
fn without_its_position_file_the_names_tell() {
    let home = tempfile::tempdir().unwrap();
    let mut outbox = open(home.path());
    outbox.deliver(&segment(0, 5)).unwrap();
    outbox.deliver(&segment(5, 12)).unwrap();
    fs::remove_file(home.path().join(".position")).unwrap();
    assert_eq!(open(home.path()).next(), Offset(12));
}

/// A crash before the commit leaves nothing; after it, the segment is finished at the next start.
#[test]
fn a_crash_at_any_step_delivers_once() {
    let hidden = format!(".due-{}", name(5, 9));
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    open(folder).deliver(&segment(0, 5)).unwrap();
    let before = fs::read(folder.join(".position")).unwrap();

    // Hidden file written, position not yet.
    fs::write(folder.join(&hidden), "5-9\n").unwrap();
    assert_eq!(open(folder).next(), Offset(5));
    assert!(!folder.join(&hidden).exists());

    // Position written, name not yet given.
    open(folder).deliver(&segment(5, 9)).unwrap();
    fs::rename(folder.join(name(5, 9)), folder.join(&hidden)).unwrap();
    assert_eq!(open(folder).next(), Offset(9));
    assert_eq!(visible(folder)[&name(5, 9)], "5-9\n");

    // The position file of before, half a new one beside it: the segment is made again.
    fs::write(folder.join(".position"), before).unwrap();
    fs::write(folder.join(".position.tmp"), "{\"la").unwrap();
    let mut outbox = open(folder);
    assert_eq!(outbox.next(), Offset(5));
    outbox.deliver(&segment(5, 9)).unwrap();
    assert_eq!(visible(folder).len(), 2);
}

#[test]
fn a_folder_of_another_delivery_is_refused() {
    let home = tempfile::tempdir().unwrap();
    open(home.path()).deliver(&segment(0, 5)).unwrap();
    assert_eq!(Outbox::open(home.path(), "ntaes").unwrap_err().code(), "FILE-007");
    fs::write(home.path().join(".position"), "{").unwrap();
    assert_eq!(Outbox::open(home.path(), LANE).unwrap_err().code(), "FILE-007");
}

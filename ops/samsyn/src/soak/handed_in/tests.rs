//! What is handed in against what other tests know of the same files.

use super::*;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_open_files_make_the_versions_that_the_connector_makes() {
    let handed_in = HandedIn::new(&root(), 30).unwrap();
    let open = handed_in.expected.iter().filter(|((source, _), _)| source.as_str() == OPEN_SOURCE);
    let changes: Vec<ChangeKind> = open.flat_map(|(_, versions)| versions.clone()).collect();
    let count = |kind| changes.iter().filter(|change| **change == kind).count();
    // As `connectord` counts them: the changes, then the reload.
    assert_eq!(count(ChangeKind::Create), 1_843 + 6_664);
    assert_eq!(count(ChangeKind::Correct), 193 + 20);
    assert_eq!(count(ChangeKind::Retract), 25);
}

#[test]
fn every_file_is_handed_in_once_and_in_order_whatever_the_rounds() {
    for rounds in [1, 2, 7, 30, 300] {
        let handed_in = HandedIn::new(&root(), rounds).unwrap();
        let dropped = (0..rounds).flat_map(|number| handed_in.round(number, rounds));
        let mut dropped: Vec<&DropFile> = dropped.collect();
        dropped.sort_by_key(|file| file.source.as_str() != OPEN_SOURCE);
        let all: Vec<&DropFile> = handed_in.lines.iter().flatten().collect();
        assert!(dropped == all, "{rounds} rounds");
    }
}

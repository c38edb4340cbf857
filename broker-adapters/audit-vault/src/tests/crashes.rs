//! Crashes at every instant, damaged files, and whoever should not be writing.

use super::*;
use proptest::prelude::*;
use std::fs;

/// Does all work from where the vault stands, or stops where it crashes.
fn work(vault: &mut Vault, entries: &[Entry], batch: usize) -> Result<(), Error> {
    while (vault.position() as usize) < entries.len() {
        let from = vault.position() as usize;
        let to = (from + batch).min(entries.len());
        vault.integrate(&entries[from..to], to as u64)?;
        vault.publish(AT)?;
        if from.is_multiple_of(3) {
            vault.settle()?;
        }
    }
    vault.publish(AT)?;
    vault.settle()
}

/// Crashes at the given instants, one after the other, then goes on to the end; at each crash
/// what is public holds, and in the end every entry is there once.
fn survives(entries: &[Entry], batch: usize, crashes: &[usize], damage: impl Fn(&Path)) {
    let scene = Scene::new();
    for crash in crashes {
        if let Ok(mut vault) = scene.open_crashing(*crash) {
            let _ = work(&mut vault, entries, batch);
        }
        let report = scene.check();
        assert!(
            report.findings.is_empty() || report.findings == [audit::Finding::NoCheckpoint],
            "after a crash at {crash}: {:?}",
            report.findings
        );
        damage(&scene.path().join("public"));
    }
    work(&mut scene.open(), entries, batch).unwrap();
    let report = scene.check();
    assert_eq!((report.findings, report.leaves), (vec![], entries.len() as u64));
    let again = scene.open();
    assert_eq!((again.size(), again.position()), (entries.len() as u64, entries.len() as u64));
}

#[test]
fn a_crash_at_any_instant_loses_and_doubles_nothing() {
    let entries = entries(&mut recorder(), 600);
    for crash in 0..40 {
        survives(&entries, 200, &[crash], |_| ());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn many_crashes_in_a_row_lose_and_double_nothing(
        batch in 1usize..400,
        crashes in prop::collection::vec(0usize..30, 1..6),
    ) {
        survives(&entries(&mut recorder(), 700), batch.max(40), &crashes, |_| ());
    }
}

#[test]
fn public_files_lost_with_the_crash_are_written_again() {
    let entries = entries(&mut recorder(), 700);
    for crash in 0..14 {
        survives(&entries, 300, &[crash, crash + 3], |public| {
            let _ = fs::remove_dir_all(public);
        });
    }
}

#[test]
fn tiles_torn_after_the_last_settling_are_written_again() {
    let scene = Scene::new();
    let mut vault = scene.open();
    vault.integrate(&entries(&mut recorder(), 600), 600).unwrap();
    vault.publish(AT).unwrap();
    drop(vault);
    let public = PublicFiles::of(scene.path());
    for tile in ["tile/0/001", "tile/entries/000", "tile/0/002.p/88"] {
        fs::write(public.folder().join(tile), b"torn").unwrap();
    }
    assert!(!scene.check().findings.is_empty());
    scene.open().publish(AT).unwrap();
    assert_eq!(scene.check().findings, []);
}

#[test]
fn one_writer_at_a_time() {
    let scene = Scene::new();
    let vault = scene.open();
    assert!(matches!(Vault::open(scene.path(), scene.opening()), Err(Error::Busy)));
    drop(vault);
    scene.open();
}

#[test]
fn a_vault_of_another_key_log_or_time_is_refused() {
    let scene = Scene::new();
    let mut vault = scene.open();
    let mut recorder = recorder();
    vault.integrate(&entries(&mut recorder, 5), 5).unwrap();
    vault.publish(AT).unwrap();
    drop(vault);
    let other_key = Opening { key: SigningKey::generate().unwrap(), ..scene.opening() };
    assert!(matches!(Vault::open(scene.path(), other_key), Err(Error::Foreign)));
    let other_log = Opening { origin: "other.example/ledger".to_owned(), ..scene.opening() };
    assert!(matches!(Vault::open(scene.path(), other_log), Err(Error::Foreign)));
    // An index put back from before the checkpoint.
    let private = scene.path().join("private");
    let before = fs::read(private.join("index.sqlite")).unwrap();
    let mut vault = scene.open();
    vault.integrate(&entries(&mut recorder, 5), 10).unwrap();
    vault.publish(AT).unwrap();
    drop(vault);
    fs::write(private.join("index.sqlite"), before).unwrap();
    let _ = fs::remove_file(private.join("index.sqlite-wal"));
    assert!(matches!(Vault::open(scene.path(), scene.opening()), Err(Error::Ahead)));
}

#[test]
fn what_comes_twice_is_dropped_and_what_contradicts_is_kept_and_told() {
    let scene = Scene::new();
    let mut vault = scene.open();
    let first = entries(&mut recorder(), 20);
    let other = entries(&mut recorder(), 20);
    vault.integrate(&first, 20).unwrap();
    let again = vault.integrate(&first[3..9], 26).unwrap();
    assert_eq!(again, Integrated { duplicates: 6, ..Integrated::default() });
    assert_eq!((vault.size(), vault.position()), (20, 26));
    let conflict = vault.integrate(&other[4..5], 27).unwrap();
    assert_eq!(conflict, Integrated { leaves: 1, conflicts: 1, ..Integrated::default() });
    assert!(matches!(vault.integrate(&[], 26), Err(Error::Position)));
    vault.publish(AT).unwrap();
    assert!(matches!(scene.check().findings[..], [audit::Finding::Twice { counter: 5, .. }]));
}

#[test]
fn a_number_left_out_is_told_at_once_and_named_by_the_check() {
    let scene = Scene::new();
    let mut vault = scene.open();
    let mut all = entries(&mut recorder(), 20);
    all.drain(4..7);
    assert_eq!(vault.integrate(&all, 17).unwrap().missing, 3);
    vault.publish(AT).unwrap();
    let findings = scene.check().findings;
    assert!(matches!(findings[..], [audit::Finding::Missing { from: 5, to: 7, .. }]));
}

#[test]
fn a_refused_batch_leaves_no_trace() {
    let scene = Scene::new();
    let mut vault = scene.open_crashing(1).unwrap();
    let all = entries(&mut recorder(), 30);
    // The second instant is after the rows are written, before they are committed.
    vault.integrate(&all, 30).unwrap_err();
    assert_eq!(vault.integrate(&all, 30).unwrap().leaves, 30);
    vault.publish(AT).unwrap();
    assert_eq!(vault.publish(AT).unwrap(), None);
    assert_eq!(scene.check().findings, []);
}

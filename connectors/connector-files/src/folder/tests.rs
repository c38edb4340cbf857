//! What a drop folder gives out, and what it never opens.

use super::{Folder, Look};
use crate::Error;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use tempfile::TempDir;

fn folder() -> (TempDir, Folder) {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(&home.path().join("in"), 1_000);
    (home, folder)
}

fn put(home: &TempDir, name: &str, text: &str) {
    fs::create_dir_all(home.path().join("in")).unwrap();
    fs::write(home.path().join("in").join(name), text).unwrap();
}

#[test]
fn a_file_is_ready_when_it_stood_still_for_a_look() {
    let (home, mut folder) = folder();
    put(&home, "a.csv", "x");
    assert_eq!(folder.look().unwrap(), Look { growing: 1, ..Look::default() });
    put(&home, "a.csv", "x;y");
    assert_eq!(folder.look().unwrap().growing, 1, "it grew");
    assert_eq!(folder.look().unwrap().ready, ["a.csv"]);
}

#[test]
fn files_come_oldest_first_and_go_aside() {
    let (home, mut folder) = folder();
    put(&home, "b.csv", "1");
    std::thread::sleep(std::time::Duration::from_millis(20));
    put(&home, "a.csv", "2");
    folder.look().unwrap();
    assert_eq!(folder.look().unwrap().ready, ["b.csv", "a.csv"]);
    folder.done("b.csv").unwrap();
    folder.refuse("a.csv", "FILE-005", "no header").unwrap();
    assert_eq!(folder.look().unwrap(), Look::default());
    let inbox = home.path().join("in");
    assert!(inbox.join("done/b.csv").exists());
    assert!(inbox.join("refused/a.csv").exists());
    let reason = fs::read_to_string(inbox.join("refused/a.csv.reason.txt")).unwrap();
    assert_eq!(reason, "FILE-005 no header\n");
    put(&home, "b.csv", "3");
    folder.done("b.csv").unwrap();
    assert_eq!(fs::read_to_string(inbox.join("done/b.2.csv")).unwrap(), "3");
}

#[test]
fn links_folders_and_hidden_files_are_never_opened() {
    let (home, mut folder) = folder();
    put(&home, ".hidden.csv", "x");
    put(&home, "half.csv.part", "x");
    fs::write(home.path().join("secret"), "secret").unwrap();
    symlink(home.path().join("secret"), home.path().join("in/link.csv")).unwrap();
    fs::create_dir(home.path().join("in/sub.csv")).unwrap();
    folder.look().unwrap();
    let look = folder.look().unwrap();
    assert!(look.ready.is_empty());
    assert_eq!(look.strange.len(), 2);
    for name in ["link.csv", "sub.csv", "../secret", "done/../../secret"] {
        let error = folder.open(name).unwrap_err();
        assert_eq!(error, Error::Strange { file: name.to_owned() });
    }
}

#[test]
fn a_file_over_its_bound_is_told() {
    let (home, folder) = folder();
    put(&home, "a.csv", &"x".repeat(1_001));
    assert_eq!(folder.open("a.csv").unwrap_err().code(), "FILE-004");
    put(&home, "a.csv", &"x".repeat(1_000));
    let opened = folder.open("a.csv").unwrap();
    assert_eq!(opened.digest, seal::sha256(&["x".repeat(1_000).as_bytes()]));
}

#[test]
fn a_folder_that_cannot_be_read_is_told_and_can_be_tried_again() {
    let (home, mut folder) = folder();
    fs::write(home.path().join("in"), "a file in its place").unwrap();
    assert_eq!(folder.look().unwrap_err().code(), "FILE-001");
    fs::remove_file(home.path().join("in")).unwrap();
    assert_eq!(folder.look().unwrap(), Look::default());
    // Root reads everything, so the mode is only told where it holds.
    let inbox = home.path().join("in");
    fs::set_permissions(&inbox, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&inbox).is_err() {
        assert_eq!(folder.look().unwrap_err().code(), "FILE-001");
    }
    fs::set_permissions(&inbox, fs::Permissions::from_mode(0o755)).unwrap();
}

//! Tests of the mutants' list and verdicts.

use super::{Verdict, check, judged};
use crate::{run::Ended, tidy::tree::Tree};
use std::fs;

const RED: &str = "test x ... FAILED\ntest result: FAILED. 0 passed; 1 failed";
const GREEN: &str = "test result: ok. 1 passed; 0 failed";
const NONE: &str = "test result: ok. 0 passed; 0 failed; 3 filtered out";

#[test]
fn only_a_failed_test_is_red() {
    assert_eq!(judged(&Ended::Code(Some(101)), RED), Verdict::Red);
    assert_eq!(judged(&Ended::Code(Some(0)), GREEN), Verdict::Survived);
    assert_eq!(judged(&Ended::Code(Some(0)), NONE), Verdict::Invalid);
    assert_eq!(judged(&Ended::Code(Some(101)), "error[E0308]"), Verdict::Invalid);
    assert_eq!(judged(&Ended::TimedOut, RED), Verdict::TimedOut);
    assert_eq!(judged(&Ended::Code(None), RED), Verdict::Interrupted);
}

/// What the check says of one mutant over one file.
fn said(find: &str, replace: &str) -> usize {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("tests")).unwrap();
    let list = format!(
        "[[mutant]]\nname = \"m\"\nguarantee = \"g\"\nfile = \"a.rs\"\nfind = \"{find}\"\n\
         replace = \"{replace}\"\npackage = \"p\"\ntest = \"t\"\n"
    );
    fs::write(root.path().join("tests/mutants.toml"), list).unwrap();
    check(root.path(), &Tree::of(&[("a.rs", "one two two")])).len()
}

#[test]
fn a_mutant_has_exactly_one_place_and_changes_it() {
    assert_eq!(said("one", "three"), 0);
    assert_eq!(said("two", "three"), 1);
    assert_eq!(said("four", "three"), 1);
    assert_eq!(said("one", "one"), 1);
    assert_eq!(said("", "x"), 1);
}

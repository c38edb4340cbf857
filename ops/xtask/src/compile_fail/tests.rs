//! Tests of the reading of cases.

use super::{Case, cases, manifest};
use crate::run;

#[test]
fn a_case_tells_its_crates_and_its_errors() {
    let text = "//! Docs.\n//@ crates: seal audit\n//@ errors: E0451\n\nfn main() {}\n";
    let case = Case::read("x".to_owned(), text);
    assert_eq!(case.crates.iter().map(String::as_str).collect::<Vec<_>>(), ["audit", "seal"]);
    assert_eq!(case.errors.iter().map(String::as_str).collect::<Vec<_>>(), ["E0451"]);
}

#[test]
fn a_case_without_errors_must_compile() {
    assert!(Case::read("x".to_owned(), "//! Docs.\nfn main() {}\n").errors.is_empty());
}

#[test]
fn every_case_of_the_house_names_house_crates() {
    let root = run::root();
    let cases = cases(&root.join(super::CASES)).unwrap();
    assert!(!cases.is_empty());
    let manifest = manifest(&root, &cases).unwrap();
    toml::from_str::<toml::Table>(&manifest).unwrap();
}

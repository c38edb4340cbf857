//! A house that worked as it should has no finding; then each fault is forged into a copy of its
//! file, and is found and named.

mod audience;
mod forged;
mod house;
mod ledger;
mod matrix;
mod seals;

use house::{Forged, whole};

#[test]
fn a_house_that_worked_has_no_finding() {
    let report = whole().check();
    assert_eq!(report.findings(), [], "{report}");
    assert!(report.records == 12 && report.entries > 100, "{report}");
    // All but the one that was set aside, and the one that came too late.
    assert_eq!(report.seals, 10);
    assert!(report.releases >= 40 && report.worked_out >= 40, "{report}");
    assert_eq!((report.leaves, report.beyond, report.waiting), (report.entries, 0, 0));
    // The same for people and for programs.
    assert!(report.to_string().starts_with("OK\n"));
    assert_eq!(report.to_json()["ok"], true);
}

#[test]
fn a_file_that_is_none_of_the_carriers_is_refused() {
    let forged = Forged::of(|file| {
        file.pragma_update(None, "application_id", 7).unwrap();
    });
    let opened = crate::Embedded::open(&forged.path());
    assert_eq!(opened.err().map(|error| error.code()), Some("LANE-001"));
}

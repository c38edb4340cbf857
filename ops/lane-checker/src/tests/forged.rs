//! One fault at a time, in a copy of the file.

use super::house::{Forged, blob, checked, kinds, replaced, set, table, unsealed, whole};
use crate::Kind;
use crate::digest::sha256;
use crate::entry::{Entry, Outcome};
use rusqlite::Connection;

const TILDA: &str = "release.tilda-supervisor";

/// What is found when this was done to the file.
fn found(change: impl FnOnce(&Connection)) -> Vec<Kind> {
    Forged::of(change).kinds()
}

/// The entries with their offsets.
fn entries(file: &Connection) -> Vec<(i64, Entry)> {
    let disclosure = table(file, "disclosure");
    let mut all = file.prepare(&format!("SELECT at, value FROM {disclosure}")).unwrap();
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
    rows.map(|row| row.unwrap()).map(|(at, value)| (at, Entry::decode(&value).unwrap())).collect()
}

/// Lets a release say something else, and its entry commit to it: an exchange that is wrong.
fn rewrite(file: &Connection, lane: &str, at: i64, value: &[u8]) {
    let table_of = table(file, lane);
    let headers = blob(file, &table_of, "headers", at);
    let view = lane.split('.').nth(1).unwrap();
    let named = |id: &str| headers.windows(36).any(|window| window == id.as_bytes());
    let all = entries(file);
    let (entry_at, entry) =
        all.iter().find(|(_, entry)| named(&entry.number.id().to_string())).unwrap();
    let row = entry.rows.iter().find(|row| row.view.as_str() == view).unwrap();
    let commitment = sha256(&[&row.salt, value]);
    let disclosure = table(file, "disclosure");
    let old = blob(file, &disclosure, "value", *entry_at);
    let new = replaced(&old, row.commitment.as_bytes(), commitment.as_bytes());
    set(file, &disclosure, "value", *entry_at, &new);
    set(file, &table_of, "value", at, value);
}

/// Offsets on the lane of what left with this outcome.
fn left(file: &Connection, lane: &str, outcome: Outcome) -> Vec<i64> {
    let view = lane.split('.').nth(1).unwrap();
    let of = table(file, lane);
    let all = entries(file);
    let mut ask = file.prepare(&format!("SELECT at, headers FROM {of} ORDER BY at")).unwrap();
    let rows = ask.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
    rows.map(|row| row.unwrap())
        .filter(|(_, headers)| {
            all.iter().any(|(_, entry)| {
                let id = entry.number.id().to_string();
                headers.windows(36).any(|window| window == id.as_bytes())
                    && entry
                        .rows
                        .iter()
                        .any(|row| row.view.as_str() == view && row.outcome == outcome)
            })
        })
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn a_release_that_is_gone_is_torn() {
    let kinds = found(|file| {
        let of = table(file, TILDA);
        file.execute(&format!("DELETE FROM {of} WHERE at = 0"), []).unwrap();
    });
    assert!(kinds.contains(&Kind::NotReleased), "{kinds:?}");
}

#[test]
fn a_release_that_lies_there_twice_is_found() {
    let kinds = found(|file| {
        let of = table(file, TILDA);
        let copy = format!(
            "INSERT INTO {of} SELECT (SELECT max(at) + 1 FROM {of}), appended, key, value, headers
             FROM {of} WHERE at = (SELECT max(at) FROM {of})"
        );
        file.execute(&copy, []).unwrap();
    });
    assert_eq!(kinds, [Kind::Twice]);
}

#[test]
fn releases_that_changed_places_are_out_of_order() {
    let kinds = found(|file| {
        let of = table(file, TILDA);
        // Through a free place: no two messages may lie at one.
        file.execute(&format!("UPDATE {of} SET at = 900 WHERE at = 0"), []).unwrap();
        file.execute(&format!("UPDATE {of} SET at = 0 WHERE at = 1"), []).unwrap();
        file.execute(&format!("UPDATE {of} SET at = 1 WHERE at = 900"), []).unwrap();
    });
    assert!(kinds.contains(&Kind::Order), "{kinds:?}");
}

#[test]
fn versions_of_a_record_that_changed_places_are_out_of_order() {
    let kinds = found(|file| {
        let of = table(file, "release.akrim-core");
        let key = format!("SELECT key FROM {of} GROUP BY key HAVING count(*) > 1 LIMIT 1");
        let ends = format!("SELECT min(at), max(at) FROM {of} WHERE key = ({key})");
        let (first, last): (i64, i64) =
            file.query_row(&ends, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        for (from, to) in [(first, 900), (last, first), (900, last)] {
            file.execute(&format!("UPDATE {of} SET at = {to} WHERE at = {from}"), []).unwrap();
        }
    });
    assert!(kinds.contains(&Kind::Order) && kinds.contains(&Kind::State), "{kinds:?}");
}

#[test]
fn an_entry_that_is_gone_leaves_a_gap_and_releases_without_one() {
    let kinds = found(|file| {
        let all = entries(file);
        let (at, _) = all.iter().find(|(_, entry)| entry.kind == 1).unwrap();
        let of = table(file, "disclosure");
        file.execute(&format!("DELETE FROM {of} WHERE at = {at}"), []).unwrap();
    });
    assert!(kinds.contains(&Kind::EntryMissing) && kinds.contains(&Kind::NoEntry), "{kinds:?}");
    assert!(kinds.contains(&Kind::Lost), "{kinds:?}");
}

#[test]
fn a_byte_that_changed_breaks_the_commitment() {
    let kinds = found(|file| {
        let of = table(file, TILDA);
        let mut value = blob(file, &of, "value", 0);
        *value.last_mut().unwrap() ^= 1;
        set(file, &of, "value", 0, &value);
    });
    assert!(kinds.contains(&Kind::Commitment), "{kinds:?}");
}

#[test]
fn bytes_that_the_matrix_does_not_open_are_found_though_the_entry_commits_to_them() {
    let kinds = found(|file| {
        let of = table(file, TILDA);
        let value = blob(file, &of, "value", 0);
        rewrite(file, TILDA, 0, &replaced(&value, b"Syntetisk", b"Hemmelig "));
    });
    assert!(kinds.contains(&Kind::Bytes) && !kinds.contains(&Kind::Commitment), "{kinds:?}");
}

#[test]
fn a_withdrawal_that_says_more_is_found_though_the_entry_commits_to_it() {
    let lane = "release.municipality-licence.971183675";
    let kinds = found(|file| {
        let withdrawn = left(file, lane, Outcome::Withdrawn)[0];
        let released = left(file, lane, Outcome::Released)[0];
        let whole = blob(file, &table(file, lane), "value", released);
        rewrite(file, lane, withdrawn, &whole);
    });
    assert!(kinds.contains(&Kind::Withdrawal) && !kinds.contains(&Kind::Commitment), "{kinds:?}");
}

#[test]
fn a_release_that_names_another_entry_has_no_row() {
    let kinds = found(|file| {
        let of = table(file, TILDA);
        let all = entries(file);
        let withheld = all.iter().find(|(_, entry)| entry.kind == 2 && !entry.rows.is_empty());
        let other = withheld.map_or_else(|| all[0].1.number.id(), |(_, entry)| entry.number.id());
        let mut headers = blob(file, &of, "headers", 0);
        for (_, entry) in &all {
            let id = entry.number.id().to_string();
            if headers.windows(36).any(|window| window == id.as_bytes()) {
                headers = replaced(&headers, id.as_bytes(), other.to_string().as_bytes());
                break;
            }
        }
        set(file, &of, "headers", 0, &headers);
    });
    assert!(kinds.contains(&Kind::NoRow) && kinds.contains(&Kind::NotReleased), "{kinds:?}");
}

#[test]
fn a_number_that_is_skipped_is_found() {
    let kinds = found(|file| {
        let of = table(file, "intake.DAT");
        file.execute(&format!("DELETE FROM {of} WHERE at = 2"), []).unwrap();
    });
    assert!(kinds.contains(&Kind::Skipped) && kinds.contains(&Kind::OtherRecord), "{kinds:?}");
}

#[test]
fn what_went_by_age_is_beyond_and_not_lost() {
    for gone in ["true", "at < 3"] {
        let forged = Forged::of(|file| {
            let of = table(file, "intake.DAT");
            file.execute(&format!("DELETE FROM {of} WHERE {gone}"), []).unwrap();
        });
        let report = checked(&forged.path(), whole().matrix());
        assert_eq!(report.findings(), [], "{gone}: {report}");
        assert!(report.beyond > 0, "{gone}: {report}");
    }
}

#[test]
fn a_record_that_was_passed_over_is_lost() {
    let kinds = found(|file| {
        let of = table(file, "intake.DAT");
        let last: i64 =
            file.query_row(&format!("SELECT max(at) FROM {of}"), [], |row| row.get(0)).unwrap();
        // One more, of another record, and a position behind it.
        let headers = blob(file, &of, "headers", 0);
        let headers = replaced(&headers, b"732d3100-", b"782d3100-");
        let headers = replaced(&headers, b"samsyn_sequence1", b"samsyn_sequence9");
        let copy = format!(
            "INSERT INTO {of} SELECT {}, appended, key, value, ?1 FROM {of} WHERE at = 0",
            last + 1
        );
        file.execute(&copy, [headers]).unwrap();
        file.execute("UPDATE position SET next = ?1 WHERE source = 'DAT'", [last + 2]).unwrap();
    });
    assert!(kinds.contains(&Kind::Lost), "{kinds:?}");
}

#[test]
fn what_lies_behind_the_position_is_not_lost_yet() {
    let kinds = found(|file| {
        let of = table(file, "quarantine.MAT");
        // What was set aside is neither ruled nor set aside without it, unless it is still to come.
        file.execute(&format!("DELETE FROM {of}"), []).unwrap();
    });
    assert_eq!(kinds, [Kind::Lost]);
    let kinds = found(|file| {
        let of = table(file, "quarantine.MAT");
        file.execute(&format!("DELETE FROM {of}"), []).unwrap();
        file.execute("UPDATE position SET next = 1 WHERE source = 'MAT'", []).unwrap();
    });
    assert!(!kinds.contains(&Kind::Lost), "{kinds:?}");
}

#[test]
fn a_state_that_is_gone_or_older_is_found() {
    let kinds = found(|file| {
        let of = table(file, "state.MAT");
        file.execute(&format!("DELETE FROM {of} WHERE length(key) = 16"), []).unwrap();
    });
    assert_eq!(kinds, [Kind::State]);
}

#[test]
fn an_entry_that_was_written_twice_is_found() {
    let kinds = found(|file| {
        let of = table(file, "disclosure");
        let copy = format!(
            "INSERT INTO {of} SELECT (SELECT max(at) + 1 FROM {of}), appended, key, value, headers
             FROM {of} WHERE at = 3"
        );
        file.execute(&copy, []).unwrap();
    });
    assert!(kinds.contains(&Kind::EntryTwice), "{kinds:?}");
}

#[test]
fn facts_freer_than_the_registers_are_found() {
    let forged = Forged::of(|file| {
        let of = table(file, "register");
        // The first word about the first subject was that it is a person.
        let value = blob(file, &of, "value", 0);
        set(file, &of, "value", 0, &replaced(&value, b"\"AS\"", b"\"DA\""));
    });
    assert_eq!(kinds(&unsealed(&forged.path())), [Kind::Facts]);
}

#[test]
fn what_is_no_entry_or_no_state_is_said() {
    let kinds = found(|file| {
        let disclosure = table(file, "disclosure");
        let last: i64 = file
            .query_row(&format!("SELECT max(at) FROM {disclosure}"), [], |row| row.get(0))
            .unwrap();
        set(file, &disclosure, "value", last, b"\x02nonsense");
        let state = table(file, "state.MAT");
        let ask = format!("SELECT max(at) FROM {state} WHERE length(key) = 16");
        let last: i64 = file.query_row(&ask, [], |row| row.get(0)).unwrap();
        set(file, &state, "value", last, b"\x02");
    });
    assert!(kinds.contains(&Kind::Malformed), "{kinds:?}");
    assert_eq!(whole().check().found(), 0);
}

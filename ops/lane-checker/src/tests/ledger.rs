//! One fault at a time, in a copy of the ledger. Whoever writes a ledger that lies also writes a
//! checkpoint that fits it, so most copies get one.

use super::house::{Forged, blob, replaced, set, table};
use crate::Kind;
use crate::entry::Leaf;

/// What is found when this was done to the leaves.
fn found(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<Kind> {
    Forged::ledger(change).kinds()
}

/// The leaf of an entry that nobody made: of another run, under the id that follows from it.
fn foreign(leaf: &[u8]) -> Vec<u8> {
    let mut number = Leaf::decode(leaf).unwrap().number;
    // Behind version, id, time and the writer's name.
    let run = 1 + 16 + 8 + 2 + number.writer.len();
    number.run ^= 1;
    let mut bytes = leaf.to_vec();
    bytes[run..run + 8].copy_from_slice(&number.run.to_be_bytes());
    bytes[1..17].copy_from_slice(number.id().as_bytes());
    bytes
}

#[test]
fn a_ledger_written_anew_as_it_was_has_no_finding() {
    let report = Forged::ledger(|_| ()).report();
    assert_eq!((report.findings(), report.waiting), (&[][..], 0), "{report}");
}

#[test]
fn what_the_ledger_has_not_reached_waits() {
    let report = Forged::ledger(|leaves| leaves.truncate(leaves.len() - 3)).report();
    assert_eq!((report.findings(), report.waiting), (&[][..], 3), "{report}");
}

#[test]
fn an_entry_that_the_ledger_passed_over_is_found() {
    let kinds = found(|leaves| {
        leaves.remove(7);
    });
    assert_eq!(kinds, [Kind::Ledger]);
}

#[test]
fn a_leaf_that_no_lane_has_is_found() {
    assert_eq!(found(|leaves| leaves.push(foreign(&leaves[9]))), [Kind::EntryMissing]);
}

#[test]
fn an_entry_that_is_in_the_ledger_twice_is_found() {
    assert_eq!(found(|leaves| leaves.push(leaves[5].clone())), [Kind::EntryTwice]);
}

#[test]
fn leaves_that_changed_places_are_out_of_order() {
    assert_eq!(found(|leaves| leaves.swap(4, 5)), [Kind::Order]);
}

#[test]
fn a_leaf_that_says_otherwise_than_the_entry_is_found() {
    // The last 64 bytes are the digests of the body and of the rows.
    for from_the_end in [64, 1] {
        let kinds = found(|leaves| {
            let at = leaves[3].len() - from_the_end;
            leaves[3][at] ^= 1;
        });
        assert_eq!(kinds, [Kind::Ledger]);
    }
}

#[test]
fn a_leaf_under_another_name_than_its_number_cannot_be_read() {
    let kinds = found(|leaves| leaves[3][1] ^= 1);
    assert!(kinds.contains(&Kind::Malformed) && kinds.contains(&Kind::Ledger), "{kinds:?}");
}

#[test]
fn an_entry_that_changed_on_its_lane_is_not_the_ledgers() {
    let forged = Forged::ledger(|_| ()).lanes(|file| {
        let of = table(file, "disclosure");
        let rows = format!("SELECT max(at) FROM {of} WHERE instr(value, CAST('DAT' AS BLOB))");
        let at: i64 = file.query_row(&rows, [], |row| row.get(0)).unwrap();
        let value = blob(file, &of, "value", at);
        set(file, &of, "value", at, &replaced(&value, b"DAT", b"MAT"));
    });
    assert!(forged.kinds().contains(&Kind::Ledger), "{:?}", forged.kinds());
}

#[test]
fn a_byte_of_a_tile_that_changed_gives_another_root() {
    let kinds = altered("tile/entries/000", |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    assert_eq!(kinds, [Kind::Ledger]);
}

#[test]
fn a_bundle_that_was_cut_and_a_checkpoint_that_is_none_cannot_be_read() {
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1);
    assert_eq!(altered("tile/entries/000", cut), [Kind::Malformed]);
    assert_eq!(altered("checkpoint", |bytes| bytes.truncate(30)), [Kind::Malformed]);
}

/// What is found when this was done to a file of the ledger.
fn altered(file: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<Kind> {
    let forged = Forged::ledger(|_| ()).files(|ledger| {
        let mut bytes = std::fs::read(ledger.join(file)).unwrap();
        change(&mut bytes);
        std::fs::write(ledger.join(file), bytes).unwrap();
    });
    forged.kinds()
}

//! What is written down of a transaction can be read again.

use crate::notes::{parse, text};
use crate::transactions::{Fate, Left};
use carrier::{Lane, Offset};
use std::collections::BTreeMap;

fn left() -> Left {
    let view = "akrim-core".parse().unwrap();
    let release = Lane::Release { view, recipient: None };
    Left {
        moved: BTreeMap::from([
            ("AAA".parse().unwrap(), Offset(7)),
            ("BBB".parse().unwrap(), Offset(u64::MAX)),
        ]),
        ends: BTreeMap::from([
            (Lane::Disclosure, Offset(1)),
            (release, Offset(9)),
            (Lane::State("AAA".parse().unwrap()), Offset(3)),
        ]),
        fate: Fate::Done,
    }
}

#[test]
fn what_was_written_down_is_read_again_but_not_how_it_ended() {
    let read = parse(text(&left()).as_bytes()).unwrap();
    assert_eq!((read.moved, read.ends), (left().moved, left().ends));
    assert_eq!(read.fate, Fate::Unknown);
}

#[test]
fn of_one_that_was_only_begun_nothing_is_left() {
    let read = parse(b"").unwrap();
    assert!(read.moved.is_empty() && read.ends.is_empty());
}

#[test]
fn a_note_that_is_not_ours_is_none() {
    let whole = text(&left());
    for bad in ["moved AAA", "moved AAA x", "moved AAA 1 2", "end nowhere 1", "ended AAA 1", "\n"] {
        assert!(parse(format!("{whole}{bad}\n").as_bytes()).is_none(), "{bad}");
    }
    assert!(parse(b"\xff").is_none());
}

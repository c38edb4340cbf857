//! Wrong bytes, one kind at a time: each is refused, for its own reason.

use super::naive::Reversed;
use crate::{Action, Error, Projector, Spans};
use avro_tree::Schema;

const ALL: &str = r#"{"type":"record","name":"t.All","fields":[
{"name":"flag","type":"boolean"},{"name":"int","type":"int"},{"name":"long","type":"long"},
{"name":"word","type":{"type":"enum","name":"W","symbols":["a","b"]}},
{"name":"text","type":"string"},
{"name":"opt","type":["null","string"]},
{"name":"list","type":{"type":"array","items":"long"}},
{"name":"nulls","type":{"type":"array","items":"null"}},
{"name":"last","type":["null","int"]}]}"#;

/// A right one: true, 1, 1, a, "x", null, [1, 2], [], null.
const RIGHT: &[u8] = &[1, 2, 2, 0, 2, b'x', 0, 4, 2, 4, 0, 0, 0];

fn kept() -> (Schema, Projector) {
    let schema = Schema::parse(ALL).unwrap();
    let plan = vec![Action::Keep; schema.fields().len()];
    let projector = Projector::compile(&schema, &[plan], &[]).unwrap();
    (schema, projector.checking_text(true))
}

/// Scans `RIGHT` with the bytes from `at` to `end` replaced.
fn scanned(at: usize, end: usize, with: &[u8]) -> Result<(), Error> {
    let datum = [&RIGHT[..at], with, &RIGHT[end..]].concat();
    kept().1.scan(&datum, &mut Spans::new())
}

#[test]
fn a_right_datum_is_taken() {
    assert_eq!(scanned(0, 0, &[]), Ok(()));
}

#[test]
fn too_few_bytes_and_too_many_are_refused() {
    let projector = kept().1;
    for end in 0..RIGHT.len() {
        // in a count of items it shows as more items than bytes
        let found = projector.scan(&RIGHT[..end], &mut Spans::new());
        assert!(matches!(found, Err(Error::Truncated | Error::Length)), "{end}");
    }
    assert_eq!(scanned(13, 13, &[0]), Err(Error::Trailing));
}

#[test]
fn a_boolean_is_0_or_1() {
    assert_eq!(scanned(0, 1, &[2]), Err(Error::Boolean));
}

#[test]
fn numbers_are_in_their_shortest_form_and_range() {
    assert_eq!(scanned(2, 3, &[0x82, 0]), Err(Error::Varint));
    assert_eq!(scanned(2, 3, &[0x80, 0x80, 0]), Err(Error::Varint));
    assert_eq!(scanned(2, 3, &[0xff; 11]), Err(Error::Varint));
    let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!(scanned(2, 3, &most), Ok(()));
    let too_much = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
    assert_eq!(scanned(2, 3, &too_much), Err(Error::Varint));
    assert_eq!(scanned(1, 2, &[0xff, 0xff, 0xff, 0xff, 0x0f]), Ok(()));
    assert_eq!(scanned(1, 2, &[0x80, 0x80, 0x80, 0x80, 0x10]), Err(Error::Int));
    assert_eq!(scanned(12, 13, &[2, 0x80, 0x80, 0x80, 0x80, 0x10]), Err(Error::Int));
}

#[test]
fn indexes_name_a_symbol_or_a_branch() {
    assert_eq!(scanned(3, 4, &[4]), Err(Error::Symbol));
    assert_eq!(scanned(3, 4, &[1]), Err(Error::Symbol));
    assert_eq!(scanned(6, 7, &[4]), Err(Error::Branch));
    assert_eq!(scanned(6, 7, &[1]), Err(Error::Branch));
    assert_eq!(scanned(6, 7, &[0x80, 0]), Err(Error::Branch));
}

#[test]
fn lengths_are_within_the_datum() {
    assert_eq!(scanned(4, 5, &[1]), Err(Error::Length));
    assert_eq!(scanned(4, 5, &[0x7e]), Err(Error::Truncated));
    let huge = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!(scanned(4, 5, &huge), Err(Error::Truncated));
}

#[test]
fn blocks_are_as_they_say() {
    let least = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!(scanned(7, 8, &[3, 4]), Ok(()), "two items of two bytes");
    assert_eq!(scanned(7, 8, &[3, 6]), Err(Error::BlockSize));
    assert_eq!(scanned(7, 8, &[3, 2]), Err(Error::BlockSize));
    assert_eq!(scanned(7, 8, &[3, 1]), Err(Error::Length));
    assert_eq!(scanned(7, 8, &[3, 0x7e]), Err(Error::Length));
    assert_eq!(scanned(7, 8, &[&least[..], &[4]].concat()), Err(Error::Length));
    assert_eq!(scanned(7, 8, &[0x7e]), Err(Error::Length), "more items than bytes");
}

#[test]
fn items_of_no_bytes_have_a_bound() {
    let many = |count: i64| {
        let mut bytes = vec![];
        crate::value::write_long(count, &mut bytes);
        bytes.push(0);
        bytes
    };
    assert_eq!(scanned(11, 12, &many(65_536)), Ok(()));
    assert!(matches!(scanned(11, 12, &many(65_537)), Err(Error::Limit { .. })));
    assert!(matches!(scanned(11, 12, &many(i64::MAX)), Err(Error::Limit { .. })));
    assert!(scanned(11, 12, &many(i64::MIN + 1)).is_err());
    let twice = [&many(65_536)[..3], &[2, 0]].concat();
    assert!(matches!(scanned(11, 12, &twice), Err(Error::Limit { .. })), "over all blocks");
}

#[test]
fn text_is_utf_8_where_it_is_asked_for() {
    assert_eq!(scanned(5, 6, &[0xff]), Err(Error::Text));
    let (schema, projector) = kept();
    let datum = [&RIGHT[..5], &[0xff], &RIGHT[6..]].concat();
    assert_eq!(projector.checking_text(false).scan(&datum, &mut Spans::new()), Ok(()));
    assert_eq!(crate::to_json(&schema, &datum), Err(Error::Text));
}

#[test]
fn a_datum_has_a_largest_size() {
    let projector = kept().1.with_limit(RIGHT.len() - 1);
    assert!(matches!(projector.scan(RIGHT, &mut Spans::new()), Err(Error::Limit { .. })));
}

/// Decided so: what no plan keeps is jumped over unread, so it may hold anything; what any plan
/// keeps was walked, and the block's size must be that of its items.
#[test]
fn a_sized_block_is_jumped_over_only_when_no_plan_keeps_it() {
    let schema = Schema::parse(ALL).unwrap();
    let list = schema.field_by_path("list").unwrap();
    let mut without = vec![Action::Keep; schema.fields().len()];
    without[list.index()] = Action::Drop;
    let with = vec![Action::Keep; schema.fields().len()];
    // one block that says two items in three bytes, which are no two longs
    let nonsense = [&RIGHT[..7], &[3, 6, 0xff, 0xff, 0xff, 0], &RIGHT[11..]].concat();
    let dropped = Projector::compile(&schema, std::slice::from_ref(&without), &[]).unwrap();
    let mut spans = Spans::new();
    dropped.scan(&nonsense, &mut spans).unwrap();
    let mut out = vec![];
    dropped.project(0, &nonsense, &spans, &Reversed, &mut out).unwrap();
    assert!(!out.windows(3).any(|bytes| bytes == [0xff; 3]), "none of it leaves");
    let both = Projector::compile(&schema, &[without, with], &[]).unwrap();
    assert!(both.scan(&nonsense, &mut spans).is_err(), "one plan keeps it: it is walked");
}

#[test]
fn spans_serve_their_own_datum_alone() {
    let (_, projector) = kept();
    let mut spans = Spans::new();
    let mut out = vec![7];
    let other = RIGHT.to_vec();
    projector.scan(RIGHT, &mut spans).unwrap();
    assert_eq!(projector.project(0, &other, &spans, &Reversed, &mut out), Err(Error::Spans));
    assert_eq!(projector.project(1, RIGHT, &spans, &Reversed, &mut out), Err(Error::NoPlan));
    assert_eq!(kept().1.project(0, RIGHT, &spans, &Reversed, &mut out), Err(Error::Spans));
    assert!(projector.scan(&RIGHT[1..], &mut spans).is_err());
    assert_eq!(projector.project(0, RIGHT, &spans, &Reversed, &mut out), Err(Error::Spans));
    assert_eq!(out, [7], "nothing was added");
}

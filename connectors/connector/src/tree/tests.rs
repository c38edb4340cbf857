//! Where values land, and when a constant does not.

use super::Tree;
use crate::cell::Value;
use crate::path::Path;
use serde_json::json;

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn whole(number: i64) -> Value {
    Value::Whole(number)
}

#[test]
fn values_land_at_their_paths_and_gaps_close() {
    let mut tree = Tree::default();
    tree.put(path("a.b").steps(), &whole(1));
    tree.put(path("list[3].x").steps(), &whole(3));
    tree.put(path("list[1].x").steps(), &whole(2));
    assert_eq!(tree.finish(), json!({ "a": { "b": 1 }, "list": [{ "x": 2 }, { "x": 3 }] }));
}

#[test]
fn a_constant_alone_makes_no_element() {
    let mut tree = Tree::default();
    tree.put(path("list[0].x").steps(), &whole(1));
    tree.stamp(&path("list[0].n"), &whole(7));
    tree.stamp(&path("list[1].n"), &whole(8));
    tree.stamp(&path("a.n"), &whole(9));
    assert_eq!(tree.finish(), json!({ "a": { "n": 9 }, "list": [{ "n": 7, "x": 1 }] }));
}

#[test]
fn paths_are_bounded_and_plain() {
    assert_eq!(path("a.b[12].c").in_contract(), "a.b[].c");
    for wrong in ["", ".", "a..b", "a[64]", "a[-1]", "a[0", "0a", "a b", "æ", "[0].a"] {
        assert!(wrong.parse::<Path>().is_err(), "{wrong}");
    }
    assert!(vec!["a"; 13].join(".").parse::<Path>().is_err());
}

//! The policy's truth comes from the matrix alone: another matrix, other findings.

use super::house::{checked, kinds, whole};
use crate::{Kind, Truths, truth};
use serde_json::Value;

/// What is found when the matrix of the view over sanctions is changed.
fn found(change: impl FnOnce(&mut Value)) -> Vec<Kind> {
    let mut matrix: Value = serde_json::from_str(whole().matrix()).unwrap();
    let views = matrix["views"].as_array_mut().unwrap();
    let view = views
        .iter_mut()
        .find(|view| view["view"] == "tilda-supervisor" && view["record_type"] == "sanction");
    change(view.unwrap());
    kinds(&checked(&whole().path(), &matrix.to_string()))
}

#[test]
fn a_release_where_nothing_is_open_is_denied() {
    let kinds = found(|view| {
        for ruling in view["rulings"].as_array_mut().unwrap() {
            *ruling = Value::Null;
        }
    });
    assert_eq!(kinds, [Kind::Denied]);
}

#[test]
fn one_field_that_is_denied_is_found_in_what_left() {
    let kinds = found(|view| {
        for ruling in view["rulings"].as_array_mut().unwrap() {
            if let Some(fields) = ruling.as_object_mut() {
                fields.remove("subjekt.navn");
            }
        }
    });
    assert_eq!(kinds, [Kind::Bytes]);
}

#[test]
fn what_stays_though_it_is_open_to_all_members_is_found() {
    let kinds = found(|view| {
        let rulings = view["rulings"].as_array().unwrap().clone();
        let open = rulings.iter().find(|ruling| !ruling.is_null()).unwrap().clone();
        for ruling in view["rulings"].as_array_mut().unwrap() {
            if ruling.is_null() {
                *ruling = open.clone();
            }
        }
    });
    assert!(kinds.contains(&Kind::Withheld), "{kinds:?}");
}

#[test]
fn without_the_bundles_matrix_nothing_is_taken_for_right() {
    let mut matrix: Value = serde_json::from_str(whole().matrix()).unwrap();
    matrix["digest"] = "00".repeat(32).into();
    let kinds = kinds(&checked(&whole().path(), &matrix.to_string()));
    assert!(kinds.contains(&Kind::Unruled), "{kinds:?}");
    // A matrix of a later day says nothing of an earlier one.
    matrix = serde_json::from_str(whole().matrix()).unwrap();
    matrix["day"] = "2026-11-24".into();
    let kinds = self::kinds(&checked(&whole().path(), &matrix.to_string()));
    assert!(kinds.contains(&Kind::Unruled), "{kinds:?}");
}

#[test]
fn what_is_no_matrix_is_refused() {
    for text in ["", "{}", "[]", &whole().matrix().replace("\"matrix\":1", "\"matrix\":2")] {
        assert!(Truths::default().add(text).is_err());
    }
}

#[test]
fn days_are_counted_as_calendars_do() {
    for (date, day) in
        [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-23", 20_780)]
    {
        assert_eq!(truth::day(date), Some(day), "{date}");
    }
    assert_eq!([truth::day("2026"), truth::day("2026-13-01")], [None, None]);
}

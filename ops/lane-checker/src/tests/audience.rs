//! Whom an addressed view may reach: another matrix, or another lane of entitlements, and other
//! findings.

use super::house::{Forged, JV, OSLO, blob, checked, kinds, replaced, set, table, unsealed, whole};
use crate::Kind;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000_000;

/// What is found when the matrix was changed.
fn by(change: impl FnOnce(&mut Value)) -> Vec<Kind> {
    let mut matrix: Value = serde_json::from_str(whole().matrix()).unwrap();
    change(&mut matrix);
    kinds(&checked(&whole().path(), &matrix.to_string()))
}

/// What the matrix says of whom a view may address.
fn audience<'m>(matrix: &'m mut Value, view: &str) -> &'m mut Value {
    let all = matrix["audiences"].as_array_mut().unwrap();
    all.iter_mut().find(|row| row["view"] == view).unwrap()
}

fn without(matrix: &mut Value, view: &str, orgnr: &str) {
    let members = audience(matrix, view)["members"].as_array_mut().unwrap();
    let before = members.len();
    members.retain(|member| member["orgnr"] != orgnr);
    assert_eq!(members.len(), before - 1);
}

#[test]
fn who_is_no_member_may_be_addressed_by_none_of_the_views() {
    for (view, orgnr) in
        [("akrim-case", OSLO), ("municipality-licence", OSLO), ("alert-addressee", JV)]
    {
        assert_eq!(by(|matrix| without(matrix, view, orgnr)), [Kind::Audience], "{view}");
    }
}

#[test]
fn a_municipality_is_addressed_in_its_own_area_alone() {
    let kinds = by(|matrix| {
        let members = audience(matrix, "municipality-licence")["members"].as_array_mut().unwrap();
        for member in members.iter_mut().filter(|member| member["orgnr"] == OSLO) {
            member["municipality"] = "4601".into();
        }
    });
    assert_eq!(kinds, [Kind::Audience]);
}

#[test]
fn a_message_goes_to_the_addressee_it_names() {
    let kinds = by(|matrix| {
        let types = matrix["record_types"].as_array_mut().unwrap();
        let alert = types.iter_mut().find(|row| row["record_type"] == "alert").unwrap();
        assert!(alert["addressee"].is_string());
        alert["addressee"] = Value::Null;
    });
    assert_eq!(kinds, [Kind::Audience]);
}

#[test]
fn what_is_about_a_person_is_marked_for_that_person() {
    let kinds = Forged::of(|file| {
        let of = table(file, "release.contract-own");
        let headers = blob(file, &of, "headers", 0);
        set(file, &of, "headers", 0, &replaced(&headers, b"arbeider-1", b"arbeider-2"));
    });
    assert_eq!(kinds.kinds(), [Kind::Audience]);
}

#[test]
fn what_is_for_one_lies_where_nobody_else_reads() {
    for view in ["buyer-consent", "akrim-case"] {
        let kinds = by(|matrix| {
            let row = audience(matrix, view);
            row["gateway"] = (!row["gateway"].as_bool().unwrap()).into();
        });
        assert_eq!(kinds, [Kind::Audience], "{view}");
    }
}

#[test]
fn a_matrix_that_does_not_tell_whom_a_view_addresses_is_no_agreement() {
    let kinds = by(|matrix| {
        matrix.as_object_mut().unwrap().remove("audiences");
    });
    assert_eq!(kinds, [Kind::Unruled]);
}

#[test]
fn an_entitlement_counts_from_a_source_that_may_and_for_what_the_view_asks() {
    let changes: [fn(&mut Value); 4] = [
        |matrix| matrix["entitlement_sources"] = json!([{ "source": "sak", "kind": "case" }]),
        |matrix| audience(matrix, "buyer-consent")["entitlement"] = "contract".into(),
        |matrix| audience(matrix, "buyer-consent")["purposes"] = json!(["coordination"]),
        |matrix| audience(matrix, "buyer-consent")["required"] = json!(["SKFVL3-7"]),
    ];
    for change in changes {
        assert_eq!(by(change), [Kind::Entitlement]);
    }
}

/// What is found when this was done to a message of the entitlement lane, with and without keys.
fn forged(at: i64, column: &str, change: impl Fn(&[u8]) -> Vec<u8>) -> [Vec<Kind>; 2] {
    let forged = Forged::of(|file| {
        let of = table(file, "entitlement");
        set(file, &of, column, at, &change(&blob(file, &of, column, at)));
    });
    [forged.kinds(), kinds(&unsealed(&forged.path()))]
}

#[test]
fn an_entitlement_that_says_otherwise_than_the_row_is_none() {
    // The case, of which there is one word only.
    for (find, put) in [
        (&b"\"akrim_case\""[..], &b"\"statistics\""[..]),
        (b"\"case\"", b"\"CASE\""),
        (b"AKRIM-3-2", b"AKRIM-3-1"),
        (OSLO.as_bytes(), JV.as_bytes()),
        (b"\"from\":20780", b"\"from\":20781"),
        (b"\"id\":\"case-1\"", b"\"id\":\"case-2\""),
        (b"\"ended\":false", b"\"ended\":true "),
    ] {
        let found = forged(1, "value", |value| replaced(value, find, put));
        assert_eq!(found, [[Kind::Entitlement], [Kind::Entitlement]]);
    }
}

#[test]
fn an_entitlement_counts_as_its_source_sealed_it() {
    // In its evidence, which nothing is ruled by: only the seal tells.
    let found = forged(1, "value", |value| replaced(value, b"samtykke/case", b"samtykke/CASE"));
    assert_eq!(found, [vec![Kind::Entitlement], vec![]]);
    let found = forged(1, "headers", |headers| replaced(headers, b"sak", b"DAT"));
    assert_eq!(found, [[Kind::Entitlement], [Kind::Entitlement]]);
}

/// The lane with the case's word taken in at another time.
fn appended(by: i64) -> Vec<Kind> {
    let forged = Forged::of(|file| {
        let of = table(file, "entitlement");
        let moved = format!("UPDATE {of} SET appended = appended + ?1 WHERE at = 1");
        assert_eq!(file.execute(&moved, [by]).unwrap(), 1);
    });
    forged.kinds()
}

#[test]
fn an_entitlement_that_came_after_what_rests_on_it_is_none() {
    assert_eq!(appended(1_000_000), []);
    assert_eq!(appended(HOUR), [Kind::Entitlement]);
    // One that was under way for days may be an old one once more.
    assert_eq!(appended(-2 * HOUR), [Kind::Entitlement]);
}

#[test]
fn an_entitlement_that_never_lay_there_is_found_and_one_that_was_replaced_is_counted() {
    let gone = |at: i64| {
        Forged::of(|file| {
            let of = table(file, "entitlement");
            file.execute(&format!("DELETE FROM {of} WHERE at = ?1"), [at]).unwrap();
        })
    };
    assert_eq!(gone(1).kinds(), [Kind::Entitlement]);
    // Of the consent the lane still has the end.
    let report = gone(0).report();
    assert_eq!(report.findings(), [], "{report}");
    assert!(report.beyond > 0);
}

//! Rules on elements of a list: `@items`.

use super::properties::{bundle, rulings};
use crate::{FieldOutcome, Ruling};
use avro_tree::FieldId;
use vocabulary::RecordType;

const ALL_BUT_THE_LIST: &str = "@id(\"ID\") @basis(\"TWO\") \
    permit (principal in Group::\"G1\", action, resource) \
    unless { resource == Field::\"liste\" };";

/// The ruling of these rules beside one that opens all but the list, and the list's field.
fn ruled(rules: &[&str]) -> (Ruling, FieldId, FieldId) {
    let rules: Vec<String> = [ALL_BUT_THE_LIST].iter().chain(rules).map(|r| (*r).into()).collect();
    let bundle = bundle(&rules);
    let schema = bundle.schema(RecordType::InspectionReport).unwrap();
    let field = |path| schema.field_by_path(path).unwrap();
    let sender = bundle.sender_class(&"AAA".parse().unwrap());
    (rulings(&bundle).get(sender, 0).clone(), field("liste"), field("liste[].kilde"))
}

fn items(rule: &str) -> String {
    format!(
        "@id(\"ID\") @basis(\"TWO\") @items(\"{rule}\") \
         permit (principal in Group::\"G1\", action, resource == Field::\"liste\");"
    )
}

#[test]
fn a_rule_on_elements_opens_those_it_names_and_says_which() {
    let (ruling, list, source) = ruled(&[&items("kilde = a | b")]);
    let FieldOutcome::Items { keep, grounds } = ruling.field(list) else {
        panic!("{:?}", ruling.field(list))
    };
    assert_eq!((keep.field, keep.values.as_slice()), (source, &["a".into(), "b".into()][..]));
    assert_eq!(grounds.rule().as_str(), "r1");
    assert!(ruling.releases());
}

#[test]
fn the_whole_list_reveals_more_than_some_of_it_and_two_choices_cannot_be_compared() {
    let whole = "@id(\"ID\") @basis(\"TWO\") \
                 permit (principal in Group::\"G1\", action, resource == Field::\"liste\");";
    let (ruling, list, _) = ruled(&[&items("kilde = a"), whole]);
    assert!(matches!(ruling.field(list), FieldOutcome::Release { .. }));
    let (ruling, list, _) = ruled(&[&items("kilde = a"), &items("kilde = b")]);
    assert!(!ruling.field(list).leaves(), "nothing decides between the two");
    let (ruling, list, _) = ruled(&[&items("kilde = a"), &items("kilde = a")]);
    assert!(matches!(ruling.field(list), FieldOutcome::Items { .. }));
}

#[test]
fn a_rule_on_elements_that_are_not_there_opens_nothing() {
    let (ruling, list, _) = ruled(&[&items("nope = a")]);
    assert!(!ruling.field(list).leaves());
}

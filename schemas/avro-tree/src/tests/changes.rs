//! Verdicts: each kind of change is found where it is, and breaking when it must be.

use super::{field, record};
use crate::{Change, Schema, compare};

/// The changes between two records, with paths.
fn changes(old: &str, new: &str) -> Vec<(String, Change)> {
    let verdict = compare(&record(old), &record(new));
    verdict.findings().iter().map(|finding| (finding.path.clone(), finding.change)).collect()
}

/// The one change of field `a` between two forms.
fn change(old: &str, new: &str) -> Option<Change> {
    let form = |rest: &str| format!(r#"{{"name":"a",{rest}}}"#);
    match changes(&form(old), &form(new)).as_slice() {
        [] => None,
        [(path, change)] if path == "a" => Some(*change),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_is_no_change() {
    let schema = record(&field("a", "PUB"));
    assert!(compare(&schema, &schema).findings().is_empty());
}

#[test]
fn a_new_field_needs_a_class_and_a_default() {
    let old = field("a", "PUB");
    let with = |more: &str| changes(&old, &format!("{old},{more}"));
    assert_eq!(with(&field("b", "PER")), [("b".into(), Change::Added)]);
    let bare = r#"{"name":"b","type":["null","int"],"default":null}"#;
    assert_eq!(with(bare), [("b".into(), Change::AddedUnclassified)]);
    let must = r#"{"name":"b","class":"PUB","type":"int"}"#;
    assert!(with(must).contains(&("b".into(), Change::AddedWithoutDefault)));
    let deep = r#"{"name":"b","class":"OFF","default":null,"type":["null",{"type":"record",
        "name":"B","fields":[{"name":"c","type":["null","int"]}]}]}"#;
    assert!(with(deep).contains(&("b.c".into(), Change::AddedUnclassified)), "within it too");
    for breaking in [Change::AddedUnclassified, Change::AddedWithoutDefault] {
        assert!(breaking.is_breaking());
    }
    assert!(!Change::Added.is_breaking());
}

#[test]
fn a_class_may_only_narrow() {
    let of = |class: &str| format!(r#""class":"{class}","type":["null","int"]"#);
    let none = r#""type":["null","int"]"#;
    for (old, new, found, breaking) in [
        (of("PUB"), of("OFF"), Change::ClassNarrowed, false),
        (of("OFF"), of("PER"), Change::ClassNarrowed, false),
        (of("OFF"), of("PUB"), Change::ClassWidened, true),
        (of("PER"), of("OFF"), Change::ClassWidened, true),
        (of("PER"), of("BIZ"), Change::ClassWidened, true),
        (none.to_owned(), of("SRC"), Change::ClassWidened, true),
        (of("PUB"), none.to_owned(), Change::Unclassified, true),
    ] {
        assert_eq!(change(&old, &new), Some(found), "{old} {new}");
        assert_eq!(found.is_breaking(), breaking);
    }
}

#[test]
fn marks_that_protect_may_not_go() {
    let kind = r#""type":["null","string"]"#;
    for mark in ["subject", "freeText"] {
        let with = format!(r#"{kind},"{mark}":true"#);
        assert_eq!(change(&with, kind), Some(Change::ProtectionDropped));
        assert_eq!(change(kind, &with), Some(Change::ProtectionAdded));
    }
    let published = format!(r#"{kind},"published":true"#);
    assert_eq!(change(kind, &published), Some(Change::ProtectionDropped));
    let frozen = format!(r#"{kind},"frozen":true"#);
    assert_eq!(change(&frozen, kind), Some(Change::Unfrozen));
    assert_eq!(change(kind, &frozen), Some(Change::Frozen));
    let gone = changes(&format!(r#"{{"name":"a",{frozen}}}"#), "");
    assert_eq!(gone, [("a".into(), Change::Unfrozen)]);
    for breaking in [Change::ProtectionDropped, Change::Unfrozen, Change::Frozen] {
        assert!(breaking.is_breaking());
    }
}

#[test]
fn types_may_only_be_promoted() {
    let of = |kind: &str| format!(r#""type":{kind}"#);
    let date = r#"{"type":"int","logicalType":"date"}"#;
    let word = |symbols: &str| format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]}}"#);
    for (old, new, found) in [
        (r#""int""#, r#""long""#, Change::TypePromoted),
        (r#""long""#, r#""int""#, Change::TypeChanged),
        (r#""string""#, r#""int""#, Change::TypeChanged),
        (date, r#""int""#, Change::TypeChanged),
        (r#"["null","int"]"#, r#"["null","int","string"]"#, Change::BranchAdded),
        (r#"["null","int","string"]"#, r#"["null","int"]"#, Change::BranchRemoved),
        (r#""int""#, r#"["null","int"]"#, Change::BranchAdded),
        (r#"["null","int"]"#, r#""int""#, Change::BranchRemoved),
        (&word(r#""x""#), &word(r#""x","y""#), Change::SymbolAdded),
        (&word(r#""x","y""#), &word(r#""x""#), Change::SymbolRemoved),
    ] {
        assert_eq!(change(&of(old), &of(new)), Some(found), "{old} {new}");
        let harmless = matches!(found, Change::TypePromoted | Change::SymbolAdded);
        assert_eq!(found.is_breaking(), !harmless, "{found:?}");
    }
}

#[test]
fn a_rename_by_alias_is_no_loss() {
    let renamed = r#"{"name":"b","aliases":["a"],"class":"PUB","type":["null","string"]}"#;
    assert_eq!(changes(&field("a", "PUB"), renamed), []);
    assert_eq!(changes(&field("a", "PUB"), &field("b", "PUB")).len(), 2);
}

#[test]
fn facts_may_grow_but_not_move() {
    let schema = |symbols: &str, strictest: &str| {
        Schema::parse(&format!(
            r#"{{"type":"record","name":"R","facts":[{{"name":"k","path":"k",
            "values":[{symbols}],"strictest":"{strictest}"}}],"fields":[{{"name":"k","type":
            {{"type":"enum","name":"E","symbols":[{symbols}]}}}}]}}"#
        ))
        .unwrap()
    };
    let found = |old: &Schema, new: &Schema| -> Vec<Change> {
        let verdict = compare(old, new);
        verdict.findings().iter().filter(|f| f.path == "k").map(|f| f.change).collect()
    };
    let old = schema(r#""a","b""#, "b");
    assert!(found(&old, &schema(r#""a","b","c""#, "b")).contains(&Change::FactAdded));
    assert!(found(&old, &schema(r#""a","b""#, "a")).contains(&Change::FactChanged));
    assert!(found(&old, &schema(r#""b""#, "b")).contains(&Change::FactChanged));
    let none = Schema::parse(
        r#"{"type":"record","name":"R","fields":[{"name":"k","type":{"type":"enum","name":"E",
        "symbols":["a","b"]}}]}"#,
    )
    .unwrap();
    assert_eq!(found(&old, &none), [Change::FactChanged]);
    assert!(Change::FactChanged.is_breaking() && !Change::FactAdded.is_breaking());
}

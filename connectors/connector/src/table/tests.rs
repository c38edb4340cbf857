//! Headers as they are found, and rows as they are refused.

use super::Binding;
use crate::{Error, Mapping, Refusal, Rule, Said};
use vocabulary::Timestamp;

const MAPPING: &str = r#"
source = "DAT"
producer = "974761211"
[[kind]]
name = "plan"
record_type = "planned_inspection"
files = ["plan"]
object = { column = "sak", aliases = ["saksnummer"] }
operation = { column = "endring", optional = true, state = ["ny"], gone = ["fjernet"] }
[[kind.field]]
column = "orgnr"
to = "subjekt.tildaenhet"
read = "orgnr"
required = true
[[kind.field]]
column = "dato"
to = "planlagteKontroller[0].planlagtkontrolldato"
read = { date = "yyyy-mm-dd" }
unset = ["ukjent"]
[[kind.field]]
column = "notat"
optional = true
to = "tilsynsutvelgelse"
content = false
"#;

const NOW: Timestamp = Timestamp::from_micros(5);

fn bind(header: &[&str]) -> Result<Binding, Error> {
    let mapping = Mapping::load(MAPPING, |_| None)?;
    Binding::new(&mapping.kinds()[0], header)
}

fn refused(header: &[&str], cells: &[&str]) -> Vec<(String, String, Rule)> {
    let refusals = bind(header).unwrap().read(7, cells, NOW).unwrap_err();
    assert!(refusals.iter().all(|refusal| refusal.row() == 7));
    let parts = |refusal: &Refusal| {
        (refusal.column().to_owned(), refusal.path().to_owned(), refusal.rule())
    };
    refusals.iter().map(parts).collect()
}

#[test]
fn headers_are_found_in_any_case_order_and_known_spelling() {
    for header in [["sak", "orgnr", "dato"], ["\u{feff}Dato", " OrgNr ", "SAKSNUMMER"]] {
        assert!(bind(&header).is_ok(), "{header:?}");
    }
    let missing = bind(&["sak", "dato"]).unwrap_err();
    assert_eq!(missing, Error::Column { kind: "plan".to_owned(), column: "orgnr".to_owned() });
    assert_eq!(bind(&["sak", "orgnr", "dato", "Sak"]).unwrap_err().code(), "CONN-006");
}

#[test]
fn every_fault_of_a_row_is_told_without_its_values() {
    let header = ["sak", "orgnr", "dato", "endring"];
    let faults = refused(&header, &["", "123456789", "i morgen", "kanskje"]);
    let rules: Vec<Rule> = faults.iter().map(|(_, _, rule)| *rule).collect();
    assert_eq!(rules, [Rule::Object, Rule::Operation, Rule::OrgNumber, Rule::Date]);
    let texts = bind(&header).unwrap().read(7, &["", "123456789", "x", "y"], NOW).unwrap_err();
    assert!(!texts.iter().any(|refusal| refusal.to_string().contains("123456789")));
    let (column, path, _) = &faults[3];
    assert_eq!(
        (column.as_str(), path.as_str()),
        ("dato", "planlagteKontroller[0].planlagtkontrolldato")
    );
}

#[test]
fn required_and_width_hold() {
    let header = ["sak", "orgnr", "dato"];
    assert_eq!(refused(&header, &["1", " ", ""])[0].2, Rule::Required);
    assert_eq!(refused(&header, &["1", "974761211"])[0].2, Rule::Cells);
}

#[test]
fn a_removal_needs_only_its_object() {
    let header = ["sak", "orgnr", "dato", "endring"];
    let reading = bind(&header).unwrap().read(2, &["1", "", "", "Fjernet"], NOW).unwrap();
    assert_eq!((reading.object(), reading.said()), ("1", Said::Gone));
}

#[test]
fn sameness_looks_at_content_columns_only() {
    let header = ["sak", "orgnr", "dato", "notat"];
    let binding = bind(&header).unwrap();
    let said = |cells: &[&str]| binding.read(2, cells, NOW).unwrap().said();
    let first = said(&["1", "974761211", "2026-03-16", "a"]);
    assert_eq!(first, said(&["1", " 974761211", "2026-03-16 ", "b"]));
    assert_ne!(first, said(&["1", "974761211", "ukjent", "a"]));
    // The same cells in a table with other columns, and in another order.
    let other = bind(&["dato", "lengdegrad", "orgnr", "sak"]).unwrap();
    let moved = other.read(2, &["2026-03-16", "10.7", "974761211", "1"], NOW).unwrap();
    assert_eq!(first, moved.said());
}

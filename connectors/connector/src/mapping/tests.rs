//! What a mapping may say, and how it is told what is wrong with it.

use super::Mapping;
use crate::Error;

const HEAD: &str = r#"
source = "DAT"
producer = "974761211"
[[kind]]
name = "sanction"
record_type = "sanction"
files = ["reaksjon"]
object = { column = "id" }
"#;

fn load(rest: &str) -> Result<Mapping, Error> {
    Mapping::load(&format!("{HEAD}{rest}"), |_| None)
}

fn field(line: &str) -> Result<Mapping, Error> {
    load(&format!("[[kind.field]]\ncolumn = \"c\"\n{line}"))
}

fn code(loaded: Result<Mapping, Error>) -> &'static str {
    loaded.err().map_or("none", |error| error.code())
}

#[test]
fn a_small_mapping_loads() {
    let mapping = field("to = \"beloep\"\nread = \"kroner\"").unwrap();
    assert_eq!(mapping.source().as_str(), "DAT");
    assert_eq!(mapping.kind_of_file("Reaksjoner-2026.csv").unwrap().name(), "sanction");
    assert_eq!(mapping.kind_of_file("plan.csv").err(), Some(Error::Kind));
}

#[test]
fn what_the_contract_does_not_have_is_refused() {
    assert_eq!(code(field("to = \"belop\"")), "CONN-002");
    assert_eq!(code(field("to = \"subjekt.navn.x\"")), "CONN-002");
    assert_eq!(code(load("stamp = { \"finnes.ikke\" = 1 }")), "CONN-002");
}

#[test]
fn what_a_field_cannot_hold_is_refused() {
    assert_eq!(code(field("to = \"beloep\"")), "CONN-003");
    assert_eq!(code(field("to = \"reaksjonsdato\"\nread = \"time\"")), "CONN-003");
    assert_eq!(code(field("to = \"subjekt\"")), "CONN-003");
    let table = "read = { code = { x = \"finnesIkke\" } }";
    assert_eq!(code(field(&format!("to = \"reaksjonstype\"\n{table}"))), "CONN-003");
    assert_eq!(code(load("stamp = { \"fakta.akrimsak\" = \"kanskje\" }")), "CONN-003");
}

#[test]
fn the_machines_own_fields_and_doubles_are_refused() {
    assert_eq!(code(field("to = \"konvolutt.versjon\"")), "CONN-004");
    assert_eq!(code(field("to = \"subjekt.objektId\"")), "CONN-004");
    let twice = "to = \"valuta\"\n[[kind.field]]\ncolumn = \"d\"\nto = \"valuta\"";
    assert_eq!(code(field(twice)), "CONN-004");
}

#[test]
fn what_is_not_a_mapping_is_refused_with_its_line() {
    let error = field("too = \"valuta\"").err();
    assert!(matches!(error, Some(Error::Text { line: 9.., .. })), "{error:?}");
    assert_eq!(code(load("[[")), "CONN-001");
    assert_eq!(code(load(&"#\n".repeat(200_000))), "CONN-005");
}

const FORM: &str = r#"
delimiter = ";"
[[kind]]
name = "plan"
record_type = "planned_inspection"
files = ["plan"]
object = { column = "id" }
[[kind]]
name = "rapport"
record_type = "inspection_report"
files = ["rapport"]
object = { column = "id" }
"#;

#[test]
fn a_form_lends_the_kinds_that_are_wanted() {
    let with = |kinds: &str| {
        let head = "source = \"DAT\"\nproducer = \"974761211\"\nform = \"eksport\"";
        let form = |name: &str| (name == "eksport").then(|| FORM.to_owned());
        Mapping::load(&format!("{head}\nkinds = {kinds}"), form)
    };
    let mapping = with("[\"plan\"]").unwrap();
    assert_eq!((mapping.kinds().len(), mapping.delimiter()), (1, Some(';')));
    assert_eq!(code(with("[\"plan\", \"reaksjon\"]")), "CONN-008");
    assert_eq!(code(with("[]")), "CONN-005");
}

/// Every mapping we ship loads, and is named after its source.
#[test]
fn the_shipped_mappings_load() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../mappings");
    let form = |name: &str| std::fs::read_to_string(format!("{folder}/forms/{name}.toml")).ok();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mapping = Mapping::load(&text, form)
            .unwrap_or_else(|error| panic!("{}: {} {error}", path.display(), error.code()));
        assert_eq!(path.file_stem().unwrap().to_str(), Some(mapping.source().as_str()));
        count += 1;
    }
    assert_eq!(count, 13);
}

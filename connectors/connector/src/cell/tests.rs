//! Forms of cells: what is read, what is unset, what is refused.

use super::{Part, Pattern, Reader, Value};
use crate::refusal::Rule;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn text(value: &str) -> Result<Option<Value>, Rule> {
    Ok(Some(Value::Text(value.to_owned())))
}

fn date(pattern: &str) -> Reader {
    Reader::Date(Pattern::try_from(pattern.to_owned()).unwrap())
}

#[test]
fn an_organisation_number_is_checked_and_may_be_grouped() {
    assert_eq!(Reader::Orgnr.read(" 974 761 211 "), text("974761211"));
    assert_eq!(Reader::Orgnr.read("974761212"), Err(Rule::OrgNumber));
    assert_eq!(Reader::Orgnr.read(""), Ok(None));
}

#[test]
fn a_date_follows_its_pattern() {
    assert_eq!(date("ddmmyyyy").read("02011970"), Ok(Some(Value::Days(1))));
    assert_eq!(date("yyyy-mm-dd").read("1969-12-31"), Ok(Some(Value::Days(-1))));
    assert_eq!(date("dd.mm.yyyy").read("16.03.2026"), Ok(Some(Value::Days(20_528))));
    assert_eq!(date("yyyy-mm-dd").read("2026-03-16T00:00:00"), Ok(Some(Value::Days(20_528))));
    for wrong in ["31022026", "1632026", "16032026x", "16-03-2026", "00012026"] {
        assert_eq!(date("ddmmyyyy").read(wrong), Err(Rule::Date), "{wrong}");
    }
}

#[test]
fn year_one_is_unset() {
    assert_eq!(date("yyyy-mm-dd").read("0001-01-01"), Ok(None));
}

#[test]
fn a_pattern_names_day_month_and_year_once() {
    for wrong in ["", "ddmm", "ddmmyy", "ddddmmyyyy", "dd.mm.yyyy dd"] {
        assert!(Pattern::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn a_time_needs_its_offset() {
    let micros = Ok(Some(Value::Micros(1_773_730_603_620_000)));
    assert_eq!(Reader::Time.read("2026-03-17T06:56:43.620Z"), micros);
    assert_eq!(Reader::Time.read("2026-03-17T07:56:43.620+01:00"), micros);
    assert_eq!(Reader::Time.read("2026-03-17T06:56:43"), Err(Rule::Time));
}

#[test]
fn amounts_are_read_as_oere() {
    let amount = |cell: &str| Reader::Kroner.read(cell);
    assert_eq!(amount("12 500,50"), Ok(Some(Value::Whole(1_250_050))));
    assert_eq!(amount("12\u{a0}500"), Ok(Some(Value::Whole(1_250_000))));
    assert_eq!(amount("-1.5"), Ok(Some(Value::Whole(-150))));
    for wrong in ["1,005", "kr 5", "1e3", ",5", "99999999999999999999"] {
        assert_eq!(amount(wrong), Err(Rule::Amount), "{wrong}");
    }
}

#[test]
fn a_code_is_found_in_any_case_and_nothing_else_is() {
    let table = BTreeMap::from([("Gul".to_owned(), "paalegg".to_owned())]);
    let reader = Reader::Code(table).resolved(&[]);
    assert_eq!(reader.read("GUL"), text("paalegg"));
    assert_eq!(reader.read("roed"), Err(Rule::Code));
    let symbols = ["ikkeAngitt".to_owned()];
    let own = Reader::Symbol.resolved(&symbols);
    assert_eq!(own.read("ikkeangitt"), text("ikkeAngitt"));
}

#[test]
fn an_address_is_cut_from_its_end() {
    let parts = |cell: &str| {
        [Part::Street, Part::Number, Part::Postcode, Part::Place]
            .map(|part| part.read(cell).unwrap_or_default().to_owned())
    };
    assert_eq!(
        parts("Karl Johans gate 37, 0162, Oslo"),
        ["Karl Johans gate", "37", "0162", "Oslo"]
    );
    assert_eq!(
        parts("Midtstranda, 2321 Hamar, 2321, HAMAR"),
        ["Midtstranda, 2321 Hamar", "", "2321", "HAMAR"]
    );
    assert_eq!(parts("6763, HORNINDAL"), ["", "", "6763", "HORNINDAL"]);
    assert_eq!(parts("ved kaia"), ["ved kaia", "", "", ""]);
    assert_eq!(parts("ved kaia, Lovund"), ["ved kaia, Lovund", "", "", ""]);
}

#[test]
fn a_list_holds_what_its_reader_reads() {
    let list = Reader::List { separator: ',', of: Box::new(Reader::Orgnr) };
    let two = ["974761211", "985399077"].map(|number| Value::Text(number.to_owned()));
    assert_eq!(list.read("974761211, 985399077,"), Ok(Some(Value::List(two.to_vec()))));
    assert_eq!(list.read("974761211,1"), Err(Rule::OrgNumber));
    let long = "a,".repeat(65);
    let texts = Reader::List { separator: ',', of: Box::default() };
    assert_eq!(texts.read(&long), Err(Rule::List));
}

#[test]
fn text_has_no_control_characters_and_an_end() {
    assert_eq!(Reader::Text.read("to\nlinjer"), text("to\nlinjer"));
    assert_eq!(Reader::Text.read("bell\u{7}"), Err(Rule::Text));
    assert_eq!(Reader::Text.read(&"x".repeat(32 * 1024 + 1)), Err(Rule::Text));
}

proptest! {
    /// No cell panics a reader, whatever it holds.
    #[test]
    fn no_cell_is_too_strange(cell in "\\PC{0,40}", digits in "[0-9., -]{0,24}") {
        let readers = [
            Reader::Text,
            Reader::Orgnr,
            Reader::Municipality,
            date("ddmmyyyy"),
            Reader::Time,
            Reader::Integer { min: -1, max: 3 },
            Reader::Kroner,
            Reader::YesNo,
            Reader::Address(Part::Street),
            Reader::List { separator: ',', of: Box::new(Reader::Kroner) },
        ];
        for reader in readers {
            let _strange = reader.read(&cell);
            let _digits = reader.read(&digits);
        }
    }

    /// Whole amounts come back as hundredfold, however they are written.
    #[test]
    fn amounts_keep_their_worth(kroner in 0_i64..1_000_000_000, oere in 0_i64..100) {
        let cell = format!("{kroner},{oere:02}");
        prop_assert_eq!(Reader::Kroner.read(&cell), Ok(Some(Value::Whole(kroner * 100 + oere))));
    }
}

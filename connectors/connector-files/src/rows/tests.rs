//! Tables as they come: agreeing with a well-kept reader on good ones, going on after bad rows.

use super::{Fault, Rows};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Vec<Result<Vec<String>, Fault>> {
    read_bounded(bytes, 4_096)
}

fn read_bounded(bytes: &[u8], row_bytes: usize) -> Vec<Result<Vec<String>, Fault>> {
    let mut rows = Rows::new(bytes, None, row_bytes).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        found.push(row.cells);
    }
    found
}

fn row(cells: &[&str]) -> Result<Vec<String>, Fault> {
    Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn marks_endings_and_delimiters_are_tolerated() {
    assert_eq!(
        read("\u{feff}a;b\r\n1;\"x;y\"\r\n".as_bytes()),
        [row(&["a", "b"]), row(&["1", "x;y"])]
    );
    assert_eq!(read(b"a,b,c;\n1,2,\n\n"), [row(&["a", "b", "c;"]), row(&["1", "2", ""])]);
    assert_eq!(read(b"a;b\n\"to\nlinjer\";2"), [row(&["a", "b"]), row(&["to\nlinjer", "2"])]);
    assert_eq!(read(b""), []);
}

#[test]
fn an_open_quote_costs_its_own_row_only() {
    let table = b"a;b\n1;\"open\n2;two\n3;three\n";
    let expected = [row(&["a", "b"]), Err(Fault::Form), row(&["2", "two"]), row(&["3", "three"])];
    assert_eq!(read(table), expected);
    assert_eq!(read(b"a;b\n\"x\"y;1\n2;2\n")[1..], [Err(Fault::Form), row(&["2", "2"])]);
}

#[test]
fn a_long_row_costs_itself_only() {
    let long = format!("a;b\n1;{}\n2;two\n", "x".repeat(500));
    assert_eq!(read_bounded(long.as_bytes(), 64)[1..], [Err(Fault::Form), row(&["2", "two"])]);
    let many = format!("a;b\n\"{}\n2;two\n", "y\n".repeat(100));
    assert_eq!(read_bounded(many.as_bytes(), 64)[1], Err(Fault::Form));
}

#[test]
fn text_that_is_not_utf8_is_told() {
    assert_eq!(read(b"a;b\n1;\xe6\n2;ok\n")[1..], [Err(Fault::Encoding), row(&["2", "ok"])]);
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts() {
    let mut rows = Rows::new(&b"a;b\n\"1\n1\";x\n\n2;y\n"[..], None, 64).unwrap();
    let mut numbers = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        numbers.push(row.number);
    }
    assert_eq!(numbers, [1, 2, 4]);
}

proptest! {
    /// Whatever a well-kept writer writes, we read as it was.
    #[test]
    fn written_tables_come_back(
        table in prop::collection::vec(prop::collection::vec("[a-z \";,\r\næ]{0,6}", 3), 1..8),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        for cells in &table {
            writer.write_record(cells).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut rows = Rows::new(bytes.as_slice(), Some(';'), 4_096).unwrap();
        for cells in &table {
            // A lone return is no line ending here; the writer quotes it, so it comes back.
            prop_assert_eq!(rows.next_row().unwrap().unwrap().cells, Ok(cells.clone()));
        }
        prop_assert!(rows.next_row().unwrap().is_none());
    }

    /// No bytes panic the reader or make it go on for ever.
    #[test]
    fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let rows = read_bounded(&bytes, 32);
        prop_assert!(rows.len() <= bytes.len());
    }
}

//! The sheet of refused rows reads back, and mends.

use super::{RefusedRow, sheet};
use crate::Rows;

#[test]
fn the_sheet_holds_reason_and_row() {
    let header = ["sak", "notat"].map(str::to_owned);
    let row = RefusedRow {
        row: 7,
        column: "sak".to_owned(),
        path: "subjekt.objektId".to_owned(),
        code: "CONN-013".to_owned(),
        rule: "a rule".to_owned(),
        fix: "a fix; perhaps".to_owned(),
        cells: ["", "to\nlinjer \"her\""].map(str::to_owned).to_vec(),
    };
    let bytes = sheet(&header, &[row]);
    let mut rows = Rows::new(bytes.as_slice(), None, 4_096).unwrap();
    let head = rows.next_row().unwrap().unwrap().cells.unwrap();
    assert_eq!(head[5..], ["samsyn_fix", "sak", "notat"]);
    let cells = rows.next_row().unwrap().unwrap().cells.unwrap();
    assert_eq!(cells[0], "7");
    assert_eq!(cells[5..], ["a fix; perhaps", "", "to\nlinjer \"her\""]);
}

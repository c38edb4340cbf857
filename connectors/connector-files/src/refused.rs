//! The sheet of refused rows, for the owner of the file: what was wrong, where, and the row itself,
//! in a form that can be mended and dropped again. Kept in the owner's own folder only.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// Columns that come before the file's own.
const TOLD: [&str; 6] =
    ["samsyn_row", "samsyn_column", "samsyn_path", "samsyn_code", "samsyn_rule", "samsyn_fix"];

/// A refused row with one of its faults; a row with several stands several times.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The row, as a spreadsheet counts.
    pub row: u64,
    /// The column of the file.
    pub column: String,
    /// The path in the contract.
    pub path: String,
    /// The code of the rule.
    pub code: String,
    /// The rule in words.
    pub rule: String,
    /// What the owner can do.
    pub fix: String,
    /// The row's cells, as far as it had any.
    pub cells: Vec<String>,
}

/// Tells where, never what.
impl std::fmt::Debug for RefusedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RefusedRow({} {} {})", self.row, self.code, self.path)
    }
}

/// The sheet: semicolons, a byte-order mark, the file's own header behind our columns. The cells
/// are the owner's and stand as they were.
pub fn sheet(header: &[String], rows: &[RefusedRow]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    push_row(&mut text, TOLD.into_iter().chain(header.iter().map(String::as_str)));
    for row in rows {
        let number = row.row.to_string();
        let told = [&number, &row.column, &row.path, &row.code, &row.rule, &row.fix];
        push_row(&mut text, told.into_iter().chain(&row.cells).map(String::as_str));
    }
    text.into_bytes()
}

/// Adds a row, quoting what needs it.
pub(crate) fn push_row<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(';');
        }
        if cell.contains([';', '"', '\r', '\n']) || cell.trim() != cell {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

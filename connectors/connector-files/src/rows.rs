//! Reads a delimited table row by row, bounded. A row that cannot be read is told and passed over;
//! the rows after it are read. What the cells mean is the mapping's knowledge.

mod line;
#[cfg(test)]
mod tests;

use crate::limits;
use line::Split;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// Why a row could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The row is not UTF-8.
    Encoding,
    /// A quote is never closed, or text follows a closed one; or the row is too long.
    Form,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row as a spreadsheet counts: the header is row 1.
    pub number: u64,
    /// Its cells.
    pub cells: Result<Vec<String>, Fault>,
}

/// A table under way.
pub struct Rows<R> {
    input: R,
    delimiter: u8,
    row_bytes: usize,
    number: u64,
    /// Lines read ahead while looking for the end of a row.
    ahead: VecDeque<Line>,
}

/// A line with its ending; `long` when its middle was thrown away at the bound.
#[derive(Debug, Default)]
struct Line {
    bytes: Vec<u8>,
    long: bool,
}

// === impl Rows ===

impl<R: BufRead> Rows<R> {
    /// Begins a table. Without a delimiter, the more frequent of `;` and `,` in the first line is
    /// taken. `row_bytes` is tightened to the bound of [`limits::ROW_BYTES`].
    pub fn new(input: R, delimiter: Option<char>, row_bytes: usize) -> io::Result<Self> {
        let row_bytes = row_bytes.min(limits::ROW_BYTES);
        let mut rows =
            Rows { input, delimiter: b';', row_bytes, number: 0, ahead: VecDeque::new() };
        let mut first = rows.line()?.unwrap_or_default();
        if let Some(rest) = first.bytes.strip_prefix("\u{feff}".as_bytes()) {
            first.bytes = rest.to_vec();
        }
        rows.delimiter = match delimiter.map(u8::try_from) {
            Some(Ok(delimiter)) => delimiter,
            _ => likelier(&first.bytes),
        };
        if !first.bytes.is_empty() {
            rows.ahead.push_back(first);
        }
        Ok(rows)
    }

    /// The next row, the header first; none at the end. Blank lines are passed over.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let Some(line) = self.take_line()? else { return Ok(None) };
            self.number += 1;
            if line.bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) && !line.long {
                continue;
            }
            let cells = self.row(&line)?;
            return Ok(Some(Row { number: self.number, cells }));
        }
    }

    /// A row that begins with `line`, and takes further lines while a quote is open. Where none
    /// closes it within bounds, the lines are given back and the first alone is at fault.
    fn row(&mut self, line: &Line) -> io::Result<Result<Vec<String>, Fault>> {
        let mut length = line.bytes.len();
        let mut long = line.long;
        let mut taken: Vec<Line> = Vec::new();
        let mut split = Split::new(self.delimiter);
        loop {
            if long || length > self.row_bytes || taken.len() >= limits::ROW_LINES {
                break;
            }
            match split.feed(&taken.last().unwrap_or(line).bytes) {
                line::State::Whole(cells) => return Ok(text(cells)),
                line::State::Broken => break,
                line::State::Open => match self.take_line()? {
                    None => break,
                    Some(next) => {
                        long = next.long;
                        length += next.bytes.len();
                        taken.push(next);
                    }
                },
            }
        }
        for line in taken.into_iter().rev() {
            self.ahead.push_front(line);
        }
        Ok(Err(Fault::Form))
    }

    fn take_line(&mut self) -> io::Result<Option<Line>> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.line(),
        }
    }

    /// One line with its ending. More than the bound is read past, not kept.
    fn line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line::default();
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = available.iter().position(|byte| *byte == b'\n').map(|end| end + 1);
            let length = end.unwrap_or(available.len());
            let room = (self.row_bytes + 1).saturating_sub(line.bytes.len());
            line.long |= length > room;
            line.bytes.extend(available.iter().take(length.min(room)));
            self.input.consume(length);
            if end.is_some() || length == 0 {
                let nothing = line.bytes.is_empty() && !line.long;
                return Ok(if nothing { None } else { Some(line) });
            }
        }
    }
}

fn likelier(header: &[u8]) -> u8 {
    let count = |wanted: u8| header.iter().filter(|byte| **byte == wanted).count();
    if count(b',') > count(b';') { b',' } else { b';' }
}

fn text(cells: Vec<Vec<u8>>) -> Result<Vec<String>, Fault> {
    if cells.len() > limits::CELLS {
        return Err(Fault::Form);
    }
    let cells = cells.into_iter().map(|cell| String::from_utf8(cell).map_err(|_| Fault::Encoding));
    cells.collect()
}

//! Splits one row into cells, line by line while a quote is open (RFC 4180 with any delimiter). A
//! quote opens a cell only at its beginning; elsewhere it is a letter.

/// Where a row stands after a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The row is whole.
    Whole(Vec<Vec<u8>>),
    /// A quote is open: the row goes on in the next line.
    Open,
    /// Text follows a closed quote.
    Broken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: doubled, or the end.
    Quote,
}

/// A row under way.
#[derive(Debug)]
pub(super) struct Split {
    delimiter: u8,
    place: Place,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
}

// === impl Split ===

impl Split {
    pub(super) fn new(delimiter: u8) -> Self {
        Split { delimiter, place: Place::Start, cells: Vec::new(), cell: Vec::new() }
    }

    /// Takes the next line, with its ending.
    pub(super) fn feed(&mut self, line: &[u8]) -> State {
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        for byte in body {
            if !self.step(*byte) {
                return State::Broken;
            }
        }
        if self.place == Place::Quoted {
            // The line's own ending belongs to the cell.
            self.cell.extend(line.iter().skip(body.len()));
            return State::Open;
        }
        self.end();
        State::Whole(std::mem::take(&mut self.cells))
    }

    fn end(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.place = Place::Start;
    }

    fn step(&mut self, byte: u8) -> bool {
        match (self.place, byte) {
            (Place::Quoted, b'"') => self.place = Place::Quote,
            (Place::Quoted, byte) => self.cell.push(byte),
            (_, byte) if byte == self.delimiter => self.end(),
            (Place::Start, b'"') => self.place = Place::Quoted,
            (Place::Quote, b'"') => {
                self.cell.push(b'"');
                self.place = Place::Quoted;
            }
            (Place::Quote, _) => return false,
            (Place::Start | Place::Plain, byte) => {
                self.cell.push(byte);
                self.place = Place::Plain;
            }
        }
        true
    }
}

//! One dropped file on its way into the spool, chunk by chunk. Rows, sequence, map of objects and
//! progress are one transaction, so a file is taken up again exactly where it was left.

use super::door::Door;
use super::taking::{Came, Taking};
use crate::limits::{CHUNK_BYTES, CHUNK_ROWS, REFUSED_ROWS};
use crate::spool::{Entry, Progress, Spool};
use crate::{Error, Tally};
use connector::{Binding, Reading, Refusal, Rule};
use connector_files::{Fault, Folder, Opened, RefusedRow, Row, Rows, refused_sheet};
use std::fs::File;
use std::io::{self, BufReader};
use vocabulary::{Digest, Timestamp};

/// A file under way.
pub(super) struct FileWork {
    name: String,
    digest: Digest,
    header: Vec<String>,
    rows: Rows<BufReader<File>>,
    binding: Binding,
    progress: Progress,
}

// === impl FileWork ===

impl FileWork {
    /// Opens a file and goes to where it was left.
    pub(super) fn open(door: &Door, name: &str) -> Result<FileWork, Error> {
        let Opened { file, digest } = door.folder.open(name)?;
        let unread = |error: io::Error| read_error(name, &error);
        let row_bytes = usize::try_from(door.settings.limits.row_bytes).unwrap_or(usize::MAX);
        let mut rows =
            Rows::new(BufReader::new(file), door.mapping.delimiter(), row_bytes).map_err(unread)?;
        let header = rows.next_row().map_err(unread)?.and_then(|row| row.cells.ok());
        let headless = || connector_files::Error::Header { file: name.to_owned() };
        let header = header.ok_or_else(headless)?;
        let kind = door.mapping.kind_of_file(name)?;
        let binding = Binding::new(kind, &header.iter().map(String::as_str).collect::<Vec<_>>())?;
        let progress = door.spool.progress(name, &digest)?;
        let mut at = 1;
        while at < progress.rows && !progress.finished {
            at = rows.next_row().map_err(unread)?.map_or(u64::MAX, |row| row.number);
        }
        Ok(FileWork { name: name.to_owned(), digest, header, rows, binding, progress })
    }

    /// Whether all rows have been taken.
    pub(super) fn is_finished(&self) -> bool {
        self.progress.finished
    }

    /// Takes the next rows into the spool, durably, or none of them.
    pub(super) fn chunk(&mut self, door: &mut Door) -> Result<(), Error> {
        let (rows, finished) = self.read().map_err(|error| read_error(&self.name, &error))?;
        let kind = self.binding.kind();
        door.know_schema(kind.record_type())?;
        let now = door.now();
        let mut taking = Taking::new(&door.settings.id, &door.machine, &door.schemas, now);
        let record_type = Some(kind.record_type());
        let mut progress = self.progress;
        door.spool.write(|entry| {
            if progress.rows == 0 {
                // What an earlier file of this name left behind.
                entry.forget(&self.name)?;
            }
            for row in &rows {
                let cells = row.cells.iter().flatten().map(String::as_str).collect::<Vec<_>>();
                let read = read(&self.binding, row, &cells, now);
                if let Came::Refused(refusals) = taking.take(entry, record_type, read)?
                    && progress.tally.refused + taking.tally.refused <= REFUSED_ROWS
                {
                    tell(entry, &self.name, &cells, &refusals)?;
                }
                progress.rows = row.number;
            }
            taking.seal(entry, &door.key)?;
            progress.tally += taking.tally;
            progress.finished = finished;
            entry.progress(&self.name, &self.digest, &progress, taking.tally)?;
            if finished {
                entry.taken(&self.name, now, &progress.tally)?;
            }
            Ok(())
        })?;
        self.progress = progress;
        door.service.counts.read(&door.settings.id, &taking.chunks);
        Ok(())
    }

    /// Tells what was refused, puts the file aside, and forgets it.
    pub(super) fn finish(self, door: &mut Door) -> Result<(), Error> {
        tell_refused(&door.spool, &door.folder, &self.name, &self.digest, &self.header)?;
        door.folder.done(&self.name)?;
        door.spool.write(|entry| entry.forget(&self.name))?;
        let (source, file) = (&door.settings.id, &self.name);
        let Tally { rows, first, next, retracted, unchanged, never_seen, already_gone, refused } =
            self.progress.tally;
        tracing::info!(
            %source, file, rows, first, next, retracted, unchanged, never_seen, already_gone,
            refused, "file taken"
        );
        Ok(())
    }

    /// Up to a chunk of rows, and whether the file ends with them.
    fn read(&mut self) -> io::Result<(Vec<Row>, bool)> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
            let Some(row) = self.rows.next_row()? else { return Ok((rows, true)) };
            bytes += row.cells.iter().flatten().map(String::len).sum::<usize>();
            rows.push(row);
        }
        Ok((rows, false))
    }
}

/// Forgets a file that is no longer there; what was refused of it is told first.
pub(super) fn settle(
    spool: &mut Spool,
    folder: &Folder,
    name: &str,
    digest: &Digest,
) -> Result<(), Error> {
    tell_refused(spool, folder, name, digest, &[])?;
    spool.write(|entry| entry.forget(name))
}

/// Writes the sheet of refused rows, named after the file and its content: told twice, it stands
/// once.
fn tell_refused(
    spool: &Spool,
    folder: &Folder,
    name: &str,
    digest: &Digest,
    header: &[String],
) -> Result<(), Error> {
    let faults = spool.refused(name)?;
    let rows = faults.iter().map(|fault| serde_json::from_str(fault).map_err(|_| Error::Corrupt));
    let rows: Vec<RefusedRow> = rows.collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "csv"));
    let sheet = format!("{stem}.{}.{ending}", digest.short());
    Ok(folder.tell(&sheet, &refused_sheet(header, &rows))?)
}

fn read_error(name: &str, error: &io::Error) -> Error {
    connector_files::Error::File { file: name.to_owned(), kind: error.kind() }.into()
}

/// Reads a row, as far as it is one.
fn read(
    binding: &Binding,
    row: &Row,
    cells: &[&str],
    now: Timestamp,
) -> Result<Reading, Vec<Refusal>> {
    let whole = |rule| Err(vec![Refusal::new(row.number, "", "", rule)]);
    match &row.cells {
        Err(Fault::Encoding) => whole(Rule::Encoding),
        Err(Fault::Form) => whole(Rule::Cells),
        Ok(_) => binding.read(row.number, cells, now),
    }
}

/// Writes down what a row was refused for, for the sheet of refused rows.
fn tell(entry: &Entry<'_>, name: &str, cells: &[&str], refusals: &[Refusal]) -> Result<(), Error> {
    for refusal in refusals {
        let rule = refusal.rule();
        let fault = RefusedRow {
            row: refusal.row(),
            column: refusal.column().to_owned(),
            path: refusal.path().to_owned(),
            code: rule.code().to_owned(),
            rule: rule.rule().to_owned(),
            fix: rule.fix().to_owned(),
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        let fault = serde_json::to_string(&fault).map_err(|_| Error::Unavailable)?;
        entry.refuse(name, &fault)?;
    }
    Ok(())
}

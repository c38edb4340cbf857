//! What the campaign hands in: the rows of synthetic drop files, again and again under new object
//! ids, at a fixed rate, whatever becomes of the site meanwhile. A file is a source's own; its rows
//! have the source's next numbers, since every one of them is accepted.

use crate::demo::{put, say};
use kit::house::Rulebook;
use kit::{Size, Traffic};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use vocabulary::{RecordType, SourceId};

/// Time between two drop files: one source's turn.
const TURN: Duration = Duration::from_millis(100);
/// How much traffic the rows are taken from.
const SIZE: Size = Size { organisations: 500, records: 200 };
const SEED: u64 = 20_261_128;

/// Rows that may be handed in again and again, by source.
pub(super) struct Stock {
    pub(super) register: String,
    tables: Vec<Table>,
}

/// The rows of one kind from one source.
struct Table {
    source: SourceId,
    kind: &'static str,
    head: String,
    /// What follows the object's id.
    rows: Vec<String>,
}

/// How much every source has handed in, and when. Shared by who sends and who watches.
#[derive(Clone, Default)]
pub(super) struct HandedIn(Arc<Mutex<BTreeMap<SourceId, Vec<Handed>>>>);

/// A drop file: the number of its last row, and when it was dropped.
#[derive(Clone, Copy)]
struct Handed {
    last: u64,
    at: Instant,
}

// === impl Stock ===

impl Stock {
    /// Takes the rows of the traffic's first versions that the campaign's one view is about.
    pub(super) fn new() -> Result<Stock, String> {
        let traffic = Traffic::generate(SEED, SIZE);
        let kinds = Rulebook::AKRIM_TYPES.map(|name| {
            let kind = RecordType::ALL.iter().find(|kind| kind.as_str() == name);
            kind.map_or("", |kind| kit::word(*kind))
        });
        let mut tables = Vec::new();
        for file in traffic.files().into_iter().filter(|file| file.batch == 1) {
            let kind = kinds.into_iter().find(|kind| file.name.starts_with(kind));
            let Some(kind) = kind else { continue };
            tables.push(Table::of(file.authority, kind, &file.text)?);
        }
        if tables.is_empty() {
            return Err("the traffic has nothing to hand in".to_owned());
        }
        Ok(Stock { register: traffic.register(), tables })
    }

    /// Hands in so many findings at so many a second, a file each turn, each from the next source;
    /// the pace is kept whatever becomes of them.
    pub(super) fn hand_in(
        &self,
        inboxes: &Path,
        findings: u64,
        rate: u64,
        handed_in: &HandedIn,
    ) -> Result<(), String> {
        let begun = Instant::now();
        let a_file = (rate * TURN.as_millis() as u64 / 1_000).max(1);
        let mut sent = 0;
        for (turn, table) in (0_u32..).zip(self.tables.iter().cycle()) {
            let count = a_file.min(findings - sent);
            if count == 0 {
                return Ok(());
            }
            std::thread::sleep((TURN * turn).saturating_sub(begun.elapsed()));
            let before = handed_in.of(&table.source);
            let text = table.text(before, count);
            let name = format!("{}-{before:08}.csv", table.kind);
            // Noted first: nobody may see of it before that.
            handed_in.note(&table.source, before + count);
            put(&inboxes.join(table.source.as_str()), &name, text.as_bytes())?;
            sent += count;
        }
        Ok(())
    }
}

// === impl Table ===

impl Table {
    fn of(source: SourceId, kind: &'static str, text: &str) -> Result<Table, String> {
        let (head, _) = text.split_once('\n').ok_or("a drop file is empty")?;
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(say("a drop file"))?;
            // A row that must be refused is no finding.
            if row.get(0).is_some_and(|object| !object.ends_with("-FEIL")) {
                rows.push(rest(&row)?);
            }
        }
        Ok(Table { source, kind, head: format!("{head}\n"), rows })
    }

    /// A table of the source's next rows.
    fn text(&self, before: u64, count: u64) -> String {
        let mut text = self.head.clone();
        // From where the last table ended, near enough: what matters is that they differ.
        let rows = self
            .rows
            .iter()
            .cycle()
            .skip(usize::try_from(before).unwrap_or_default() % self.rows.len().max(1));
        for (number, rest) in (before + 1..=before + count).zip(rows) {
            text.push_str(&format!("{}-{number:08};{rest}", self.source));
        }
        text
    }
}

/// A row without its object's id, as it is written.
fn rest(row: &csv::StringRecord) -> Result<String, String> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(row.iter().skip(1)).map_err(say("a row"))?;
    let written = writer.into_inner().map_err(say("a row"))?;
    String::from_utf8(written).map_err(say("a row"))
}

// === impl HandedIn ===

impl HandedIn {
    /// How many findings a source has handed in.
    pub(super) fn of(&self, source: &SourceId) -> u64 {
        self.with(|files| {
            files.get(source).and_then(|files| files.last()).map_or(0, |one| one.last)
        })
    }

    /// All of every source.
    pub(super) fn all(&self) -> BTreeMap<SourceId, u64> {
        let last = |(source, files): (&SourceId, &Vec<Handed>)| {
            (source.clone(), files.last().map_or(0, |file| file.last))
        };
        self.with(|files| files.iter().map(last).collect())
    }

    /// When a source handed in the finding of this number.
    pub(super) fn at(&self, source: &SourceId, number: u64) -> Option<Instant> {
        self.with(|files| {
            let files = files.get(source)?;
            let file = files.get(files.partition_point(|file| file.last < number))?;
            Some(file.at)
        })
    }

    fn note(&self, source: &SourceId, last: u64) {
        self.with(|files| {
            files.entry(source.clone()).or_default().push(Handed { last, at: Instant::now() });
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<SourceId, Vec<Handed>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

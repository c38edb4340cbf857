//! What a soak hands in, in order, and what must come of it: the open list's changes and then the
//! list itself, piece by piece, and the synthetic traffic with its corrections and retractions in
//! between. The expectation is made from the files alone; the connector is not asked.

use crate::demo::{CHANGES, FULL_LIST, OPEN_SOURCE};
use kit::{Size, Traffic};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use vocabulary::{ChangeKind, SourceId};

/// One drop file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DropFile {
    pub(super) source: SourceId,
    pub(super) name: String,
    pub(super) text: String,
}

/// An object of a source, by the source's own id.
pub(super) type Object = (SourceId, String);

/// What each version of an object does, from the first on.
pub(super) type Versions = Vec<ChangeKind>;

/// Everything that is handed in.
pub(super) struct HandedIn {
    pub(super) register: String,
    pub(super) expected: BTreeMap<Object, Versions>,
    /// Drop files of the open source, then of the others; each in order.
    lines: [Vec<DropFile>; 2],
}

const SEED: u64 = 20_221_001;

// === impl HandedIn ===

impl HandedIn {
    /// Reads the open files of a checkout and makes the traffic, for so many rounds.
    pub(super) fn new(root: &Path, rounds: usize) -> Result<HandedIn, String> {
        let corpus = root.join("tests/corpus/open");
        let read = |name: &str| {
            fs::read_to_string(corpus.join(name)).map_err(|error| format!("{name}: {error}"))
        };
        let (changes, list) = (read(CHANGES)?, read(FULL_LIST)?);
        let open: SourceId = OPEN_SOURCE.parse().map_err(|_| "the open source's name")?;
        let traffic = Traffic::generate(SEED, Size::default());
        let mut expected = BTreeMap::new();
        follow(&open, &[&changes, &list], &mut expected);
        for sent in traffic.sent() {
            let object = (sent.authority.clone(), sent.object.clone());
            expected.entry(object).or_default().push(sent.record.envelope().change_kind);
        }
        let early = rounds.div_ceil(3);
        let pieces = pieces(&changes, early).into_iter();
        let pieces = pieces.chain(self::pieces(&list, rounds.saturating_sub(early)));
        let open = pieces.enumerate().map(|(number, text)| DropFile {
            source: open.clone(),
            name: format!("smilefjes-{number:04}.csv"),
            text,
        });
        let synthetic = traffic.files().into_iter().map(|file| DropFile {
            source: file.authority,
            name: file.name,
            text: file.text,
        });
        let lines = [open.collect(), synthetic.collect()];
        Ok(HandedIn { register: traffic.register(), expected, lines })
    }

    /// The drop files of one of so many rounds.
    pub(super) fn round(&self, number: usize, rounds: usize) -> impl Iterator<Item = &DropFile> {
        self.lines.iter().flat_map(move |line| {
            let place = |number: usize| number * line.len() / rounds.max(1);
            line.iter().take(place(number + 1)).skip(place(number))
        })
    }
}

/// A table in so many pieces, each with the head.
fn pieces(table: &str, count: usize) -> Vec<String> {
    let mut lines = table.lines();
    let head = lines.next().unwrap_or_default();
    let rows: Vec<&str> = lines.collect();
    let size = rows.len().div_ceil(count.max(1)).max(1);
    rows.chunks(size).map(|rows| format!("{head}\n{}\n", rows.join("\n"))).collect()
}

/// The columns whose change makes a version.
const CONTENT: [&str; 10] = [
    "orgnummer",
    "navn",
    "adresse",
    "dato",
    "karakter",
    "karakter1",
    "karakter2",
    "karakter3",
    "karakter4",
    "status",
];

/// Versions of the open source's objects, as their files tell: other content is a correction, the
/// same none; a removal is a retraction of what stands, and of nothing else.
fn follow(source: &SourceId, tables: &[&str], expected: &mut BTreeMap<Object, Versions>) {
    let mut standing: BTreeMap<&str, Option<Vec<&str>>> = BTreeMap::new();
    for table in tables {
        let mut lines = table.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split(';').collect();
        let place = |name: &str| head.iter().position(|column| *column == name);
        let content = CONTENT.map(place);
        for line in lines {
            let cells: Vec<&str> = line.split(';').collect();
            let cell = |place: Option<usize>| {
                place.and_then(|at| cells.get(at)).copied().unwrap_or_default()
            };
            let object = cell(place("tilsynsobjektid"));
            let gone = cell(place("endring")) == "fjernet";
            let now = (!gone).then(|| content.iter().map(|place| cell(*place)).collect::<Vec<_>>());
            let change = match (standing.get(object), &now) {
                (None, None) | (Some(None), None) => continue,
                (Some(held), Some(_)) if *held == now => continue,
                (None, Some(_)) => ChangeKind::Create,
                (Some(_), Some(_)) => ChangeKind::Correct,
                (Some(_), None) => ChangeKind::Retract,
            };
            standing.insert(object, now);
            expected.entry((source.clone(), object.to_owned())).or_default().push(change);
        }
    }
}

#[cfg(test)]
mod tests;

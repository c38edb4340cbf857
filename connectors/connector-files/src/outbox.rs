//! A delivery folder: segments named by the offsets they hold, each delivered exactly once. What
//! stands in a segment is its maker's affair.
//!
//! A segment is written under hidden names, then the position file that lists them takes the place
//! of the one before (this is the commit), then the files get their names. After a crash the
//! position file says which names are still due. So the recipient may take files away at once.

#[cfg(test)]
mod tests;

use crate::{Error, durable, limits};
use carrier::Offset;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The file that says how far the folder has come.
const POSITION: &str = ".position";
/// How hidden names begin.
const HIDDEN: &str = ".due-";

/// A delivery folder.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    lane: String,
    next: Offset,
}

/// Files that hold the messages from one offset up to, not including, another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The first offset.
    pub from: Offset,
    /// The position after the last message.
    pub to: Offset,
    /// For each file: what stands in its name after the offsets (`ndjson`), and its bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The position file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    lane: String,
    next: u64,
    /// Names of the newest segment.
    files: Vec<String>,
}

// === impl Outbox ===

impl Outbox {
    /// Opens a folder for the deliveries of one lane, and finishes what a crash left half done.
    pub fn open(folder: &Path, lane: &str) -> Result<Outbox, Error> {
        let mut outbox =
            Outbox { folder: folder.to_owned(), lane: lane.to_owned(), next: Offset(0) };
        outbox.try_folder(|outbox| durable::folder(&outbox.folder))?;
        match outbox.position()? {
            Some(position) => {
                outbox.try_folder(|outbox| outbox.publish(&position.files))?;
                outbox.next = Offset(position.next);
            }
            None => outbox.next = outbox.try_folder(Outbox::position_by_names)?,
        }
        outbox.try_folder(Outbox::sweep)?;
        Ok(outbox)
    }

    /// The next offset to deliver.
    pub fn next(&self) -> Offset {
        self.next
    }

    /// Delivers a segment: when this returns, it is there for good and counted.
    pub fn deliver(&mut self, segment: &Segment) -> Result<(), Error> {
        let fits = segment.files.len() <= limits::SEGMENT_FILES;
        if segment.from != self.next || segment.to <= segment.from || !fits {
            return Err(Error::Gap { folder: self.folder.display().to_string() });
        }
        let Offset(next) = segment.to;
        let names = segment.files.iter().map(|(ending, _)| self.name(segment, ending)).collect();
        let position = Position { lane: self.lane.clone(), next, files: names };
        self.try_folder(|outbox| {
            for (name, (_, bytes)) in position.files.iter().zip(&segment.files) {
                durable::write(&outbox.hidden(name), bytes)?;
            }
            outbox.commit(&position)?;
            outbox.publish(&position.files)
        })?;
        self.next = segment.to;
        Ok(())
    }

    fn name(&self, segment: &Segment, ending: &str) -> String {
        let Segment { from: Offset(from), to: Offset(to), .. } = segment;
        format!("{}.{from:020}-{to:020}.{ending}", self.lane)
    }

    fn hidden(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{HIDDEN}{name}"))
    }

    fn commit(&self, position: &Position) -> io::Result<()> {
        let bytes = serde_json::to_vec(position).map_err(io::Error::other)?;
        let temporary = self.folder.join(format!("{POSITION}.tmp"));
        durable::write(&temporary, &bytes)?;
        durable::rename(&temporary, &self.folder.join(POSITION))
    }

    /// Gives the files of the newest segment their names, as far as they lack them.
    fn publish(&self, names: &[String]) -> io::Result<()> {
        for name in names {
            match fs::rename(self.hidden(name), self.folder.join(name)) {
                // It had its name before; the recipient may have taken it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                renamed => renamed?,
            }
        }
        durable::sync(&self.folder)
    }

    fn position(&self) -> Result<Option<Position>, Error> {
        let foreign = || Error::Foreign { folder: self.folder.display().to_string() };
        let file = match fs::File::open(self.folder.join(POSITION)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => self.told(file)?,
        };
        let mut text = String::new();
        self.told(file.take(limits::POSITION_BYTES).read_to_string(&mut text))?;
        let position: Position = serde_json::from_str(&text).map_err(|_| foreign())?;
        let ours = |name: &String| !name.contains('/') && name.starts_with(&self.lane);
        if position.lane != self.lane || !position.files.iter().all(ours) {
            return Err(foreign());
        }
        Ok(Some(position))
    }

    /// Without a position file, the position follows from the names that are there.
    fn position_by_names(&self) -> io::Result<Offset> {
        let mut next = 0;
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let offsets = name.strip_prefix(&self.lane).and_then(|rest| rest.strip_prefix('.'));
            let to = offsets.and_then(|rest| rest.split('.').next()?.split_once('-'));
            let to = to.and_then(|(_, to)| to.parse().ok());
            next = next.max(to.unwrap_or(0));
        }
        Ok(Offset(next))
    }

    /// Takes away hidden files of segments that were never committed.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(HIDDEN) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn try_folder<T>(&self, attempt: impl FnOnce(&Self) -> io::Result<T>) -> Result<T, Error> {
        self.told(attempt(self))
    }

    fn told<T>(&self, result: io::Result<T>) -> Result<T, Error> {
        let folder = || self.folder.display().to_string();
        result.map_err(|error| Error::Delivery { folder: folder(), kind: error.kind() })
    }
}

//! A drop folder: which files are ready to be taken, and where they go after. It reads no rows. A
//! file is ready when it stood unchanged from one look to the next; writers that write under
//! another name and rename at the end lose nothing by it.

#[cfg(test)]
mod tests;

use crate::{Error, durable, limits};
use seal::Hasher;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use vocabulary::Digest;

/// Where files go that were taken.
const DONE: &str = "done";
/// Where files go that could not be, and what is told about refused rows.
const REFUSED: &str = "refused";
/// What a source is told of records that were taken long since.
const TOLD: &str = "told.ndjson";

/// A drop folder under watch.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    file_bytes: u64,
    seen: BTreeMap<String, Stamp>,
}

/// What one look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Files ready to be taken, oldest first.
    pub ready: Vec<String>,
    /// Files still growing or seen for the first time.
    pub growing: usize,
    /// Entries with the ending of a table that are no plain files, or badly named: never opened.
    pub strange: Vec<String>,
}

/// A file opened for reading, with what names its content.
#[derive(Debug)]
pub struct Opened {
    /// The file, at its beginning.
    pub file: File,
    /// Digest of all it holds.
    pub digest: Digest,
}

/// What tells that a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

// === impl Folder ===

impl Folder {
    /// Watches a folder; it is made when it is missing. `file_bytes` is tightened to
    /// [`limits::FILE_BYTES`].
    pub fn new(path: &Path, file_bytes: u64) -> Self {
        let file_bytes = file_bytes.min(limits::FILE_BYTES);
        Folder { path: path.to_owned(), file_bytes, seen: BTreeMap::new() }
    }

    /// Looks for files that are ready.
    pub fn look(&mut self) -> Result<Look, Error> {
        let entries = self.entries().map_err(|error| self.unreadable(&error))?;
        let mut look = Look::default();
        let mut ready = Vec::new();
        let mut seen = BTreeMap::new();
        for (name, metadata) in entries {
            if !metadata.is_file() || !is_plain_name(&name) {
                look.strange.push(name);
                continue;
            }
            let stamp = Stamp::of(&metadata);
            if self.seen.get(&name) == Some(&stamp) {
                ready.push((stamp.modified, name.clone()));
            } else {
                look.growing += 1;
            }
            seen.insert(name, stamp);
        }
        self.seen = seen;
        ready.sort();
        look.ready = ready.into_iter().map(|(_, name)| name).collect();
        Ok(look)
    }

    /// Whether something of this name lies in the folder.
    pub fn holds(&self, name: &str) -> bool {
        is_plain_name(name) && fs::symlink_metadata(self.path.join(name)).is_ok()
    }

    /// Opens a file that a look found: the same plain file, within its bound.
    pub fn open(&self, name: &str) -> Result<Opened, Error> {
        let strange = || Error::Strange { file: name.to_owned() };
        let failed = |error: io::Error| Error::File { file: name.to_owned(), kind: error.kind() };
        if !is_plain_name(name) {
            return Err(strange());
        }
        let path = self.path.join(name);
        let named = fs::symlink_metadata(&path).map_err(failed)?;
        if !named.is_file() {
            return Err(strange());
        }
        let mut file = File::open(&path).map_err(failed)?;
        let opened = file.metadata().map_err(failed)?;
        // What was opened is what was looked at: no link was put in its place in between.
        if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
            return Err(strange());
        }
        if opened.len() > self.file_bytes {
            return Err(Error::Size { file: name.to_owned(), most: self.file_bytes });
        }
        let digest = digest(&mut file, self.file_bytes).map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok(Opened { file, digest })
    }

    /// Puts a file that was taken aside.
    pub fn done(&mut self, name: &str) -> Result<(), Error> {
        self.aside(name, DONE)
    }

    /// Puts a file that could not be taken aside, with the reason beside it.
    pub fn refuse(&mut self, name: &str, code: &str, reason: &str) -> Result<(), Error> {
        self.tell(&format!("{name}.reason.txt"), format!("{code} {reason}\n").as_bytes())?;
        self.aside(name, REFUSED)
    }

    /// Writes what is told about a file among the refused, in place of what was told before.
    pub fn tell(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let failed = |error: io::Error| Error::File { file: name.to_owned(), kind: error.kind() };
        let folder = self.path.join(REFUSED);
        durable::folder(&folder).map_err(failed)?;
        let temporary = folder.join(format!(".{name}.tmp"));
        durable::write(&temporary, bytes).map_err(failed)?;
        durable::rename(&temporary, &folder.join(name)).map_err(failed)
    }

    fn aside(&mut self, name: &str, to: &str) -> Result<(), Error> {
        let failed = |error: io::Error| Error::File { file: name.to_owned(), kind: error.kind() };
        let folder = self.path.join(to);
        durable::folder(&folder).map_err(failed)?;
        let target = free_name(&folder, name).map_err(failed)?;
        durable::rename(&self.path.join(name), &target).map_err(failed)?;
        self.seen.remove(name);
        durable::sync(&self.path).map_err(failed)
    }

    /// Entries with the ending of a table, by name; hidden ones and other endings are nobody's.
    fn entries(&self) -> io::Result<Vec<(String, Metadata)>> {
        durable::folder(&self.path)?;
        durable::folder(&self.path.join(DONE))?;
        durable::folder(&self.path.join(REFUSED))?;
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || !name.to_lowercase().ends_with(".csv") {
                continue;
            }
            match fs::symlink_metadata(entry.path()) {
                Ok(metadata) => entries.push((name, metadata)),
                // Taken away between the listing and now.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            if entries.len() >= limits::ENTRIES {
                break;
            }
        }
        Ok(entries)
    }

    fn unreadable(&self, error: &io::Error) -> Error {
        Error::Folder { folder: self.path.display().to_string(), kind: error.kind() }
    }
}

// === impl Stamp ===

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        Stamp { length: metadata.len(), modified, inode: metadata.ino() }
    }
}

/// Writes what a source is told of its own records into its drop folder, in place of what stood
/// there before.
pub fn tell_source(folder: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: io::Error| Error::File { file: TOLD.to_owned(), kind: error.kind() };
    durable::folder(folder).map_err(failed)?;
    let temporary = folder.join(format!(".{TOLD}.tmp"));
    durable::write(&temporary, bytes).map_err(failed)?;
    durable::rename(&temporary, &folder.join(TOLD)).map_err(failed)
}

/// A name that stays in its folder and can be shown: no separators, no control characters.
fn is_plain_name(name: &str) -> bool {
    let plain = |letter: char| !letter.is_control() && !matches!(letter, '/' | '\\' | '\u{fffd}');
    name.len() <= limits::NAME_BYTES && !name.starts_with('.') && name.chars().all(plain)
}

/// The name itself, or the first free one with a number before the ending.
fn free_name(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "csv"));
    for number in 1..=u16::MAX {
        let candidate = match number {
            1 => folder.join(name),
            _ => folder.join(format!("{stem}.{number}.{ending}")),
        };
        match fs::symlink_metadata(&candidate) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(candidate),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn digest(file: &mut File, most: u64) -> io::Result<Digest> {
    let mut hasher = Hasher::new();
    let mut input = file.take(most);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finish());
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
}

//! The public half on disk: tiles, entry bundles and checkpoint, in a folder that any web server
//! may serve. What stands in the files is `audit`'s.

use crate::Error;
use crate::limits::{LOCK, LOOK, SETTLERS};
use audit::Vault;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Instant;

/// Where the parts of a vault lie.
#[derive(Debug, Clone)]
pub(crate) struct Layout(PathBuf);

/// The public files of a vault, readable without the rest.
#[derive(Debug, Clone)]
pub struct PublicFiles {
    folder: PathBuf,
}

// === impl Layout ===

impl Layout {
    pub(crate) fn new(folder: &Path) -> Self {
        Layout(folder.to_owned())
    }

    pub(crate) fn create(&self) -> Result<(), Error> {
        fs::create_dir_all(self.public().folder)?;
        fs::create_dir_all(self.private())?;
        Ok(())
    }

    pub(crate) fn public(&self) -> PublicFiles {
        PublicFiles { folder: self.0.join("public") }
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.private().join("index.sqlite")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.private().join("keys.sqlite")
    }

    /// Takes the one writer's lock; it is free again when the file is dropped, however that
    /// comes about, and when no child process that was just being started holds it any more.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.private().join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(fs::TryLockError::WouldBlock) if begun.elapsed() < LOCK => sleep(LOOK),
                Err(fs::TryLockError::WouldBlock) => return Err(Error::Busy),
                Err(fs::TryLockError::Error(error)) => return Err(Error::File(error)),
            }
        }
    }

    fn private(&self) -> PathBuf {
        self.0.join("private")
    }
}

// === impl PublicFiles ===

impl PublicFiles {
    /// The public files of the vault in a folder.
    pub fn of(vault: &Path) -> Self {
        Layout::new(vault).public()
    }

    /// The folder to serve.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file whole: readers see the old one or the new one, never a part.
    pub(crate) fn write(&self, path: &str, bytes: &[u8], durable: bool) -> Result<(), Error> {
        let target = self.folder.join(path);
        let parent = target.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent)?;
        // One writer only, so one name will do.
        let partial = parent.join("partial.tmp");
        let mut file = File::create(&partial)?;
        file.write_all(bytes)?;
        if durable {
            file.sync_all()?;
        }
        fs::rename(&partial, &target)?;
        if durable {
            File::open(parent)?.sync_all()?;
        }
        Ok(())
    }

    /// Removes the partial files of a tile or bundle that has become full.
    pub(crate) fn remove_partials(&self, full: &str) -> Result<(), Error> {
        match fs::remove_dir_all(self.folder.join(format!("{full}.p"))) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::File(error)),
            _ => Ok(()),
        }
    }

    /// Makes files and the folders above them durable; several files at a time, which the disk
    /// orders into few writes.
    pub(crate) fn settle(&self, paths: &[String]) -> Result<(), Error> {
        let each = paths.len().div_ceil(SETTLERS).max(1);
        let sync = |paths: &[String]| -> Result<(), Error> {
            paths.iter().try_for_each(|path| Ok(File::open(self.folder.join(path))?.sync_all()?))
        };
        std::thread::scope(|scope| {
            let settlers: Vec<_> =
                paths.chunks(each).map(|paths| scope.spawn(move || sync(paths))).collect();
            settlers.into_iter().try_for_each(|settler| match settler.join() {
                Ok(result) => result,
                Err(_) => Err(Error::File(ErrorKind::Other.into())),
            })
        })?;
        let above = paths.iter().flat_map(|path| Path::new(path).ancestors().skip(1));
        let folders: BTreeSet<PathBuf> = above.map(|folder| self.folder.join(folder)).collect();
        folders.iter().try_for_each(|folder| Ok(File::open(folder)?.sync_all()?))
    }
}

impl Vault for PublicFiles {
    type Error = Error;

    fn read(&self, path: &str, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let file = match File::open(self.folder.join(path)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::File(error)),
        };
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() > most { Err(audit::Error::Limit.into()) } else { Ok(Some(bytes)) }
    }
}

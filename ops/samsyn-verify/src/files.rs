//! Reading of files, with a bound on each. It writes nothing and opens no connection.

use crate::limits::MAX_KEY_BYTES;
use crate::outcome::Error;
use audit::Vault;
use seal::VerifyingKey;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The public files of a ledger in a folder.
pub(crate) struct Folder(PathBuf);

// === impl Folder ===

impl Folder {
    /// The folder itself, or its `public` one where the ledger's whole folder is named.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        match folder.metadata() {
            Err(error) => Err(Error::File(folder.display().to_string(), error)),
            Ok(data) if !data.is_dir() => {
                Err(Error::File(folder.display().to_string(), ErrorKind::NotADirectory.into()))
            }
            Ok(_) if folder.join("public").is_dir() => Ok(Folder(folder.join("public"))),
            Ok(_) => Ok(Folder(folder.to_owned())),
        }
    }
}

impl Vault for Folder {
    type Error = Error;

    fn read(&self, path: &str, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let path = self.0.join(path);
        match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::File(path.display().to_string(), error)),
            Ok(file) => {
                // One byte more than may be: a longer file shows as one that differs.
                let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
                let mut bytes = Vec::new();
                let read = file.take(limit).read_to_end(&mut bytes);
                read.map_err(|error| Error::File(path.display().to_string(), error))?;
                Ok(Some(bytes))
            }
        }
    }
}

/// A whole file of at most so many bytes.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let name = || path.display().to_string();
    let file = File::open(path).map_err(|error| Error::File(name(), error))?;
    let mut bytes = Vec::new();
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Error::File(name(), error))?;
    if bytes.len() as u64 > most { Err(Error::Large(name())) } else { Ok(bytes) }
}

/// A whole file as text; what is not UTF-8 is no file of ours.
pub(crate) fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    let bytes = read(path, most)?;
    let invalid = || Error::File(path.display().to_string(), ErrorKind::InvalidData.into());
    String::from_utf8(bytes).map_err(|_| invalid())
}

/// A public key in PEM.
pub(crate) fn read_key(path: &Path) -> Result<VerifyingKey, Error> {
    let pem = read(path, MAX_KEY_BYTES)?;
    VerifyingKey::from_pem(&pem).map_err(|_| Error::Key(path.display().to_string()))
}

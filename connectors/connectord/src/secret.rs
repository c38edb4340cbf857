//! The secret under which a source's record ids are made. It lies beside the spool, not in it, so
//! that a damaged spool can be replaced without making new records of old objects.

use crate::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use vocabulary::{Digest, Secret};

/// The file's name within the source's folder.
const FILE: &str = "record-secret";

/// Reads the secret, or makes it the first time.
pub(crate) fn record_secret(folder: &Path) -> Result<Secret<[u8; 32]>, Error> {
    let path = folder.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(folder, &path),
        Err(_) => Err(Error::Secret),
    }
}

fn parse(text: &str) -> Result<Secret<[u8; 32]>, Error> {
    let bytes: Digest = text.trim().parse().map_err(|_| Error::Secret)?;
    Ok(Secret::new(*bytes.as_bytes()))
}

fn make(folder: &Path, path: &Path) -> Result<Secret<[u8; 32]>, Error> {
    let secret = Digest::new(seal::random()?);
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let temporary = folder.join(format!("{FILE}.tmp"));
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(secret.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(|_| Error::Secret)?;
    Ok(Secret::new(*secret.as_bytes()))
}

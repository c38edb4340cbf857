//! Reading small files of the settings whole: mappings and keys. What they hold is others' to say.

use crate::Error;
use crate::limits::FILE_BYTES;
use seal::SigningKey;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A small file, whole; none when it cannot be read or is larger than a mapping or key may be.
pub(crate) fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    let length = file.take(FILE_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (length as u64 <= FILE_BYTES).then_some(bytes)
}

/// The sealing key of a file (Ed25519, PEM).
pub(crate) fn signing_key(path: &Path) -> Result<SigningKey, Error> {
    SigningKey::from_pem(&read(path).ok_or(Error::Key)?).map_err(|_| Error::Key)
}

//! Reading key and secret files, whole and within a bound. What stands in a key is its user's to
//! say; where the file lies is the settings'.

use crate::{Failure, limits::KEY_FILE_BYTES};
use std::{fs::File, io::Read, path::Path};
use vocabulary::Secret;

/// A key file's bytes. A failure bears `code` and names the file, never what stands in it.
pub fn key_file(path: &Path, code: &'static str) -> Result<Secret<Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(KEY_FILE_BYTES + 1).read_to_end(&mut bytes));
    let bytes = Secret::new(bytes);
    match read {
        Ok(length) if length as u64 <= KEY_FILE_BYTES => Ok(bytes),
        Ok(_) => Err(Failure::new(code, &format!("{}: too large for a key", path.display()))),
        Err(error) => Err(Failure::new(code, &format!("{}: {}", path.display(), error.kind()))),
    }
}

/// A secret of 32 bytes, and nothing else in its file.
pub fn secret_file(path: &Path, code: &'static str) -> Result<Secret<[u8; 32]>, Failure> {
    let secret = <[u8; 32]>::try_from(key_file(path, code)?.expose().as_slice());
    let wrong = |_| Failure::new(code, &format!("{}: not 32 bytes", path.display()));
    secret.map(Secret::new).map_err(wrong)
}

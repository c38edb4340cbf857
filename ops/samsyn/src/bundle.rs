//! A bundle between its directory and the bundle lane. What its files mean is `ruling`'s
//! knowledge.

use carrier::{Carrier, Lane, Message};
use ruling::BundleFiles;
use std::fs;
use std::path::Path;

/// Reads every file of a bundle's directory, approvals included.
pub(crate) fn read(folder: &Path) -> Result<BundleFiles, String> {
    let mut files = BundleFiles::default();
    read_below(folder, "", &mut files)?;
    Ok(files)
}

fn read_below(folder: &Path, prefix: &str, files: &mut BundleFiles) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            return Err(format!("{}: a file name is not text", folder.display()));
        };
        let path = format!("{prefix}{name}");
        if kind.is_dir() {
            read_below(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() {
            files.0.insert(path, fs::read(entry.path()).map_err(failed)?);
        } else {
            return Err(format!("{}: links are not read", entry.path().display()));
        }
    }
    Ok(())
}

/// Writes a bundle's files below a directory.
pub(crate) fn write(folder: &Path, files: &BundleFiles) -> Result<(), String> {
    for (path, bytes) in &files.0 {
        let file = folder.join(path);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&file, bytes))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// Puts a bundle on the bundle lane: the fence of every commit from then on.
pub(crate) fn publish(carrier: &dyn Carrier, files: &BundleFiles) -> Result<(), carrier::Error> {
    let message =
        Message { key: b"bundle".to_vec(), value: Some(files.encode()), headers: Vec::new() };
    carrier.publish(&Lane::Bundle, vec![message]).map(|_| ())
}

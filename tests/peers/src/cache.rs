//! What peers are made of, brought from Maven Central once and kept in the cargo target folder, so
//! that every later run needs no network. It does not look after old versions.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder `name` under the target folder's `peers`, filled by `fill` if it is not there. Only
/// one process fills at a time; what is half filled is never taken for whole.
pub fn kept(name: &str, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let peers = target_folder().join("peers");
    fs::create_dir_all(&peers)?;
    let lock = File::create(peers.join(format!("{name}.lock")))?;
    lock.lock()?;
    let whole = peers.join(name);
    if whole.is_dir() {
        return Ok(whole);
    }
    let part = peers.join(format!("{name}.part"));
    if part.is_dir() {
        fs::remove_dir_all(&part)?;
    }
    fs::create_dir_all(&part)?;
    fill(&part)?;
    fs::rename(&part, &whole)?;
    Ok(whole)
}

/// The jars that a pom asks for, with all that they ask for: a class path of one folder.
pub fn copied_dependencies(pom: &Path, into: &Path) -> io::Result<()> {
    maven(&[
        "-f".to_owned(),
        pom.display().to_string(),
        "dependency:copy-dependencies".to_owned(),
        "-DincludeScope=runtime".to_owned(),
        format!("-DoutputDirectory={}", into.display()),
    ])
}

/// Runs Maven, quietly.
pub fn maven(arguments: &[String]) -> io::Result<()> {
    let mut command = Command::new("mvn");
    command.args(["-q", "-B"]).args(arguments).stdin(Stdio::null());
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Err(io::Error::other(format!("mvn {}: {said}", arguments.join(" "))))
}

fn target_folder() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
    }
}

//! Running the independent verifier as a stranger would: over files, with the public key alone.
//! What it checks is its own.

use std::path::Path;
use std::process::Command;

/// What the verifier said.
pub(crate) struct Verdict {
    pub(crate) held: bool,
    /// Its whole output.
    pub(crate) said: String,
}

/// Has `samsyn-verify WHAT SUBJECT` checked with the public checkpoint key of a site.
pub(crate) fn verify(what: &str, subject: &Path, site: &Path) -> Result<Verdict, String> {
    let told = |error: std::io::Error| format!("samsyn-verify: {error}");
    let mut program = std::env::current_exe().map_err(told)?;
    program.set_file_name("samsyn-verify");
    let key = site.join("keys/checkpoint.pub.pem");
    let done = Command::new(program).arg(what).arg(subject).arg("--key").arg(key).output();
    let done = done.map_err(told)?;
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    Ok(Verdict { held: done.status.success(), said })
}

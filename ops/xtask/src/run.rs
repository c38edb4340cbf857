//! Running other programs from the root of the tree, and saying clearly which one failed.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The build profile that demo, tests and benches share.
pub(crate) const PROFILE: [&str; 2] = ["--profile", "ci"];

/// How a program under a time limit ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With this code; none when a signal ended it.
    Code(Option<i32>),
    /// It was still running and was ended.
    TimedOut,
}

/// The root of the tree.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_path_buf()
}

/// Where builds of this tree go.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs us.
pub(crate) fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// The platform we build for.
pub(crate) fn host() -> String {
    let asked = Command::new("rustc").arg("-vV").output();
    let text = asked.map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
    let line =
        |text: String| text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    text.ok().and_then(line).unwrap_or_else(|| "x86_64-unknown-linux-gnu".to_owned())
}

/// Runs cargo in the root, its output shown.
pub(crate) fn cargo_step(arguments: &[&str]) -> Result<(), String> {
    step(Command::new(cargo()).args(arguments))
}

/// Runs a program in the root, its output shown; a failure names it.
pub(crate) fn step(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    let status = command
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .map_err(|e| format!("{shown}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown}: {status}")) }
}

/// Runs a program up to a time limit, its output in a file.
pub(crate) fn limited(
    command: &mut Command,
    output: &Path,
    limit: Duration,
) -> Result<Ended, String> {
    let shown = shown(command);
    let told = |e: std::io::Error| format!("{shown}: {e}");
    let file = std::fs::File::create(output).map_err(told)?;
    let again = file.try_clone().map_err(told)?;
    let spawned = command.stdin(Stdio::null()).stdout(file).stderr(again).spawn();
    let mut child = spawned.map_err(told)?;
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(told)? {
            return Ok(Ended::Code(status.code()));
        }
        if begun.elapsed() > limit {
            child.kill().map_err(told)?;
            child.wait().map_err(told)?;
            return Ok(Ended::TimedOut);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

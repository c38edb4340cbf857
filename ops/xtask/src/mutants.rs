//! Breaking the code once per guarantee: a small edit to a copy of the tree, and the named test
//! must turn red. The tree itself is never touched.
//!
//! Only the edited crate is compiled. Cargo chooses the features of what is shared by the packages
//! that it is asked for; so beside the crate each package without a library is named. They use
//! what the whole workspace uses, and with `--lib` nothing of their own is built.

use crate::{
    run::{self, Ended, PROFILE},
    tidy::{Finding, graph::Graph, tree::Tree},
};
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant, SystemTime},
};

/// Where the mutants are listed.
const FILE: &str = "tests/mutants.toml";
/// Longest that one mutant may take, build and test together.
const LIMIT: Duration = Duration::from_secs(900);
/// What a further build needs of one that was made; programs and their debug parts are not.
const COPIED: [&str; 3] = ["rlib", "rmeta", "so"];
/// Where cargo notes what was built, and from what.
const NOTES: &str = ".fingerprint";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutants {
    #[serde(default)]
    mutant: Vec<Mutant>,
}

/// One edit, and the test that must see it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    /// Short name.
    name: String,
    /// The guarantee that the edit breaks.
    guarantee: String,
    /// File from the root.
    file: String,
    /// Text that stands there exactly once.
    find: String,
    /// What is put in its place.
    replace: String,
    /// The crate whose test must see it.
    package: String,
    /// The test's name.
    test: String,
}

/// Runs the named mutants, or all; with `check`, only looks whether each finds its place.
pub(crate) fn run(names: &[String], check: bool) -> Result<(), String> {
    let root = run::root();
    let findings = self::check(&root, &Tree::read(&root)?);
    if !findings.is_empty() {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        return Err(lines.join("\n"));
    }
    let mut listed = listed(&root)?;
    if !names.is_empty() {
        listed.retain(|mutant| names.contains(&mutant.name));
        if listed.len() != names.len() {
            return Err("a name is not in the list".to_owned());
        }
    }
    if check {
        println!("{} mutants find their place", listed.len());
        return Ok(());
    }
    let copy = Copied::make(&root, &Graph::of(&root)?)?;
    let mut alive = Vec::new();
    for mutant in &listed {
        let begun = Instant::now();
        let verdict = copy.try_out(mutant)?;
        let seconds = begun.elapsed().as_secs();
        println!("{:32} {verdict:?} ({seconds} s) — {}", mutant.name, mutant.guarantee);
        if verdict != Verdict::Red {
            alive.push(mutant.name.as_str());
        }
    }
    println!("mutants: {} red of {}", listed.len() - alive.len(), listed.len());
    if alive.is_empty() { Ok(()) } else { Err(format!("not red: {}", alive.join(", "))) }
}

/// What became of a mutant.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// The named test failed, as it must.
    Red,
    /// The test passed: the guarantee is not tested.
    Survived,
    /// The edit does not compile, or no test ran: the list is wrong.
    Invalid,
    /// Neither within the limit.
    TimedOut,
    /// Somebody ended the test run; nothing is known.
    Interrupted,
}

/// Every mutant's text stands in its file exactly once and is changed by the edit.
pub(crate) fn check(root: &Path, tree: &Tree) -> Vec<Finding> {
    let listed = match listed(root) {
        Ok(listed) => listed,
        Err(text) => return vec![Finding::new("mutants", FILE, 0, text)],
    };
    let mut found = Vec::new();
    for mutant in listed {
        let mut say = |text: String| {
            found.push(Finding::new("mutants", FILE, 0, format!("`{}`: {text}", mutant.name)));
        };
        let places = tree.text(&mutant.file).map_or(0, |text| text.matches(&mutant.find).count());
        if mutant.find.is_empty() || places != 1 {
            say(format!("its text stands {places} times in `{}`", mutant.file));
        }
        if mutant.find == mutant.replace || mutant.package.is_empty() || mutant.test.is_empty() {
            say("it changes nothing or names no test".to_owned());
        }
    }
    found
}

fn listed(root: &Path) -> Result<Vec<Mutant>, String> {
    let Ok(text) = fs::read_to_string(root.join(FILE)) else { return Ok(Vec::new()) };
    let mutants: Mutants = toml::from_str(&text).map_err(|e| e.message().to_owned())?;
    Ok(mutants.mutant)
}

/// A copy of the tree with a copy of its build, so that only what an edit touches is built again.
struct Copied {
    tree: PathBuf,
    build: PathBuf,
    output: PathBuf,
    /// Packages without a library.
    beside: Vec<String>,
}

// === impl Copied ===

impl Copied {
    /// Copies sources and build, times of change kept: cargo goes by them.
    fn make(root: &Path, graph: &Graph) -> Result<Self, String> {
        let base = run::target().join("mutants");
        let without = graph.members.iter().filter(|member| !member.library);
        let copied = Copied {
            tree: base.join("tree"),
            build: base.join("build"),
            output: base.join("out"),
            beside: without.map(|member| member.name.clone()).collect(),
        };
        for folder in [&copied.tree, &copied.build] {
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            }
        }
        copy_all(root, &copied.tree, &|name| !["target", ".git", "var"].contains(&name))?;
        let (built, into) = (run::target().join("ci"), copied.build.join("ci"));
        if built.exists() {
            copy_all(&built, &into, &|name| [NOTES, "build"].contains(&name))?;
            let kept = |name: &str| COPIED.iter().any(|end| name.ends_with(&format!(".{end}")));
            copy_all(&built.join("deps"), &into.join("deps"), &kept)?;
        }
        Ok(copied)
    }

    /// Edits, tests, and puts everything back.
    fn try_out(&self, mutant: &Mutant) -> Result<Verdict, String> {
        let file = self.tree.join(&mutant.file);
        let told = |e: std::io::Error| format!("{}: {e}", file.display());
        let text = fs::read_to_string(&file).map_err(told)?;
        let changed = fs::metadata(&file).and_then(|file| file.modified()).map_err(told)?;
        let begun = SystemTime::now();
        fs::write(&file, text.replacen(&mutant.find, &mutant.replace, 1)).map_err(told)?;
        let mut command = Command::new(run::cargo());
        command.arg("test").args(PROFILE).args(["--package", &mutant.package]);
        for package in &self.beside {
            command.args(["--package", package]);
        }
        command
            .args(["--lib", &mutant.test])
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", &self.build);
        let ended = run::limited(&mut command, &self.output, LIMIT);
        fs::write(&file, text).map_err(told)?;
        let put_back = fs::File::options().append(true).open(&file);
        put_back.and_then(|file| file.set_modified(changed)).map_err(told)?;
        self.forget(begun)?;
        let output = fs::read(&self.output).unwrap_or_default();
        Ok(judged(&ended?, &String::from_utf8_lossy(&output)))
    }

    /// Forgets what was built since: it may hold the edit, and the file looks as old as before.
    fn forget(&self, since: SystemTime) -> Result<(), String> {
        let notes = self.build.join("ci").join(NOTES);
        let told = |e: std::io::Error| format!("{}: {e}", notes.display());
        for unit in fs::read_dir(&notes).map_err(told)? {
            let unit = unit.map_err(told)?.path();
            let newer = |note: std::io::Result<fs::DirEntry>| {
                let changed = note.and_then(|note| note.metadata()?.modified());
                changed.is_ok_and(|changed| changed >= since)
            };
            if fs::read_dir(&unit).map_err(told)?.any(newer) {
                fs::remove_dir_all(&unit).map_err(told)?;
            }
        }
        Ok(())
    }
}

fn judged(ended: &Ended, output: &str) -> Verdict {
    let red = output.contains("test result: FAILED");
    let passed = |line: &str| line.contains("test result: ok.") && !line.contains(" 0 passed");
    match ended {
        Ended::TimedOut => Verdict::TimedOut,
        Ended::Code(None) => Verdict::Interrupted,
        Ended::Code(Some(0)) if output.lines().any(passed) => Verdict::Survived,
        Ended::Code(_) if red => Verdict::Red,
        Ended::Code(_) => Verdict::Invalid,
    }
}

/// Copies what is wanted of a folder, a thousand names at a time.
fn copy_all(from: &Path, into: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<(), String> {
    let told = |e: std::io::Error| format!("{}: {e}", from.display());
    fs::create_dir_all(into).map_err(told)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(from).map_err(told)? {
        let entry = entry.map_err(told)?;
        if entry.file_name().to_str().is_some_and(wanted) {
            names.push(entry.path());
        }
    }
    for names in names.chunks(1_000) {
        let mut copy = Command::new("cp");
        copy.args(["-a", "--reflink=auto", "-t"]).arg(into).args(names);
        run::step(&mut copy)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

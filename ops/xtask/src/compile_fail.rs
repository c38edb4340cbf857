//! What must not compile: every case of `tests/compile-fail` is built against the house, and
//! must fail with the errors it names and no others. A case that names none must compile.
//!
//! A case opens with docs; a line `//@ crates: …` names the house crates it uses and a line
//! `//@ errors: …` the codes expected.

use crate::run::{self, PROFILE};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Where the cases lie.
const CASES: &str = "tests/compile-fail";

/// One case.
#[derive(Debug, PartialEq, Eq)]
struct Case {
    name: String,
    crates: BTreeSet<String>,
    /// One code an error, sorted.
    errors: Vec<String>,
}

#[derive(Deserialize)]
struct Told {
    reason: String,
    target: Option<Target>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    code: Option<Code>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// Builds the named cases, or all, and compares.
pub(crate) fn run(names: &[String]) -> Result<(), String> {
    let root = run::root();
    let mut cases = cases(&root.join(CASES))?;
    cases.retain(|case| names.is_empty() || names.contains(&case.name));
    if cases.is_empty() {
        return Err("there is no such case".to_owned());
    }
    let folder = run::target().join("compile-fail");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let manifest = manifest(&root, &cases)?;
    fs::write(folder.join("Cargo.toml"), manifest).map_err(|e| e.to_string())?;
    // The house's lock, so that nothing is resolved anew.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(|e| e.to_string())?;
    let seen = seen(&folder)?;
    let mut wrong = 0;
    for case in &cases {
        let nothing = BTreeSet::new();
        let errors = seen.get(&case.name).unwrap_or(&nothing);
        let codes: Vec<String> = errors.iter().map(|(code, _)| code.clone()).collect();
        let right = codes == case.errors;
        println!("{} {} {codes:?}", if right { "ok  " } else { "FAIL" }, case.name);
        if !right {
            wrong += 1;
            println!("     expected {:?}", case.errors);
            errors.iter().for_each(|(code, text)| println!("     saw {code}: {text}"));
        }
    }
    println!("compile-fail: {} passed, {wrong} failed", cases.len() - wrong);
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} cases compile, or fail otherwise")) }
}

fn cases(folder: &Path) -> Result<Vec<Case>, String> {
    let told = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|end| end == "rs") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).map_err(told)?;
            cases.push(Case::read(name, &text));
        }
    }
    cases.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(cases)
}

/// A package outside the workspace with one binary a case and the house's build profile.
fn manifest(root: &Path, cases: &[Case]) -> Result<String, String> {
    let text = fs::read_to_string(root.join("Cargo.toml")).map_err(|e| e.to_string())?;
    let house: toml::Table = toml::from_str(&text).map_err(|e| e.message().to_owned())?;
    let mut out = String::from(
        "[package]\nname = \"compile-fail\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         publish = false\n\n[workspace]\n",
    );
    if let Some(profile) = house.get("profile").and_then(|profile| profile.get("ci")) {
        // Overrides of crates that no case links are only warned of.
        let table = toml::Table::from_iter([("ci".to_owned(), profile.clone())]);
        let table = toml::Table::from_iter([("profile".to_owned(), table.into())]);
        let _written = write!(out, "\n{table}\n[dependencies]\n");
    }
    let known =
        |name: &str| house.get("workspace")?.get("dependencies")?.get(name)?.get("path")?.as_str();
    for name in cases.iter().flat_map(|case| &case.crates).collect::<BTreeSet<_>>() {
        let path = known(name).ok_or_else(|| format!("no house crate is called `{name}`"))?;
        let _written = writeln!(out, "{name} = {{ path = {:?} }}", root.join(path));
    }
    for case in cases {
        let path = root.join(CASES).join(format!("{}.rs", case.name));
        let _written = write!(out, "\n[[bin]]\nname = {:?}\npath = {path:?}\n", case.name);
    }
    Ok(out)
}

/// The errors of every case, as code and text.
fn seen(folder: &Path) -> Result<BTreeMap<String, BTreeSet<(String, String)>>, String> {
    let output = Command::new(run::cargo())
        .args(["check", "--bins", "--keep-going", "--message-format", "json", "--quiet"])
        .args(PROFILE)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", run::target())
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("cargo check: {e}"))?;
    let mut seen = BTreeMap::<_, BTreeSet<_>>::new();
    let (mut finished, mut house) = (false, String::new());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(told) = serde_json::from_str::<Told>(line) else { continue };
        finished |= told.reason == "build-finished";
        let (Some(target), Some(message)) = (told.target, told.message) else { continue };
        if message.level == "error" && !message.message.starts_with("aborting") {
            let code = message.code.map_or_else(|| "no code".to_owned(), |code| code.code);
            if target.kind == ["bin"] {
                seen.entry(target.name).or_default().insert((code, message.message));
            } else {
                let _written = writeln!(house, "{}: {}", target.name, message.message);
            }
        }
    }
    match (finished, house.is_empty()) {
        (true, true) => Ok(seen),
        (true, false) => Err(format!("the house itself does not compile:\n{house}")),
        (false, _) => Err(format!("cargo check: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

// === impl Case ===

impl Case {
    fn read(name: String, text: &str) -> Self {
        let listed = |key: &str| -> Vec<String> {
            let line = text.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
        };
        let mut errors = listed("//@ errors:");
        errors.sort();
        Case { name, crates: listed("//@ crates:").into_iter().collect(), errors }
    }
}

#[cfg(test)]
mod tests;

//! Rules on files as such: where they lie, how they open, how long they are.

use super::{Finding, tree::Tree};

/// What the root shows, dotfiles and Cargo.lock beside it.
const ROOT: [&str; 8] = [
    "Cargo.toml",
    "broker-adapters",
    "schemas",
    "policy",
    "connectors",
    "ops",
    "tests",
    "README.md",
];
/// Most lines of a file without tests.
const FILE_LINES: usize = 500;
/// Most lines of a file of tests.
const TEST_LINES: usize = 800;
/// Most lines of a function.
const FUNCTION_LINES: usize = 60;
/// Most characters of a line.
const LINE_CHARS: usize = 100;
/// Most steps from the root to a file.
const STEPS: usize = 6;
/// Largest file outside the corpus, in bytes.
const BLOB_BYTES: u64 = 512 * 1024;

pub(crate) fn root_names(tree: &Tree) -> Vec<Finding> {
    let known = |name: &&String| {
        name.starts_with('.') || *name == "Cargo.lock" || ROOT.contains(&name.as_str())
    };
    tree.root
        .iter()
        .filter(|name| !known(name))
        .map(|name| Finding::new("root-names", name, 0, "the root shows eight names only"))
        .collect()
}

pub(crate) fn depth(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| file.path.split('/').count() > STEPS)
        .map(|file| Finding::new("depth", &file.path, 0, format!("more than {STEPS} steps deep")))
        .collect()
}

pub(crate) fn openings(tree: &Tree) -> Vec<Finding> {
    let opened = |text: &str| text.starts_with("//! ") && text.lines().next() != Some("//! ");
    tree.files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
        .filter(|file| !file.text.as_deref().is_some_and(opened))
        .map(|file| Finding::new("openings", &file.path, 1, "a file opens with `//! ` docs"))
        .collect()
}

pub(crate) fn lengths(tree: &Tree) -> Vec<Finding> {
    let limit = |test| if test { TEST_LINES } else { FILE_LINES };
    tree.files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
        .filter_map(|file| {
            let lines = file.text.as_deref()?.lines().count();
            let most = limit(file.is_test());
            let text = format!("{lines} lines, at most {most}");
            (lines > most).then(|| Finding::new("lengths", &file.path, 0, text))
        })
        .collect()
}

pub(crate) fn function_lengths(tree: &Tree) -> Vec<Finding> {
    let of = |(file, rust): (&super::tree::Filed, crate::rust::Rust)| {
        let long = |function: &crate::rust::Function| function.lines > FUNCTION_LINES;
        let told = |function: crate::rust::Function| {
            let text = format!(
                "function `{}` has {} lines, at most {FUNCTION_LINES}",
                function.name, function.lines
            );
            Finding::new("function-lengths", &file.path, function.line, text)
        };
        rust.functions().into_iter().filter(long).map(told).collect::<Vec<_>>()
    };
    tree.rust().into_iter().flat_map(of).collect()
}

pub(crate) fn line_lengths(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".rs")) {
        let lines = file.text.as_deref().unwrap_or_default().lines();
        for (index, line) in lines.enumerate().filter(|(_, line)| line.chars().count() > LINE_CHARS)
        {
            let text = format!("{} characters, at most {LINE_CHARS}", line.chars().count());
            found.push(Finding::new("line-lengths", &file.path, index + 1, text));
        }
    }
    found
}

pub(crate) fn no_mod_rs(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| file.path.ends_with("/mod.rs"))
        .map(|file| Finding::new("no-mod-rs", &file.path, 0, "name it after its folder, beside it"))
        .collect()
}

pub(crate) fn blobs(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| !file.path.starts_with("tests/corpus/"))
        .filter(|file| file.bytes > BLOB_BYTES)
        .map(|file| Finding::new("blobs", &file.path, 0, format!("{} bytes", file.bytes)))
        .collect()
}

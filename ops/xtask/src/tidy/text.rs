//! Rules on what stands in the code: nothing unsafe, unfinished, private or out of its room.

use super::{Finding, tree::Tree};

/// What unfinished code is marked with; spelt apart so that this file passes its own rule.
const UNFINISHED: [(&str, &str); 4] =
    [("todo", "!"), ("unimplemented", "!"), ("dbg", "!"), ("#[ign", "ore")];

/// First steps of absolute paths that exist on one person's machine only.
const PRIVATE: [&str; 5] = ["home", "root", "work", "Users", "mnt"];

/// The rooms that are functions of their arguments.
const PURE: [&str; 3] = ["schemas/", "policy/", "connectors/connector/"];

/// What a pure room never names.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "SystemTime",
    "Instant::",
    "tracing::",
    "println!",
];

/// Who may say that a thing of theirs is disclosed; audit's is the test maker behind its feature.
const DISCLOSING: [&str; 3] =
    ["policy/release/src/", "connectors/gateway/src/", "policy/audit/src/test_util.rs"];

/// Rooms whose crates may count, in files named metrics.rs.
const COUNTING: [&str; 1] = ["ops/telemetry/"];

pub(crate) fn unsafe_code(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, rust) in tree.rust() {
        for (line, _) in rust.words().filter(|(_, word)| *word == "unsafe") {
            found.push(Finding::new("unsafe", &file.path, line, "unsafe code is forbidden"));
        }
    }
    found
}

pub(crate) fn unfinished(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, rust) in tree.rust() {
        for (index, line) in rust.code.lines().enumerate() {
            for (word, end) in UNFINISHED {
                if line.contains(&format!("{word}{end}")) {
                    let text = format!("`{word}{end}` is unfinished work");
                    found.push(Finding::new("unfinished", &file.path, index + 1, text));
                }
            }
            if line.contains("#[allow(") || line.contains("#![allow(") {
                let text = "say `expect` with a reason, so that it goes when it is not needed";
                found.push(Finding::new("unfinished", &file.path, index + 1, text));
            }
        }
    }
    found
}

/// No text shows a path of somebody's own machine or of a folder beside the checkout.
pub(crate) fn private_paths(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.starts_with("tests/corpus/")) {
        for (index, line) in file.text.as_deref().unwrap_or_default().lines().enumerate() {
            if PRIVATE.iter().any(|first| starts_a_path(line, &format!("/{first}/")))
                || line.contains(&format!("../{}/", "shared"))
            {
                let text = "a path of one machine only";
                found.push(Finding::new("private-paths", &file.path, index + 1, text));
            }
        }
    }
    found
}

/// Whether `first` stands in the line where a path begins, not in the middle of one.
fn starts_a_path(line: &str, first: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || "-._/}>*".contains(letter);
    line.match_indices(first)
        .any(|(at, _)| !line.get(..at).and_then(|before| before.chars().last()).is_some_and(inside))
}

pub(crate) fn pure_rooms(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, rust) in tree.rust() {
        let pure = PURE.iter().any(|room| file.path.starts_with(room));
        if !pure || file.is_test() {
            continue;
        }
        for (index, line) in rust.code.lines().enumerate() {
            for word in IMPURE.iter().filter(|word| line.contains(*word)) {
                let text = format!("`{word}` in a pure room: take what you need as an argument");
                found.push(Finding::new("pure-rooms", &file.path, index + 1, text));
            }
        }
    }
    found
}

/// Only what `release` and the gateway make may leave: nobody else calls a thing disclosed.
pub(crate) fn disclosed_makers(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, rust) in tree.rust() {
        let home = DISCLOSING.iter().any(|room| file.path.starts_with(room));
        if home || file.is_test() || file.path.starts_with("tests/") {
            continue;
        }
        let code: String = rust.code.split_whitespace().collect::<Vec<_>>().join(" ");
        if code.contains("Disclosed for ") {
            let text = "only release and the gateway make what is disclosed";
            found.push(Finding::new("disclosed-makers", &file.path, 0, text));
        }
    }
    found
}

/// Prometheus is named in telemetry and in files called metrics.rs only.
pub(crate) fn prometheus_homes(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, rust) in tree.rust() {
        let home = COUNTING.iter().any(|room| file.path.starts_with(room));
        if home || file.path.ends_with("/metrics.rs") || file.is_test() {
            continue;
        }
        for (line, _) in rust.words().filter(|(_, word)| *word == "prometheus") {
            let text = "count in the metrics.rs beside you";
            found.push(Finding::new("prometheus-homes", &file.path, line, text));
        }
    }
    found
}

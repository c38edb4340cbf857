//! Every code an operator may see has a page, and every page has its code.

use super::{Finding, tree::Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Where the pages lie.
const PAGES: &str = "ops/codes/";
/// Most lines of a page.
const PAGE_LINES: usize = 15;
/// What every page has.
const PARTS: [&str; 2] = ["## What it means", "## What to do"];
/// The closed list of prefixes.
const PREFIXES: [&str; 25] = [
    "SCHEMA", "AVRO", "REC", "RULE", "STAND", "SEAL", "AUDIT", "REL", "CARR", "KAFK", "STATE",
    "VAULT", "CONN", "FILE", "SPOOL", "EXCH", "LEDG", "SETT", "SHADOW", "HTTP", "HOOK", "TOKEN",
    "REG", "LANE", "TRACE",
];
/// Prefix of the verifier, which is none of the daemons.
const VERIFY: &str = "VERIFY";

pub(crate) fn pages_and_codes(tree: &Tree) -> Vec<Finding> {
    let used = used(tree);
    let mut found = Vec::new();
    let mut paged = BTreeSet::new();
    for file in tree.files.iter().filter(|file| file.path.starts_with(PAGES)) {
        let name = file.path.trim_start_matches(PAGES).trim_end_matches(".md");
        if name == "README" {
            continue;
        }
        let text = file.text.as_deref().unwrap_or_default();
        let finding = |text: &str| Finding::new("codes", &file.path, 0, text);
        paged.insert(name.to_owned());
        if !used.contains_key(name) {
            found.push(finding("no code of this name is in the house"));
        }
        if !text.starts_with(&format!("# {name} ")) {
            found.push(finding("a page begins with its code and a title"));
        }
        if !PARTS.iter().all(|part| text.contains(part)) {
            found.push(finding("a page says what it means and what to do"));
        }
        if text.lines().count() > PAGE_LINES {
            found.push(finding("a page has at most 15 lines"));
        }
    }
    for (code, (path, line)) in used.iter().filter(|(code, _)| !paged.contains(*code)) {
        found.push(Finding::new("codes", path, *line, format!("`{code}` has no page")));
    }
    found
}

/// Codes in the string literals of code that is no test, with the place of the first use.
fn used(tree: &Tree) -> BTreeMap<String, (String, usize)> {
    let mut used = BTreeMap::new();
    for (file, rust) in tree.rust() {
        if file.is_test() || file.path.starts_with("tests/") {
            continue;
        }
        for (line, text) in rust.strings.iter().filter(|(_, text)| is_code(text)) {
            used.entry(text.clone()).or_insert_with(|| (file.path.clone(), *line));
        }
    }
    used
}

fn is_code(text: &str) -> bool {
    let known = |prefix: &str| PREFIXES.contains(&prefix) || prefix == VERIFY;
    text.split_once('-').is_some_and(|(prefix, number)| {
        known(prefix) && number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

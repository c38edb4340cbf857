//! Words that say nothing are kept out of the names of crates, modules and types.

use super::{Finding, tree::Tree};

/// Where everything ends that nobody placed.
const BANNED: [&str; 11] = [
    "core", "common", "util", "utils", "helper", "helpers", "manager", "misc", "shared", "data",
    "process",
];

/// Keywords after which a type's or a module's name stands.
const NAMING: [&str; 6] = ["struct", "enum", "trait", "type", "union", "mod"];

pub(crate) fn banned(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, rust) in tree.rust() {
        for step in file.path.trim_end_matches(".rs").split('/').filter(|step| *step != "src") {
            if words(step).any(|word| BANNED.contains(&word.as_str())) {
                let text = format!("`{step}` says nothing: name what it is");
                found.push(Finding::new("banned-names", &file.path, 0, text));
            }
        }
        let mut naming = false;
        for (line, word) in rust.words() {
            if naming && words(word).any(|part| BANNED.contains(&part.as_str())) {
                let text = format!("`{word}` says nothing: name what it is");
                found.push(Finding::new("banned-names", &file.path, line, text));
            }
            naming = NAMING.contains(&word);
        }
    }
    found
}

/// The words of a name in any of the usual spellings, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter.is_uppercase() || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.into_iter()
}

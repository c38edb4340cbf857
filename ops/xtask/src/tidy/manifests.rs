//! Rules on manifests: one place for versions, one lint table, a reason beside every member.

use super::{Finding, tree::Tree};

/// The tables of a manifest that name dependencies.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(crate) fn manifests(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let root = tree.text("Cargo.toml").unwrap_or_default();
    for (index, line) in root.lines().enumerate() {
        let member = line.trim_start().starts_with('"') && line.contains("\",");
        if member && !line.contains('#') {
            let text = "a member has its reason beside it";
            found.push(Finding::new("manifests", "Cargo.toml", index + 1, text));
        }
    }
    for file in &tree.files {
        let member = file.path.strip_suffix("/Cargo.toml");
        let Some(folder) = member.filter(|folder| !folder.starts_with("tests/fuzz")) else {
            continue;
        };
        let mut say = |text: String| found.push(Finding::new("manifests", &file.path, 0, text));
        let Some(Ok(table)) = file.text.as_deref().map(toml::from_str::<toml::Table>) else {
            say("cannot be read".to_owned());
            continue;
        };
        if !root.contains(&format!("\"{folder}\"")) {
            say("is not a member of the workspace".to_owned());
        }
        if !says_workspace(table.get("lints")) {
            say("takes the workspace's lints: `[lints] workspace = true`".to_owned());
        }
        let package = |key: &str| table.get("package").and_then(|package| package.get(key));
        if package("name").and_then(toml::Value::as_str) != folder.rsplit('/').next() {
            say("the crate has the name of its folder".to_owned());
        }
        if package("description").is_none() {
            say("has no description".to_owned());
        }
        for (name, dependency) in
            TABLES.iter().filter_map(|name| table.get(*name)?.as_table()).flatten()
        {
            if !says_workspace(Some(dependency)) {
                say(format!("`{name}` takes its version from the workspace"));
            }
        }
    }
    found
}

fn says_workspace(value: Option<&toml::Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
}

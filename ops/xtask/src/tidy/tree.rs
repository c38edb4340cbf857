//! The files of the tree, read once. Build output, version control and run-time data are left out.

use crate::rust::Rust;
use std::{fs, path::Path};

/// Folders of the root that are no part of the house.
const OUTSIDE: [&str; 3] = [".git", "target", "var"];
/// Largest file that is read as text, in bytes.
const TEXT_BYTES: u64 = 4 * 1024 * 1024;
/// Most files and folders that are walked.
const ENTRIES: usize = 50_000;

/// All files of the house.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Names in the root.
    pub(crate) root: Vec<String>,
    /// Files in order of their paths.
    pub(crate) files: Vec<Filed>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct Filed {
    /// Path from the root, with slashes.
    pub(crate) path: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    /// Its text; none when it is no UTF-8 or too large.
    pub(crate) text: Option<String>,
}

// === impl Tree ===

impl Tree {
    /// Reads the tree under `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let mut tree = Tree::default();
        let mut open = vec![String::new()];
        while let Some(folder) = open.pop() {
            let listed = fs::read_dir(root.join(&folder)).map_err(|e| format!("{folder}: {e}"))?;
            for entry in listed {
                let entry = entry.map_err(|e| format!("{folder}: {e}"))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let kind = entry.file_type().map_err(|e| format!("{name}: {e}"))?;
                if folder.is_empty() {
                    if OUTSIDE.contains(&name.as_str()) {
                        continue;
                    }
                    tree.root.push(name.clone());
                }
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                if kind.is_dir() {
                    open.push(path);
                } else {
                    tree.files.push(Filed::read(root, path)?);
                }
                if tree.files.len() + open.len() > ENTRIES {
                    return Err("there are too many files to walk".to_owned());
                }
            }
        }
        tree.root.sort();
        tree.files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(tree)
    }

    /// A tree of the given files, for tests of the rules.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let filed = |(path, text): &(&str, &str)| Filed {
            path: (*path).to_owned(),
            bytes: text.len() as u64,
            text: Some((*text).to_owned()),
        };
        let first = |(path, _): &(&str, &str)| path.split('/').next().unwrap().to_owned();
        Tree { root: files.iter().map(first).collect(), files: files.iter().map(filed).collect() }
    }

    /// All Rust files, scanned.
    pub(crate) fn rust(&self) -> Vec<(&Filed, Rust)> {
        let scanned = |file: &'_ Filed| file.text.as_deref().map(Rust::scan);
        self.files
            .iter()
            .filter(|file| file.path.ends_with(".rs"))
            .filter_map(|file| Some((file, scanned(file)?)))
            .collect()
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path)?.text.as_deref()
    }
}

// === impl Filed ===

impl Filed {
    fn read(root: &Path, path: String) -> Result<Self, String> {
        let whole = root.join(&path);
        let bytes = fs::metadata(&whole).map_or(0, |met| met.len());
        let text = if bytes <= TEXT_BYTES {
            let read = fs::read(&whole).map_err(|e| format!("{path}: {e}"))?;
            String::from_utf8(read).ok()
        } else {
            None
        };
        Ok(Filed { path, bytes, text })
    }

    /// Whether the file holds tests: a `tests.rs`, below a `tests` folder of a crate, or a story.
    pub(crate) fn is_test(&self) -> bool {
        let mut steps = self.path.split('/').skip(2);
        let below = steps.any(|step| step == "tests" || step == "tests.rs");
        below
            || ["tests/stories/", "tests/compile-fail/"].iter().any(|at| self.path.starts_with(at))
    }
}

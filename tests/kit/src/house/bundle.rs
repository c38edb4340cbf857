//! The rulebook's bundle as a story edits it: by words that stand there exactly once, so that a
//! story breaks when the rule it speaks of is written anew.

use crate::Outcome;
use ruling::BundleFiles;
use std::path::Path;

/// Where `national-2026` lies.
const NATIONAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/rulebook/national-2026");

/// What the a-krim views live by.
const AKRIM_PERMITS: [&str; 6] = [
    "akrim-core",
    "akrim-core-offences",
    "akrim-core-intelligence",
    "akrim-organ",
    "already-published",
    "already-published-envelope",
];

/// A bundle's files, unsigned.
#[derive(Debug, Clone)]
pub struct Rulebook(BundleFiles);

// === impl Rulebook ===

impl Rulebook {
    /// `national-2026` as it stands in the tree.
    pub fn national() -> Outcome<Rulebook> {
        let mut files = BundleFiles::default();
        read(Path::new(NATIONAL), "", &mut files)?;
        Ok(Rulebook(files))
    }

    /// The record types that [`Rulebook::akrim`] leaves its views.
    pub const AKRIM_TYPES: [&str; 4] =
        ["inspection_report", "planned_inspection", "sanction", "approval_status"];

    /// `national-2026` with nothing but these of its views for the work against a-krim: for
    /// measuring with few views.
    pub fn akrim(views: &[&str]) -> Outcome<Rulebook> {
        let organ = views.contains(&"akrim-organ");
        let permits = AKRIM_PERMITS.into_iter();
        let permits: Vec<&str> =
            permits.filter(|permit| organ || *permit != "akrim-organ").collect();
        Rulebook::national()?.only(views, &permits, &Self::AKRIM_TYPES)
    }

    /// The files.
    pub fn files(&self) -> &BundleFiles {
        &self.0
    }

    /// The same with another version number.
    pub fn version(self, version: u64) -> Outcome<Rulebook> {
        self.edit("bundle.toml", "\nversion = 1\n", &format!("\nversion = {version}\n"))
    }

    /// The same with words of a file replaced; they must stand there exactly once.
    pub fn edit(mut self, path: &str, find: &str, replace: &str) -> Outcome<Rulebook> {
        let text = self.0.text(path).ok_or("the bundle has no such file")?;
        if text.matches(find).count() != 1 {
            return Err(format!("{path}: the words do not stand there exactly once").into());
        }
        let text = text.replacen(find, replace, 1);
        self.0.0.insert(path.to_owned(), text.into_bytes());
        Ok(self)
    }

    /// The same with text added at the end of a file.
    pub fn append(mut self, path: &str, text: &str) -> Outcome<Rulebook> {
        let whole = self.0.0.get_mut(path).ok_or("the bundle has no such file")?;
        whole.extend(text.as_bytes());
        Ok(self)
    }

    /// The same with a file put in place of what was there.
    pub fn file(mut self, path: &str, text: &str) -> Rulebook {
        self.0.0.insert(path.to_owned(), text.as_bytes().to_vec());
        self
    }

    /// The same without a file.
    pub fn without(mut self, path: &str) -> Rulebook {
        self.0.0.remove(path);
        self
    }

    /// The same with these views and permits alone, each view over those of these record types
    /// that it has, and every forbid; without its cases.
    pub fn only(self, views: &[&str], permits: &[&str], types: &[&str]) -> Outcome<Rulebook> {
        let mut only = self.without_cases();
        let text = only.0.text("views.toml").ok_or("the bundle has no views")?;
        let mut kept = String::new();
        for view in views {
            let id = format!("id = \"{view}\"\n");
            let of = text.split("[[view]]\n").find(|one| one.starts_with(&id));
            kept.push_str("[[view]]\n");
            kept.push_str(&over(of.ok_or("the bundle has no such view")?, types)?);
        }
        // Invariants name views too.
        only = only.file("views.toml", &kept).file("invariants.toml", "");
        let paths = only.0.0.keys().filter(|path| path.ends_with(".cedar"));
        for path in paths.cloned().collect::<Vec<_>>() {
            let text = only.0.text(&path).unwrap_or_default();
            let rules = text.split("@id(\"").skip(1).filter(|rule| {
                let id = rule.split('"').next().unwrap_or_default();
                // A forbid that names a purpose speaks of views that are gone.
                let forbids = rule.contains("\nforbid (") && !rule.contains("Action::");
                forbids || permits.contains(&id)
            });
            let kept: String = rules.map(|rule| format!("@id(\"{rule}")).collect();
            only = only.file(&path, &kept);
        }
        Ok(only)
    }

    /// The same without its cases, for an edit that changes their answers.
    pub fn without_cases(mut self) -> Rulebook {
        self.0.0.retain(|path, _| !path.starts_with("cases/"));
        self
    }
}

/// A view's text, over these record types alone.
fn over(view: &str, types: &[&str]) -> Outcome<String> {
    let (before, rest) = view.split_once("record_types = [").ok_or("the view has no types")?;
    let (has, after) = rest.split_once(']').ok_or("the view's types do not end")?;
    let kept = types.iter().filter(|one| has.contains(&format!("\"{one}\"")));
    let kept: Vec<String> = kept.map(|one| format!("\"{one}\"")).collect();
    Ok(format!("{before}record_types = [{}]{after}", kept.join(", ")))
}

fn read(folder: &Path, prefix: &str, files: &mut BundleFiles) -> Outcome<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.0.insert(path, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

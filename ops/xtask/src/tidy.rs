//! The house's rules as tests: reads the tree and the dependency graph, changes nothing.
//!
//! Every rule is a function from the tree to findings, and each has a failing sample in `tests.rs`.

pub(crate) mod codes;
pub(crate) mod exceptions;
pub(crate) mod files;
pub(crate) mod graph;
pub(crate) mod law;
pub(crate) mod manifests;
pub(crate) mod names;
pub(crate) mod text;
pub(crate) mod tree;

#[cfg(test)]
mod tests;

use std::{fmt, path::Path};
use tree::Tree;

/// One place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// File, relative to the root.
    pub(crate) path: String,
    /// One-based line, or 0 for the whole file.
    pub(crate) line: usize,
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// What is wrong and what would be right.
    pub(crate) text: String,
}

/// What tidy saw.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) files: usize,
    pub(crate) code_lines: usize,
    pub(crate) comment_lines: usize,
}

type Rule = fn(&Tree) -> Vec<Finding>;

/// Every rule that reads files.
const RULES: [Rule; 17] = [
    files::root_names,
    files::depth,
    files::openings,
    files::lengths,
    files::function_lengths,
    files::line_lengths,
    files::no_mod_rs,
    files::blobs,
    names::banned,
    text::unsafe_code,
    text::unfinished,
    text::private_paths,
    text::pure_rooms,
    text::prometheus_homes,
    text::disclosed_makers,
    codes::pages_and_codes,
    manifests::manifests,
];

/// Checks the tree at `root`, with its dependency graph.
pub(crate) fn run(root: &Path) -> Result<Report, String> {
    let tree = Tree::read(root)?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    let graph = graph::Graph::of(root)?;
    findings.extend(law::check(&graph));
    findings.extend(crate::mutants::check(root, &tree));
    let findings = exceptions::apply(&tree, findings)?;
    let rust = tree.rust();
    Ok(Report {
        findings,
        files: tree.files.len(),
        code_lines: rust.iter().map(|(_, rust)| rust.code_lines).sum(),
        comment_lines: rust.iter().map(|(_, rust)| rust.comment_lines).sum(),
    })
}

// === impl Finding ===

impl Finding {
    pub(crate) fn new(
        rule: &'static str,
        path: impl Into<String>,
        line: usize,
        text: impl Into<String>,
    ) -> Self {
        Finding { path: path.into(), line, rule, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.text)
    }
}

// === impl Report ===

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        let hundredths = self.comment_lines * 100 / self.code_lines.max(1);
        write!(
            f,
            "tidy: {} files, {} lines of Rust code, {} of comment (ratio 0.{hundredths:02}), \
             {} findings",
            self.files,
            self.code_lines,
            self.comment_lines,
            self.findings.len()
        )
    }
}

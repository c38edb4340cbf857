//! Exceptions to rules, each with its reason, in one file. One that is not needed is a finding.

use super::{Finding, tree::Tree};
use serde::Deserialize;

/// Where they lie.
const FILE: &str = "ops/xtask/exceptions.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    #[serde(default)]
    exception: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    rule: String,
    path: String,
    /// A part of the finding's text; all findings of the rule in the file when it is left out.
    #[serde(default)]
    says: String,
    reason: String,
}

/// Takes out the findings that are excepted; adds one for every exception without use or reason.
pub(crate) fn apply(tree: &Tree, findings: Vec<Finding>) -> Result<Vec<Finding>, String> {
    let text = tree.text(FILE).unwrap_or_default();
    let listed: Exceptions =
        toml::from_str(text).map_err(|e| format!("{FILE}: {}", e.message()))?;
    let mut used = vec![false; listed.exception.len()];
    let mut left: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| {
            let mut excepted = false;
            for (exception, used) in listed.exception.iter().zip(&mut used) {
                if exception.covers(finding) {
                    (excepted, *used) = (true, true);
                }
            }
            !excepted
        })
        .collect();
    for (exception, used) in listed.exception.iter().zip(used) {
        let what = format!("`{}` in `{}`", exception.rule, exception.path);
        if !used {
            left.push(Finding::new("exceptions", FILE, 0, format!("{what} is not needed")));
        }
        if exception.reason.len() < 10 {
            left.push(Finding::new("exceptions", FILE, 0, format!("{what} has no reason")));
        }
    }
    left.sort();
    Ok(left)
}

// === impl Exception ===

impl Exception {
    fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule
            && self.path == finding.path
            && finding.text.contains(self.says.as_str())
    }
}

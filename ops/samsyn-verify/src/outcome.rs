//! What a check found, for people and as JSON. Deciding what is wrong is done elsewhere.

use crate::limits::MAX_PROBLEMS;
use serde_json::{Value, json};
use std::fmt;
use std::process::ExitCode;

/// Why a check could not be done at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file named on the command line cannot be read.
    #[error("{0}: cannot be read ({1})")]
    File(String, std::io::Error),
    /// A file is larger than anything that could be checked.
    #[error("{0}: larger than such a file can be")]
    Large(String),
    /// A key file holds no Ed25519 public key in PEM.
    #[error("{0}: holds no Ed25519 public key in PEM")]
    Key(String),
    /// The cryptographic library or the checker itself failed.
    #[error("the check itself failed: {0}")]
    Audit(#[from] audit::Error),
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

/// What a check found.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    facts: Vec<(&'static str, String)>,
    problems: Vec<Problem>,
    unlisted: u64,
}

// === impl Error ===

impl Error {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Error::File(..) | Error::Large(_) => "VERIFY-001",
            Error::Key(_) => "VERIFY-002",
            Error::Audit(_) => "VERIFY-016",
        }
    }
}

// === impl Outcome ===

impl Outcome {
    pub(crate) fn fact(&mut self, name: &'static str, value: impl fmt::Display) {
        self.facts.push((name, value.to_string()));
    }

    pub(crate) fn problem(&mut self, code: &'static str, text: impl fmt::Display) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { code, text: text.to_string() });
        } else {
            self.unlisted += 1;
        }
    }

    pub(crate) fn unlisted(&mut self, more: u64) {
        self.unlisted += more;
    }

    pub(crate) fn holds(&self) -> bool {
        self.problems.is_empty() && self.unlisted == 0
    }

    pub(crate) fn exit(&self) -> ExitCode {
        if self.holds() { ExitCode::SUCCESS } else { ExitCode::from(1) }
    }

    pub(crate) fn to_json(&self) -> Value {
        let facts = self.facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        let problems = self.problems.iter();
        let problem = |problem: &Problem| json!({"code": problem.code, "text": problem.text});
        json!({
            "ok": self.holds(),
            "facts": Value::Object(facts.collect()),
            "problems": problems.map(problem).collect::<Vec<_>>(),
            "unlisted": self.unlisted,
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", if self.holds() { "OK" } else { "NOT OK" })?;
        for (name, value) in &self.facts {
            writeln!(f, "  {name:<12} {value}")?;
        }
        for Problem { code, text } in &self.problems {
            writeln!(f, "  {code}   {text}")?;
        }
        if self.unlisted > 0 {
            writeln!(f, "  … and {} more", self.unlisted)?;
        }
        Ok(())
    }
}

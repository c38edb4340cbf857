//! Expectations of the demo: figures and predicates read from a file, printed as expected and
//! seen. Collecting the figures is the demo's work.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A figure of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Figure {
    /// A count.
    Count(u64),
    /// Whether something held.
    Held(bool),
}

/// Everything the demo saw, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(pub(crate) BTreeMap<String, Figure>);

/// The file of expectations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectations {
    expect: Vec<Expectation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    about: String,
    figure: String,
    #[serde(default)]
    is: Option<u64>,
    #[serde(default)]
    at_least: Option<u64>,
    #[serde(default)]
    at_most: Option<u64>,
    #[serde(default)]
    holds: Option<bool>,
    #[serde(default)]
    same_as: Option<String>,
}

/// One line of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) about: String,
    pub(crate) expected: String,
    pub(crate) seen: String,
    pub(crate) held: bool,
}

// === impl Figures ===

impl Figures {
    pub(crate) fn count(&mut self, name: impl Into<String>, count: u64) {
        self.0.insert(name.into(), Figure::Count(count));
    }

    pub(crate) fn held(&mut self, name: impl Into<String>, held: bool) {
        self.0.insert(name.into(), Figure::Held(held));
    }

    fn get(&self, name: &str) -> Option<&Figure> {
        self.0.get(name)
    }
}

// === impl Figure ===

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Figure::Count(count) => count.fmt(f),
            Figure::Held(held) => f.write_str(if *held { "yes" } else { "no" }),
        }
    }
}

// === impl Expectations ===

impl Expectations {
    pub(crate) fn read(path: &Path) -> Result<Expectations, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the expectations could not be read: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("the expectations are not valid: {error}"))
    }

    /// Holds every expectation against what was seen. A figure nobody saw does not hold.
    pub(crate) fn compare(&self, figures: &Figures) -> Vec<Line> {
        self.expect.iter().map(|expectation| expectation.compare(figures)).collect()
    }
}

impl Expectation {
    fn compare(&self, figures: &Figures) -> Line {
        let figure = figures.get(&self.figure);
        let mut held = figure.is_some();
        let mut expected = Vec::new();
        let count = match figure {
            Some(Figure::Count(count)) => Some(*count),
            _ => None,
        };
        if let Some(is) = self.is {
            expected.push(is.to_string());
            held &= count == Some(is);
        }
        if let Some(least) = self.at_least {
            expected.push(format!("at least {least}"));
            held &= count.is_some_and(|count| count >= least);
        }
        if let Some(most) = self.at_most {
            expected.push(format!("at most {most}"));
            held &= count.is_some_and(|count| count <= most);
        }
        if let Some(holds) = self.holds {
            expected.push(Figure::Held(holds).to_string());
            held &= figure == Some(&Figure::Held(holds));
        }
        if let Some(other) = &self.same_as {
            let other = figures.get(other);
            expected.push(other.map_or("nothing".to_owned(), Figure::to_string));
            held &= other.is_some() && other == figure;
        }
        held &= !expected.is_empty();
        Line {
            about: self.about.clone(),
            expected: expected.join(", "),
            seen: figure.map_or("nothing".to_owned(), Figure::to_string),
            held,
        }
    }
}

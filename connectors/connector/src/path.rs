//! Paths into a record, as mappings write them: `lokalitet[0].postnummer`, or with `[]` for every
//! element of a list. Whether one exists is the contract's knowledge, not ours.

use crate::limits;
use std::{fmt, str::FromStr};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Into a field of a record.
    Field(String),
    /// Into an element of an array.
    Item(usize),
    /// Into every element of an array, as the source has them.
    Each,
}

/// A checked path of one to twelve steps that begins with a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    text: String,
    steps: Vec<Step>,
}

/// The text is not a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a path is field names joined by dots, with element numbers such as [0] after arrays")]
pub(crate) struct Malformed;

// === impl Path ===

impl Path {
    /// The steps, outermost first.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path as the mapping wrote it.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The path as the contract writes it: `lokalitet[].postnummer`.
    pub(crate) fn in_contract(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                Step::Item(_) | Step::Each => text.push_str("[]"),
                Step::Field(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
            }
        }
        text
    }

    /// How many lists it runs through.
    pub(crate) fn repeats(&self) -> usize {
        self.steps.iter().filter(|step| **step == Step::Each).count()
    }

    /// The same path in the elements of these places, outermost first.
    pub(crate) fn at(&self, places: &[usize]) -> Vec<Step> {
        let mut places = places.iter();
        let step = |step: &Step| match step {
            Step::Each => Step::Item(places.next().copied().unwrap_or_default()),
            other => other.clone(),
        };
        self.steps.iter().map(step).collect()
    }

    /// The words of the path in those elements, for people.
    pub(crate) fn told(&self, places: &[usize]) -> String {
        numbered(&self.text, places)
    }
}

/// A pattern with its `[]` numbered: `a[].b[]` at 2, 0 is `a[2].b[0]`.
pub(crate) fn numbered(pattern: &str, places: &[usize]) -> String {
    let mut places = places.iter();
    let mut text = String::with_capacity(pattern.len() + 4);
    for (index, piece) in pattern.split("[]").enumerate() {
        if index > 0 {
            let place = places.next().copied().unwrap_or_default();
            text.push_str(&format!("[{place}]"));
        }
        text.push_str(piece);
    }
    text
}

fn word(text: &str) -> Result<String, Malformed> {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let lead = text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if letters && lead { Ok(text.to_owned()) } else { Err(Malformed) }
}

fn item(text: &str) -> Result<Step, Malformed> {
    match text.parse() {
        _ if text.is_empty() => Ok(Step::Each),
        Ok(index) if index <= limits::ELEMENT && text.len() <= 2 => Ok(Step::Item(index)),
        _ => Err(Malformed),
    }
}

impl FromStr for Path {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let mut pieces = part.split('[');
            steps.push(Step::Field(word(pieces.next().unwrap_or_default())?));
            for piece in pieces {
                steps.push(item(piece.strip_suffix(']').ok_or(Malformed)?)?);
            }
        }
        if steps.len() > limits::PATH_STEPS {
            return Err(Malformed);
        }
        Ok(Path { text: text.to_owned(), steps })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

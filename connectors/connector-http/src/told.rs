//! What a source is told of its own records, as people read it: where their free texts point to a
//! person, by which rule, and what to do. It never holds what stands there.

use crate::{Answer, Language};
use serde_json::{Value, json};
use vocabulary::{RecordId, Timestamp, Trace};

/// One field of one version of a record of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The kind of the object it is about and the source's own id of it, where they are known.
    pub object: Option<(String, String)>,
    /// The record.
    pub record: RecordId,
    /// Its version.
    pub version: u64,
    /// The field's path in the contract.
    pub path: String,
    /// What was found in it.
    pub trace: Trace,
    /// When the exchange found it.
    pub at: Timestamp,
}

// === impl Told ===

impl Told {
    fn json(&self) -> Value {
        let (kind, object) = self.object.clone().unzip();
        json!({
            "kind": kind, "object": object, "record": self.record.to_string(),
            "version": self.version, "path": self.path, "code": self.trace.code(),
            "at": self.at,
        })
    }

    fn words(&self, language: Language) -> Value {
        let words = language.words(self.trace.code());
        json!({ "rule": words.map(|words| &words.rule), "fix": words.map(|words| &words.fix) })
    }

    /// A line of JSON with the words of every language.
    fn line(&self) -> String {
        let mut line = self.json();
        for language in Language::ALL {
            put(&mut line, language.tag(), self.words(language));
        }
        line.to_string()
    }
}

impl Answer {
    /// What a source was told, in the caller's language.
    pub fn told(told: &[Told], language: Language) -> Answer {
        let notices = told.iter().map(|told| {
            let mut notice = told.json();
            if let Value::Object(words) = told.words(language) {
                words.into_iter().for_each(|(name, words)| put(&mut notice, &name, words));
            }
            notice
        });
        let body = json!({ "notices": notices.collect::<Vec<_>>() });
        Answer { status: 200, body: body.to_string() }
    }
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// What a source was told, a JSON object a line, for the source's own folder.
pub fn told_lines(told: &[Told]) -> Vec<u8> {
    let mut lines = String::new();
    for one in told {
        lines.push_str(&one.line());
        lines.push('\n');
    }
    lines.into_bytes()
}

//! What the caller reads: the outcome of every object, or a problem (RFC 9457). Names codes, paths,
//! rules and fixes, never a value.

use crate::{Error, Language, limits};
use connector::Refusal;
use serde_json::{Value, json};
use vocabulary::{ChangeKind, RecordId};

/// The media type of an answer.
pub(crate) const JSON: &str = "application/json";
/// The media type of a problem.
pub(crate) const PROBLEM: &str = "application/problem+json";

/// What came of one object.
#[derive(Debug, Clone)]
pub enum Came {
    /// A version of a record, on disk.
    Accepted(RecordId, u64, ChangeKind),
    /// The object stands as it is held.
    Unchanged,
    /// A removal of an object that was never seen.
    NeverSeen,
    /// A removal of an object that is gone already.
    AlreadyGone,
    /// It broke rules, and nothing of it was taken.
    Refused(Vec<Refusal>),
}

/// An answer, as it is sent and kept for whoever asks again under the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON, or a problem when the status says so.
    pub body: String,
}

// === impl Answer ===

impl Answer {
    /// The answer to a submission, object by object. It is a problem only when every object was
    /// refused.
    pub fn of(objects: &[Came], language: Language) -> Answer {
        let mut left = limits::TOLD;
        let results: Vec<Value> = objects
            .iter()
            .enumerate()
            .map(|(index, came)| result(index, came, language, &mut left))
            .collect();
        let refused = objects.iter().filter(|came| matches!(came, Came::Refused(_))).count();
        if refused > 0 && refused == objects.len() {
            let mut problem = problem(Error::Refused, language);
            if let Some(fields) = problem.as_object_mut() {
                fields.insert("results".to_owned(), Value::Array(results));
            }
            return Answer { status: Error::Refused.status(), body: problem.to_string() };
        }
        let body = json!({ "objects": objects.len(), "refused": refused, "results": results });
        Answer { status: 200, body: body.to_string() }
    }

    /// The answer to a request that was not taken.
    pub fn to(error: Error, language: Language) -> Answer {
        Answer { status: error.status(), body: problem(error, language).to_string() }
    }

    /// Its media type.
    pub const fn media_type(&self) -> &'static str {
        if self.status < 300 { JSON } else { PROBLEM }
    }
}

fn problem(error: Error, language: Language) -> Value {
    let code = error.code();
    let english = error.to_string();
    let (title, detail) = match language.words(code) {
        Some(words) => (words.rule.as_str(), words.fix.as_str()),
        None => (english.as_str(), ""),
    };
    json!({
        "type": format!("urn:samsyn:code:{code}"),
        "title": title,
        "status": error.status(),
        "detail": detail,
        "code": code,
    })
}

fn result(index: usize, came: &Came, language: Language, left: &mut usize) -> Value {
    match came {
        Came::Accepted(record, version, change) => json!({
            "index": index, "outcome": "accepted", "record": record.to_string(),
            "version": version, "change": change.as_str(),
        }),
        Came::Unchanged => json!({ "index": index, "outcome": "unchanged" }),
        Came::NeverSeen => json!({ "index": index, "outcome": "never_seen" }),
        Came::AlreadyGone => json!({ "index": index, "outcome": "already_gone" }),
        Came::Refused(refusals) => {
            let told = refusals.iter().take(limits::TOLD_OF_ONE);
            let told: Vec<Value> = told.map(|refusal| fault(refusal, language, left)).collect();
            json!({ "index": index, "outcome": "refused", "problems": told })
        }
    }
}

fn fault(refusal: &Refusal, language: Language, left: &mut usize) -> Value {
    let code = refusal.rule().code();
    if *left == 0 {
        return json!({ "code": code });
    }
    *left -= 1;
    let (rule, fix) = language.of_refusal(refusal);
    json!({
        "code": code, "key": refusal.column(), "path": refusal.path(), "rule": rule, "fix": fix,
    })
}

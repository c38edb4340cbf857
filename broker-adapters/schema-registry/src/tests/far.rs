//! A registry in memory with the API's words, and ways of going wrong.

use crate::{Answer, Http, Lost, Method, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What the far side does with the next calls.
#[derive(Clone, Default)]
pub(crate) enum Mood {
    #[default]
    Well,
    /// This many calls get no answer.
    Away(usize),
    TooLarge,
    /// Every call gets this.
    Says(u16, Vec<u8>),
    /// Calls whose path holds the first get the second.
    At(&'static str, u16, String),
}

#[derive(Default)]
struct Held {
    texts: Vec<Value>,
    subjects: BTreeMap<String, Vec<usize>>,
    levels: BTreeMap<String, String>,
    calls: Vec<String>,
    mood: Mood,
}

#[derive(Default)]
pub(crate) struct Far(Mutex<Held>);

impl Far {
    pub(crate) fn mood(&self, mood: Mood) {
        self.0.lock().unwrap().mood = mood;
    }

    /// Method and path of every call since the last look.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }

    /// Puts in what somebody else registered; gives its id.
    pub(crate) fn put(&self, subject: &str, row: Value) -> u32 {
        let mut held = self.0.lock().unwrap();
        held.texts.push(row);
        let at = held.texts.len() - 1;
        held.subjects.entry(subject.to_owned()).or_default().push(at);
        u32::try_from(at + 1).unwrap()
    }

    /// Rewrites a text as a registry may that knows JSON.
    pub(crate) fn respell(&self) {
        for row in &mut self.0.lock().unwrap().texts {
            let text: Value = serde_json::from_str(row["schema"].as_str().unwrap()).unwrap();
            row["schema"] = serde_json::to_string_pretty(&text).unwrap().into();
        }
    }
}

impl Http for Arc<Far> {
    fn call(&self, request: &Request<'_>) -> Result<Answer, Lost> {
        let mut held = self.0.lock().unwrap();
        held.calls.push(format!("{} {}", request.method.as_str(), request.path));
        match held.mood.clone() {
            Mood::Well => {}
            Mood::Away(0) => held.mood = Mood::Well,
            Mood::Away(left) => {
                held.mood = Mood::Away(left - 1);
                return Err(Lost::Away);
            }
            Mood::TooLarge => return Err(Lost::TooLarge),
            Mood::Says(status, body) => return Ok(Answer { status, body }),
            Mood::At(part, status, body) if request.path.contains(part) => {
                return Ok(Answer { status, body: body.into_bytes() });
            }
            Mood::At(..) => {}
        }
        let (status, body) = held.answer(request);
        Ok(Answer { status, body: body.to_string().into_bytes() })
    }
}

impl Held {
    fn answer(&mut self, request: &Request<'_>) -> (u16, Value) {
        let steps: Vec<&str> = request.path.split('/').skip(1).collect();
        let body: Value = serde_json::from_str(request.body.unwrap_or("null")).unwrap();
        let unknown = |code: u32| (404, json!({ "error_code": code, "message": "unknown" }));
        match (request.method, steps.as_slice()) {
            (Method::Get, ["schemas", "ids", id]) => {
                let at: usize = id.parse().unwrap();
                let found = at.checked_sub(1).and_then(|at| self.texts.get(at));
                found.map_or_else(|| unknown(40_403), |row| (200, row.clone()))
            }
            (Method::Post, ["subjects", subject]) => match self.at(subject, &body) {
                Some(at) => (200, self.version(subject, at)),
                None => unknown(40_403),
            },
            (Method::Post, ["subjects", subject, "versions"]) => {
                let known = self.texts.iter().position(|row| row["schema"] == body["schema"]);
                let at = known.unwrap_or_else(|| {
                    self.texts.push(json!({ "schema": body["schema"], "schemaType": "AVRO" }));
                    self.texts.len() - 1
                });
                let under = self.subjects.entry((*subject).to_owned()).or_default();
                if !under.contains(&at) {
                    under.push(at);
                }
                (200, json!({ "id": at + 1 }))
            }
            (Method::Get, ["subjects", subject, "versions", "latest"]) => {
                match self.subjects.get(*subject).and_then(|under| under.last()) {
                    Some(at) => (200, self.version(subject, *at)),
                    None => unknown(40_401),
                }
            }
            (Method::Post, ["compatibility", ..]) => (200, json!({ "is_compatible": true })),
            (Method::Put, ["config", subject]) => {
                let level = body["compatibility"].as_str().unwrap().to_owned();
                self.levels.insert((*subject).to_owned(), level);
                (200, body)
            }
            (Method::Get, ["config", subject]) => match self.levels.get(*subject) {
                Some(level) => (200, json!({ "compatibilityLevel": level })),
                None => unknown(40_408),
            },
            _ => (405, json!({})),
        }
    }

    fn at(&self, subject: &str, body: &Value) -> Option<usize> {
        let mut under = self.subjects.get(subject)?.iter();
        under.find(|at| self.texts[**at]["schema"] == body["schema"]).copied()
    }

    fn version(&self, subject: &str, at: usize) -> Value {
        let under = &self.subjects[subject];
        let version = under.iter().position(|known| *known == at).unwrap() + 1;
        let mut row = self.texts[at].clone();
        row["subject"] = subject.into();
        row["id"] = (at + 1).into();
        row["version"] = version.into();
        row
    }
}

//! The client: asks, checks, remembers. Whether a record with an id may pass is not said here.

use crate::answer::{CompatibleRow, IdRow, LevelRow, TextRow, VersionRow, found, sought};
use crate::cache::Cache;
use crate::error::Breaking;
use crate::limits::{ATTEMPTS, MAX_ANSWER, MAX_SUBJECT};
use crate::{Answer, Error, Http, Lost, Method, Request};
use avro_tree::{Schema, compare};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A registry. Shared among threads; calls block as long as the handed-in call does.
pub struct Client {
    http: Box<dyn Http>,
    cache: Mutex<Cache>,
}

/// A schema under its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The id, as it stands in a frame.
    pub id: u32,
    /// Its place among the subject's.
    pub version: u32,
    /// The text, as the registry has it.
    pub text: String,
}

/// What the registry asks of a schema that is to follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    None,
    /// Readers of the new one read what was written by the newest one before.
    Backward,
    /// … by any one before.
    BackwardTransitive,
}

// === impl Level ===

impl Level {
    /// The API's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::None => "NONE",
            Level::Backward => "BACKWARD",
            Level::BackwardTransitive => "BACKWARD_TRANSITIVE",
        }
    }

    /// None for a level that asks for something else.
    fn of(word: &str) -> Option<Level> {
        let all = [Level::None, Level::Backward, Level::BackwardTransitive];
        all.into_iter().find(|level| level.as_str() == word)
    }
}

// === impl Client ===

impl Client {
    /// A client of the registry that `http` reaches.
    pub fn new(http: impl Http + 'static) -> Client {
        Client { http: Box::new(http), cache: Mutex::default() }
    }

    /// Registers a schema of the house under a subject; the same text has the same id again.
    pub fn register(&self, subject: &str, text: &str) -> Result<u32, Error> {
        let schema = ours(text)?;
        let text: Arc<str> = schema.text().into();
        if let Some(known) = self.cache().id(subject, &text) {
            return Ok(known);
        }
        let id = match self.find(subject, &schema)? {
            Some(registered) => registered.id,
            None => self.register_new(subject, &schema)?,
        };
        // A wrong id would put other people's words into every record that is framed with it.
        match self.fetch(id)? {
            Some(held) if held == text => {}
            _ => return Err(Error::Disagrees),
        }
        self.cache().put_id(subject, &text, id);
        Ok(id)
    }

    /// The text of an id in the house's one spelling, so that it can be held against the contract
    /// whatever the registry made of its spaces; as it stands where it is none of the house's. None
    /// where the registry says that it has no such id, or has something that can be none of ours:
    /// no Avro, or longer than a schema can be. The unknown is asked for each time.
    pub fn text(&self, id: u32) -> Result<Option<Arc<str>>, Error> {
        if let Some(known) = self.cache().text(id) {
            return Ok(Some(known));
        }
        let text = match self.fetch(id) {
            Err(Error::Large) => None,
            fetched => fetched?,
        };
        if let Some(text) = &text {
            self.cache().put_text(id, text);
        }
        Ok(text)
    }

    /// Under which id and version a text stands below a subject, if it does.
    pub fn look_up(&self, subject: &str, text: &str) -> Result<Option<Registered>, Error> {
        self.find(subject, &Schema::parse(text).map_err(Error::Schema)?)
    }

    /// The newest schema of a subject, if it has any.
    pub fn latest(&self, subject: &str) -> Result<Option<Registered>, Error> {
        let path = format!("/subjects/{}/versions/latest", checked(subject)?);
        registered(subject, sought(&self.call(Method::Get, &path, None)?)?)
    }

    /// Whether a text may follow the newest of a subject: by our rules, which an error tells, and
    /// by the registry's. Registers nothing.
    pub fn may_follow(&self, subject: &str, text: &str) -> Result<bool, Error> {
        let schema = ours(text)?;
        self.follows(subject, &schema)?;
        let path = format!("/compatibility/subjects/{}/versions/latest", checked(subject)?);
        let answer = self.call(Method::Post, &path, Some(&body(&schema)))?;
        // A subject without a schema has nothing that could be broken.
        let row: Option<CompatibleRow> = sought(&answer)?;
        Ok(row.is_none_or(|row| row.is_compatible))
    }

    /// Sets what the registry asks of a subject's next schema.
    pub fn require(&self, subject: &str, level: Level) -> Result<(), Error> {
        let path = format!("/config/{}", checked(subject)?);
        let body = serde_json::json!({ "compatibility": level.as_str() }).to_string();
        let row: LevelRow = found(&self.call(Method::Put, &path, Some(&body))?)?;
        if row.level == level.as_str() { Ok(()) } else { Err(Error::Answer) }
    }

    /// What the registry asks of a subject's next schema; none where it has no rule of its own for
    /// the subject, or one that is not among [`Level`].
    pub fn level(&self, subject: &str) -> Result<Option<Level>, Error> {
        let path = format!("/config/{}", checked(subject)?);
        let row: Option<LevelRow> = sought(&self.call(Method::Get, &path, None)?)?;
        Ok(row.and_then(|row| Level::of(&row.level)))
    }

    fn find(&self, subject: &str, schema: &Schema) -> Result<Option<Registered>, Error> {
        let path = format!("/subjects/{}", checked(subject)?);
        let answer = self.call(Method::Post, &path, Some(&body(schema)))?;
        registered(subject, sought(&answer)?)
    }

    fn register_new(&self, subject: &str, schema: &Schema) -> Result<u32, Error> {
        self.follows(subject, schema)?;
        let path = format!("/subjects/{}/versions", checked(subject)?);
        let answer = self.call(Method::Post, &path, Some(&body(schema)))?;
        found::<IdRow>(&answer)?.id()
    }

    /// Holds a schema against the newest of its subject: what could reveal more may not follow.
    fn follows(&self, subject: &str, schema: &Schema) -> Result<(), Error> {
        let Some(latest) = self.latest(subject)? else { return Ok(()) };
        let latest = Schema::parse(&latest.text).map_err(|_| Error::Foreign)?;
        let verdict = compare(&latest, schema);
        if verdict.is_compatible() {
            return Ok(());
        }
        Err(Error::Breaking(Breaking::of(&verdict)))
    }

    fn fetch(&self, id: u32) -> Result<Option<Arc<str>>, Error> {
        let answer = self.call(Method::Get, &format!("/schemas/ids/{id}"), None)?;
        let row: Option<TextRow> = sought(&answer)?;
        Ok(row.filter(TextRow::is_ours).map(|row| spelt(&row.schema)))
    }

    /// Sends a request; once more if the registry does not answer.
    fn call(&self, method: Method, path: &str, body: Option<&str>) -> Result<Answer, Error> {
        let request = Request { method, path, body, most: MAX_ANSWER };
        for _ in 1..ATTEMPTS {
            match self.http.call(&request) {
                Err(Lost::Away) => {}
                done => return told(done),
            }
        }
        told(self.http.call(&request))
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the cache holds: texts, texts with a subject, bytes.
    #[cfg(test)]
    pub(crate) fn cached(&self) -> (usize, usize, usize) {
        self.cache().size()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

/// A schema that may be registered at all: it is read, and every field has a class.
fn ours(text: &str) -> Result<Schema, Error> {
    let schema = Schema::parse(text).map_err(Error::Schema)?;
    match schema.fields().iter().find(|field| field.class().is_none()) {
        Some(bare) => Err(Error::Unclassified(bare.path().to_owned())),
        None => Ok(schema),
    }
}

/// A text in the house's one spelling, if it is a schema of the house's kind.
fn spelt(text: &str) -> Arc<str> {
    match Schema::parse(text) {
        Ok(schema) => schema.text().into(),
        Err(_) => text.into(),
    }
}

/// A subject as it may stand in a path.
fn checked(subject: &str) -> Result<&str, Error> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    // Dots alone would be a step in the path.
    let named = subject.bytes().any(|byte| byte != b'.');
    let fits = subject.len() <= MAX_SUBJECT && named && subject.bytes().all(letter);
    if fits { Ok(subject) } else { Err(Error::Subject) }
}

fn body(schema: &Schema) -> String {
    serde_json::json!({ "schema": schema.text(), "schemaType": "AVRO" }).to_string()
}

fn told(done: Result<Answer, Lost>) -> Result<Answer, Error> {
    match done {
        Ok(answer) if answer.body.len() <= MAX_ANSWER => Ok(answer),
        Ok(_) | Err(Lost::TooLarge) => Err(Error::Large),
        Err(Lost::Away) => Err(Error::Away),
    }
}

fn registered(subject: &str, row: Option<VersionRow>) -> Result<Option<Registered>, Error> {
    let Some(row) = row else { return Ok(None) };
    if row.subject != subject || !row.text.is_ours() {
        return Err(Error::Answer);
    }
    Ok(Some(Registered { id: row.id()?, version: row.version, text: row.text.schema }))
}

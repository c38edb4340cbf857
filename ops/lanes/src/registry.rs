//! The schema registry over HTTP, as the Kafka carrier asks for it. Plain HTTP only: a registry
//! beyond this machine stands behind a proxy that encrypts, or beside the brokers.

use carrier::{Error, Permanent, Temporary};
use carrier_kafka::Schemas;
use schema_registry::{Answer, Client, Http, Lost, Method, Request, Strategy};
use settings::Subjects;
use std::io::Read;
use std::time::Duration;

/// Longest time for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The client over real HTTP.
pub(crate) struct Registry {
    client: Client,
    subjects: Strategy,
}

/// One registry's address, and what speaks to it.
struct Caller {
    address: String,
    agent: ureq::Agent,
}

// === impl Registry ===

impl Registry {
    pub(crate) fn new(address: &str, subjects: Subjects) -> Registry {
        let subjects = match subjects {
            Subjects::RecordNameStrategy => Strategy::Record,
            Subjects::TopicRecordNameStrategy => Strategy::TopicRecord,
        };
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        let address = address.trim_end_matches('/').to_owned();
        let client = Client::new(Caller { address, agent: config.into() });
        Registry { client, subjects }
    }
}

impl Schemas for Registry {
    fn register(&self, topic: &str, name: &str, text: &str) -> Result<u32, Error> {
        self.client
            .register(&self.subjects.subject(topic, name), text)
            .map_err(|error| told(&error))
    }

    fn text(&self, id: u32) -> Result<Option<String>, Error> {
        let text = self.client.text(id).map_err(|error| told(&error))?;
        Ok(text.map(|text| text.to_string()))
    }
}

/// The registry's own code goes to the log: the port has one word for each kind.
fn told(error: &schema_registry::Error) -> Error {
    let code = error.code();
    if error.is_temporary() {
        tracing::warn!(code, %error, "the schema registry");
        return Temporary::Unavailable.into();
    }
    tracing::error!(code, %error, "the schema registry");
    Permanent::Schema.into()
}

// === impl Caller ===

impl Http for Caller {
    fn call(&self, request: &Request<'_>) -> Result<Answer, Lost> {
        let url = format!("{}{}", self.address, request.path);
        let body = request.body.unwrap_or_default();
        let kind = Request::CONTENT_TYPE;
        let sent = match request.method {
            Method::Get => self.agent.get(&url).header("accept", kind).call(),
            Method::Post => self.agent.post(&url).header("content-type", kind).send(body),
            Method::Put => self.agent.put(&url).header("content-type", kind).send(body),
        };
        let answer = sent.map_err(|_| Lost::Away)?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        let most = u64::try_from(request.most).unwrap_or(u64::MAX);
        let mut reader = answer.into_body().into_reader().take(most.saturating_add(1));
        reader.read_to_end(&mut body).map_err(|_| Lost::Away)?;
        if body.len() > request.most { Err(Lost::TooLarge) } else { Ok(Answer { status, body }) }
    }
}

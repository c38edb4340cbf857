//! The real HTTP call, waiting a second at most.

use schema_registry::{Answer, Client, Http, Lost, Method, Request};
use std::io::Read;
use std::time::Duration;

struct Call {
    agent: ureq::Agent,
    address: String,
}

/// A client of the registry at an address.
pub(crate) fn client(address: String) -> Client {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(1)))
        .http_status_as_error(false)
        .max_redirects(0);
    Client::new(Call { agent: config.build().into(), address })
}

/// The same, for a registry that has just been started: the first answers of a JVM take longer.
pub(crate) fn patient(address: String) -> Client {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(30)))
        .http_status_as_error(false);
    Client::new(Call { agent: config.build().into(), address })
}

impl Http for Call {
    fn call(&self, request: &Request<'_>) -> Result<Answer, Lost> {
        let url = format!("{}{}", self.address, request.path);
        let (kind, body) = (Request::CONTENT_TYPE, request.body.unwrap_or_default());
        let sent = match request.method {
            Method::Get => self.agent.get(&url).call(),
            Method::Post => self.agent.post(&url).header("content-type", kind).send(body),
            Method::Put => self.agent.put(&url).header("content-type", kind).send(body),
        };
        let answer = sent.map_err(|_| Lost::Away)?;
        let (status, most) = (answer.status().as_u16(), request.most);
        let mut body = Vec::new();
        let mut reader = answer.into_body().into_reader().take(most as u64 + 1);
        reader.read_to_end(&mut body).map_err(|_| Lost::Away)?;
        if body.len() > most { Err(Lost::TooLarge) } else { Ok(Answer { status, body }) }
    }
}

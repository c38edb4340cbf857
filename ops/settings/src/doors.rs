//! Settings of the connector's HTTP doors: what is handed in over HTTP, and webhooks. Opens
//! nothing; whether a key can be read is for who uses it.

use crate::{Error, limits, load::within};
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use vocabulary::{OrgNumber, ViewId};

/// `[connector.http]`: findings handed in as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpIntake {
    /// Address and port. Without a certificate it must be loopback.
    pub address: SocketAddr,
    /// Chain of the server's certificate (PEM).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Authority of clients' certificates (PEM); without it no certificate is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_authority: Option<PathBuf>,
    /// Whose tokens are taken; without it none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// Its bounds.
    #[serde(default)]
    pub limits: HttpLimits,
}

/// `[connector.http.tokens]`: bearer tokens in Maskinporten's shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// The issuer (`iss`).
    pub issuer: String,
    /// Ourselves (`aud`).
    pub audience: String,
    /// The scope a token must have.
    pub scope: String,
    /// File with the issuer's public keys (JWKS); read again when a token names an unknown one.
    pub keys: PathBuf,
}

/// `[connector.http.limits]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpLimits {
    /// Bytes of one body.
    pub body_bytes: u64,
    /// Open connections.
    pub connections: u64,
    /// Open connections from one address.
    pub connections_of_one: u64,
    /// Requests of one source at work or waiting.
    pub requests_of_source: u64,
    /// Seconds a request's head, and then its body, may take.
    pub request_seconds: u64,
}

/// `[[connector.webhooks]]`: one view, for one recipient, posted to its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The view.
    pub view: ViewId,
    /// The recipient, an organisation.
    pub recipient: OrgNumber,
    /// Whether the view is addressed: one lane for each recipient.
    #[serde(default)]
    pub addressed: bool,
    /// Where records are posted: https, no query, no user.
    pub url: String,
    /// How we call ourselves when asking whether we may (CloudEvents `WebHook-Request-Origin`).
    pub origin: String,
    /// Ed25519 private key (PEM) that signs the requests.
    pub key: PathBuf,
    /// What a record's body is.
    #[serde(default)]
    pub format: WebhookFormat,
    /// Authority of the server's certificate (PEM), besides the machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<PathBuf>,
    /// Whether the address may be private, and plain http: for one machine only.
    #[serde(default)]
    pub private: bool,
    /// When it is tried again.
    #[serde(default)]
    pub retry: Retry,
}

/// What the body of a posted record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WebhookFormat {
    /// The record as JSON.
    #[default]
    Json,
    /// The bytes as they were released, for who checks receipts.
    Avro,
}

/// `[connector.webhooks.retry]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Longest first wait; doubled after each failure.
    pub first_millis: u64,
    /// Longest wait.
    pub most_millis: u64,
    /// Attempts of a record that the recipient refuses, before it is parked.
    pub attempts: u64,
    /// Seconds one request may take.
    pub request_seconds: u64,
    /// Records parked on disk; when so many are, the delivery stands still.
    pub parked: u64,
}

// === impl HttpIntake ===

impl HttpIntake {
    pub(crate) fn check(&self, sources: usize) -> Result<(), Error> {
        let refused = |key: &str| Err(Error::Door { key: format!("connector.http.{key}") });
        if self.certificate.is_none() && !self.address.ip().is_loopback() {
            return refused("certificate");
        }
        if self.certificate.is_some() != self.key.is_some() {
            return refused("key");
        }
        if self.client_authority.is_some() && self.certificate.is_none() {
            return refused("client_authority");
        }
        if self.client_authority.is_none() && self.tokens.is_none() {
            return refused("tokens");
        }
        if let Some(Tokens { issuer, audience, scope, .. }) = &self.tokens {
            for (key, text) in [("issuer", issuer), ("audience", audience), ("scope", scope)] {
                let key = format!("connector.http.tokens.{key}");
                within(key, text.len() as u64, 1, limits::NAME_BYTES)?;
            }
        }
        if sources == 0 {
            return Err(Error::Door { key: "connector.sources".to_owned() });
        }
        self.limits.check()
    }
}

// === impl HttpLimits ===

impl Default for HttpLimits {
    fn default() -> Self {
        HttpLimits {
            body_bytes: 4 * 1024 * 1024,
            connections: 1_024,
            connections_of_one: 128,
            requests_of_source: 8,
            request_seconds: 15,
        }
    }
}

impl HttpLimits {
    /// Time a request's head, and then its body, may take.
    pub const fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    fn check(&self) -> Result<(), Error> {
        let key = |name: &str| format!("connector.http.limits.{name}");
        within(key("body_bytes"), self.body_bytes, 1, limits::BODY_BYTES)?;
        within(key("connections"), self.connections, 1, limits::CONNECTIONS)?;
        within(key("connections_of_one"), self.connections_of_one, 1, limits::CONNECTIONS)?;
        within(key("requests_of_source"), self.requests_of_source, 1, limits::REQUESTS)?;
        within(key("request_seconds"), self.request_seconds, 1, limits::REQUEST_SECONDS)
    }
}

// === impl Webhook ===

impl Webhook {
    pub(crate) fn check(&self, index: usize) -> Result<(), Error> {
        let key = |name: &str| format!("connector.webhooks[{index}].{name}");
        within(key("url"), self.url.len() as u64, 1, limits::URL_BYTES)?;
        within(key("origin"), self.origin.len() as u64, 1, limits::NAME_BYTES)?;
        let plain = self.url.starts_with("http://") && self.private;
        let host = self.url.split("://").nth(1).unwrap_or_default();
        let odd = |letter: char| !letter.is_ascii_graphic() || "?#@\\".contains(letter);
        if !(plain || self.url.starts_with("https://")) || host.contains(odd) {
            return Err(Error::Door { key: key("url") });
        }
        let word = |letter: char| letter.is_ascii_graphic();
        if !self.origin.chars().all(word) {
            return Err(Error::Door { key: key("origin") });
        }
        self.retry.check(&key("retry"))
    }
}

// === impl Retry ===

impl Default for Retry {
    fn default() -> Self {
        Retry {
            first_millis: 500,
            most_millis: 60_000,
            attempts: 8,
            request_seconds: 30,
            parked: 10_000,
        }
    }
}

impl Retry {
    /// Time one request may take.
    pub const fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    fn check(&self, of: &str) -> Result<(), Error> {
        let key = |name: &str| format!("{of}.{name}");
        within(key("most_millis"), self.most_millis, 1, limits::RETRY_MILLIS)?;
        within(key("first_millis"), self.first_millis, 1, self.most_millis)?;
        within(key("attempts"), self.attempts, 1, limits::ATTEMPTS)?;
        within(key("request_seconds"), self.request_seconds, 1, limits::REQUEST_SECONDS)?;
        within(key("parked"), self.parked, 1, limits::PARKED)
    }
}

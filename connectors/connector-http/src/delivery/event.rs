//! A released record as an HTTP request's headers and body (CloudEvents HTTP binding, binary mode).
//! The lane's headers are the event's attributes; nothing is added to what was released.

use crate::error::HookError;
use base64::{Engine, engine::general_purpose::STANDARD};
use carrier::Message;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};

/// What is posted of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Post {
    /// The record as this JSON text.
    Json(Vec<u8>),
    /// The bytes as they were released.
    Bytes,
}

/// A record to post.
pub struct Event {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

// === impl Event ===

/// Never prints the record.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Event({} bytes)", self.body.len())
    }
}

impl Event {
    /// The event of a message. Attributes that are no text (the exchange's seal) are in base64.
    pub fn of(message: &Message, post: Post) -> Result<Event, HookError> {
        let (media, body) = match post {
            Post::Json(json) => ("application/json", json),
            Post::Bytes => ("application/avro", message.value.clone().unwrap_or_default()),
        };
        let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media))];
        for (name, value) in &message.headers {
            if !(name.starts_with("ce_") || name.starts_with("samsyn_")) {
                continue;
            }
            let name = HeaderName::try_from(name.replace('_', "-"));
            let value = attribute(value);
            headers.push((name.map_err(unfit)?, HeaderValue::try_from(value).map_err(unfit)?));
        }
        Ok(Event { headers, body })
    }

    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }
}

fn attribute(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') => {
            text.to_owned()
        }
        _ => STANDARD.encode(value),
    }
}

fn unfit<E>(_: E) -> HookError {
    HookError::Unreadable
}

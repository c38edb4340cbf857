//! From a request to a response: bounds, the host check, the headers every answer carries.

use super::page::{Page, Query, Reply};
use crate::limits;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Response, StatusCode, header},
};
use std::{net::IpAddr, sync::Arc};
use tokio::sync::Semaphore;

/// Nothing may run, be framed or be fetched from elsewhere; one style sheet of our own is allowed.
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// Answers in bounded number.
#[derive(Debug)]
pub(super) struct Answering(Arc<Semaphore>);

// === impl Answering ===

impl Default for Answering {
    fn default() -> Self {
        Answering(Arc::new(Semaphore::new(limits::REQUESTS)))
    }
}

impl Answering {
    pub(super) async fn answer(&self, page: Arc<Page>, request: Request) -> Response<Body> {
        if !from_loopback(&request) {
            return response(&refusal(421, "this server answers on loopback only\n"));
        }
        let Some(query) = query(&page, request).await else {
            return response(&refusal(414, "the query is too long\n"));
        };
        let Ok(turn) = Arc::clone(&self.0).try_acquire_owned() else {
            return response(&refusal(503, "too many requests at once\n"));
        };
        let work = tokio::task::spawn_blocking(move || {
            let reply = page.answer(&query);
            drop(turn);
            reply
        });
        match tokio::time::timeout(limits::ANSWER, work).await {
            Ok(Ok(reply)) => response(&reply),
            Ok(Err(_)) => response(&refusal(500, "the page failed\n")),
            Err(_) => response(&refusal(504, "the page took too long\n")),
        }
    }
}

/// The words of the request: a question's form, or what stands after the question mark.
async fn query(page: &Page, request: Request) -> Option<Query> {
    let (parts, body) = request.into_parts();
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|value| value.strip_prefix("Bearer "));
    if page.is_question() {
        let body = axum::body::to_bytes(body, limits::QUERY_BYTES).await.ok()?;
        return Some(Query::parse(str::from_utf8(&body).ok()?).with_bearer(bearer));
    }
    let text = parts.uri.query().unwrap_or_default();
    (text.len() <= limits::QUERY_BYTES).then(|| Query::parse(text).with_bearer(bearer))
}

/// Whether the name that was called is a loopback one: another name means a rebound address.
fn from_loopback(request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host else { return false };
    let bare = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(super) fn missing() -> Response<Body> {
    response(&refusal(404, "there is no such page\n"))
}

pub(super) fn not_allowed() -> Response<Body> {
    response(&refusal(405, "pages can only be read\n"))
}

fn refusal(status: u16, text: &str) -> Reply {
    Reply::text(text).with_status(status)
}

fn response(reply: &Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.kind));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

//! One request: who calls, what is handed in, and the answer. Everything is judged before the body
//! is read, and the body is read within its bounds.

use super::caller::Callers;
use super::{Handed, Intake};
use crate::answer::Answer;
use crate::error::Error;
use crate::metrics::Counts;
use crate::{Language, limits};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use settings::HttpLimits;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vocabulary::{OrgNumber, SourceId};

/// The header of a request that may be sent again (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that the answer is the one given the first time.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Where requests are answered.
pub(super) struct Desk {
    intake: Arc<dyn Intake>,
    callers: Callers,
    /// For each source how many requests it may have under way.
    sources: BTreeMap<SourceId, Arc<Semaphore>>,
    limits: HttpLimits,
    counts: Counts,
}

/// What a path asks for.
struct Asked {
    source: String,
    what: What,
}

/// What is under a source's path.
enum What {
    /// Findings are handed in, of one kind or of those that an envelope names.
    Findings(Option<String>),
    /// What the source was told of them.
    Notices,
}

// === impl Desk ===

impl Desk {
    pub(super) fn new(
        intake: Arc<dyn Intake>,
        callers: Callers,
        sources: BTreeSet<SourceId>,
        limits: HttpLimits,
        counts: Counts,
    ) -> Desk {
        let most = usize::try_from(limits.requests_of_source).unwrap_or(1);
        let sources = sources.into_iter().map(|id| (id, Arc::new(Semaphore::new(most)))).collect();
        Desk { intake, callers, sources, limits, counts }
    }

    /// Answers a request, whatever it is.
    pub(super) async fn answer(
        &self,
        certificate: Option<Option<OrgNumber>>,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let begun = Instant::now();
        let language = language(request.headers());
        let asked = asked(request.uri().path());
        let known = asked.as_ref().and_then(|asked| self.source(&asked.source));
        let method = asked.as_ref().map_or(Method::POST, |asked| asked.what.method());
        let name = known.map(|(id, _)| id.as_str().to_owned());
        let answered = self.handle(certificate, asked, request, language).await;
        let response = match answered {
            Ok((answer, replayed)) => response(&answer, None, replayed, language),
            Err(error) => response(&Answer::to(error, language), Some(error), false, language),
        };
        let response = allowing(response, &method);
        self.counts.answered(name.as_deref(), response.status().as_u16(), begun.elapsed());
        Ok(response)
    }

    fn source(&self, name: &str) -> Option<(&SourceId, &Arc<Semaphore>)> {
        self.sources.get_key_value(&name.parse::<SourceId>().ok()?)
    }

    async fn handle(
        &self,
        certificate: Option<Option<OrgNumber>>,
        asked: Option<Asked>,
        request: Request<Incoming>,
        language: Language,
    ) -> Result<(Answer, bool), Error> {
        let Asked { source, what } = asked.ok_or(Error::Path)?;
        if *request.method() != what.method() {
            return Err(Error::Method);
        }
        let caller = self.callers.known(certificate, request.headers())?;
        let (source, places) = self.source(&source).ok_or(Error::Source)?;
        let key = match what {
            What::Notices => None,
            What::Findings(_) => {
                json(request.headers())?;
                key(request.headers())?
            }
        };
        // One that floods is told so here, before anything of it is read.
        let place = Arc::clone(places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let (intake, source) = (Arc::clone(&self.intake), source.clone());
        let What::Findings(kind) = what else {
            let notices = move || Ok((intake.notices(caller, &source, language)?, false));
            return apart(place, notices).await;
        };
        let body = self.body(request.into_body()).await?;
        let handed = Handed { kind, body, key, language };
        apart(place, move || intake.hand_in(caller, &source, &handed)).await
    }

    async fn body(&self, body: Incoming) -> Result<Vec<u8>, Error> {
        let most = usize::try_from(self.limits.body_bytes).unwrap_or(usize::MAX);
        if body.size_hint().lower() > self.limits.body_bytes {
            return Err(Error::Size);
        }
        let whole = Limited::new(body, most).collect();
        match tokio::time::timeout(self.limits.request_time(), whole).await {
            Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Error::Size),
            _ => Err(Error::Time),
        }
    }
}

// === impl What ===

impl What {
    const fn method(&self) -> Method {
        match self {
            What::Findings(_) => Method::POST,
            What::Notices => Method::GET,
        }
    }
}

/// Has a source work in a thread that may block; its place is free again when it is done.
async fn apart(
    place: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<(Answer, bool), Error> + Send + 'static,
) -> Result<(Answer, bool), Error> {
    let done = tokio::task::spawn_blocking(move || {
        let answer = work();
        drop(place);
        answer
    });
    // A panic over there took nothing.
    done.await.unwrap_or(Err(Error::Held))
}

/// What a path asks for: `/v1/sources/SOURCE/findings`, with a kind behind it or without, or
/// `/v1/sources/SOURCE/notices`.
fn asked(path: &str) -> Option<Asked> {
    let rest = path.strip_prefix("/v1/sources/")?;
    let mut parts = rest.split('/');
    let (source, name, kind) = (parts.next()?, parts.next()?, parts.next());
    let plain = |text: &str| {
        !text.is_empty()
            && text.len() <= limits::KIND_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if parts.next().is_some() || !plain(source) || !kind.is_none_or(plain) {
        return None;
    }
    let what = match (name, kind) {
        ("findings", kind) => What::Findings(kind.map(str::to_owned)),
        ("notices", None) => What::Notices,
        _ => return None,
    };
    Some(Asked { source: source.to_owned(), what })
}

fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map(Language::accepted).unwrap_or_default()
}

/// Whether the body is JSON by its own word, in UTF-8 and not compressed.
fn json(headers: &HeaderMap) -> Result<(), Error> {
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).iter().all(plain) {
        return Err(Error::MediaType);
    }
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = media.ok_or(Error::MediaType)?.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_lowercase();
    let charset = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        !name.trim().eq_ignore_ascii_case("charset")
            || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    let holds =
        name == "application/json" || (name.starts_with("application/") && name.ends_with("+json"));
    if holds && parts.all(charset) { Ok(()) } else { Err(Error::MediaType) }
}

/// The idempotency key, if there is one: a structured string, or bare.
fn key(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let text = key.to_str().map_err(|_| Error::Key)?.trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    if text.is_empty() || text.len() > limits::KEY_BYTES || !visible || keys.next().is_some() {
        return Err(Error::Key);
    }
    Ok(Some(text.to_owned()))
}

/// Names the method that the path is served by, where another was used.
fn allowing(mut response: Response<Full<Bytes>>, method: &Method) -> Response<Full<Bytes>> {
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let name = if *method == Method::GET { "GET" } else { "POST" };
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(name));
    }
    response
}

fn response(
    answer: &Answer,
    error: Option<Error>,
    replayed: bool,
    language: Language,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body.clone())));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut put = |name, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    put(CONTENT_TYPE, answer.media_type());
    put(CONTENT_LANGUAGE, language.tag());
    put(CACHE_CONTROL, "no-store");
    if replayed {
        put(REPLAYED, "true");
    }
    match error {
        Some(Error::Nobody) => put(WWW_AUTHENTICATE, "Bearer"),
        Some(Error::Token(standing::token::Error::Scope)) => {
            put(WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\"");
        }
        Some(Error::Token(_)) => put(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
        // What is left of the body is not read.
        Some(Error::Size | Error::Time) => put(CONNECTION, "close"),
        Some(Error::Busy | Error::Held) => {
            headers.insert(RETRY_AFTER, HeaderValue::from(limits::RETRY_AFTER));
        }
        _ => {}
    }
    response
}

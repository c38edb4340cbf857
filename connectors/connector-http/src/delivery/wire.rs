//! The HTTP client of webhooks: one connection at a time, TLS checked, the address guarded, nothing
//! waited for longer than its bound, no redirect followed. It knows no event.

use super::guard;
use crate::error::HookError;
use crate::limits;
use daemon::Stop;
use daemon::tls::ClientTls;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// An open connection.
type Sender = SendRequest<Full<Bytes>>;

/// A request that can be sent more than once.
pub(super) struct Prepared {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What was answered; the body is left.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
}

/// The way to one host.
pub(super) struct Wire {
    runtime: Runtime,
    tls: Option<ClientTls>,
    host: String,
    port: u16,
    authority: String,
    path: String,
    private: bool,
    timeout: Duration,
    connection: Option<Sender>,
}

// === impl Wire ===

impl Wire {
    pub(super) fn new(
        uri: &Uri,
        tls: ClientTls,
        private: bool,
        timeout: Duration,
    ) -> Result<Wire, HookError> {
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if private => false,
            _ => return Err(HookError::Address),
        };
        let host = uri.host().ok_or(HookError::Address)?.to_lowercase();
        let default = if secure { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default);
        let authority = if port == default { host.clone() } else { format!("{host}:{port}") };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .map_err(|_| HookError::Address)?;
        Ok(Wire {
            runtime,
            tls: secure.then_some(tls),
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            authority,
            path: uri.path().to_owned(),
            private,
            timeout,
            connection: None,
        })
    }

    /// Host, and port where it is not the usual one.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Completes a request with what every one has.
    pub(super) fn finish(
        &self,
        request: hyper::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Prepared, HookError> {
        let (mut parts, ()) = request.body(()).map_err(|_| HookError::Unreadable)?.into_parts();
        let host = HeaderValue::try_from(&self.authority).map_err(|_| HookError::Address)?;
        parts.headers.insert(HOST, host);
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        Ok(Prepared { method: parts.method, uri: parts.uri, headers: parts.headers, body })
    }

    /// Sends a request and waits for its answer. A connection that the host closed meanwhile is
    /// made anew, once.
    pub(super) fn call(&mut self, request: &Prepared, stop: &Stop) -> Result<Answered, HookError> {
        let kept = self.connection.take();
        let reused = kept.is_some();
        let done = match self.runtime.block_on(self.bounded(kept, request, stop)) {
            Err(HookError::Away) if reused && !stop.is_stopped() => {
                self.runtime.block_on(self.bounded(None, request, stop))
            }
            first => first,
        };
        let (answered, connection) = done?;
        self.connection = connection;
        Ok(answered)
    }

    async fn bounded(
        &self,
        kept: Option<Sender>,
        request: &Prepared,
        stop: &Stop,
    ) -> Result<(Answered, Option<Sender>), HookError> {
        tokio::select! {
            done = self.exchange(kept, request) => done,
            () = tokio::time::sleep(self.timeout) => Err(HookError::Away),
            () = said(stop) => Err(HookError::Away),
        }
    }

    async fn exchange(
        &self,
        kept: Option<Sender>,
        request: &Prepared,
    ) -> Result<(Answered, Option<Sender>), HookError> {
        let mut sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let mut sent = Request::new(Full::new(Bytes::from(request.body.clone())));
        *sent.method_mut() = request.method.clone();
        *sent.uri_mut() = request.uri.clone();
        *sent.headers_mut() = request.headers.clone();
        sender.ready().await.map_err(away)?;
        let response = sender.send_request(sent).await.map_err(away)?;
        let (parts, body) = Response::into_parts(response);
        // An answer is read to its end so that the connection can be used again; a long one is cut.
        let whole = Limited::new(body, limits::ANSWER_BYTES).collect().await.is_ok();
        let answered = Answered { status: parts.status.as_u16(), headers: parts.headers };
        Ok((answered, whole.then_some(sender)))
    }

    async fn connect(&self) -> Result<Sender, HookError> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await.map_err(away)?;
        let addresses: Vec<SocketAddr> = found.take(limits::ADDRESSES).collect();
        // The address that is judged is the one that is called.
        if !self.private && !addresses.iter().all(|address| guard::is_public(address.ip())) {
            return Err(HookError::Private);
        }
        for address in addresses {
            let stream = tokio::time::timeout(limits::CONNECT, TcpStream::connect(address)).await;
            let Ok(Ok(stream)) = stream else { continue };
            let _told = stream.set_nodelay(true);
            return match &self.tls {
                Some(tls) => {
                    let stream = tls.connect(&self.host, stream).await.map_err(away)?;
                    shake(stream).await
                }
                None => shake(stream).await,
            };
        }
        Err(HookError::Away)
    }
}

/// Waits for the word that plain threads say.
async fn said(word: &Stop) {
    while !word.is_stopped() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn shake<S>(stream: S) -> Result<Sender, HookError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let made = http1::Builder::new()
        .max_headers(limits::HEADERS)
        .max_buf_size(limits::ANSWER_HEAD_BYTES)
        .handshake(TokioIo::new(stream));
    let (sender, connection) = made.await.map_err(away)?;
    // Ends with the sender, or when the host closes.
    tokio::spawn(async move {
        let _ended = connection.await;
    });
    Ok(sender)
}

fn away<E>(_: E) -> HookError {
    HookError::Away
}

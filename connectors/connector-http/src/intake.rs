//! The server that findings are handed in to: connections within their bounds, TLS, one request
//! after the other. It decides nothing about what is handed in.

mod caller;
mod request;

use crate::answer::Answer;
use crate::error::{BIND, Error, TLS};
use crate::metrics::Counts;
use crate::{Language, limits};
use caller::Callers;
use daemon::tls::{ServerTls, client_organisation};
use daemon::{Clock, Failure, Stop};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use request::Desk;
use settings::{HttpIntake, HttpLimits};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use telemetry::Metrics;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use vocabulary::{OrgNumber, SourceId};

/// What takes in findings and tells their sources of them; it may block, and answers when what it
/// took in is on disk.
pub trait Intake: Send + Sync {
    /// Takes in what a caller hands to a source; whether the answer is one given before.
    fn hand_in(
        &self,
        caller: OrgNumber,
        source: &SourceId,
        handed: &Handed,
    ) -> Result<(Answer, bool), Error>;

    /// What a source was told of its own records, for the caller whose source it is.
    fn notices(
        &self,
        caller: OrgNumber,
        source: &SourceId,
        language: Language,
    ) -> Result<Answer, Error>;
}

/// What one request hands in.
pub struct Handed {
    /// The kind in its path.
    pub kind: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
    /// Its idempotency key.
    pub key: Option<String>,
    /// The language of the answer.
    pub language: Language,
}

/// A server that is built and not yet bound.
pub struct Server {
    address: SocketAddr,
    tls: Option<ServerTls>,
    limits: HttpLimits,
    desk: Arc<Desk>,
    counts: Counts,
}

/// Open connections by address.
type Open = Arc<Mutex<BTreeMap<IpAddr, u64>>>;

/// A connection's place among those of its address; given back when it ends.
struct Place {
    open: Open,
    address: IpAddr,
    counts: Counts,
    _permit: OwnedSemaphorePermit,
}

// === impl Handed ===

/// Never prints the body.
impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handed({} bytes)", self.body.len())
    }
}

// === impl Server ===

impl Server {
    /// Builds a server over an intake for these sources. Keys and certificates are read, nothing is
    /// bound.
    pub fn open(
        settings: &HttpIntake,
        sources: BTreeSet<SourceId>,
        intake: Arc<dyn Intake>,
        clock: Arc<dyn Clock>,
        metrics: &Metrics,
    ) -> Result<Server, Failure> {
        let counts = Counts::new(metrics)?;
        let tls = match (&settings.certificate, &settings.key) {
            (Some(chain), Some(key)) => {
                let clients = settings.client_authority.as_deref();
                Some(ServerTls::new(chain, key, clients, TLS)?)
            }
            _ => None,
        };
        let callers = Callers::new(settings.tokens.as_ref(), clock, counts.clone());
        let desk = Desk::new(intake, callers, sources, settings.limits.clone(), counts.clone());
        let (address, limits) = (settings.address, settings.limits.clone());
        Ok(Server { address, tls, limits, desk: Arc::new(desk), counts })
    }

    /// Binds and serves until the word is said; `bound` is told the address.
    pub fn run(self, stop: &Stop, bound: impl FnOnce(SocketAddr)) -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(limits::THREADS)
            .enable_all()
            .build()
            .map_err(|error| Failure::new(BIND, &error.kind()))?;
        // What the intake holds may not be let go of within the runtime.
        let desk = Arc::clone(&self.desk);
        let served = runtime.block_on(self.serve(stop.clone(), bound));
        // What was handed over is finished or was never accepted.
        runtime.shutdown_timeout(limits::DRAIN);
        drop(desk);
        served
    }

    async fn serve(self, stop: Stop, bound: impl FnOnce(SocketAddr)) -> Result<(), Failure> {
        let taken = |error: std::io::Error| Failure::new(BIND, &error.kind());
        let listener = tokio::net::TcpListener::bind(self.address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        tracing::info!(%address, tls = self.tls.is_some(), "http intake listens");
        bound(address);
        let most = usize::try_from(self.limits.connections).unwrap_or(usize::MAX);
        let places = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
        let (open, server) = (Open::default(), Arc::new(self));
        let (ending, ended) = watch::channel(());
        while !stop.is_stopped() {
            // Looks up now and then, for the word that plain threads say.
            let accepted = tokio::time::timeout(Duration::from_millis(50), async {
                let permit = Arc::clone(&places).acquire_owned().await.ok()?;
                Some((permit, listener.accept().await))
            });
            match accepted.await {
                Err(_) | Ok(None) => {}
                Ok(Some((permit, Ok((stream, peer))))) => {
                    if let Some(place) = server.place(&open, peer.ip(), permit) {
                        let (server, ended) = (Arc::clone(&server), ended.clone());
                        tokio::spawn(async move { server.connection(stream, place, ended).await });
                    }
                }
                // Out of files, or the peer left already.
                Ok(Some((_, Err(_)))) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        drop((listener, ended));
        ending.send_replace(());
        let all = u32::try_from(most).unwrap_or(u32::MAX);
        // Whoever is not done by then is cut off.
        let _drained = tokio::time::timeout(limits::DRAIN, places.acquire_many(all)).await;
        Ok(())
    }

    /// A place for a connection of this address, unless it has as many as it may.
    fn place(&self, open: &Open, address: IpAddr, permit: OwnedSemaphorePermit) -> Option<Place> {
        let mut table = open.lock().unwrap_or_else(PoisonError::into_inner);
        let held = table.entry(address).or_default();
        if *held >= self.limits.connections_of_one {
            self.counts.turned_away.inc();
            return None;
        }
        *held += 1;
        self.counts.connections.inc();
        let (open, counts) = (Arc::clone(open), self.counts.clone());
        Some(Place { open, address, counts, _permit: permit })
    }

    async fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        place: Place,
        ended: watch::Receiver<()>,
    ) {
        // A small answer must not wait for the acknowledgement of the one before.
        let _told = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return self.requests(stream, None, ended).await;
        };
        match tokio::time::timeout(self.limits.request_time(), tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let certificate = client_organisation(&stream);
                self.requests(stream, certificate, ended).await;
            }
            _ => self.counts.turned_away.inc(),
        }
        drop(place);
    }

    async fn requests<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        certificate: Option<Option<OrgNumber>>,
        mut ended: watch::Receiver<()>,
    ) {
        let desk = &self.desk;
        let service = service_fn(move |request| {
            let desk = Arc::clone(desk);
            async move { desk.answer(certificate, request).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.request_time())
            .max_headers(limits::HEADERS)
            .max_buf_size(limits::HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let over = tokio::time::sleep(limits::CONNECTION);
        tokio::select! {
            // A request that breaks off, or is none, is the peer's affair.
            _done = connection.as_mut() => return,
            () = over => {}
            _ended = ended.changed() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _done = tokio::time::timeout(limits::DRAIN, connection).await;
    }
}

// === impl Place ===

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = table.get_mut(&self.address) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                table.remove(&self.address);
            }
        }
        self.counts.connections.dec();
    }
}

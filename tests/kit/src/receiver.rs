//! A server that webhooks are posted to: it does what a test tells it, in plain HTTP or TLS, and
//! remembers what it got. Not a server for anything else.

use crate::certificates::Identity;
use openssl::ssl::{SslAcceptor, SslMethod};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its headers, names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What to do with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Answers with this status.
    Status(u16),
    /// Answers with this status and a header.
    With(u16, &'static str, String),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Close,
}

/// What decides the reply.
type Decide = Box<dyn FnMut(&Got) -> Reply + Send>;

/// The running server. It ends when dropped.
pub struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    stop: Arc<AtomicBool>,
}

// === impl Got ===

impl Got {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

// === impl Receiver ===

impl Receiver {
    /// A plain server on a free port that allows everybody to post and does with posts what the
    /// script says.
    pub fn start(script: impl FnMut(&Got) -> Reply + Send + 'static) -> std::io::Result<Receiver> {
        Receiver::at(([127, 0, 0, 1], 0).into(), None, script)
    }

    /// The same at an address, in TLS where it has an identity.
    pub fn at(
        address: SocketAddr,
        identity: Option<&Identity>,
        mut script: impl FnMut(&Got) -> Reply + Send + 'static,
    ) -> std::io::Result<Receiver> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let (got, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let whole = move |got: &Got| match got.method.as_str() {
            "OPTIONS" => match script(got) {
                Reply::Status(200..=299) => {
                    Reply::With(200, "WebHook-Allowed-Origin", "*".to_owned())
                }
                other => other,
            },
            _ => script(got),
        };
        let script: Arc<Mutex<Decide>> = Arc::new(Mutex::new(Box::new(whole)));
        let tls = identity.map(acceptor).transpose()?;
        let (kept, ended) = (Arc::clone(&got), Arc::clone(&stop));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (got, script, ended) =
                    (Arc::clone(&kept), Arc::clone(&script), Arc::clone(&ended));
                let tls = tls.clone();
                std::thread::spawn(move || connection(stream, tls, &got, &script, &ended));
            }
        });
        Ok(Receiver { address, got, stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The posts among them.
    pub fn posts(&self) -> Vec<Got> {
        self.got().into_iter().filter(|got| got.method == "POST").collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees the word.
        drop(TcpStream::connect(self.address));
    }
}

fn acceptor(identity: &Identity) -> std::io::Result<Arc<SslAcceptor>> {
    let made = || {
        let mut server = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
        server.set_certificate(identity.certificate())?;
        server.set_private_key(identity.key())?;
        Ok(Arc::new(server.build()))
    };
    made().map_err(|error: openssl::error::ErrorStack| std::io::Error::other(error))
}

fn connection(
    stream: TcpStream,
    tls: Option<Arc<SslAcceptor>>,
    got: &Mutex<Vec<Got>>,
    script: &Mutex<Decide>,
    stop: &AtomicBool,
) {
    // So that a thread that waits sees the word.
    drop(stream.set_read_timeout(Some(Duration::from_millis(100))));
    match tls {
        None => requests(stream, got, script, stop),
        Some(tls) => {
            drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
            if let Ok(stream) = tls.accept(stream) {
                requests(stream, got, script, stop);
            }
        }
    }
}

fn requests<S: Read + Write>(
    stream: S,
    got: &Mutex<Vec<Got>>,
    script: &Mutex<Decide>,
    stop: &AtomicBool,
) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream, stop) {
        got.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let reply = script.lock().unwrap_or_else(PoisonError::into_inner)(&request);
        let (status, header) = match reply {
            Reply::Status(status) => (status, String::new()),
            Reply::With(status, name, value) => (status, format!("{name}: {value}\r\n")),
            Reply::Close => return,
            Reply::Hang => {
                while !stop.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(20));
                }
                return;
            }
        };
        let answer = format!("HTTP/1.1 {status} X\r\n{header}content-length: 0\r\n\r\n");
        if stream.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The next request; none when the connection or the server ends.
fn read<S: Read>(stream: &mut BufReader<S>, stop: &AtomicBool) -> Option<Got> {
    let first = line(stream, stop)?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = line(stream, stop)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(Ok(0), |(_, value)| value.parse()).ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Got { method, path, headers, body })
}

fn line<S: Read>(stream: &mut BufReader<S>, stop: &AtomicBool) -> Option<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_until(b'\n', &mut line) {
            Ok(0) => return None,
            Ok(_) if line.ends_with(b"\r\n") => {
                line.truncate(line.len() - 2);
                return String::from_utf8(line).ok();
            }
            Ok(_) => return None,
            Err(_) if stop.load(Ordering::SeqCst) => return None,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
}

/// Asks a server in raw HTTP: what came back as status, headers in lower case, and body.
pub fn ask<S: Read + Write>(stream: &mut S, request: &[u8]) -> Option<(u16, String, String)> {
    stream.write_all(request).ok()?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(answer) = answer(&bytes) {
            return Some(answer);
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(buffer.get(..read)?),
        }
    }
}

fn answer(bytes: &[u8]) -> Option<(u16, String, String)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (first, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.split(' ').nth(1)?.parse().ok()?;
    let headers = headers.to_lowercase();
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length?.trim().parse().ok()?;
    (body.len() >= length).then(|| (status, headers, body.to_owned()))
}

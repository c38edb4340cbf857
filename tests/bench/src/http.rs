//! The HTTP intake against a bare server on the same library that only reads the body, and a
//! webhook against the same posts by a raw client: equal bytes, one connection, in the same run.

use crate::Outcome;
use crate::line::Line;
use carrier::Message;
use carrier_embedded::Embedded;
use connector_http::{Event, Hook, Post, Server};
use connectord::Connector;
use daemon::{Clock, Stop, WallClock};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use kit::receiver::ask;
use kit::{AUDIENCE, ISSUER, Receiver, Reply, SCOPE, token};
use serde_json::{Value, json};
use settings::{
    ConnectorPart, HttpIntake, HttpLimits, Retry, Source, SourceLimits, Tokens, Webhook,
    WebhookFormat,
};
use standing::development::DevelopmentIssuer;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;
use telemetry::Metrics;

/// Requests of one round, of 100 objects and of one.
const BATCHES: usize = 60;
const SINGLES: usize = 600;
/// Rounds; the best of each counts.
const ROUNDS: usize = 3;
/// Records posted to a webhook.
const POSTS: usize = 2_000;

const SOURCE: &str = "DAT-tilda";
const AUTHORITY: &str = "974761211";

/// Objects handed in, in batches and one by one.
pub(crate) fn run() -> Outcome<Vec<Line>> {
    let home = tempfile::tempdir()?;
    let issuer = DevelopmentIssuer::generate()?;
    let served = Served::new(home.path(), &issuer)?;
    let bearer = token(&issuer, AUTHORITY.parse()?, WallClock.now())?;
    let mut number = 0;
    let mut measure = |address, objects: usize, requests| -> Outcome<f64> {
        let mut best = f64::INFINITY;
        for _ in 0..ROUNDS {
            let bodies: Vec<String> = (0..requests)
                .map(|_| {
                    number += objects;
                    request(&bearer, number, objects)
                })
                .collect();
            best = best.min(send(address, &bodies)? / objects as f64);
        }
        Ok(best)
    };
    let (ours, bare) = (served.address, bare()?);
    let line = |name: &str, value, peer_value| Line {
        name: name.to_owned(),
        unit: "us/object",
        value,
        peer: "bare hyper server, body read",
        peer_value,
    };
    Ok(vec![
        line(
            "http in: 100 a request, fsynced",
            measure(ours, 100, BATCHES)?,
            measure(bare, 100, BATCHES)?,
        ),
        line(
            "http in: 1 a request, fsynced",
            measure(ours, 1, SINGLES)?,
            measure(bare, 1, SINGLES)?,
        ),
    ])
}

/// Records posted to a webhook, signed; against the same bytes by a raw client.
pub(crate) fn webhook() -> Outcome<Vec<Line>> {
    let receiver = Receiver::start(|_| Reply::Status(204))?;
    let settings = Webhook {
        view: "tilda-supervisor".parse()?,
        recipient: "999601391".parse()?,
        addressed: false,
        url: format!("http://{}/samsyn", receiver.address()),
        origin: "samsyn.example".to_owned(),
        key: "unused".into(),
        format: WebhookFormat::Avro,
        authority: None,
        private: true,
        retry: Retry::default(),
    };
    let key = seal::SigningKey::generate()?;
    let mut hook = Hook::open(&settings, key, Arc::new(WallClock))?;
    let message = Message {
        key: vec![1],
        value: Some(vec![b'x'; 1_000]),
        headers: vec![
            ("ce_id".into(), b"0198-1".to_vec()),
            ("ce_specversion".into(), b"1.0".to_vec()),
        ],
    };
    let (event, stop) = (Event::of(&message, Post::Bytes)?, Stop::new());
    let start = Instant::now();
    for _ in 0..POSTS {
        if hook.post(&event, &stop).1.is_some() {
            return Err("a post was not taken".into());
        }
    }
    let value = start.elapsed().as_secs_f64() * 1e6 / POSTS as f64;
    let raw = format!(
        "POST /samsyn HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{}",
        "x".repeat(1_000)
    );
    let peer_value = send(receiver.address(), &vec![raw; POSTS])?;
    let name = "webhook out: 1 KB, signed".to_owned();
    let peer = "raw posts, one connection";
    Ok(vec![Line { name, unit: "us/record", value, peer, peer_value }])
}

/// A connector with its HTTP intake.
struct Served {
    address: SocketAddr,
    stop: Stop,
}

impl Served {
    fn new(home: &Path, issuer: &DevelopmentIssuer) -> Outcome<Served> {
        std::fs::write(home.join("keys.json"), issuer.key_set())?;
        let key = seal::SigningKey::generate()?.to_pem()?;
        std::fs::write(home.join("source.pem"), key.expose())?;
        let part = part(home)?;
        let carrier = Embedded::open(&home.join("lanes.db"), Arc::new(|| WallClock.now()))?;
        let (clock, metrics) = (Arc::new(WallClock), Metrics::new("bench", "0")?);
        let connector = Connector::open(&part, Arc::new(carrier), clock.clone(), &metrics)?;
        let connector = Arc::new(connector);
        let http = part.http.as_ref().ok_or("no intake")?;
        let sources = [SOURCE.parse()?].into();
        let server = Server::open(http, sources, connector.clone(), clock, &metrics)
            .map_err(|error| error.to_string())?;
        let (stop, (bound, address)) = (Stop::new(), channel());
        let (word, other) = (stop.clone(), stop.clone());
        std::thread::spawn(move || {
            let told = |address| bound.send(address).unwrap_or_default();
            server.run(&word, told).map_err(|error| error.to_string())
        });
        let part = daemon::Health::default().part("connector");
        std::thread::spawn(move || connector.run(&part, &other));
        Ok(Served { address: address.recv()?, stop })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

fn part(home: &Path) -> Outcome<ConnectorPart> {
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/../../connectors/mappings/DAT-tilda.toml");
    let tokens = Tokens {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        scope: SCOPE.to_owned(),
        keys: home.join("keys.json"),
    };
    Ok(ConnectorPart {
        folder: home.join("connector"),
        poll_millis: 10,
        sources: vec![Source {
            id: SOURCE.parse()?,
            mapping: mapping.into(),
            inbox: home.join("in"),
            key: home.join("source.pem"),
            http: true,
            limits: SourceLimits::default(),
        }],
        deliveries: Vec::new(),
        register: None,
        http: Some(HttpIntake {
            address: ([127, 0, 0, 1], 0).into(),
            certificate: None,
            key: None,
            client_authority: None,
            tokens: Some(tokens),
            limits: HttpLimits::default(),
        }),
        webhooks: Vec::new(),
    })
}

/// A request with so many objects, numbered from `first` on.
fn request(bearer: &str, first: usize, objects: usize) -> String {
    let notes = "Notat. ".repeat(40);
    let object = |number: usize| {
        json!({
            "tildaenhet": "314159268",
            "tilsynsnotater": notes,
            "tilsynsegenskaper": { "internTilsynsid": number.to_string(),
                "tilsynsstatus": "lukket", "tilsynstema": "Utslipp" },
            "kontrolladresser": [{ "adressenavn": "Storgata", "postnummer": "0155" }],
        })
    };
    let objects: Vec<Value> = (first..first + objects).map(object).collect();
    let body = json!({ "tilsynsrapporter": objects }).to_string();
    format!(
        "POST /v1/sources/{SOURCE}/findings HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\
         content-type: application/json\r\nauthorization: Bearer {bearer}\r\n\r\n{body}",
        body.len()
    )
}

/// Microseconds a request, one after the other on one connection; each must be taken.
fn send(address: SocketAddr, requests: &[String]) -> Outcome<f64> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    // The source may still be opening: the first is sent until it is taken, and not timed.
    let first = requests.first().ok_or("no requests")?;
    for _ in 0..500 {
        match ask(&mut stream, first.as_bytes()) {
            Some((200..=299, ..)) => break,
            _ => std::thread::sleep(std::time::Duration::from_millis(10)),
        }
    }
    let start = Instant::now();
    for request in requests.iter().skip(1) {
        match ask(&mut stream, request.as_bytes()) {
            Some((200..=299, ..)) => {}
            _ => return Err("a request was not taken".into()),
        }
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / (requests.len() - 1) as f64)
}

/// A server on the same library that reads bodies and does nothing with them.
fn bare() -> Outcome<SocketAddr> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _told = stream.set_nodelay(true);
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service_fn(read));
                tokio::spawn(async move { drop(connection.await) });
            }
        });
    });
    Ok(address)
}

async fn read(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let body = request.into_body().collect().await?.to_bytes();
    Ok(Response::new(Full::new(Bytes::from(body.len().to_string()))))
}

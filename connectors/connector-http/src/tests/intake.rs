//! The server: who is heard, within which bounds, and what is answered.

use crate::{Answer, Came, Error, Handed, Intake, Language, Server};
use daemon::{Clock, HandClock, Stop};
use kit::certificates::{Authority, Identity};
use kit::receiver::ask;
use kit::{AUDIENCE, ISSUER, SCOPE, token};
use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslStream};
use settings::{HttpIntake, HttpLimits, Tokens};
use standing::development::DevelopmentIssuer;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use telemetry::Metrics;
use tempfile::TempDir;
use vocabulary::{OrgNumber, SourceId, Timestamp};

const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);
const DAT: &str = "974761211";
const OTHER: &str = "314159268";

static ISSUED: LazyLock<DevelopmentIssuer> =
    LazyLock::new(|| DevelopmentIssuer::generate().unwrap());

/// Caller, source, body and key of a request.
type Seen = (OrgNumber, String, Vec<u8>, Option<String>);

/// An intake that belongs to DAT, notes what it was handed, and waits at its gate for one source.
struct Noted {
    handed: Mutex<Vec<Seen>>,
    gate: Mutex<Receiver<()>>,
}

impl Intake for Noted {
    fn hand_in(
        &self,
        caller: OrgNumber,
        source: &SourceId,
        handed: &Handed,
    ) -> Result<(Answer, bool), Error> {
        if caller.as_str() != DAT {
            return Err(Error::Source);
        }
        if source.as_str() == "DAT-slow" {
            self.gate.lock().unwrap().recv().unwrap();
        }
        assert_ne!(handed.body, b"panic");
        let (body, key) = (handed.body.clone(), handed.key.clone());
        self.handed.lock().unwrap().push((caller, source.to_string(), body, key));
        Ok((Answer::of(&[Came::Unchanged], handed.language), false))
    }

    fn notices(
        &self,
        caller: OrgNumber,
        _: &SourceId,
        language: Language,
    ) -> Result<Answer, Error> {
        if caller.as_str() != DAT { Err(Error::Source) } else { Ok(Answer::told(&[], language)) }
    }
}

/// A running server.
struct Served {
    address: SocketAddr,
    noted: Arc<Noted>,
    gate: Sender<()>,
    stop: Stop,
    thread: Option<std::thread::JoinHandle<bool>>,
    clock: HandClock,
    home: TempDir,
}

// === impl Served ===

impl Served {
    fn plain() -> Served {
        Served::with(|_, _| ())
    }

    fn with(change: impl FnOnce(&mut HttpIntake, &Path)) -> Served {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("keys.json"), ISSUED.key_set()).unwrap();
        let mut settings = HttpIntake {
            address: ([127, 0, 0, 1], 0).into(),
            certificate: None,
            key: None,
            client_authority: None,
            tokens: Some(Tokens {
                issuer: ISSUER.to_owned(),
                audience: AUDIENCE.to_owned(),
                scope: SCOPE.to_owned(),
                keys: home.path().join("keys.json"),
            }),
            limits: HttpLimits { body_bytes: 1_000, request_seconds: 1, ..HttpLimits::default() },
        };
        change(&mut settings, home.path());
        let clock = HandClock::at(NOW);
        let (gate, opened) = channel();
        let noted = Arc::new(Noted { handed: Mutex::default(), gate: Mutex::new(opened) });
        let sources = ["DAT-tilda", "DAT-slow", "MAT-tilda"].map(|id| id.parse().unwrap());
        let metrics = Metrics::new("test", "0").unwrap();
        let told: Arc<dyn Clock> = Arc::new(clock.clone());
        let server = Server::open(&settings, sources.into(), noted.clone(), told, &metrics);
        let (server, stop) = (server.unwrap(), Stop::new());
        let (bound, address) = channel();
        let word = stop.clone();
        let thread = std::thread::spawn(move || {
            server.run(&word, |address| bound.send(address).unwrap()).is_ok()
        });
        let address = address.recv().unwrap();
        Served { address, noted, gate, stop, thread: Some(thread), clock, home }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    fn ask(&self, request: &str) -> (u16, String, String) {
        ask(&mut self.connect(), request.as_bytes()).unwrap()
    }

    fn status(&self, request: &str) -> u16 {
        self.ask(request).0
    }

    fn handed(&self) -> usize {
        self.noted.handed.lock().unwrap().len()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.stop();
        let ended = self.thread.take().unwrap().join();
        assert!(std::thread::panicking() || ended.unwrap());
    }
}

fn bearer(number: &str) -> String {
    let token = token(&ISSUED, number.parse().unwrap(), NOW).unwrap();
    format!("authorization: Bearer {token}\r\n")
}

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

const PATH: &str = "/v1/sources/DAT-tilda/findings";
const JSON: &str = "content-type: application/json\r\n";

fn good() -> String {
    post(PATH, &format!("{JSON}{}", bearer(DAT)), "{}")
}

#[test]
fn a_body_is_handed_over_to_its_source_with_its_kind_and_key() {
    let served = Served::plain();
    let headers = format!("{JSON}{}idempotency-key: \"a-1\"\r\n", bearer(DAT));
    let (status, headers, body) = served.ask(&post(&format!("{PATH}/rapport"), &headers, "{}"));
    assert_eq!((status, body.contains("unchanged")), (200, true));
    assert!(headers.contains("content-type: application/json"), "{headers}");
    assert!(headers.contains("content-language: nb"), "{headers}");
    let handed = served.noted.handed.lock().unwrap();
    let (caller, source, body, key) = &handed[0];
    assert_eq!((caller.as_str(), source.as_str()), (DAT, "DAT-tilda"));
    assert_eq!((body.as_slice(), key.as_deref()), (&b"{}"[..], Some("a-1")));
}

#[test]
fn everything_wrong_has_its_status_and_is_told_before_anything_is_handed_over() {
    let served = Served::plain();
    let ours = bearer(DAT);
    let json = format!("{JSON}{ours}");
    let twice = format!("{json}idempotency-key: a\r\nidempotency-key: a\r\n");
    let long = "x".repeat(1_001);
    for (status, request) in [
        (404, post("/", &json, "{}")),
        (404, post("/v1/sources/DAT-tilda/findings/a/b", &json, "{}")),
        (404, post("/v1/sources/../findings", &json, "{}")),
        (405, format!("GET {PATH} HTTP/1.1\r\nhost: x\r\n\r\n")),
        (401, post(PATH, JSON, "{}")),
        (401, post(PATH, &format!("{JSON}authorization: Basic eDp5\r\n"), "{}")),
        (401, post(PATH, &format!("{JSON}authorization: Bearer x.y.z\r\n"), "{}")),
        (401, post(PATH, &format!("{json}{ours}"), "{}")),
        (403, post(PATH, &format!("{JSON}{}", bearer(OTHER)), "{}")),
        (403, post("/v1/sources/NIX-tilda/findings", &json, "{}")),
        (415, post(PATH, &ours, "{}")),
        (415, post(PATH, &format!("{ours}content-type: text/csv\r\n"), "{}")),
        (415, post(PATH, &format!("{json}content-encoding: gzip\r\n"), "{}")),
        (415, post(PATH, &format!("{ours}content-type: application/json; charset=latin1\r\n"), "")),
        (413, post(PATH, &json, &long)),
        (400, post(PATH, &format!("{json}idempotency-key: \r\n"), "{}")),
        (400, post(PATH, &format!("{json}idempotency-key: a b\r\n"), "{}")),
        (400, post(PATH, &format!("{json}idempotency-key: {}\r\n", "a".repeat(129)), "{}")),
        (400, post(PATH, &twice, "{}")),
    ] {
        let (got, headers, body) = served.ask(&request);
        assert_eq!(got, status, "{request}");
        assert!(headers.contains("content-type: application/problem+json"), "{headers}");
        assert!(body.contains(&format!("\"status\":{status}")), "{body}");
        assert_eq!(headers.contains("www-authenticate: bearer"), status == 401);
        assert_eq!(headers.contains("allow: post"), status == 405);
    }
    // Neither a bad path nor somebody else's source tells whether it exists.
    let (_, _, theirs) = served.ask(&post(PATH, &format!("{JSON}{}", bearer(OTHER)), "{}"));
    let (_, _, nobodys) = served.ask(&post("/v1/sources/NIX/findings", &json, "{}"));
    assert_eq!(theirs, nobodys);
    // A body that does not say how long it is.
    let chunks = format!("transfer-encoding: chunked\r\n{json}\r\n3e9\r\n{long}\r\n0\r\n\r\n");
    assert_eq!(served.status(&format!("POST {PATH} HTTP/1.1\r\nhost: x\r\n{chunks}")), 413);
    assert_eq!(served.handed(), 0);
    assert_eq!(served.status(&good()), 200);
}

#[test]
fn problems_are_told_in_the_callers_language() {
    let served = Served::plain();
    let asked = |language: &str| {
        let headers = format!("{JSON}accept-language: {language}\r\n");
        served.ask(&post(PATH, &headers, "{}")).2
    };
    assert!(asked("en").contains("Neither a token"));
    assert!(asked("nn").contains("kven som spør"));
    assert!(asked("nb").contains("hvem som spør"));
}

#[test]
fn a_token_counts_for_its_time_and_its_key_only() {
    let served = Served::plain();
    let old = good();
    assert_eq!(served.status(&old), 200);
    served.clock.advance(Duration::from_secs(601));
    assert_eq!(served.status(&old), 401);
    served.clock.set(NOW);
    // The issuer takes another key under the same name: ours stands until an unknown one is named.
    let other = DevelopmentIssuer::generate().unwrap();
    let token = token(&other, DAT.parse().unwrap(), NOW).unwrap();
    let request = post(PATH, &format!("{JSON}authorization: Bearer {token}\r\n"), "{}");
    assert_eq!(served.status(&request), 401);
    std::fs::write(served.home.path().join("keys.json"), "{").unwrap();
    served.clock.advance(Duration::from_secs(60));
    assert_eq!(served.status(&old), 200);
}

#[test]
fn keys_that_cannot_be_read_let_nobody_in() {
    let served = Served::with(|settings, home| {
        settings.tokens.as_mut().unwrap().keys = home.join("nowhere");
    });
    let (status, _, body) = served.ask(&good());
    assert_eq!((status, body.contains("TOKEN-010")), (503, true));
    assert_eq!(served.handed(), 0);
}

#[test]
fn who_comes_slowly_is_not_waited_for() {
    let served = Served::plain();
    // A head that never ends.
    let mut slow = served.connect();
    slow.write_all(b"POST / HTTP/1.1\r\nhost: x\r\n").unwrap();
    let mut rest = Vec::new();
    // The server ends it.
    let _ended = slow.read_to_end(&mut rest);
    // A body that never comes.
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n{JSON}{}\r\n{{",
        bearer(DAT)
    );
    let (status, headers, _) = served.ask(&request);
    assert_eq!((status, headers.contains("connection: close")), (408, true));
    assert_eq!(served.handed(), 0);
}

#[test]
fn a_head_beyond_its_bounds_is_refused() {
    let served = Served::plain();
    let many: String = (0..100).map(|n| format!("x-{n}: y\r\n")).collect();
    assert_eq!(served.status(&post(PATH, &many, "")), 431);
    let long = format!("x: {}\r\n", "y".repeat(100_000));
    // Told, or cut off while it is still coming.
    let status = ask(&mut served.connect(), post(PATH, &long, "").as_bytes());
    assert!(status.is_none_or(|(status, ..)| status == 431));
    assert_eq!(served.status(&good()), 200);
}

#[test]
fn a_source_that_floods_is_told_to_wait_and_slows_no_other() {
    let served = Served::with(|settings, _| settings.limits.requests_of_source = 2);
    let slow = post("/v1/sources/DAT-slow/findings", &format!("{JSON}{}", bearer(DAT)), "{}");
    let under_way: Vec<_> = (0..2)
        .map(|_| {
            let (mut stream, request) = (served.connect(), slow.clone());
            std::thread::spawn(move || ask(&mut stream, request.as_bytes()).unwrap().0)
        })
        .collect();
    let refused = (0..1_000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(5));
        let other = served.ask(&good());
        assert_eq!(other.0, 200);
        let mut probe = served.connect();
        probe.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        ask(&mut probe, slow.as_bytes())
    });
    let (status, headers, _) = refused.unwrap();
    assert_eq!((status, headers.contains("retry-after: ")), (429, true));
    for _ in 0..8 {
        served.gate.send(()).unwrap();
    }
    for request in under_way {
        assert!([200, 429].contains(&request.join().unwrap()));
    }
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let served = Served::with(|settings, _| settings.limits.connections_of_one = 2);
    let mut kept = [served.connect(), served.connect()];
    for stream in &mut kept {
        assert_eq!(ask(stream, good().as_bytes()).unwrap().0, 200);
    }
    assert_eq!(ask(&mut served.connect(), good().as_bytes()), None);
    drop(kept);
    let again = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        ask(&mut served.connect(), good().as_bytes()).is_some()
    });
    assert!(again);
}

#[test]
fn an_intake_that_panics_took_nothing_and_the_server_goes_on() {
    let served = Served::plain();
    let request = post(PATH, &format!("{JSON}{}", bearer(DAT)), "panic");
    assert_eq!(served.status(&request), 503);
    assert_eq!(served.status(&good()), 200);
}

/// A server with certificates, its clients' authority, and tokens.
fn mutual(authority: &Authority) -> Served {
    let server = authority.server().unwrap();
    let pem = authority.pem().unwrap();
    Served::with(|settings, home| {
        let put = |name: &str, bytes: Vec<u8>| {
            std::fs::write(home.join(name), bytes).unwrap();
            Some(home.join(name))
        };
        settings.certificate = put("chain.pem", server.pem().unwrap());
        settings.key = put("key.pem", server.key_pem().unwrap());
        settings.client_authority = put("clients.pem", pem);
    })
}

/// A TLS connection, with a certificate or without; none where the server does not have it.
fn tls(served: &Served, client: Option<&Identity>) -> Option<SslStream<TcpStream>> {
    let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
    connector.set_ca_file(served.home.path().join("clients.pem")).unwrap();
    if let Some(client) = client {
        let file = served.home.path().join("client.pem");
        std::fs::write(&file, client.key_pem().unwrap()).unwrap();
        connector.set_certificate(client.certificate()).unwrap();
        connector.set_private_key_file(&file, SslFiletype::PEM).unwrap();
    }
    connector.build().connect("localhost", served.connect()).ok()
}

#[test]
fn a_certificate_says_who_calls_and_agrees_with_the_token() {
    let authority = Authority::new().unwrap();
    let served = mutual(&authority);
    let asked = |client: Option<&Identity>, headers: &str| {
        let mut stream = tls(&served, client)?;
        let request = post(PATH, &format!("{JSON}{headers}"), "{}");
        ask(&mut stream, request.as_bytes()).map(|(status, _, body)| {
            let code =
                body.split("\"code\":\"").nth(1).and_then(|rest| rest.get(..8).map(str::to_owned));
            (status, code.unwrap_or_default())
        })
    };
    let told = |status: u16, code: &str| Some((status, code.to_owned()));
    let ours = authority.organisation(DAT).unwrap();
    assert_eq!(asked(Some(&ours), ""), told(200, ""));
    assert_eq!(asked(Some(&ours), &bearer(DAT)), told(200, ""));
    assert_eq!(asked(Some(&ours), &bearer(OTHER)), told(403, "HTTP-015"));
    assert_eq!(asked(None, ""), told(401, "HTTP-013"));
    assert_eq!(asked(None, &bearer(DAT)), told(200, ""));
    let theirs = authority.organisation(OTHER).unwrap();
    assert_eq!(asked(Some(&theirs), ""), told(403, "HTTP-014"));
    assert_eq!(asked(Some(&theirs), &bearer(DAT)), told(403, "HTTP-015"));
    // The older form: the bare number as serial number.
    let serial = openssl::nid::Nid::SERIALNUMBER;
    let older = authority.subject(&[(serial, DAT)]).unwrap();
    assert_eq!(asked(Some(&older), ""), told(200, ""));
    // Two that do not agree, and one that names nobody: no standing, whatever the token says.
    let identifier = openssl::asn1::Asn1Object::from_str("2.5.4.97").unwrap().nid();
    let both = [(serial, DAT), (identifier, "NTRNO-314159268")];
    let nobody = [(openssl::nid::Nid::COMMONNAME, DAT)];
    for subject in [&both[..], &nobody[..]] {
        let client = authority.subject(subject).unwrap();
        assert_eq!(asked(Some(&client), &bearer(DAT)), told(401, "HTTP-013"));
    }
    // Another authority's certificate ends the connection, with a good token too.
    let foreign = Authority::new().unwrap().organisation(DAT).unwrap();
    assert_eq!(asked(Some(&foreign), &bearer(DAT)), None);
}

#[test]
fn plain_http_on_a_tls_port_and_a_stuck_handshake_harm_nobody() {
    let authority = Authority::new().unwrap();
    let served = mutual(&authority);
    assert_eq!(ask(&mut served.connect(), good().as_bytes()), None);
    let stuck = served.connect();
    let mut stream = tls(&served, None).unwrap();
    assert_eq!(ask(&mut stream, good().as_bytes()).unwrap().0, 200);
    drop(stuck);
}

#[test]
fn a_source_asks_what_it_was_told_and_nobody_else_does() {
    let served = Served::plain();
    let get = |headers: &str| {
        format!("GET /v1/sources/DAT-tilda/notices HTTP/1.1\r\nhost: x\r\n{headers}\r\n")
    };
    let (status, _, body) = served.ask(&get(&bearer(DAT)));
    assert_eq!((status, body.as_str()), (200, "{\"notices\":[]}"));
    assert_eq!(served.status(&get("")), 401);
    assert_eq!(served.status(&get(&bearer(OTHER))), 403);
    let posted = post("/v1/sources/DAT-tilda/notices", &format!("{JSON}{}", bearer(DAT)), "{}");
    let (status, headers, _) = served.ask(&posted);
    assert_eq!((status, headers.contains("allow: get")), (405, true));
    assert_eq!(served.handed(), 0);
}

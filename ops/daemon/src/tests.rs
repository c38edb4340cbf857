//! Tests of a life: readiness, supervision, draining, and what the admin server gives to whom.

use crate::{
    Ask, Builder, Clock, Ending, Error, Failure, HandClock, Page, Query, Reply, Running, Stop,
    WallClock, ask,
};
use settings::{Admin, Foundation, Life, Log};
use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};
use vocabulary::Timestamp;

fn foundation(grace_seconds: u64) -> Foundation {
    Foundation {
        admin: Admin { address: ([127, 0, 0, 1], 0).into() },
        log: Log::default(),
        life: Life { grace_seconds },
    }
}

fn builder(grace_seconds: u64) -> Builder {
    Builder::new("tested", foundation(grace_seconds)).unwrap()
}

/// Status line and whole answer of one request.
fn request(running: &Running, text: &str) -> String {
    let mut stream = TcpStream::connect(running.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn got(running: &Running, path: &str) -> String {
    request(
        running,
        &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    )
}

/// The answer to `path` begins with this status and contains this text.
fn answers(running: &Running, path: &str, status: u16, text: &str) {
    let answer = got(running, path);
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains(text), "{answer}");
}

fn until_stopped(stop: &Stop) -> Result<(), Failure> {
    stop.wait_always();
    Ok(())
}

#[test]
fn a_process_is_ready_when_all_its_parts_are() {
    let mut builder = builder(5);
    let go = Stop::new();
    let gate = go.clone();
    builder
        .spawn("slow", move |part, stop| {
            gate.wait_always();
            part.ready();
            until_stopped(stop)
        })
        .unwrap();
    builder.spawn("brief", |_, _| Ok(())).unwrap();
    let running = builder.announce().unwrap();
    answers(&running, "/health/live", 200, "live");
    answers(&running, "/health/ready", 503, "slow: starting");
    go.stop();
    assert!(running.wait_ready(Duration::from_secs(20)));
    answers(&running, "/health/ready", 200, "slow: ready");
    assert_eq!(running.drain(), Ending::Drained);
}

/// A part that ends thus stops the whole process with code 70.
fn stops_all(work: impl FnOnce() -> Result<(), Failure> + Send + 'static) {
    let mut builder = builder(5);
    builder
        .spawn("steady", |part, stop| {
            part.ready();
            until_stopped(stop)
        })
        .unwrap();
    builder.spawn("bad", move |_, _| work()).unwrap();
    let running = builder.announce().unwrap();
    let health = running.health().clone();
    let ending = running.wait();
    assert!(!health.is_ready(), "{}", health.report());
    assert_eq!((ending, ending.exit()), (Ending::Failed, 70));
}

#[test]
fn a_failing_part_stops_the_process() {
    stops_all(|| Err(Failure::new("CARR-001", &"the disk is full")));
}

#[test]
fn a_panicking_part_stops_the_process() {
    stops_all(|| panic!("planted"));
}

#[test]
fn a_part_that_does_not_drain_ends_the_grace_period() {
    let mut builder = builder(1);
    let release = Stop::new();
    let held = release.clone();
    builder.spawn("stuck", move |_, _| until_stopped(&held)).unwrap();
    let running = builder.announce().unwrap();
    let begun = Instant::now();
    assert_eq!(running.drain(), Ending::Overdue);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(Ending::Overdue.exit(), 71);
    release.stop();
}

#[test]
fn a_process_asked_to_stop_says_so_while_it_drains() {
    let mut builder = builder(20);
    let release = Stop::new();
    let held = release.clone();
    builder
        .spawn("last", move |part, stop| {
            part.ready();
            until_stopped(stop)?;
            until_stopped(&held)
        })
        .unwrap();
    let running = builder.announce().unwrap();
    assert!(running.wait_ready(Duration::from_secs(20)));
    running.stop().stop();
    answers(&running, "/health/ready", 503, "stopping");
    answers(&running, "/health/live", 200, "live");
    release.stop();
    assert_eq!(running.wait(), Ending::Drained);
}

#[test]
fn metrics_and_pages_are_served_with_their_headers() {
    let mut builder = builder(5);
    builder.metrics().counter("samsyn_in_total", "In.").unwrap().inc_by(3);
    builder.page(Page::new("/", |_| Reply::html("<p>hei</p>"))).unwrap();
    let echo = |query: &Query| Reply::json(query.value("view").unwrap_or("none"));
    builder.page(Page::new("/status.json", echo)).unwrap();
    let running = builder.announce().unwrap();
    answers(&running, "/metrics", 200, "samsyn_in_total 3\n");
    answers(&running, "/metrics", 200, "content-type: text/plain; version=0.0.4");
    answers(&running, "/", 200, "<p>hei</p>");
    answers(&running, "/", 200, "content-security-policy: default-src 'none'; style-src 'self'");
    answers(&running, "/", 200, "x-content-type-options: nosniff");
    answers(&running, "/status.json?view=akrim%2Dcore", 200, "akrim-core");
    answers(&running, "/nowhere", 404, "x-frame-options: DENY");
    assert_eq!(running.drain(), Ending::Drained);
}

#[test]
fn only_loopback_names_and_only_reading_are_answered() {
    let mut builder = builder(5);
    builder.page(Page::new("/bad", |_| panic!("planted secret"))).unwrap();
    let running = builder.announce().unwrap();
    let hosted = |host: &str| {
        request(
            &running,
            &format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        )
    };
    for host in ["localhost:7400", "127.0.0.1", "[::1]:7400"] {
        assert!(hosted(host).starts_with("HTTP/1.1 200"), "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]:1", ""] {
        assert!(hosted(host).starts_with("HTTP/1.1 421"), "{host}");
    }
    let post =
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\ncontent-length: 0\r\n\r\n";
    assert!(request(&running, &post.replace("/ ", "/metrics ")).starts_with("HTTP/1.1 405"));
    let long = format!("/metrics?a={}", "x".repeat(3_000));
    answers(&running, &long, 414, "too long");
    let failed = got(&running, "/bad");
    assert!(failed.starts_with("HTTP/1.1 500") && !failed.contains("planted"), "{failed}");
    assert_eq!(running.drain(), Ending::Drained);
}

#[test]
fn names_are_taken_once_and_reserved_paths_never() {
    let mut builder = builder(5);
    builder.spawn("one", |_, _| Ok(())).unwrap();
    assert!(matches!(builder.spawn("one", |_, _| Ok(())), Err(Error::Part(_))));
    for path in ["/metrics", "/health/live", "no-slash", "/{capture}", "/a b"] {
        let page = Page::new(path, |_| Reply::text(""));
        assert!(matches!(builder.page(page), Err(Error::Part(_))), "{path}");
    }
    builder.page(Page::new("/a", |_| Reply::text(""))).unwrap();
    assert!(builder.page(Page::new("/a", |_| Reply::text(""))).is_err());
}

#[test]
fn a_taken_port_is_told_and_no_part_runs() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut foundation = foundation(5);
    foundation.admin.address = taken.local_addr().unwrap();
    let mut builder = Builder::new("tested", foundation).unwrap();
    let ran = Stop::new();
    let run = ran.clone();
    builder
        .spawn("one", move |_, _| {
            run.stop();
            Ok(())
        })
        .unwrap();
    let error = builder.announce().unwrap_err();
    assert_eq!(error.exit(), 69, "{error}");
    assert!(!ran.is_stopped());
}

#[test]
fn the_hand_clock_moves_when_told_and_its_clones_with_it() {
    let clock = HandClock::at(Timestamp::from_micros(5));
    let other: Arc<dyn Clock> = Arc::new(clock.clone());
    clock.advance(Duration::from_micros(2));
    assert_eq!(other.now(), Timestamp::from_micros(7));
    clock.set(Timestamp::from_micros(-1));
    assert_eq!(other.now(), Timestamp::from_micros(-1));
    assert!(WallClock.now().as_micros() > 1_700_000_000_000_000);
}

#[test]
fn stop_is_heard_by_waiting_threads() {
    let stop = Stop::new();
    assert!(!stop.wait(Duration::from_millis(5)));
    let heard = std::thread::spawn({
        let stop = stop.clone();
        move || stop.wait(Duration::from_secs(60))
    });
    stop.stop();
    assert!(heard.join().unwrap());
    assert!(stop.is_stopped());
}

#[test]
fn arguments_are_closed() {
    let asked = |text: &str| ask(text.split_whitespace().map(str::to_owned));
    assert_eq!(asked(""), Ask::Run(vec![]));
    assert_eq!(asked("--settings a --settings b"), Ask::Run(vec!["a".into(), "b".into()]));
    assert_eq!(asked("--check-config --settings a"), Ask::Check(vec!["a".into()]));
    assert_eq!(asked("--settings"), Ask::Unknown);
    assert_eq!(asked("--what"), Ask::Unknown);
    assert_eq!(asked("-h"), Ask::Help);
}

#[test]
fn failures_show_their_causes_once() {
    let error = Error::Settings(settings::Error::NotLoopback);
    let failure = Failure::from(error);
    assert_eq!(failure.to_string(), "SETT-008: key `admin.address` must be a loopback address");
}

#[test]
fn a_key_file_has_a_bound() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: u64| {
        let path = folder.path().join(name);
        std::fs::write(&path, vec![7; usize::try_from(bytes).unwrap()]).unwrap();
        path
    };
    let most = crate::limits::KEY_FILE_BYTES;
    assert!(crate::key_file(&file("fits", most), "EXCH-003").is_ok());
    let told = crate::key_file(&file("huge", most + 1), "EXCH-003").unwrap_err().to_string();
    assert!(told.starts_with("EXCH-003: ") && told.ends_with("huge: too large for a key"));
    assert!(crate::secret_file(&file("secret", 32), "EXCH-003").is_ok());
    for wrong in [0, 31, 33] {
        assert!(crate::secret_file(&file("other", wrong), "EXCH-003").is_err());
    }
    let told = crate::key_file(&folder.path().join("none"), "EXCH-003").unwrap_err().to_string();
    assert!(told.starts_with("EXCH-003: ") && !told.contains("too large"));
}

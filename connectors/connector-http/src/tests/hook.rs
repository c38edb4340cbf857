//! A webhook against a server that allows, refuses, fails, hangs, redirects and restarts.

use crate::{Event, Hook, HookError, Post};
use base64::{Engine, engine::general_purpose::STANDARD};
use carrier::Message;
use connector::courier::Heard;
use daemon::{HandClock, Stop};
use kit::certificates::Authority;
use kit::{Got, Receiver, Reply};
use seal::{Signature, SigningKey};
use serde_json::json;
use settings::{Retry, Webhook, WebhookFormat};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::Timestamp;

const CREATED: i64 = 1_790_000_000;

fn settings(url: &str) -> Webhook {
    Webhook {
        view: "tilda-supervisor".parse().unwrap(),
        recipient: "999601391".parse().unwrap(),
        addressed: false,
        url: url.to_owned(),
        origin: "samsyn.example".to_owned(),
        key: PathBuf::new(),
        format: WebhookFormat::Json,
        authority: None,
        private: true,
        retry: Retry { request_seconds: 1, ..Retry::default() },
    }
}

fn hook(settings: &Webhook) -> (Hook, SigningKey) {
    let key = SigningKey::generate().unwrap();
    let ours = SigningKey::from_pem(key.to_pem().unwrap().expose()).unwrap();
    let clock = HandClock::at(Timestamp::from_micros(CREATED * 1_000_000));
    (Hook::open(settings, ours, Arc::new(clock)).unwrap(), key)
}

fn to(receiver: &Receiver) -> (Hook, SigningKey) {
    hook(&settings(&format!("http://{}/samsyn", receiver.address())))
}

fn event() -> Event {
    let header = |name: &'static str, value: &[u8]| (name.into(), value.to_vec());
    let message = Message {
        key: vec![1],
        value: Some(vec![0, 1, 2]),
        headers: vec![
            header("content-type", b"application/avro"),
            header("ce_id", b"0198-1"),
            header("ce_specversion", b"1.0"),
            header("samsyn_seal", &[0xff, 0, 1]),
            header("other", b"left"),
        ],
    };
    Event::of(&message, Post::Json(json!({ "navn": "Ås" }).to_string().into_bytes())).unwrap()
}

fn post(hook: &mut Hook) -> (Heard, Option<HookError>) {
    hook.post(&event(), &Stop::new())
}

const AWAY: (Heard, Option<HookError>) = (Heard::Away(None), Some(HookError::Away));

#[test]
fn it_asks_first_and_posts_the_event_with_its_attributes() {
    let receiver = Receiver::start(|_| Reply::Status(204)).unwrap();
    let (mut hook, _) = to(&receiver);
    for _ in 0..2 {
        assert_eq!(post(&mut hook), (Heard::Taken, None));
    }
    let got = receiver.got();
    let methods: Vec<&str> = got.iter().map(|got| got.method.as_str()).collect();
    assert_eq!(methods, ["OPTIONS", "POST", "POST"]);
    assert_eq!(got[0].header("webhook-request-origin"), Some("samsyn.example"));
    let post = &got[1];
    assert_eq!(post.body, r#"{"navn":"Ås"}"#.as_bytes());
    assert_eq!(post.header("content-type"), Some("application/json"));
    assert_eq!(post.header("ce-id"), Some("0198-1"));
    assert_eq!(post.header("samsyn-seal"), Some(STANDARD.encode([0xff, 0, 1]).as_str()));
    assert_eq!(post.header("other"), None);
    assert_eq!(got[1].header("ce-id"), got[2].header("ce-id"));
}

/// Builds the signature base anew from what came, as a recipient would (RFC 9421, 2.5).
fn verify(got: &Got, authority: &str, key: &SigningKey) -> bool {
    let input = got.header("signature-input").unwrap().strip_prefix("samsyn=").unwrap();
    let (covered, _) = input.split_once(')').unwrap();
    let mut base = String::new();
    for name in covered.trim_start_matches('(').split(' ').map(|name| name.trim_matches('"')) {
        let value = match name {
            "@method" => &got.method,
            "@authority" => authority,
            "@path" => &got.path,
            header => got.header(header).unwrap(),
        };
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {input}"));
    let signature = got.header("signature").unwrap();
    let signature = signature.strip_prefix("samsyn=:").unwrap().strip_suffix(':').unwrap();
    let signature = Signature::try_from(STANDARD.decode(signature).unwrap().as_slice()).unwrap();
    let digest = seal::sha256(&[&got.body]);
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest.as_bytes()));
    got.header("content-digest") == Some(&digest)
        && covered.contains("\"content-digest\"")
        && key.public().verify(base.as_bytes(), &signature).is_ok()
}

#[test]
fn the_signature_holds_over_body_place_and_attributes() {
    let receiver = Receiver::start(|_| Reply::Status(200)).unwrap();
    let (mut hook, key) = to(&receiver);
    post(&mut hook);
    let got = receiver.posts().remove(0);
    let authority = receiver.address().to_string();
    assert!(verify(&got, &authority, &key));
    let input = got.header("signature-input").unwrap();
    assert!(input.ends_with(&format!(";created={CREATED};keyid=\"{}\";alg=\"ed25519\"", key.id())));
    let mut changed = Vec::new();
    for name in ["ce-id", "samsyn-seal", "content-type", "ce-specversion"] {
        let mut other = got.clone();
        let header = other.headers.iter_mut().find(|(key, _)| key == name).unwrap();
        header.1.push('x');
        changed.push(other);
    }
    changed.push(Got { path: "/other".to_owned(), ..got.clone() });
    changed.push(Got { body: b"{}".to_vec(), ..got.clone() });
    for changed in changed {
        assert!(!verify(&changed, &authority, &key), "{changed:?}");
    }
    assert!(!verify(&got, "elsewhere", &key));
}

#[test]
fn nothing_is_posted_to_who_does_not_allow_it() {
    for reply in [Reply::Status(403), Reply::With(200, "WebHook-Allowed-Origin", "x.y".to_owned())]
    {
        let receiver = Receiver::start(move |_| reply.clone()).unwrap();
        let (mut hook, _) = to(&receiver);
        for _ in 0..2 {
            let asked = (Heard::Away(None), Some(HookError::NotAllowed));
            assert_eq!(post(&mut hook), asked);
        }
        assert_eq!(receiver.posts(), []);
    }
}

#[test]
fn no_redirect_is_followed_and_every_answer_has_its_meaning() {
    let elsewhere = Receiver::start(|_| Reply::Status(200)).unwrap();
    let place = format!("http://{}/", elsewhere.address());
    let receiver = Receiver::start(move |got| match got.method.as_str() {
        "OPTIONS" => Reply::Status(200),
        _ => Reply::With(307, "location", place.clone()),
    });
    let receiver = receiver.unwrap();
    let (mut hook, _) = to(&receiver);
    assert_eq!(post(&mut hook), (Heard::Refused, Some(HookError::Refused)));
    assert_eq!(elsewhere.got(), []);
    let asked = Some(Duration::from_secs(7));
    for (reply, heard, why) in [
        (Reply::Status(400), Heard::Refused, HookError::Refused),
        (Reply::Status(410), Heard::Gone, HookError::Gone),
        (Reply::Status(503), Heard::Away(None), HookError::Away),
        (Reply::With(429, "retry-after", "7".to_owned()), Heard::Away(asked), HookError::Away),
        (Reply::Hang, Heard::Away(None), HookError::Away),
        (Reply::Close, Heard::Away(None), HookError::Away),
    ] {
        let receiver = Receiver::start(move |got| match got.method.as_str() {
            "OPTIONS" => Reply::Status(200),
            _ => reply.clone(),
        });
        let (mut hook, _) = to(receiver.as_ref().unwrap());
        assert_eq!(post(&mut hook), (heard, Some(why)));
    }
}

#[test]
fn it_keeps_to_the_pace_it_is_told() {
    let receiver = Receiver::start(|got| match got.method.as_str() {
        "OPTIONS" => Reply::Close,
        _ => Reply::Status(200),
    });
    assert_eq!(post(&mut to(receiver.as_ref().unwrap()).0), AWAY);
    let mut headers = hyper::HeaderMap::new();
    assert_eq!(crate::delivery::pace(&headers), Duration::ZERO);
    for (rate, pace) in [("120", 500), ("0", 60_000), ("*", 0), ("-1", 0)] {
        headers.insert("webhook-allowed-rate", rate.parse().unwrap());
        assert_eq!(crate::delivery::pace(&headers), Duration::from_millis(pace), "{rate}");
    }
}

#[test]
fn a_recipient_that_restarts_is_found_again() {
    let receiver = Receiver::start(|_| Reply::Status(200)).unwrap();
    let address = receiver.address();
    let (mut hook, _) = to(&receiver);
    assert_eq!(post(&mut hook).0, Heard::Taken);
    drop(receiver);
    // The old one hears of its end while nobody asks.
    let gone = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(150));
        post(&mut hook) == AWAY
    });
    assert!(gone);
    let again = (0..100).find_map(|_| {
        std::thread::sleep(Duration::from_millis(20));
        Receiver::at(address, None, |_| Reply::Status(200)).ok()
    });
    let again = again.unwrap();
    assert_eq!(post(&mut hook).0, Heard::Taken);
    assert_eq!(again.posts().len(), 1);
}

#[test]
fn a_private_address_is_never_called_unless_the_settings_say_so() {
    let receiver = Receiver::start(|_| Reply::Status(200)).unwrap();
    let port = receiver.address().port();
    for host in ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"] {
        let url = format!("https://{host}:{port}/");
        let (mut hook, _) = hook(&Webhook { private: false, ..settings(&url) });
        assert_eq!(post(&mut hook), (Heard::Away(None), Some(HookError::Private)), "{host}");
    }
    assert_eq!(receiver.got(), []);
    let plain = Webhook { private: false, ..settings("http://mottak.example/") };
    let key = SigningKey::generate().unwrap();
    let clock = HandClock::at(Timestamp::from_micros(0));
    assert_eq!(Hook::open(&plain, key, Arc::new(clock)).err(), Some(HookError::Address));
}

#[test]
fn public_addresses_are_public_and_no_others() {
    use crate::delivery::is_public;
    for address in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2001:db8::1",
        "2001:0::1",
        "2002:a00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "ff02::1",
        "3fff::1",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
    for address in ["8.8.8.8", "100.63.0.1", "172.32.0.1", "2a00:1450::1", "::ffff:8.8.8.8"] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn a_server_must_be_who_it_is_called() {
    let authority = Authority::new().unwrap();
    let server = authority.server().unwrap();
    let start = || Receiver::at(([127, 0, 0, 1], 0).into(), Some(&server), |_| Reply::Status(200));
    let receiver = start().unwrap();
    let home = tempfile::tempdir().unwrap();
    let (known, other) = (home.path().join("known.pem"), home.path().join("other.pem"));
    std::fs::write(&known, authority.pem().unwrap()).unwrap();
    std::fs::write(&other, Authority::new().unwrap().pem().unwrap()).unwrap();
    let port = receiver.address().port();
    let call = |host: &str, authority: Option<&PathBuf>| {
        let url = format!("https://{host}:{port}/x");
        let settings = Webhook { authority: authority.cloned(), ..settings(&url) };
        post(&mut hook(&settings).0)
    };
    assert_eq!(call("127.0.0.1", None), AWAY);
    assert_eq!(call("127.0.0.1", Some(&other)), AWAY);
    // A name that the certificate does not have.
    assert_eq!(call("127.0.0.2", Some(&known)), AWAY);
    assert_eq!(receiver.got(), []);
    assert_eq!(call("127.0.0.1", Some(&known)), (Heard::Taken, None));
    assert_eq!(call("localhost", Some(&known)), (Heard::Taken, None));
}

#[test]
fn the_word_to_stop_is_heard_while_a_recipient_hangs() {
    let receiver = Receiver::start(|_| Reply::Hang).unwrap();
    let url = format!("http://{}/", receiver.address());
    let retry = Retry { request_seconds: 100, ..Retry::default() };
    let (mut hook, _) = hook(&Webhook { retry, ..settings(&url) });
    let stop = Stop::new();
    stop.stop();
    assert_eq!(hook.post(&event(), &stop), AWAY);
}

//! A registry that is down, held still, restarted empty, wrong or huge.

use super::call::{client, patient};
use super::record;
use peers::{Apicurio, free_port};
use schema_registry::{Error, limits};
use std::io::{Read, Write};
use std::net::TcpListener;

const SUBJECT: &str = "no.samsyn.peers.Faults";

#[test]
fn a_registry_that_is_down_or_held_still_is_an_error_and_what_is_known_stays_known() {
    let registry = Apicurio::start().unwrap();
    let text = record(SUBJECT, &[("a", "PUB")]);
    let warm = patient(registry.address());
    let id = warm.register(SUBJECT, &text).unwrap();
    registry.jvm().pause().unwrap();
    let hurried = client(registry.address());
    assert_eq!(hurried.text(id), Err(Error::Away));
    assert_eq!(hurried.register(SUBJECT, &text), Err(Error::Away));
    assert_eq!(hurried.latest(SUBJECT), Err(Error::Away));
    // Who knew it goes on.
    assert_eq!(warm.register(SUBJECT, &text), Ok(id));
    assert!(warm.text(id).unwrap().is_some());
    registry.jvm().resume().unwrap();
    assert!(patient(registry.address()).text(id).unwrap().is_some());
    let (address, port) = (registry.address(), registry.port());
    drop(registry);
    assert_eq!(client(address.clone()).text(id), Err(Error::Away));
    assert_eq!(client(address.clone()).register(SUBJECT, &text), Err(Error::Away));
    // One that lost everything says so; the schema is registered again.
    let _empty = Apicurio::start_at(port).unwrap();
    assert_eq!(patient(address.clone()).text(id), Ok(None));
    assert!(patient(address).register(SUBJECT, &text).is_ok());
}

#[test]
fn where_nobody_listens_nothing_is_guessed() {
    let address = format!("http://127.0.0.1:{}", free_port().unwrap());
    assert_eq!(client(address.clone()).text(1), Err(Error::Away));
    assert_eq!(client(address).latest(SUBJECT), Err(Error::Away));
}

#[test]
fn wrong_answers_are_errors() {
    for (status, body, expected) in [
        ("200 OK", "<html>it works</html>", Error::Answer),
        ("200 OK", "{}", Error::Answer),
        ("404 Not Found", "<html>no such page</html>", Error::Answer),
        ("302 Found", "", Error::Answer),
        ("403 Forbidden", "{}", Error::Refused(403)),
        ("500 Internal Server Error", "{}", Error::Away),
    ] {
        let address = impostor(status, body.as_bytes().to_vec());
        let client = client(address);
        assert_eq!(client.text(1), Err(expected.clone()), "{status} {body}");
        assert_eq!(client.latest(SUBJECT), Err(expected.clone()), "{status} {body}");
        let text = record(SUBJECT, &[("a", "PUB")]);
        assert_eq!(client.register(SUBJECT, &text), Err(expected), "{status} {body}");
    }
}

#[test]
fn a_huge_answer_is_not_read_to_its_end() {
    let address = impostor("200 OK", vec![b' '; 2 * limits::MAX_ANSWER]);
    let text = record(SUBJECT, &[("a", "PUB")]);
    assert_eq!(patient(address.clone()).register(SUBJECT, &text), Err(Error::Large));
    assert_eq!(patient(address.clone()).latest(SUBJECT), Err(Error::Large));
    // A schema as large as that is none of ours: its records are set aside.
    assert_eq!(patient(address).text(1), Ok(None));
}

/// Something that answers every request the same.
fn impostor(status: &'static str, body: Vec<u8>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 16 * 1024];
            let _asked = stream.read(&mut asked);
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            // Who has read enough hangs up.
            let _told = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

//! Which settings pass through, and which would undo a guarantee.

use crate::client::Clients;
use crate::{Error, Options};

fn with(name: &str, value: &str) -> Result<(), Error> {
    let mut options = Options::new("127.0.0.1:1");
    options.client.insert(name.to_owned(), value.to_owned());
    Clients::new(options).map(|_| ())
}

#[test]
fn settings_that_would_undo_a_guarantee_are_refused_by_name() {
    for (name, value) in [
        ("enable.idempotence", "false"),
        ("Enable.Idempotence", "false"),
        ("acks", "1"),
        ("request.required.acks", "1"),
        ("transactional.id", "mine"),
        ("isolation.level", "read_uncommitted"),
        ("enable.auto.commit", "true"),
        ("group.id", "mine"),
        ("group.instance.id", "mine"),
        ("message.timeout.ms", "1"),
        ("delivery.timeout.ms", "1"),
        ("debug", "all"),
        ("enable.ssl.certificate.verification", "false"),
        ("ssl.endpoint.identification.algorithm", "none"),
        ("auto.offset.reset", "latest"),
        ("plugin.library.paths", "x.so"),
        ("test.mock.num.brokers", "3"),
        ("bootstrap.servers", "elsewhere:9092"),
        ("dr_msg_cb", "x"),
    ] {
        assert_eq!(with(name, value), Err(Error::Dangerous(name.to_owned())), "{name}");
    }
}

#[test]
fn settings_of_librdkafka_pass_through_by_name() {
    for (name, value) in [
        ("linger.ms", "5"),
        ("compression.codec", "lz4"),
        ("fetch.wait.max.ms", "20"),
        ("socket.keepalive.enable", "true"),
        ("sasl.mechanisms", "PLAIN"),
        ("sasl.username", "exchange"),
    ] {
        assert_eq!(with(name, value), Ok(()), "{name}");
    }
}

#[test]
fn what_librdkafka_does_not_know_is_refused_by_name() {
    assert_eq!(with("linger.years", "5"), Err(Error::Setting("linger.years".to_owned())));
    assert_eq!(with("linger.ms", "soon"), Err(Error::Setting("linger.ms".to_owned())));
}

#[test]
fn no_value_of_a_setting_is_ever_printed() {
    let mut options = Options::new("127.0.0.1:1");
    options.client.insert("sasl.password".to_owned(), "planted".to_owned());
    assert!(!format!("{options:?}").contains("planted"));
}

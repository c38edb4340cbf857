//! The one connection to a broker that librdkafka does not open: through TLS made of the same
//! settings as librdkafka's own, by the same names. What it could not honour is refused, so that
//! this question is never asked under weaker terms than everything else.

use carrier_kafka::Dial;
use daemon::Failure;
use daemon::tls::{BlockingTls, ClientFiles};
use std::collections::BTreeMap;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::Secret;

/// A TLS setting that is not taken, or a file of it that cannot be used.
const CODE: &str = "KAFK-006";
/// Longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A way to reach a broker through TLS, where these settings of librdkafka's ask for it.
pub fn through_tls(client: &BTreeMap<String, String>) -> Result<Option<Dial>, Failure> {
    let protocol = client.get("security.protocol").map(String::as_str).unwrap_or_default();
    if !["ssl", "sasl_ssl"].contains(&protocol.to_ascii_lowercase().as_str()) {
        return Ok(None);
    }
    let mut files = ClientFiles::default();
    for (name, value) in client.iter().filter(|(name, _)| name.starts_with("ssl.")) {
        match name.as_str() {
            "ssl.ca.location" => files.authorities = Some(value.into()),
            "ssl.certificate.location" => files.certificate = Some(value.into()),
            "ssl.key.location" => files.key = Some(value.into()),
            "ssl.key.password" => files.password = Some(Secret::new(value.clone())),
            _ => return Err(Failure::new(CODE, &format!("the setting `{name}` is not taken"))),
        }
    }
    let tls = BlockingTls::new(&files, CODE)?;
    Ok(Some(Arc::new(move |address| {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Box::new(tls.connect(host(address), stream)?))
    })))
}

/// The host of an address with a port.
fn host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

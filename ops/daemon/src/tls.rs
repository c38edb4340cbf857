//! TLS for doors: server and client set-up by openssl, and the organisation that a client's
//! certificate is issued to. It opens no port and knows no protocol above TLS.

mod blocking;

pub use blocking::{BlockingTls, ClientFiles};

use crate::Failure;
use openssl::asn1::Asn1Object;
use openssl::ssl::{
    Ssl, SslAcceptor, SslConnector, SslFiletype, SslMethod, SslOptions, SslSessionCacheMode,
    SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use std::path::Path;
use std::pin::Pin;
use tokio::net::TcpStream;
use vocabulary::OrgNumber;

/// An encrypted connection.
pub type TlsStream = tokio_openssl::SslStream<TcpStream>;

/// The attribute of a certificate for organisations under eIDAS (ETSI EN 319 412-1):
/// `NTRNO-974761211`.
const ORGANISATION_IDENTIFIER: &str = "2.5.4.97";
/// What stands before a Norwegian number there.
const NORWEGIAN: &str = "NTRNO-";
/// The attribute that holds the bare number in older certificates for organisations.
const SERIAL_NUMBER: &str = "2.5.4.5";

/// The server's side.
#[derive(Clone)]
pub struct ServerTls(SslAcceptor);

/// The client's side.
#[derive(Clone)]
pub struct ClientTls(SslConnector);

/// The handshake failed, or did not name the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the TLS handshake failed")]
pub struct NoHandshake;

// === impl ServerTls ===

impl std::fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerTls")
    }
}

impl ServerTls {
    /// TLS 1.2 or later with this chain and key (PEM). With `clients` a client may show a
    /// certificate of that authority; one that does not hold ends the handshake. A failure bears
    /// `code` and names no file's content.
    pub fn new(
        chain: &Path,
        key: &Path,
        clients: Option<&Path>,
        code: &'static str,
    ) -> Result<ServerTls, Failure> {
        let failed = |_| Failure::new(code, &"the certificate, its key or the clients' authority");
        let mut server =
            SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).map_err(failed)?;
        server.set_certificate_chain_file(chain).map_err(failed)?;
        server.set_private_key_file(key, SslFiletype::PEM).map_err(failed)?;
        server.check_private_key().map_err(failed)?;
        // Every connection shows its certificate anew.
        server.set_session_cache_mode(SslSessionCacheMode::OFF);
        server.set_options(SslOptions::NO_TICKET);
        if let Some(clients) = clients {
            server.set_ca_file(clients).map_err(failed)?;
            server.set_verify(SslVerifyMode::PEER);
        }
        Ok(ServerTls(server.build()))
    }

    /// The server's side of the handshake.
    pub async fn accept(&self, stream: TcpStream) -> Result<TlsStream, NoHandshake> {
        let ssl = Ssl::new(self.0.context()).map_err(|_| NoHandshake)?;
        let mut stream = TlsStream::new(ssl, stream).map_err(|_| NoHandshake)?;
        Pin::new(&mut stream).accept().await.map_err(|_| NoHandshake)?;
        Ok(stream)
    }
}

/// Whether the client showed a certificate, and the organisation that it is issued to.
pub fn client_organisation(stream: &TlsStream) -> Option<Option<OrgNumber>> {
    stream.ssl().peer_certificate().map(|certificate| organisation(&certificate))
}

/// The organisation number of a certificate's subject; none where its attributes do not agree.
fn organisation(certificate: &X509) -> Option<OrgNumber> {
    let nid = |oid: &str| Asn1Object::from_str(oid).map(|object| object.nid());
    let (identifier, serial) = (nid(ORGANISATION_IDENTIFIER).ok()?, nid(SERIAL_NUMBER).ok()?);
    let mut found = None;
    for entry in certificate.subject_name().entries() {
        let text = entry.data().to_string().ok()?;
        let number = match entry.object().nid() {
            kind if kind == identifier => text.strip_prefix(NORWEGIAN)?.parse().ok()?,
            kind if kind == serial => text.parse().ok()?,
            _ => continue,
        };
        if found.is_some_and(|found| found != number) {
            return None;
        }
        found = Some(number);
    }
    found
}

// === impl ClientTls ===

impl std::fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientTls")
    }
}

impl ClientTls {
    /// TLS 1.2 or later, with the machine's authorities and the one of this file (PEM) besides.
    pub fn new(authority: Option<&Path>, code: &'static str) -> Result<ClientTls, Failure> {
        let failed = |_| Failure::new(code, &"the authority of the server's certificate");
        let mut client = SslConnector::builder(SslMethod::tls_client()).map_err(failed)?;
        client.set_min_proto_version(Some(SslVersion::TLS1_2)).map_err(failed)?;
        if let Some(authority) = authority {
            client.set_ca_file(authority).map_err(failed)?;
        }
        Ok(ClientTls(client.build()))
    }

    /// The client's side of the handshake with a server that must be `host`.
    pub async fn connect(&self, host: &str, stream: TcpStream) -> Result<TlsStream, NoHandshake> {
        let ssl = self.0.configure().and_then(|client| client.into_ssl(host));
        let mut stream =
            TlsStream::new(ssl.map_err(|_| NoHandshake)?, stream).map_err(|_| NoHandshake)?;
        Pin::new(&mut stream).connect().await.map_err(|_| NoHandshake)?;
        Ok(stream)
    }
}

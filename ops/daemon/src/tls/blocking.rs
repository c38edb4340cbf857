//! TLS for a client without tokio: a connection that is read and written by the thread that opened
//! it. Nothing of the machine's own authorities counts where a file names one.

use crate::Failure;
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{SslConnector, SslMethod, SslVersion};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use vocabulary::Secret;

/// What a client trusts, and what it shows: PEM files.
#[derive(Debug, Default)]
pub struct ClientFiles {
    /// Authorities of the server's certificate; the machine's own if absent.
    pub authorities: Option<PathBuf>,
    /// The client's certificate, with its chain.
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
    /// What opens the key, if it is locked.
    pub password: Option<Secret<String>>,
}

/// The client's side.
#[derive(Clone)]
pub struct BlockingTls(SslConnector);

// === impl BlockingTls ===

impl std::fmt::Debug for BlockingTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlockingTls")
    }
}

impl BlockingTls {
    /// TLS 1.2 or later. A failure bears `code` and names no file's content.
    pub fn new(files: &ClientFiles, code: &'static str) -> Result<BlockingTls, Failure> {
        let failed = |what: &'static str| Failure::new(code, &what);
        let library = |_| failed("TLS cannot be set up");
        let mut client = SslConnector::builder(SslMethod::tls_client()).map_err(library)?;
        client.set_min_proto_version(Some(SslVersion::TLS1_2)).map_err(library)?;
        if let Some(path) = &files.authorities {
            let mut store = X509StoreBuilder::new().map_err(library)?;
            let authorities = pem(path).ok().filter(|found| !found.is_empty());
            for authority in authorities.ok_or(failed("the brokers' authorities"))? {
                store.add_cert(authority).map_err(library)?;
            }
            client.set_cert_store(store.build());
        }
        if let Some(path) = &files.certificate {
            let chain = client.set_certificate_chain_file(path);
            chain.map_err(|_| failed("the client's certificate"))?;
        }
        if let Some(path) = &files.key {
            let key = key(path, files.password.as_ref()).and_then(|key| {
                client.set_private_key(&key)?;
                Ok(client.check_private_key()?)
            });
            key.map_err(|_| failed("the key of the client's certificate"))?;
        }
        Ok(BlockingTls(client.build()))
    }

    /// The client's side of the handshake with a server that must be `host`.
    pub fn connect(&self, host: &str, stream: TcpStream) -> io::Result<impl Read + Write + use<>> {
        self.0.connect(host, stream).map_err(|_| io::Error::other("the TLS handshake failed"))
    }
}

fn pem(path: &Path) -> io::Result<Vec<X509>> {
    Ok(X509::stack_from_pem(&std::fs::read(path)?)?)
}

fn key(path: &Path, password: Option<&Secret<String>>) -> io::Result<PKey<openssl::pkey::Private>> {
    let text = std::fs::read(path)?;
    let opened: Result<_, ErrorStack> = match password {
        Some(password) => {
            PKey::private_key_from_pem_passphrase(&text, password.expose().as_bytes())
        }
        None => PKey::private_key_from_pem(&text),
    };
    Ok(opened?)
}

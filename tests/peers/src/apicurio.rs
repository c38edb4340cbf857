//! Apicurio Registry, real: a schema registry with the Confluent-compatible API, in memory, on a
//! free port of loopback. What is registered there is the tests' affair.

use crate::jvm::{BRIEF, Jvm, Launch, free_port};
use crate::limits::{LOOK, READY, REGISTRY_HEAP_MIB};
use crate::{kept, maven};
use std::ffi::OsString;
use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Instant;
use tempfile::TempDir;

/// The newest version that Java 17 runs.
const VERSION: &str = "3.0.9";
/// Not a newer one: the parent pom of this version is not on Maven Central, and later plugins stop
/// there.
const PLUGIN: &str = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy";

/// A running registry. It ends with this value, and all that was registered with it.
#[derive(Debug)]
pub struct Apicurio {
    jvm: Jvm,
    port: u16,
    _folder: TempDir,
}

// === impl Apicurio ===

impl Apicurio {
    /// Starts one with nothing in it.
    pub fn start() -> io::Result<Apicurio> {
        Self::start_at(free_port()?)
    }

    /// Starts one with nothing in it at a port that is free.
    pub fn start_at(port: u16) -> io::Result<Apicurio> {
        let home = kept(&format!("apicurio-{VERSION}"), unpacked)?;
        let folder = tempfile::tempdir()?;
        let runner = home.join(format!("apicurio-registry-app-{VERSION}-runner.jar"));
        let path = format!("{}:{}", runner.display(), home.join("lib/*").display());
        let arguments = [
            format!("-Xmx{REGISTRY_HEAP_MIB}m"),
            BRIEF.to_owned(),
            "-Dquarkus.http.host=127.0.0.1".to_owned(),
            format!("-Dquarkus.http.port={port}"),
            "-cp".to_owned(),
            path,
            "io.quarkus.runner.GeneratedMain".to_owned(),
        ];
        let launch = Launch {
            arguments: arguments.map(OsString::from).into(),
            folder: folder.path().to_owned(),
            name: "apicurio".to_owned(),
            ready: "Using the following RegistryStorage",
        };
        let jvm = Jvm::start(&launch)?;
        listens(port)?;
        Ok(Apicurio { jvm, port, _folder: folder })
    }

    /// Where its Confluent-compatible API is.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/apis/ccompat/v7", self.port)
    }

    /// Its port, to start another there.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    pub fn jvm(&self) -> &Jvm {
        &self.jvm
    }
}

/// Waits until the port is open, which its log does not tell.
fn listens(port: u16) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Err(error) if begun.elapsed() > READY => return Err(error),
            Err(_) => sleep(LOOK),
            Ok(_) => return Ok(()),
        }
    }
}

/// Brings the distribution and unpacks it.
fn unpacked(into: &Path) -> io::Result<()> {
    maven(&[
        PLUGIN.to_owned(),
        format!("-Dartifact=io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"),
        format!("-DoutputDirectory={}", into.display()),
    ])?;
    let packed = into.join(format!("apicurio-registry-app-{VERSION}-all.tar.gz"));
    let status = Command::new("tar").arg("xzf").arg(&packed).arg("-C").arg(into).status()?;
    if !status.success() {
        return Err(io::Error::other("the registry's archive cannot be unpacked"));
    }
    std::fs::remove_file(packed)
}

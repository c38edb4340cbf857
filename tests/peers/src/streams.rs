//! The rival: a Kafka Streams application of exactly_once_v2 that projects framed Avro, in a
//! process of its own. What it does and what it does not stands in `streams/Filter.java`; whoever
//! measures tells which topics and which schemas.

use crate::jvm::{Jvm, Launch};
use crate::limits::RIVAL_HEAP_MIB;
use crate::{copied_dependencies, kept};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use tempfile::TempDir;

/// Where the pom and the source lie.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/streams");
/// Where the log settings lie.
const LOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kafka/log4j2.yaml");
/// What the kept folder is called; the pom's version of Kafka Streams.
const KEPT: &str = "streams-4.3.1";

/// What a rival works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// Where the brokers are.
    pub brokers: String,
    /// Its name, group and transactional id.
    pub application: String,
    /// Topics to read.
    pub inputs: Vec<String>,
    /// The topic to write.
    pub output: String,
    /// Folder of the schemas, as the source says.
    pub schemas: PathBuf,
}

/// A running rival. It ends with this value.
#[derive(Debug)]
pub struct Streams {
    jvm: Jvm,
    begun: Instant,
    _folder: TempDir,
}

// === impl Streams ===

impl Streams {
    /// Compiles and starts one, and waits until it runs.
    pub fn start(rival: &Rival) -> io::Result<Streams> {
        let pom = Path::new(HOME).join("pom.xml");
        let libraries = kept(KEPT, |into| copied_dependencies(&pom, into))?.join("*");
        let folder = tempfile::tempdir()?;
        let classes = folder.path().join("classes");
        compile(&libraries, &classes)?;
        let path = format!("{}:{}", classes.display(), libraries.display());
        let arguments = [
            format!("-Xms{RIVAL_HEAP_MIB}m"),
            format!("-Xmx{RIVAL_HEAP_MIB}m"),
            format!("-Dlog4j2.configurationFile={LOG}"),
            "-cp".to_owned(),
            path,
            "Filter".to_owned(),
            rival.brokers.clone(),
            rival.application.clone(),
            folder.path().join("state").display().to_string(),
            rival.inputs.join(","),
            rival.output.clone(),
            rival.schemas.display().to_string(),
        ];
        let launch = Launch {
            arguments: arguments.into_iter().map(OsString::from).collect(),
            folder: folder.path().to_owned(),
            name: "streams".to_owned(),
            ready: "the filter runs",
        };
        let begun = Instant::now();
        Ok(Streams { jvm: Jvm::start(&launch)?, begun, _folder: folder })
    }

    /// When its process was started.
    pub fn begun(&self) -> Instant {
        self.begun
    }

    /// Its process.
    pub fn jvm(&self) -> &Jvm {
        &self.jvm
    }
}

fn compile(libraries: &Path, into: &Path) -> io::Result<()> {
    let mut command = Command::new("javac");
    command.arg("-cp").arg(libraries).arg("-d").arg(into);
    let output = command.arg(Path::new(HOME).join("Filter.java")).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}

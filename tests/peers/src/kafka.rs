//! Apache Kafka, real: one broker or three, each also a controller, on free ports of loopback. What
//! topics there are is the tests' affair.

use crate::jvm::{BRIEF, Jvm, Launch, free_port, java};
use crate::limits::BROKER_HEAP_MIB;
use crate::{copied_dependencies, kept};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Where the pom and the log settings lie.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kafka");
/// What the kept folder is called; the pom's version of Kafka.
const KEPT: &str = "kafka-4.3.1";
/// The same cluster id for all: each lives in a folder of its own.
const CLUSTER: &str = "c2Ftc3luLXBlZXJzLTAwMQ";

/// What a cluster is made like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Brokers: one, or three with three copies of everything of which two must answer.
    pub brokers: u16,
    /// The feature level of the transaction protocol; none is the newest.
    pub transactions: Option<u8>,
    /// What clients speak on their port: `PLAINTEXT`, `SSL` or `SASL_SSL`.
    pub speaks: &'static str,
    /// Whether they live for minutes, and so leave out the JVM's second compiler ([`BRIEF`]).
    pub brief: bool,
    /// Further lines of `server.properties`.
    pub settings: Vec<(String, String)>,
}

/// A running cluster. It ends with this value, and its folder with it.
#[derive(Debug)]
pub struct Kafka {
    folder: TempDir,
    libraries: PathBuf,
    brokers: Vec<Broker>,
}

#[derive(Debug)]
struct Broker {
    folder: PathBuf,
    port: u16,
    brief: bool,
    jvm: Option<Jvm>,
}

/// The ports of one broker.
#[derive(Debug, Clone, Copy, Default)]
struct Ports {
    clients: u16,
    brokers: u16,
    control: u16,
}

// === impl Ports ===

impl Ports {
    fn free() -> io::Result<Ports> {
        let (clients, brokers, control) = (free_port()?, free_port()?, free_port()?);
        Ok(Ports { clients, brokers, control })
    }
}

// === impl Layout ===

impl Default for Layout {
    fn default() -> Self {
        let (speaks, settings) = ("PLAINTEXT", Vec::new());
        Layout { brokers: 1, transactions: None, speaks, brief: true, settings }
    }
}

impl Layout {
    fn properties(&self, node: usize, folder: &Path, ports: &[Ports]) -> String {
        let Ports { clients, brokers, control } = ports.get(node).copied().unwrap_or_default();
        let voters = ports.iter().enumerate();
        let voters = voters.map(|(at, ports)| format!("{}@127.0.0.1:{}", at + 1, ports.control));
        let (copies, least) = if self.brokers < 3 { (1, 1) } else { (3, 2) };
        let open = format!("CLIENTS://127.0.0.1:{clients},BROKERS://127.0.0.1:{brokers}");
        let mut lines = format!(
            "process.roles=broker,controller\n\
             node.id={id}\n\
             controller.quorum.voters={voters}\n\
             listeners={open},CONTROLLER://127.0.0.1:{control}\n\
             advertised.listeners={open}\n\
             controller.listener.names=CONTROLLER\n\
             inter.broker.listener.name=BROKERS\n\
             listener.security.protocol.map={inner},CLIENTS:{speaks}\n\
             log.dirs={log}\n\
             default.replication.factor={copies}\n\
             min.insync.replicas={least}\n\
             offsets.topic.replication.factor={copies}\n\
             offsets.topic.num.partitions=1\n\
             transaction.state.log.replication.factor={copies}\n\
             transaction.state.log.min.isr={least}\n\
             transaction.state.log.num.partitions=1\n\
             share.coordinator.state.topic.replication.factor={copies}\n\
             share.coordinator.state.topic.min.isr={least}\n\
             group.initial.rebalance.delay.ms=0\n\
             auto.create.topics.enable=false\n\
             log.cleaner.dedupe.buffer.size=16777216\n",
            id = node + 1,
            inner = "CONTROLLER:PLAINTEXT,BROKERS:PLAINTEXT",
            speaks = self.speaks,
            voters = voters.collect::<Vec<_>>().join(","),
            log = folder.join("log").display(),
        );
        for (name, value) in &self.settings {
            lines.push_str(&format!("{name}={value}\n"));
        }
        lines
    }
}

// === impl Kafka ===

impl Kafka {
    /// One broker as it comes.
    pub fn start() -> io::Result<Kafka> {
        Self::start_with(&Layout::default())
    }

    /// A cluster of this layout, formatted anew and running.
    pub fn start_with(layout: &Layout) -> io::Result<Kafka> {
        let pom = Path::new(HOME).join("pom.xml");
        let libraries = kept(KEPT, |into| copied_dependencies(&pom, into))?;
        let folder = tempfile::tempdir()?;
        let ports = (0..layout.brokers).map(|_| Ports::free());
        let ports = ports.collect::<io::Result<Vec<_>>>()?;
        let mut brokers = Vec::new();
        for (node, own) in ports.iter().enumerate() {
            let home = folder.path().join(format!("broker{}", node + 1));
            fs::create_dir_all(&home)?;
            fs::write(home.join("server.properties"), layout.properties(node, &home, &ports))?;
            let brief = layout.brief;
            brokers.push(Broker { folder: home, port: own.clients, brief, jvm: None });
        }
        let mut kafka = Kafka { folder, libraries, brokers };
        kafka.format(layout)?;
        let all: Vec<usize> = (0..kafka.brokers.len()).collect();
        kafka.restart_all(&all)?;
        Ok(kafka)
    }

    /// Addresses of all brokers, as clients want them.
    pub fn bootstrap(&self) -> String {
        let addresses = self.brokers.iter().map(|broker| format!("127.0.0.1:{}", broker.port));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// Where the brokers' folders lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process of a broker, while it runs; brokers count from 0.
    pub fn broker(&self, at: usize) -> Option<&Jvm> {
        self.brokers.get(at)?.jvm.as_ref()
    }

    /// Asks a broker to end.
    pub fn stop(&mut self, at: usize) -> io::Result<()> {
        self.taken(at)?.stop()
    }

    /// Ends a broker on the spot.
    pub fn kill(&mut self, at: usize) -> io::Result<()> {
        self.taken(at)?.kill()
    }

    /// Starts a broker again on its folder.
    pub fn restart(&mut self, at: usize) -> io::Result<()> {
        self.restart_all(&[at])
    }

    fn taken(&mut self, at: usize) -> io::Result<Jvm> {
        self.brokers.get_mut(at).and_then(|broker| broker.jvm.take()).ok_or_else(none)
    }

    fn format(&self, layout: &Layout) -> io::Result<()> {
        for broker in &self.brokers {
            let mut arguments = class_path(&self.libraries);
            let settings = broker.folder.join("server.properties").into_os_string();
            let tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c"];
            arguments.extend(tool.map(OsString::from));
            arguments.push(settings);
            if let Some(level) = layout.transactions {
                arguments.push("--feature".into());
                arguments.push(format!("transaction.version={level}").into());
            }
            java(&arguments, &broker.folder)?;
        }
        Ok(())
    }

    /// Starts brokers again on their folders, all at once: of three, none is ready before another
    /// is there.
    pub fn restart_all(&mut self, which: &[usize]) -> io::Result<()> {
        let libraries = &self.libraries;
        let brokers = self.brokers.iter_mut().enumerate().filter(|(at, _)| which.contains(at));
        std::thread::scope(|scope| {
            let starts = brokers.map(|(_, broker)| {
                scope.spawn(move || {
                    broker.jvm = Some(Jvm::start(&broker.launch(libraries))?);
                    Ok(())
                })
            });
            let starts: Vec<_> = starts.collect();
            starts.into_iter().try_for_each(|start| start.join().unwrap_or_else(|_| Err(none())))
        })
    }
}

// === impl Broker ===

impl Broker {
    fn launch(&self, libraries: &Path) -> Launch {
        let log = Path::new(HOME).join("log4j2.yaml");
        let mut arguments = vec![
            OsString::from(format!("-Xms{BROKER_HEAP_MIB}m")),
            OsString::from(format!("-Xmx{BROKER_HEAP_MIB}m")),
            OsString::from(format!("-Dlog4j2.configurationFile={}", log.display())),
        ];
        arguments.extend(self.brief.then(|| BRIEF.into()));
        arguments.extend(class_path(libraries));
        arguments.push("kafka.Kafka".into());
        arguments.push(self.folder.join("server.properties").into());
        Launch {
            arguments,
            folder: self.folder.clone(),
            name: "kafka".to_owned(),
            ready: "Kafka Server started",
        }
    }
}

fn class_path(libraries: &Path) -> Vec<OsString> {
    vec!["-cp".into(), libraries.join("*").into_os_string()]
}

fn none() -> io::Error {
    io::Error::other("there is no such broker running")
}

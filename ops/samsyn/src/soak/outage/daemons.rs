//! The daemons of the campaign's site, each a process of its own with settings of its own: started,
//! killed on the spot, looked at from outside. What they do is theirs.

use crate::demo::{Prepared, say};
use crate::soak::is_alive;
use settings::{Admin, Connector, Exchange, Ledger};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a daemon may take to tell a figure.
const ANSWER: Duration = Duration::from_secs(5);

/// One daemon.
pub(super) struct Daemon {
    name: &'static str,
    program: PathBuf,
    settings: PathBuf,
    log: PathBuf,
    /// Where its figures are.
    address: SocketAddr,
    child: Option<Child>,
}

/// The three of a site.
pub(super) struct Daemons {
    pub(super) exchange: Daemon,
    pub(super) connector: Daemon,
    pub(super) ledger: Daemon,
}

// === impl Daemons ===

impl Daemons {
    /// Writes the settings of each, and starts all.
    pub(super) fn start(prepared: &Prepared) -> Result<Daemons, String> {
        let up = &prepared.settings;
        let (log, life, carrier) = (&up.log, &up.life, &up.carrier);
        let exchange = Exchange {
            admin: admin()?,
            log: log.clone(),
            life: life.clone(),
            carrier: carrier.clone(),
            exchange: up.exchange.clone(),
        };
        let connector = Connector {
            admin: admin()?,
            log: log.clone(),
            life: life.clone(),
            carrier: carrier.clone(),
            connector: up.connector.clone(),
        };
        let ledger = Ledger {
            admin: admin()?,
            log: log.clone(),
            life: life.clone(),
            carrier: carrier.clone(),
            ledger: up.ledger.clone(),
        };
        let folder = &prepared.folder;
        let mut daemons = Daemons {
            exchange: Daemon::new(folder, exchange.admin.address, &exchange)?,
            connector: Daemon::new(folder, connector.admin.address, &connector)?,
            ledger: Daemon::new(folder, ledger.admin.address, &ledger)?,
        };
        daemons.exchange.start()?;
        daemons.connector.start()?;
        daemons.ledger.start()?;
        Ok(daemons)
    }

    /// One that ended by itself is an error: nobody told it to.
    pub(super) fn are_alive(&mut self) -> Result<(), String> {
        [&mut self.exchange, &mut self.connector, &mut self.ledger]
            .into_iter()
            .try_for_each(Daemon::is_alive)
    }
}

// === impl Daemon ===

impl Daemon {
    fn new<S: settings::Daemon + serde::Serialize>(
        folder: &Path,
        address: SocketAddr,
        settings: &S,
    ) -> Result<Daemon, String> {
        let name = S::NAME;
        let here = std::env::current_exe().map_err(say("this program"))?;
        let file = folder.join(format!("{name}.toml"));
        let text = toml::to_string(settings).map_err(say("the settings"))?;
        fs::write(&file, text).map_err(say("the settings"))?;
        Ok(Daemon {
            name,
            program: here.with_file_name(name),
            settings: file,
            log: folder.join(format!("{name}.log")),
            address,
            child: None,
        })
    }

    pub(super) fn start(&mut self) -> Result<(), String> {
        let log = fs::OpenOptions::new().create(true).append(true).open(&self.log);
        let child = Command::new(&self.program)
            .arg("--settings")
            .arg(&self.settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_err(say("a log"))?)
            .spawn();
        self.child = Some(child.map_err(say(self.name))?);
        Ok(())
    }

    /// Ends it on the spot.
    pub(super) fn kill(&mut self) -> Result<(), String> {
        self.is_alive()?;
        let Some(mut child) = self.child.take() else { return Ok(()) };
        child.kill().and_then(|()| child.wait()).map(|_| ()).map_err(say(self.name))
    }

    /// Ends it on the spot and starts it again.
    pub(super) fn strike(&mut self) -> Result<(), String> {
        self.kill()?;
        self.start()
    }

    fn is_alive(&mut self) -> Result<(), String> {
        let Some(child) = &mut self.child else { return Ok(()) };
        is_alive(self.name, child, &self.log)
    }

    /// A figure of its own, over all its labels.
    pub(super) fn sum(&self, figure: &str) -> Result<u64, String> {
        let config = ureq::Agent::config_builder().timeout_global(Some(ANSWER)).build();
        let page = ureq::Agent::from(config).get(format!("http://{}/metrics", self.address)).call();
        let page = page.and_then(|mut page| page.body_mut().read_to_string());
        let page = page.map_err(say(self.name))?;
        let mut lines = page.lines().filter(|line| line.starts_with(figure)).peekable();
        if lines.peek().is_none() {
            return Err(format!("{} has no figure {figure}", self.name));
        }
        let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        Ok(values.sum())
    }

    /// Memory that is its own just now, in KiB.
    pub(super) fn resident(&self) -> Result<u64, String> {
        let child = self.child.as_ref().ok_or("it does not run")?;
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        let status = status.map_err(say(self.name))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let words = line.and_then(|line| line.split_whitespace().next());
        words.and_then(|kib| kib.parse().ok()).ok_or_else(|| format!("{}: no figure", self.name))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Nobody is left behind, however the campaign ended.
            let _ended = child.kill().and_then(|()| child.wait());
        }
    }
}

fn admin() -> Result<Admin, String> {
    Ok(Admin { address: crate::demo::free_address()? })
}

//! A Java machine as a child: started, waited for, stopped, killed, held still. It knows nothing of
//! what runs in it.

use crate::limits::{self, DRAIN, LOOK, QUOTED, READY};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// For a JVM that lives for minutes: the second compiler takes more of two processors than its code
/// gives back in that time.
pub(crate) const BRIEF: &str = "-XX:TieredStopAtLevel=1";

/// What to start.
#[derive(Debug, Clone)]
pub struct Launch {
    /// What comes after `java`.
    pub arguments: Vec<OsString>,
    /// Where it works; its log is `NAME.log` there.
    pub folder: PathBuf,
    /// What the log is called.
    pub name: String,
    /// What the log says when it is ready.
    pub ready: &'static str,
}

/// A running child. It is killed when dropped, and also when this process ends in any way.
#[derive(Debug)]
pub struct Jvm {
    child: Child,
    /// Reads a pipe that only this process holds open; at its end it kills the child.
    guard: Child,
    log: PathBuf,
}

// === impl Jvm ===

impl Jvm {
    /// Starts it and waits until its log says that it is ready.
    pub fn start(launch: &Launch) -> io::Result<Jvm> {
        let log = launch.folder.join(format!("{}.log", launch.name));
        let out = File::create(&log)?;
        let mut command = Command::new("java");
        command.args(&launch.arguments).current_dir(&launch.folder).stdin(Stdio::null());
        let child = command.stdout(out.try_clone()?).stderr(out).spawn()?;
        let guard = guard(&child, &launch.folder);
        let mut child = child;
        let guard = match guard {
            Ok(guard) => guard,
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error);
            }
        };
        let mut jvm = Jvm { child, guard, log };
        jvm.wait_for(launch.ready)?;
        Ok(jvm)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> io::Result<()> {
        self.signal("TERM")?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > DRAIN {
                return Err(io::Error::other("the child does not end when asked"));
            }
            sleep(LOOK);
        }
        Ok(())
    }

    /// Ends it on the spot.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }

    /// Holds it still; whoever speaks to it hears nothing.
    pub fn pause(&self) -> io::Result<()> {
        self.signal("STOP")
    }

    /// Lets it go on.
    pub fn resume(&self) -> io::Result<()> {
        self.signal("CONT")
    }

    /// CPU time it has used, user and system together.
    pub fn cpu(&self) -> io::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after = stat.rsplit(')').next().unwrap_or_default();
        // After the name: state is the first, utime the 12th, stime the 13th.
        let ticks = after.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    fn signal(&self, name: &str) -> io::Result<()> {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &pid]).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other("kill failed")) }
    }

    fn wait_for(&mut self, ready: &str) -> io::Result<()> {
        let begun = Instant::now();
        loop {
            let said = fs::read_to_string(&self.log)?;
            if said.contains(ready) {
                return Ok(());
            }
            let ended = self.child.try_wait()?.is_some();
            if ended || begun.elapsed() > READY {
                let mut from = said.len().saturating_sub(QUOTED);
                while !said.is_char_boundary(from) {
                    from += 1;
                }
                let tail = said.get(from..).unwrap_or_default();
                return Err(io::Error::other(format!("the child is not ready:\n{tail}")));
            }
            sleep(LOOK);
        }
    }
}

impl Drop for Jvm {
    fn drop(&mut self) {
        // The guard first: a process id that is free again could be somebody else's.
        let _ended = self.guard.kill().and_then(|()| self.guard.wait());
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// Runs a Java program to its end.
pub fn java(arguments: &[OsString], folder: &Path) -> io::Result<()> {
    let mut command = Command::new("java");
    let output = command.args(arguments).current_dir(folder).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(io::Error::other(String::from_utf8_lossy(&said).into_owned()))
}

/// A port of loopback that nobody listens on just now. Below those that the machine gives to
/// whoever connects: a broker that was stopped must find its port free when it comes back.
pub fn free_port() -> io::Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let ports = limits::PORTS.end - limits::PORTS.start;
    // Each process begins elsewhere.
    let first = u16::try_from(std::process::id() * 16 % u32::from(ports)).unwrap_or_default();
    for _ in 0..ports {
        let at = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % ports;
        let port = limits::PORTS.start + at;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::other("no port of loopback is free"))
}

/// When this process is gone, without a chance to drop anything, child and folder go too.
fn guard(child: &Child, folder: &Path) -> io::Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", "read -r _; kill -9 \"$1\"; sleep 1; rm -rf \"$2\"", "guard"]);
    command.arg(child.id().to_string()).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

//! `samsyn soak kill`: the site as a real process, killed with SIGKILL at random instants while
//! findings, their corrections and retractions are dropped piece by piece; afterwards everything
//! on the lanes is held against what was handed in. With `--kafka` the same on a real broker, which
//! is killed or stopped under the site too. `samsyn soak kafka` is the campaign at a fixed rate. CI
//! runs few rounds, a campaign many; the code is the same.

mod check;
mod handed_in;
mod holders;
mod outage;

use crate::client::Client;
use crate::demo::{Cluster, Play, Prepared, prepare, refreshed};
use crate::status::Status;
use daemon::{Clock, WallClock};
use handed_in::{DropFile, HandedIn};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Verbs of `samsyn soak`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Soak {
    /// Kills the site at random instants.
    Kill {
        /// How many times.
        #[arg(long, default_value_t = 30)]
        rounds: u32,
        /// On a real broker, which is away in every round.
        #[arg(long)]
        kafka: bool,
        /// The checkout, for its bundle, mappings and open data.
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// Folder of the site; what was there is removed.
        #[arg(long, default_value = "var/soak")]
        site: PathBuf,
    },
    /// Kills the daemons and their broker one by one, at a fixed rate of findings.
    Kafka {
        #[command(flatten)]
        measure: outage::Measure,
        /// The checkout, for its bundle, mappings and open data.
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// Folder of the site; what was there is removed.
        #[arg(long, default_value = "var/soak-kafka")]
        site: PathBuf,
    },
}

/// How long a broker is away each time.
const AWAY: Duration = Duration::from_secs(5);
/// How long it is away when a site starts: longer than a question to it may take.
const AWAY_AT_START: Duration = Duration::from_secs(12);
/// Lines that are told of the log of a process that ended by itself.
const LAST_WORDS: usize = 12;
/// Longest time the site may take to settle once it is left alone.
const PATIENCE: Duration = Duration::from_secs(300);

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(soak: &Soak) -> ExitCode {
    let done = match soak {
        Soak::Kill { rounds, kafka, root, site } => kafka
            .then(Cluster::start)
            .transpose()
            .and_then(|cluster| campaign(*rounds, root, site, cluster)),
        Soak::Kafka { measure, root, site } => outage::run(*measure, root, site),
    };
    match done {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn campaign(
    rounds: u32,
    root: &Path,
    site: &Path,
    mut cluster: Option<Cluster>,
) -> Result<String, String> {
    let rounds = usize::try_from(rounds).map_err(|_| "too many rounds")?.max(1);
    let mut prepared = prepare(root, site, &Play::default())?;
    if let Some(cluster) = &cluster {
        prepared.settings.carrier = cluster.carrier();
    }
    let handed_in = HandedIn::new(root, rounds)?;
    let register = refreshed(&handed_in.register, &crate::house::time(WallClock.now()));
    fs::write(prepared.folder.join("register.csv"), register)
        .map_err(|error| format!("the register: {error}"))?;
    let settings = prepared.folder.join("up.toml");
    let text = toml::to_string(&prepared.settings).map_err(|error| error.to_string())?;
    fs::write(&settings, text).map_err(|error| format!("the settings: {error}"))?;
    // The register first, so that whatever is ruled twice is ruled the same.
    run_to_the_end(&settings, &prepared)?;
    for number in 0..rounds {
        for file in handed_in.round(number, rounds) {
            drop_file(&prepared, file)?;
        }
        let mut child = match &mut cluster {
            Some(cluster) => outlived(cluster, number, || spawn(&settings, &prepared))?,
            None => spawn(&settings, &prepared)?,
        };
        // With a broker, what comes while the site finds it again is cut off as well.
        std::thread::sleep(instant(number)?);
        // One that ended by itself is no kill.
        site_is_alive(&prepared, &mut child)?;
        child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
    }
    run_to_the_end(&settings, &prepared)?;
    let report = check::check(&prepared, &handed_in)?;
    Ok(format!("killed {rounds} times; {report}"))
}

/// A site whose broker was away: by turns killed or stopped while it worked, and gone before it
/// started.
fn outlived(
    cluster: &mut Cluster,
    number: usize,
    start: impl FnOnce() -> Result<Child, String>,
) -> Result<Child, String> {
    if number % 3 == 1 {
        cluster.leave(false)?;
        let child = start()?;
        std::thread::sleep(AWAY_AT_START);
        cluster.back()?;
        return Ok(child);
    }
    let child = start()?;
    std::thread::sleep(instant(number)?);
    cluster.away(AWAY, number.is_multiple_of(3))?;
    Ok(child)
}

/// Lets the site work until there is nothing left to do, then drain.
fn run_to_the_end(settings: &Path, prepared: &Prepared) -> Result<(), String> {
    let mut child = spawn(settings, prepared)?;
    if let Err(error) = settle(prepared, &mut child) {
        // Nobody must be left behind; what became of the kill is of no interest then.
        let _ended = child.kill().and_then(|()| child.wait());
        return Err(error);
    }
    stop(&mut child)
}

fn drop_file(prepared: &Prepared, file: &DropFile) -> Result<(), String> {
    let inbox = prepared.folder.join("in").join(file.source.as_str());
    let beside = inbox.join(format!(".{}.part", file.name));
    fs::write(&beside, &file.text)
        .and_then(|()| fs::rename(&beside, inbox.join(&file.name)))
        .map_err(|error| format!("a drop file: {error}"))
}

fn spawn(settings: &Path, prepared: &Prepared) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(prepared.folder.join("samsyn.log"))
        .map_err(|error| format!("the log: {error}"))?;
    // A page of an earlier process must not be taken for this one's.
    let _absent = fs::remove_file(prepared.folder.join("admin.address"));
    Command::new(program)
        .args(["up", "--settings"])
        .arg(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .map_err(|error| format!("the site did not start: {error}"))
}

/// A random instant: most within the time that taking in, ruling and delivering a piece takes.
fn instant(number: usize) -> Result<Duration, String> {
    let random: [u8; 8] = seal::random().map_err(|error| error.to_string())?;
    let longest = if number.is_multiple_of(4) { 800 } else { 4_000 };
    Ok(Duration::from_millis(50 + u64::from_be_bytes(random) % longest))
}

fn settle(prepared: &Prepared, child: &mut Child) -> Result<(), String> {
    let begun = Instant::now();
    let mut quiet = 0;
    while quiet < 3 {
        if begun.elapsed() > PATIENCE {
            return Err("the site did not settle in time".to_owned());
        }
        site_is_alive(prepared, child)?;
        std::thread::sleep(Duration::from_millis(200));
        let status = Client::of(&prepared.folder).and_then(|client| client.get("/status.json"));
        let status = status.ok().and_then(|text| serde_json::from_str::<Status>(&text).ok());
        quiet = if status.is_some_and(|status| status.settled) { quiet + 1 } else { 0 };
    }
    Ok(())
}

fn site_is_alive(prepared: &Prepared, child: &mut Child) -> Result<(), String> {
    is_alive("the site", child, &prepared.folder.join("samsyn.log"))
}

/// One that ended by itself is an error: nobody told it to. The end of its log says why.
fn is_alive(name: &str, child: &mut Child, log: &Path) -> Result<(), String> {
    let Some(ended) = child.try_wait().map_err(|error| error.to_string())? else { return Ok(()) };
    Err(format!("{name} ended by itself ({ended}):\n{}", last_words(log)))
}

fn last_words(log: &Path) -> String {
    let log = fs::read_to_string(log).unwrap_or_default();
    // librdkafka repeats itself while no broker answers.
    let lines = log.lines().filter(|line| !line.contains("librdkafka"));
    let mut last: Vec<_> = lines.rev().take(LAST_WORDS).collect();
    last.reverse();
    last.join("\n")
}

/// Asks the process to drain and waits for it.
fn stop(child: &mut Child) -> Result<(), String> {
    let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
    asked.map_err(|error| format!("kill: {error}"))?;
    let ended = child.wait().map_err(|error| error.to_string())?;
    if ended.success() { Ok(()) } else { Err(format!("the site did not drain: {ended}")) }
}

//! `samsyn demo`: the main job on one machine. Real inspections as Mattilsynet, synthetic
//! findings of ninety-five more authorities, every view with whoever receives it; four scenes; then
//! the questions, the proof and the search for planted secrets. It shows; the site it runs is the
//! real one.

mod cast;
mod cluster;
mod expectations;
mod figures;
mod held;
mod measures;
mod prepare;
mod scenes;
mod secrets;
mod show;
mod walk;

pub(crate) use cast::{Play, Recipient};
pub(crate) use cluster::Cluster;
pub(crate) use expectations::{Expectations, Figures};
pub(crate) use figures::{CHANGES, FULL_LIST, OPEN_SOURCE, synthetic};
pub(crate) use held::histories;
pub(crate) use prepare::{Prepared, free_address, prepare, say, write_private};
pub(crate) use scenes::entitle;
pub(crate) use show::expectations as show_expectations;
pub(crate) use walk::{PATIENCE, SEED, SIZE, Site, put, refreshed, settle, start};

use daemon::WallClock;
use kit::{Receiver, Reply, Traffic};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `samsyn demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Leaves when done; succeeds only if every expectation held.
    #[arg(long)]
    exit: bool,
    /// On real Kafka and a real schema registry, started for the occasion.
    #[arg(long)]
    kafka: bool,
    /// The checkout, for its bundle, mappings and open data.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// Folder of the site; what was there is removed.
    #[arg(long, default_value = "var/demo")]
    site: PathBuf,
}

#[expect(clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match all(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn all(arguments: &Arguments) -> Result<bool, String> {
    let expectations = arguments.root.join("ops/samples/demo-expectations.toml");
    let expectations = Expectations::read(&expectations)?;
    let receiver = Receiver::start(|_| Reply::Status(202)).map_err(say("the receiver"))?;
    let play =
        Play { authorities: kit::everyone(), hook: Some(receiver.address()), ..Play::default() };
    let mut prepared = prepare(&arguments.root, &arguments.site, &play)?;
    let cluster = arguments.kafka.then(Cluster::start).transpose()?;
    if let Some(cluster) = &cluster {
        prepared.settings.carrier = cluster.carrier();
    }
    let mut figures = Figures::default();
    let traffic = Traffic::of(play.authorities, SEED, SIZE);
    let site = start(&prepared, traffic, Arc::new(WallClock))?;
    walk::walk(&arguments.root, &prepared, &site, &mut figures)?;
    scenes::play(&prepared, &site, &receiver, &mut figures)?;
    show::all_of(&prepared, &site, &mut figures)?;
    let held = show::expectations(&expectations.compare(&figures));
    if arguments.exit {
        let drained = site.running.drain();
        return Ok(held && drained == daemon::Ending::Drained);
    }
    show::stays_up(&site);
    site.running.wait();
    Ok(held)
}

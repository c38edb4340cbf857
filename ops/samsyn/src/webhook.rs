//! `samsyn webhook`: records that a recipient refused, listed and tried again. It works on the
//! connector's own store, beside the running connector; nothing of a record is shown but its id.

use carrier::Lane;
use connectord::Parked;
use std::path::PathBuf;
use std::process::ExitCode;
use vocabulary::{OrgNumber, ViewId};

/// What to do with parked records.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Lists what is parked, and why.
    Parked(Which),
    /// Has everything that is parked tried again, in order.
    Replay(Which),
}

/// Which webhook.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// The connector's folder.
    #[arg(long, default_value = "var/demo/connector")]
    connector: PathBuf,
    /// The view.
    #[arg(long)]
    view: ViewId,
    /// The recipient.
    #[arg(long)]
    recipient: OrgNumber,
    /// Whether the view is addressed.
    #[arg(long)]
    addressed: bool,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the verb's answer")]
pub(crate) fn run(command: &Command) -> ExitCode {
    let answer = match command {
        Command::Parked(which) => parked(which),
        Command::Replay(which) => replay(which),
    };
    match answer {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("webhook: {error}");
            ExitCode::FAILURE
        }
    }
}

fn store(which: &Which) -> Result<Parked, String> {
    let folder = Parked::folder(&which.connector, &which.view, &which.recipient);
    if !folder.exists() {
        return Err("there is no such webhook in this folder".to_owned());
    }
    let recipient = which.addressed.then_some(which.recipient);
    let lane = Lane::Release { view: which.view.clone(), recipient };
    Parked::open(&folder, &lane).map_err(|error| format!("{}: {error}", error.code()))
}

fn parked(which: &Which) -> Result<String, String> {
    let lines = store(which)?.list().map_err(|error| format!("{}: {error}", error.code()))?;
    let lines = lines.iter().map(|line| {
        let again = if line.replay { "  to be tried again" } else { "" };
        let at = crate::house::time(line.at);
        format!("{}  {}  {}  {at}{again}", line.offset, line.event, line.code)
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn replay(which: &Which) -> Result<String, String> {
    let count = store(which)?.replay().map_err(|error| format!("{}: {error}", error.code()))?;
    Ok(format!("{count} to be tried again"))
}

//! `samsyn policy`: the verbs of whoever answers for the rules: check, test, matrix, explain, sign,
//! release. They read a bundle's directory and print; what they print was decided in `ruling`.

mod check;
mod explain;
mod export;
mod matrix;
mod question;
mod release;
mod sign;
mod test;

use crate::bundle;
use avro_tree::Schema;
use ruling::{Bundle, BundleFiles};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use vocabulary::RecordType;

/// Verbs of `samsyn policy`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Checks a bundle: every rule, basis, view and invariant; lists the bases that are not active.
    Check(check::Arguments),
    /// Asks a bundle's cases, and names those whose answer is not the one expected.
    Test(test::Arguments),
    /// Prints class × field × outcome × basis for one view: the page that is signed off.
    Matrix(matrix::Arguments),
    /// Prints every ruling of a bundle as JSON, for programs that check ours.
    Export(export::Arguments),
    /// Explains one field: class, rule, law, and what would turn the answer.
    Explain(explain::Arguments),
    /// Approves a bundle with an approver's own key.
    Sign(sign::Arguments),
    /// Puts a signed bundle on the bundle lane.
    Release(release::Arguments),
}

/// The bundle a verb is about.
#[derive(Debug, clap::Args)]
struct Which {
    /// Folder of the bundle.
    #[arg(long, default_value = "policy/rulebook/national-2026", value_name = "DIR")]
    bundle: PathBuf,
}

/// Why a verb ended without an answer, in lines for the operator.
#[derive(Debug)]
struct Refused(Vec<String>);

// === impl Command ===

impl Command {
    /// Does what the verb says.
    #[expect(clippy::print_stderr, reason = "a refusal is the answer of a command line")]
    pub(crate) fn run(self) -> ExitCode {
        let done = match &self {
            Command::Check(arguments) => check::run(arguments),
            Command::Test(arguments) => test::run(arguments),
            Command::Matrix(arguments) => matrix::run(arguments),
            Command::Export(arguments) => export::run(arguments),
            Command::Explain(arguments) => explain::run(arguments),
            Command::Sign(arguments) => sign::run(arguments),
            Command::Release(arguments) => release::run(arguments),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(Refused(lines)) => {
                for line in lines {
                    eprintln!("{line}");
                }
                ExitCode::FAILURE
            }
        }
    }
}

// === impl Refused ===

impl Refused {
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over what they made")]
    fn line(text: impl ToString) -> Refused {
        Refused(vec![text.to_string()])
    }

    fn all(errors: &[ruling::Error]) -> Refused {
        let mut lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.push(format!("refusals: {}; each code has a page in ops/codes", errors.len()));
        Refused(lines)
    }
}

impl From<ruling::Error> for Refused {
    fn from(error: ruling::Error) -> Refused {
        Refused::line(error)
    }
}

/// The contract's record types.
fn contract() -> Vec<(RecordType, Arc<Schema>)> {
    RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect()
}

/// Reads and checks a bundle.
fn load(folder: &Path) -> Result<(BundleFiles, Bundle), Refused> {
    let files = read(folder)?;
    let bundle = Bundle::load(&files, &contract()).map_err(|errors| Refused::all(&errors))?;
    Ok((files, bundle))
}

fn read(folder: &Path) -> Result<BundleFiles, Refused> {
    bundle::read(folder).map_err(|error| Refused::line(format!("RULE-025 {error}")))
}

/// Prints a line of the answer. A reader that has seen enough closes its end: that is no fault.
fn say(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Today, in days since 1970-01-01.
fn today() -> i32 {
    i32::try_from(jiff::Timestamp::now().as_second().div_euclid(86_400)).unwrap_or(i32::MAX)
}

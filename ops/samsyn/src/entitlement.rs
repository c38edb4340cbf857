//! `samsyn entitlement`: a source's consent, contract or case onto the entitlement lane, or its
//! end. It seals and publishes; what it opens is for the bundle to say, and whether it is heard for
//! the exchange.

use crate::place::Place;
use carrier::{Carrier, Lane, entitlement_message, entitlement_sealed, entitlement_unsealed};
use exchange_state::{Entitlement, Terms};
use seal::{SigningKey, seal_batch};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use vocabulary::{EntitlementId, SourceId, Timestamp};

/// The code of terms that no lane would take.
const TERMS: &str = "STATE-207";
/// The code of a key that cannot be used, or that did not seal what is held.
const KEY: &str = "STATE-205";

/// Verbs of `samsyn entitlement`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Grants an entitlement, or says once more that it stands.
    Grant(Grant),
    /// Ends one before its time.
    End(End),
}

/// Who speaks, and where the lane is.
#[derive(Debug, clap::Args)]
struct Speaker {
    #[command(flatten)]
    place: Place,
    /// The source, as the bundle names it for the kind.
    #[arg(long)]
    source: String,
    /// The source's private key (Ed25519, PEM).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The source's own name for the entitlement.
    #[arg(long)]
    id: String,
    /// Shows what would be published and leaves.
    #[arg(long)]
    dry_run: bool,
}

/// `samsyn entitlement grant`.
#[derive(Debug, clap::Args)]
pub(crate) struct Grant {
    #[command(flatten)]
    speaker: Speaker,
    /// consent, contract or case.
    #[arg(long)]
    kind: String,
    /// Organisation number of whom the records are about.
    #[arg(long)]
    subject: String,
    /// Organisation number of who is entitled.
    #[arg(long)]
    recipient: String,
    /// What for.
    #[arg(long)]
    purpose: String,
    /// The legal basis that requires it.
    #[arg(long)]
    basis: String,
    /// First day, as 2026-11-23.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Last day.
    #[arg(long, value_name = "DATE")]
    to: String,
    /// Where the proof is kept; a reference, never its content.
    #[arg(long)]
    evidence: String,
}

/// `samsyn entitlement end`.
#[derive(Debug, clap::Args)]
pub(crate) struct End {
    #[command(flatten)]
    speaker: Speaker,
}

impl Command {
    /// Does what the verb says.
    #[expect(clippy::print_stderr, reason = "a refusal is the answer of a command line")]
    pub(crate) fn run(&self) -> ExitCode {
        let done = match self {
            Command::Grant(grant) => grant.run(),
            Command::End(end) => end.speaker.end(),
        };
        match done {
            Ok(line) => {
                // A reader that has seen enough closes its end: that is no fault.
                let _ = writeln!(std::io::stdout(), "{line}");
                ExitCode::SUCCESS
            }
            Err(line) => {
                eprintln!("{line}");
                ExitCode::FAILURE
            }
        }
    }
}

fn word<T: FromStr>(what: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{TERMS} the {what} is not one"))
}

fn day(text: &str) -> Result<i32, String> {
    let date: jiff::civil::Date = word("day", text)?;
    let days = date.since(jiff::civil::date(1970, 1, 1)).map(|span| span.get_days());
    days.map_err(|_| format!("{TERMS} the day is out of range"))
}

// === impl Grant ===

impl Grant {
    fn run(&self) -> Result<String, String> {
        let terms = Terms {
            id: word("id", &self.speaker.id)?,
            kind: word("kind", &self.kind)?,
            subject: word("subject's number", &self.subject)?,
            recipient: word("recipient's number", &self.recipient)?,
            purpose: word("purpose", &self.purpose)?,
            basis: word("basis", &self.basis)?,
            from: day(&self.from)?,
            to: day(&self.to)?,
            evidence: self.evidence.clone(),
            ended: false,
        };
        let entitlement = Entitlement::new(terms).map_err(|error| format!("{TERMS} {error}"))?;
        let carrier = self.speaker.place.carrier()?;
        let held = self.speaker.held(carrier.as_ref())?.map(|(_, sealed_at)| sealed_at);
        self.speaker.publish(carrier.as_ref(), &entitlement, held, "granted")
    }
}

// === impl Speaker ===

impl Speaker {
    fn end(&self) -> Result<String, String> {
        let carrier = self.place.carrier()?;
        let held = self.held(carrier.as_ref())?;
        let (entitlement, sealed_at) = held.ok_or("no entitlement of this id lies on the lane")?;
        self.publish(carrier.as_ref(), &entitlement.end(), Some(sealed_at), "ended")
    }

    fn id(&self) -> Result<EntitlementId, String> {
        word("id", &self.id)
    }

    /// The newest of this id on the lane, and when it was sealed; another source's is refused.
    fn held(&self, carrier: &dyn Carrier) -> Result<Option<(Entitlement, Timestamp)>, String> {
        let newest = carrier.compacted(&Lane::Entitlement, self.id()?.as_str().as_bytes());
        let newest = newest.map_err(|error| format!("{} {error}", error.code()))?;
        let sealed = newest.and_then(|newest| entitlement_sealed(&newest.message).ok());
        let Some(sealed) = sealed else { return Ok(None) };
        if sealed.source().as_str() != self.source {
            return Err(format!("{KEY} another source's entitlement has this id"));
        }
        let entitlement = Entitlement::decode(sealed.value());
        let entitlement = entitlement.map_err(|error| format!("{TERMS} {error}"))?;
        Ok(Some((entitlement, sealed.seal().at())))
    }

    /// Seals it later than what is held, so that it counts, and puts it on the lane.
    fn publish(
        &self,
        carrier: &dyn Carrier,
        entitlement: &Entitlement,
        held: Option<Timestamp>,
        done: &str,
    ) -> Result<String, String> {
        let id = &entitlement.terms().id;
        if self.dry_run {
            return Ok(format!("entitlement {id} would be {done}"));
        }
        let source: SourceId = word("source", &self.source)?;
        let after = held.map(|at| Timestamp::from_micros(at.as_micros().saturating_add(1)));
        let at = after.map_or_else(now, |after| after.max(now()));
        say(carrier, (&source, &self.key), entitlement, at)?;
        Ok(format!("entitlement {id} {done}: the exchange follows with its next commit"))
    }
}

/// Seals an entitlement as a source with its key, and puts it on the lane. It counts if what is
/// held was sealed before.
pub(crate) fn say(
    carrier: &dyn Carrier,
    (source, key): (&SourceId, &Path),
    entitlement: &Entitlement,
    at: Timestamp,
) -> Result<(), String> {
    let pem = daemon::key_file(key, KEY).map_err(|error| error.to_string())?;
    let key = SigningKey::from_pem(pem.expose()).map_err(|error| format!("{KEY} {error}"))?;
    let value = entitlement.encode().map_err(|error| format!("{TERMS} {error}"))?;
    let sealed = seal_batch(&key, at, vec![entitlement_unsealed(source.clone(), value)]);
    let sealed = sealed.map_err(|error| format!("{} {error}", error.code()))?;
    let id = &entitlement.terms().id;
    let messages = sealed.into_iter().map(|sealed| entitlement_message(id, sealed)).collect();
    let published = carrier.publish(&Lane::Entitlement, messages);
    published.map(|_| ()).map_err(|error| format!("{} {error}", error.code()))
}

fn now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

//! `samsyn up`: the daemons' libraries composed into one process over one carrier. It composes;
//! what each part does is its own.

use crate::bundle;
use crate::kept::Kept;
use crate::status::{AuthorityLine, Status, ViewLine};
use audit_vault::Reader;
use avro_tree::Schema;
use carrier::{Carrier, Lane, Offset};
use connectord::Connector;
use daemon::{Builder, Clock, Failure, secret_file};
use exchanged::{Desk, Watch};
use seal::VerifyingKey;
use settings::Up;
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use vocabulary::RecordType;

/// The parts of a running site that pages, the command line and the demo ask.
pub(crate) struct House {
    pub(crate) carrier: Arc<dyn Carrier>,
    pub(crate) watch: Watch,
    pub(crate) desk: Desk,
    pub(crate) connector: Arc<Connector>,
    pub(crate) ledger: ledgerd::Watch,
    pub(crate) ledger_key: VerifyingKey,
    ledger_folder: PathBuf,
    index_secret: PathBuf,
    clock: Arc<dyn Clock>,
    pub(crate) kept: Kept,
    rate: Mutex<VecDeque<(Instant, u64)>>,
    /// What lay before the exchange when nothing was first seen under way, and the idle steps it
    /// had made by then.
    quiet_since: Mutex<Option<(u64, u64)>>,
}

/// Time over which throughput is told.
const RATE_SECONDS: u64 = 5;
/// How often a carrier that is away is asked whether it has a bundle.
const FIRST_BUNDLE_TICK: Duration = Duration::from_millis(500);

/// Puts a site together over its carrier.
pub(crate) fn assemble(
    settings: &Up,
    carrier: Arc<dyn Carrier>,
    builder: &mut Builder,
) -> Result<Arc<House>, Failure> {
    let clock = builder.clock();
    begin_with(Arc::clone(&carrier), settings.site.bundle.clone(), builder)?;
    let (desk, watch) =
        exchanged::assemble(&settings.exchange, Arc::clone(&carrier), contract(), builder)?;
    let ledgerd::Assembled { watch: ledger, keeping, key: ledger_key } =
        ledgerd::assemble(&settings.ledger, Arc::clone(&carrier), builder)?;
    let connector = connectord::mount(&settings.connector, Arc::clone(&carrier), builder)?;
    let kept = Kept::default();
    let tick = kept.tick(Arc::clone(&carrier), ledger.clone(), keeping);
    exchanged::follow_retention(Arc::clone(&carrier), watch.clone(), builder, tick)?;
    Ok(Arc::new(House {
        carrier,
        watch,
        desk,
        connector,
        ledger,
        ledger_key,
        ledger_folder: settings.ledger.folder.clone(),
        index_secret: settings.ledger.index_secret.clone(),
        clock,
        kept,
        rate: Mutex::default(),
        quiet_since: Mutex::default(),
    }))
}

/// Every record type with its schema.
fn contract() -> Vec<(RecordType, Arc<Schema>)> {
    RecordType::ALL.iter().map(|kind| (*kind, records::schema(*kind))).collect()
}

/// A site without a bundle is given the signed one that its settings name, as soon as its carrier
/// can be asked: one that is away while the site starts is waited for.
fn begin_with(
    carrier: Arc<dyn Carrier>,
    folder: PathBuf,
    builder: &mut Builder,
) -> Result<(), Failure> {
    builder.spawn("first bundle", move |part, stop| {
        while !stop.is_stopped() {
            match first_bundle(carrier.as_ref(), &folder) {
                Err(Unbegun::Carrier(carrier::Error::Temporary(error))) => {
                    tracing::warn!(code = error.code(), "no first bundle yet; trying again");
                    part.waiting("the carrier failed");
                    stop.wait(FIRST_BUNDLE_TICK);
                }
                Err(Unbegun::Carrier(error)) => return Err(Failure::new(error.code(), &error)),
                Err(Unbegun::Folder(error)) => return Err(Failure::new("RULE-025", &error)),
                Ok(()) => break,
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Why a site has not got its first bundle.
enum Unbegun {
    Carrier(carrier::Error),
    Folder(String),
}

fn first_bundle(carrier: &dyn Carrier, folder: &Path) -> Result<(), Unbegun> {
    if carrier.end(&Lane::Bundle).map_err(Unbegun::Carrier)? > Offset::default() {
        return Ok(());
    }
    let files = bundle::read(folder).map_err(Unbegun::Folder)?;
    bundle::publish(carrier, &files).map_err(Unbegun::Carrier)
}

/// Writes where the admin server is and the token it asks for, for the command line.
pub(crate) fn announce(folder: &Path, address: &str, token: &str) -> Result<(), String> {
    crate::demo::write_private(&folder.join("admin.token"), token.as_bytes())?;
    fs::write(folder.join("admin.address"), address)
        .map_err(|error| format!("the admin address could not be written: {error}"))
}

// === impl House ===

impl House {
    /// A reader of the ledger, beside its writer.
    pub(crate) fn reader(&self) -> Result<Reader, audit_vault::Error> {
        let secret = secret_file(&self.index_secret, "LEDG-005");
        let secret = secret.map_err(|_| audit_vault::Error::Unknown)?;
        Reader::open(&self.ledger_folder, secret)
    }

    /// The site's figures now.
    pub(crate) fn status(&self) -> Status {
        // The connector first: what it no longer holds, the exchange must have seen.
        let connector = self.connector.snapshot();
        let handed_in = self.handed_in();
        let exchange = self.watch.snapshot();
        let now = self.clock.now();
        let ruled: u64 = exchange.sources.values().map(|source| source.ruled).sum();
        let mut status = Status {
            at: time(now),
            bundle: exchange.bundle.as_ref().map(|bundle| {
                format!("{} {} {}", bundle.name, bundle.version, bundle.digest.short())
            }),
            refused_bundle: exchange.refused_bundle.clone(),
            settled: false,
            ledger_entries: self.ledger.standing().size,
            per_second: self.per_second(ruled),
            authorities: Vec::new(),
            views: Vec::new(),
            kept: self.kept.lines(),
        };
        for source in &connector.sources {
            let taken = exchange.sources.get(&source.source).cloned().unwrap_or_default();
            status.authorities.push(AuthorityLine {
                source: source.source.to_string(),
                read: source.tally.rows,
                taken_in: taken.read,
                refused: source.tally.refused,
                quarantined: taken.quarantined,
                spool: source.spool_records,
                last_seen: taken.last.map(time).unwrap_or_default(),
                error: taken.disputed.or(source.held_by).unwrap_or_default().to_owned(),
            });
        }
        for delivery in &connector.deliveries {
            let view = exchange.views.get(&delivery.view).cloned().unwrap_or_default();
            status.views.push(ViewLine {
                view: delivery.view.to_string(),
                recipient: delivery.recipient.to_string(),
                released: view.released,
                withheld: view.withheld,
                withdrawn: view.withdrawn,
                delivered: delivery.delivered,
                lag: delivery.end.saturating_sub(delivery.next),
            });
        }
        status.settled = self.is_settled(handed_in, &exchange, &connector);
        status
    }

    /// Whether all that was handed in is ruled, delivered and in the ledger. What the exchange
    /// said before it could see the last of it does not count: two idle steps must follow, the
    /// second of which began after this was first seen.
    fn is_settled(
        &self,
        handed_in: u64,
        exchange: &exchanged::Snapshot,
        connector: &connectord::Snapshot,
    ) -> bool {
        let mut since = self.quiet_since.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_quiet(exchange, connector) {
            *since = None;
            return false;
        }
        let (seen, steps) = since.get_or_insert((handed_in, exchange.idle_steps));
        if *seen != handed_in {
            (*seen, *steps) = (handed_in, exchange.idle_steps);
        }
        exchange.idle_steps >= steps.saturating_add(2)
    }

    /// All that was ever put on a lane that the exchange reads.
    fn handed_in(&self) -> u64 {
        let lanes = self.carrier.lanes().unwrap_or_default().into_iter();
        let read = lanes.filter(|lane| {
            matches!(lane, Lane::Intake(_) | Lane::Bundle | Lane::Register | Lane::Entitlement)
        });
        read.map(|lane| self.carrier.end(&lane).map_or(0, |end| end.0)).sum()
    }

    fn is_quiet(&self, exchange: &exchanged::Snapshot, connector: &connectord::Snapshot) -> bool {
        let sources = connector.sources.iter();
        let in_hand = sources.clone().any(|one| one.spool_records > 0 || one.files_waiting > 0);
        let delivered = connector.deliveries.iter().all(|one| one.next >= one.end);
        let end = self.carrier.end(&Lane::Disclosure).map_or(u64::MAX, |end| end.0);
        let proved = self.ledger.standing().position >= end;
        exchange.idle && !exchange.reruling && !in_hand && delivered && proved
    }

    /// Findings ruled each second over the last seconds.
    fn per_second(&self, ruled: u64) -> u64 {
        let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        rate.push_back((now, ruled));
        while rate.len() > 2
            && rate.front().is_some_and(|(at, _)| now.duration_since(*at).as_secs() > RATE_SECONDS)
        {
            rate.pop_front();
        }
        let Some((first, before)) = rate.front() else { return 0 };
        let millis = u64::try_from(now.duration_since(*first).as_millis()).unwrap_or(u64::MAX);
        ruled.saturating_sub(*before).saturating_mul(1_000) / millis.max(1_000)
    }
}

/// RFC 3339, UTC, to the second.
pub(crate) fn time(at: vocabulary::Timestamp) -> String {
    let time = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

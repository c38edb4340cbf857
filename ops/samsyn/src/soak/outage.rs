//! `samsyn soak kafka`: the daemons as processes of their own on a real broker, under a bundle with
//! one view, while findings are handed in at a fixed rate. In every round exchange, connector,
//! ledger and broker are each killed at random instants, the broker is stopped for a while, and the
//! exchange is away until everything waits on the intake lanes. After each round every finding is
//! recorded once, every line is in its file, and nobody's memory has grown. After the first, the
//! second, the fourth and so on, and after the last, the independent checker agrees: it looks at
//! everything from the beginning. How fast what waited was drained is told and never asserted.
//!
//! Findings come in as drop files: the door that takes a pace of thousands a second without asking
//! for it back, and whose sender need not know that anything is away.

mod daemons;
mod stock;
mod watch;

use super::check::delivered;
use super::instant;
use crate::audit_lanes::audit_site;
use crate::bundle;
use crate::demo::{Cluster, Play, Prepared, prepare, refreshed, say};
use carrier::{Carrier, Lane, Offset};
use daemon::{Clock, WallClock};
use daemons::Daemons;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use stock::{HandedIn, Stock};
use watch::{Seen, Watch};

/// How hard the campaign is.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Measure {
    /// Rounds.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    /// Findings of a round.
    #[arg(long, default_value_t = 100_000)]
    findings: u64,
    /// Findings a second.
    #[arg(long, default_value_t = 2_000)]
    rate: u64,
    /// Seconds for which the broker is stopped in each round.
    #[arg(long, default_value_t = 20)]
    away: u64,
}

/// The view of the campaign's bundle.
const VIEW: &str = "akrim-core";
/// As at a site of usual settings: the checker works all of them out again afterwards.
const SHADOW_EVERY: u64 = 1_024;
/// The connector's figure of records that no lane has yet.
const SPOOLED: &str = "samsyn_connector_spool_records";
/// Longest time that anything may take to come to its end.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often something that is not yet so is looked at again.
const LOOK: Duration = Duration::from_millis(50);
/// How much a daemon's memory may have grown since the first round, in KiB beside the third.
const GROWTH_KIB: u64 = 64 * 1024;
/// What exchange and connector may have at any rate. How much of what is promised for the exchange
/// is in use after the first, short drain is no measure for the others.
const PROMISED_KIB: [u64; 2] = [256 * 1024, 0];

/// The site under way.
struct Campaign {
    prepared: Prepared,
    cluster: Cluster,
    daemons: Daemons,
    carrier: Arc<dyn Carrier>,
    stock: Stock,
    handed_in: HandedIn,
    watch: Watch,
    measure: Measure,
}

/// What a round told.
struct Round {
    /// Findings handed in each second.
    rate: f64,
    /// The longest from drop to release.
    longest: Duration,
    /// How many had waited for the exchange, and how long it took over them.
    drained: (u64, Duration),
    /// Resident KiB of exchange and connector.
    resident: [u64; 2],
}

#[expect(clippy::print_stdout, reason = "a campaign of an hour says how it stands")]
pub(super) fn run(measure: Measure, root: &Path, site: &Path) -> Result<String, String> {
    let mut campaign = Campaign::begin(measure, root, site)?;
    let mut first = None;
    let rounds = measure.rounds.max(1);
    for number in 1..=rounds {
        let round = campaign.round()?;
        let mut checked = campaign.check()?;
        // It looks at everything from the beginning each time.
        if number.is_power_of_two() || number == rounds {
            checked.push_str(&campaign.audit()?);
        }
        println!("round {number}: {round}; {checked}");
        is_flat(first.get_or_insert(round.resident), &round.resident)?;
    }
    let findings = campaign.watch.seen().findings;
    Ok(format!(
        "{rounds} rounds of {}: exchange, connector, ledger and broker killed and the broker \
         stopped in each; {findings} findings, 0 lost, 0 twice, 0 unrecorded",
        measure.findings,
    ))
}

// === impl Campaign ===

impl Campaign {
    fn begin(measure: Measure, root: &Path, site: &Path) -> Result<Campaign, String> {
        let play = Play { only: Some(VIEW), ..Play::default() };
        let mut prepared = prepare(root, site, &play)?;
        let cluster = Cluster::start()?;
        prepared.settings.carrier = cluster.carrier();
        prepared.settings.exchange.shadow_every = SHADOW_EVERY;
        let stock = Stock::new()?;
        let register = refreshed(&stock.register, &crate::house::time(WallClock.now()));
        fs::write(prepared.folder.join("register.csv"), register).map_err(say("the register"))?;
        let carrier = lanes::open(&prepared.settings.carrier, Arc::new(WallClock));
        let carrier = carrier.map_err(say("the lanes"))?;
        let files = bundle::read(&prepared.settings.site.bundle)?;
        bundle::publish(carrier.as_ref(), &files).map_err(say("the bundle"))?;
        let daemons = Daemons::start(&prepared)?;
        let handed_in = HandedIn::default();
        let watch = Watch::begin(Arc::clone(&carrier), handed_in.clone());
        let mut campaign =
            Campaign { prepared, cluster, daemons, carrier, stock, handed_in, watch, measure };
        // The register first, so that what is ruled twice is ruled the same.
        campaign.until("the register and the bundle", |site| {
            let has = |lane| site.carrier.end(&lane).is_ok_and(|end| end > Offset::default());
            has(Lane::Register) && site.watch.seen().run_began.is_some()
        })?;
        Ok(campaign)
    }

    fn round(&mut self) -> Result<Round, String> {
        self.watch.seen().longest = Duration::ZERO;
        let inboxes = self.prepared.folder.join("in");
        let (stock, handed_in) = (&self.stock, &self.handed_in);
        let Measure { findings, rate, away, .. } = self.measure;
        let away = Duration::from_secs(away);
        let (daemons, cluster) = (&mut self.daemons, &mut self.cluster);
        let rate = std::thread::scope(|scope| {
            let sender = scope.spawn(|| {
                let begun = Instant::now();
                stock.hand_in(&inboxes, findings, rate, handed_in)?;
                Ok::<_, String>(findings as f64 / begun.elapsed().as_secs_f64())
            });
            let struck = strike(daemons, cluster, away);
            let sent = sender.join().unwrap_or_else(|_| Err("the sender panicked".to_owned()));
            struck.and(sent)
        })?;
        let drained = self.drain()?;
        let resident = [self.daemons.exchange.resident()?, self.daemons.connector.resident()?];
        Ok(Round { rate, longest: self.watch.seen().longest, drained, resident })
    }

    /// Lets the exchange, which is away, take up what waits for it: how much, and how long from its
    /// first step until the last of it was out.
    fn drain(&mut self) -> Result<(u64, Duration), String> {
        self.until("all of it on the intake lanes", |site| {
            site.inboxes_are_empty() && site.daemons.connector.sum(SPOOLED) == Ok(0)
        })?;
        let before = self.watch.seen().findings;
        let all: u64 = self.handed_in.all().values().sum();
        self.daemons.exchange.start()?;
        self.until("the drain", |site| site.watch.seen().findings >= all)?;
        let seen = self.watch.seen();
        let (Some(from), Some(to)) = (seen.run_began, seen.last) else {
            return Err("the exchange recorded nothing".to_owned());
        };
        let micros = to.as_micros().saturating_sub(from.as_micros());
        let time = Duration::from_micros(u64::try_from(micros).unwrap_or_default());
        Ok((all - before, time))
    }

    /// Everything of everybody, once the ledger has all entries and each file its lines.
    fn check(&mut self) -> Result<String, String> {
        self.watch.seen().once_each(&self.handed_in.all())?;
        let checkpoint = self.prepared.folder.join("ledger/public/checkpoint");
        self.until("the ledger", |site| {
            let text = fs::read_to_string(&checkpoint).unwrap_or_default();
            let size = text.lines().nth(1).and_then(|size| size.parse().ok());
            size.unwrap_or(0_u64) >= site.watch.seen().entries
        })?;
        let mut files = 0;
        self.until("the deliveries", |site| {
            let counted = delivered(&site.prepared, site.carrier.as_ref());
            files = counted.as_ref().copied().unwrap_or_default();
            counted.is_ok()
        })?;
        let Seen { findings, entries, .. } = &*self.watch.seen();
        Ok(format!(
            "so far {findings} findings each recorded once, {entries} entries in the ledger, \
             {files} delivered once"
        ))
    }

    /// The independent checker over everything.
    fn audit(&self) -> Result<String, String> {
        let began = Instant::now();
        let audited = audit_site(&self.prepared)?;
        if audited.found() > 0 || audited.waiting > 0 {
            return Err(format!("the independent checker: {audited}"));
        }
        let took = began.elapsed().as_secs_f64();
        Ok(format!("; {} releases and all else checked in {took:.0} s", audited.releases))
    }

    /// A file leaves its inbox when its last row is in the spool.
    fn inboxes_are_empty(&self) -> bool {
        let inboxes = self.prepared.settings.connector.sources.iter();
        let mut files = inboxes.filter_map(|source| fs::read_dir(&source.inbox).ok()).flatten();
        !files.any(|file| {
            file.is_ok_and(|file| file.path().extension().is_some_and(|ending| ending == "csv"))
        })
    }

    /// Waits until it is so, as long as nobody ends by himself.
    fn until(
        &mut self,
        what: &str,
        mut is_so: impl FnMut(&Campaign) -> bool,
    ) -> Result<(), String> {
        let begun = Instant::now();
        while !is_so(self) {
            self.daemons.are_alive()?;
            if begun.elapsed() > PATIENCE {
                let seen = self.watch.seen();
                let of: u64 = self.handed_in.all().values().sum();
                return Err(format!("{what}: not in time; {} of {of} recorded", seen.findings));
            }
            sleep(LOOK);
        }
        Ok(())
    }
}

/// Everything that happens to the site while findings come in; the exchange stays away at the end.
fn strike(daemons: &mut Daemons, cluster: &mut Cluster, away: Duration) -> Result<(), String> {
    sleep(instant(1)?);
    daemons.exchange.strike()?;
    sleep(instant(1)?);
    daemons.connector.strike()?;
    daemons.ledger.strike()?;
    sleep(instant(1)?);
    cluster.away(Duration::ZERO, true)?;
    sleep(instant(1)?);
    cluster.away(away, false)?;
    // While it takes up what has gathered.
    sleep(instant(1)?);
    daemons.exchange.kill()
}

fn is_flat(first: &[u64; 2], now: &[u64; 2]) -> Result<(), String> {
    let most = |(first, promised): (&u64, u64)| promised.max(first / 10 * 13 + GROWTH_KIB);
    let grown = first.iter().zip(PROMISED_KIB).map(most).zip(now).any(|(most, now)| *now > most);
    if grown { Err(format!("memory grows: {first:?} KiB at first, {now:?} now")) } else { Ok(()) }
}

// === impl Round ===

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (waited, time) = self.drained;
        let [exchange, connector] = self.resident.map(|kib| kib / 1_024);
        write!(
            f,
            "{:.0} findings/s handed in, out after {:.1} s at the longest; {waited} that waited \
             drained at {:.0} findings/s; exchange {exchange} MiB, connector {connector} MiB",
            self.rate,
            self.longest.as_secs_f64(),
            waited as f64 / time.as_secs_f64().max(f64::EPSILON),
        )
    }
}

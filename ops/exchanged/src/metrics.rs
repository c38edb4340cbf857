//! What the exchange counts: metric names of the house, and the figures people watch. Counts what
//! happened; decides nothing.

use crate::batch::Batch;
use crate::judge::Ended;
use crate::snapshot::{BundleInForce, Snapshot, Watch};
use crate::{Error, Policy, Quarantine};
use audit::Outcome;
use carrier::Notice;
use exchange_state::Unheard;
use std::collections::BTreeMap;
use std::time::Duration;
use telemetry::{Counter, Counters, Gauge, Gauges, Metrics};
use vocabulary::{OrgNumber, SourceId, Timestamp, ViewId};

/// The code of an entitlement whose source the bundle does not name for its kind.
const UNNAMED: &str = "EXCH-104";

/// The exchange's counters.
pub(crate) struct Counts {
    decisions: Counters,
    fields_in: Counters,
    quarantined: Counters,
    commits: Counter,
    register_unsealed: Counter,
    disputed: Counters,
    told: Counters,
    unheard: Counters,
    bundle: Gauges,
    bundle_loaded: Gauge,
    watch: Watch,
}

/// What a batch will have done once it is committed.
pub(crate) struct Tally {
    views: BTreeMap<(ViewId, Option<OrgNumber>), [u64; 3]>,
}

// === impl Counts ===

impl Counts {
    pub(crate) fn new(metrics: &Metrics, watch: Watch) -> Result<Counts, Error> {
        Ok(Counts {
            decisions: metrics.counters(
                "samsyn_policy_decisions_total",
                "Records ruled, by view and effect.",
                &["view", "effect"],
            )?,
            fields_in: metrics.counters(
                "samsyn_exchange_findings_total",
                "Findings read from intake lanes, by authority and how they ended.",
                &["authority", "outcome"],
            )?,
            quarantined: metrics.counters(
                "samsyn_dlq_records_total",
                "Findings set aside, by stage and reason.",
                &["stage", "reason"],
            )?,
            commits: metrics
                .counter("samsyn_exchange_commits_total", "Commits of the exchange.")?,
            register_unsealed: metrics.counter(
                "samsyn_register_unsealed_total",
                "Messages of the register lane passed over for want of a valid seal.",
            )?,
            disputed: metrics.counters(
                "samsyn_shadow_mismatches_total",
                "Records of which nothing left because the shadow did not agree.",
                &["authority", "reason"],
            )?,
            told: metrics.counters(
                "samsyn_free_text_notices_total",
                "Fields whose free text points to a person, by authority and what was found.",
                &["authority", "reason"],
            )?,
            unheard: metrics.counters(
                "samsyn_entitlements_unheard_total",
                "Messages of the entitlement lane that opened nothing, by reason.",
                &["reason"],
            )?,
            bundle: metrics.gauges(
                "samsyn_policy_bundle_info",
                "Always 1; the policy bundle in force.",
                &["version", "digest"],
            )?,
            bundle_loaded: metrics.gauge(
                "samsyn_policy_bundle_loaded_timestamp_seconds",
                "When the bundle in force was loaded.",
            )?,
            watch,
        })
    }

    pub(crate) fn bundle(&self, policy: &Policy, now: Timestamp, took: Duration) {
        let digest = policy.digest();
        let version = policy.bundle.version();
        self.watch.update(|figures| {
            if let Some(old) = &figures.bundle {
                self.bundle.with(&[&old.version.to_string(), &old.digest.short()]).set(0);
            }
            figures.refused_bundle.clear();
            figures.sources.values_mut().for_each(|source| source.disputed = None);
            figures.bundle = Some(BundleInForce {
                name: policy.bundle.name().to_owned(),
                version,
                digest,
                retention: policy.bundle.retention().clone(),
                since: now,
                load_millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
                plans: policy.plans.types().iter().map(|types| types.plans().len()).sum(),
            });
        });
        self.bundle.with(&[&version.to_string(), &digest.short()]).set(1);
        self.bundle_loaded.set(now.as_micros() / 1_000_000);
        tracing::info!(version, digest = digest.short(), "policy bundle in force");
    }

    pub(crate) fn bundle_refused(&self, errors: Vec<String>) {
        self.watch.update(|figures| {
            figures.refused_bundle = errors;
            figures.bundle = None;
        });
    }

    /// Messages of the register lane passed over since the start.
    pub(crate) fn register_unsealed(&self, total: u64) {
        self.register_unsealed.inc_by(total.saturating_sub(self.register_unsealed.get()));
    }

    /// Messages of the entitlement lane passed over since the start.
    pub(crate) fn unheard(&self, total: &BTreeMap<Unheard, u64>) {
        for (why, total) in total {
            let counter = self.unheard.with(&[why.code()]);
            counter.inc_by(total.saturating_sub(counter.get()));
            self.watch.update(|figures| figures.unheard.insert(why.code(), *total));
        }
    }

    /// Entitlements that came from a source the bundle does not name for their kind.
    pub(crate) fn unnamed(&self, count: usize) {
        if count > 0 {
            tracing::warn!(
                code = UNNAMED,
                count,
                "the bundle names no such source of entitlements"
            );
            self.unheard.with(&[UNNAMED]).inc_by(count as u64);
            let add = |figures: &mut Snapshot| {
                *figures.unheard.entry(UNNAMED).or_default() += count as u64;
            };
            self.watch.update(add);
        }
    }

    pub(crate) fn gap(&self, source: &SourceId) {
        self.source(source, |figures| figures.gaps += 1);
        tracing::warn!(source = source.as_str(), "gap in the source's sequence");
    }

    /// The shadow did not agree about a record of this source, by this code.
    pub(crate) fn disputed(&self, source: &SourceId, code: &'static str) {
        self.disputed.with(&[authority(source).as_str(), code]).inc();
        self.source(source, |figures| figures.disputed = Some(code));
        tracing::error!(source = source.as_str(), code, "the shadow does not agree: lane stopped");
    }

    /// A source is told of a version whose free texts do not leave.
    pub(crate) fn told(&self, source: &SourceId, notice: &Notice) {
        for traced in &notice.traces {
            self.told.with(&[authority(source).as_str(), traced.trace.code()]).inc();
        }
        self.source(source, |figures| figures.told += 1);
    }

    pub(crate) fn quarantined(&self, source: &SourceId, why: Quarantine) {
        self.quarantined.with(&["verify", why.code()]).inc();
        tracing::warn!(source = source.as_str(), code = why.code(), "finding set aside");
    }

    pub(crate) fn ended(&self, source: &SourceId, ended: Ended, appended: Timestamp) {
        self.fields_in.with(&[authority(source).as_str(), ended.as_str()]).inc();
        if let Ended::Disputed(code) = ended {
            return self.disputed(source, code);
        }
        self.source(source, |figures| {
            figures.read += 1;
            figures.last = Some(appended);
            figures.stopped = ended == Ended::Stopped;
            match ended {
                Ended::Ruled => figures.ruled += 1,
                Ended::Quarantined => figures.quarantined += 1,
                Ended::Duplicate => figures.duplicates += 1,
                Ended::Stale => figures.stale += 1,
                Ended::Stopped | Ended::Disputed(_) => figures.read -= 1,
            }
        });
    }

    pub(crate) fn idle(&self, idle: bool, reruling: bool) {
        self.watch.update(|figures| {
            figures.idle = idle;
            figures.reruling = reruling;
            figures.idle_steps += u64::from(idle && !reruling);
        });
    }

    pub(crate) fn tally(&self, batch: &Batch) -> Tally {
        let mut views: BTreeMap<_, [u64; 3]> = BTreeMap::new();
        for row in batch.ruled().iter().flat_map(|ruled| &ruled.rows) {
            let counts = views.entry((row.view.clone(), row.recipient)).or_default();
            let [released, withheld, withdrawn] = counts;
            match row.outcome {
                Outcome::Released => *released += 1,
                Outcome::Withheld => *withheld += 1,
                Outcome::Withdrawn => *withdrawn += 1,
            }
        }
        Tally { views }
    }

    pub(crate) fn committed(&self, tally: Tally) {
        self.commits.inc();
        self.watch.update(|figures| {
            figures.commits += 1;
            for ((view, recipient), counts) in tally.views {
                self.count_view(figures, view, recipient, counts);
            }
        });
    }

    fn count_view(
        &self,
        figures: &mut Snapshot,
        view: ViewId,
        recipient: Option<OrgNumber>,
        [released, withheld, withdrawn]: [u64; 3],
    ) {
        let effects = [("permit", released), ("deny", withheld), ("withdraw", withdrawn)];
        for (effect, count) in effects {
            self.decisions.with(&[view.as_str(), effect]).inc_by(count);
        }
        if let Some(recipient) = recipient {
            *figures.addressed.entry((view.clone(), recipient)).or_default() += released;
        }
        let of = figures.views.entry(view).or_default();
        of.released += released;
        of.withheld += withheld;
        of.withdrawn += withdrawn;
    }

    fn source(&self, source: &SourceId, change: impl FnOnce(&mut crate::SourceFigures)) {
        self.watch.update(|figures| change(figures.sources.entry(source.clone()).or_default()));
    }
}

/// The authority of a source, as a label.
fn authority(source: &SourceId) -> String {
    source.authority().map_or_else(|_| "other".to_owned(), |authority| authority.to_string())
}

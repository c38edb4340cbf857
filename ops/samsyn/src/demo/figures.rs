//! Figures of the demo's phases, read from where they must hold: the connector's tallies of each
//! file, and the lanes themselves.

use super::expectations::Figures;
use super::walk::Site;
use audit::Entry;
use carrier::{Fetched, Lane, whole_lane};
use connectord::{SourceStatus, Tally};
use exchange_state::{RecordState, SOURCE_KEY};
use std::collections::BTreeMap;
use vocabulary::{OrgNumber, RecordId, SourceId};

/// What stood on the lanes at the end of a phase.
pub(crate) struct Phase {
    subjects: BTreeMap<RecordId, Option<OrgNumber>>,
    disclosures: u64,
    public: u64,
}

pub(crate) const OPEN_SOURCE: &str = "MAT-smilefjes";
/// The open files, as they are named in the corpus and dropped.
pub(crate) const CHANGES: &str = "smilefjes-changes-2026.csv";
pub(crate) const FULL_LIST: &str = "smilefjes-2026-08-22.csv";
const PUBLIC_VIEW: &str = "public-register";

pub(crate) fn at_phase(site: &Site) -> Phase {
    Phase {
        subjects: open_records(site)
            .into_iter()
            .map(|record| (record.record_id, record.subject))
            .collect(),
        disclosures: messages(site, &Lane::Disclosure),
        public: messages(site, &public_lane()),
    }
}

/// The changes, oldest first, each with its own collection time.
pub(crate) fn changes(site: &Site, figures: &mut Figures) {
    let tally = file(site, CHANGES);
    let alive = open_records(site).iter().filter(|record| !record.retracted).count();
    figures.count("open.changes.rows", tally.rows);
    figures.count("open.changes.alive", alive as u64);
    figures.count("open.changes.never_seen", tally.never_seen);
    figures.count("open.changes.refused", tally.refused);
}

/// The full list as a reload.
pub(crate) fn reload(site: &Site, before: &Phase, figures: &mut Figures) {
    let tally = file(site, FULL_LIST);
    figures.count("open.reload.rows", tally.rows);
    figures.count("open.reload.unchanged", tally.unchanged);
    figures.count("open.reload.new_versions", tally.next);
    figures.count("open.reload.first_versions", tally.first);
    figures.count("open.reload.retracted", tally.retracted);
    figures.count("open.reload.refused", tally.refused);
    let records = open_records(site);
    let moved = |record: &&RecordState| {
        before.subjects.get(&record.record_id).is_some_and(|subject| *subject != record.subject)
    };
    figures.count("open.reload.subject_changed", records.iter().filter(moved).count() as u64);
    let bare = |record: &&RecordState| !record.retracted && record.subject.is_none();
    figures.count("open.without_number", records.iter().filter(bare).count() as u64);
    figures
        .count("open.reload.disclosures", messages(site, &Lane::Disclosure) - before.disclosures);
    figures.count("open.reload.public_releases", messages(site, &public_lane()) - before.public);
}

/// The synthetic traffic against what its generator says must come.
pub(crate) fn synthetic(site: &Site, figures: &mut Figures) {
    let mut seen = Tally::default();
    for source in site.house.connector.snapshot().sources {
        if source.source.as_str() != OPEN_SOURCE {
            seen += source.tally;
        }
    }
    let expected = site.traffic.expected();
    let sum = |of: fn(&kit::Counts) -> usize| expected.values().map(of).sum::<usize>() as u64;
    figures.count("synthetic.rows", seen.rows);
    figures.count("synthetic.rows.expected", sum(|counts| counts.rows));
    figures.count("synthetic.first", seen.first);
    figures.count("synthetic.first.expected", sum(|counts| counts.first));
    figures.count("synthetic.corrected", seen.next);
    figures.count("synthetic.corrected.expected", sum(|counts| counts.corrected));
    figures.count("synthetic.retracted", seen.retracted);
    figures.count("synthetic.retracted.expected", sum(|counts| counts.retracted));
    figures.count("synthetic.refused", seen.refused);
    figures.count("synthetic.refused.expected", sum(|counts| counts.refused));
    let exchange = site.house.watch.snapshot();
    let quarantined = exchange.sources.values().map(|source| source.quarantined).sum();
    figures.count("exchange.quarantined", quarantined);
    let gaps = exchange.sources.values().map(|source| source.gaps).sum();
    figures.count("exchange.gaps", gaps);
    figures.count("authorities", exchange.sources.len() as u64);
}

fn file(site: &Site, name: &str) -> Tally {
    let snapshot = site.house.connector.snapshot();
    let open = |source: &&SourceStatus| source.source.as_str() == OPEN_SOURCE;
    let source = snapshot.sources.iter().find(open);
    let mut taken = source.into_iter().flat_map(|source| &source.taken);
    taken.find(|taken| taken.file == name).map(|taken| taken.tally).unwrap_or_default()
}

/// The newest state of every record of the open list, from its state lane.
fn open_records(site: &Site) -> Vec<RecordState> {
    let Ok(source) = OPEN_SOURCE.parse::<SourceId>() else { return Vec::new() };
    let mut newest = BTreeMap::new();
    for fetched in all(site, &Lane::State(source.clone())) {
        let Fetched { message, .. } = fetched;
        let (Some(value), false) = (message.value, message.key == SOURCE_KEY) else { continue };
        let Ok(id) = RecordId::try_from(message.key.as_slice()) else { continue };
        if let Ok(record) = RecordState::decode(source.clone(), id, &value) {
            newest.insert(id, record);
        }
    }
    newest.into_values().collect()
}

/// Every entry of the disclosure lane.
pub(super) fn entries(site: &Site) -> Vec<Entry> {
    let values = all(site, &Lane::Disclosure).into_iter().filter_map(|one| one.message.value);
    values.filter_map(|value| Entry::decode(&value).ok()).collect()
}

/// Every message of a lane; none of one that cannot be read, and the figures then differ.
pub(super) fn all(site: &Site, lane: &Lane) -> Vec<Fetched> {
    whole_lane(site.house.carrier.as_ref(), lane).unwrap_or_default()
}

fn public_lane() -> Lane {
    // INVARIANT: the name is of a view's alphabet.
    let view = PUBLIC_VIEW.parse();
    view.map_or(Lane::Receipt, |view| Lane::Release { view, recipient: None })
}

/// Messages on a lane; its end would count a broker's own marks too.
fn messages(site: &Site, lane: &Lane) -> u64 {
    all(site, lane).len() as u64
}

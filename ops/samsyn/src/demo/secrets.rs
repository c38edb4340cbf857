//! The search for planted secrets: on every lane and file that a recipient can read, and in all
//! that people and programs see besides. A secret may stand only where a plan released its field.

use super::expectations::Figures;
use super::prepare::{Prepared, say};
use super::walk::Site;
use crate::client::Client;
use aho_corasick::AhoCorasick;
use audit::{Entry, Outcome};
use carrier::{Fetched, Lane, whole_lane};
use kit::Planted;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use vocabulary::{RecordType, ViewId};

/// Views that never carry free text, whatever a plan says.
const NEVER_FREE_TEXT: [&str; 8] = [
    "municipality-licence",
    "buyer-private",
    "buyer-public",
    "buyer-consent",
    "public-register",
    "suspension-public",
    "statistics",
    "crossborder",
];

/// All planted secrets, looked for in one pass.
struct Search {
    list: Vec<Planted>,
    automaton: AhoCorasick,
}

/// Where a search found what may not be there.
#[derive(Default)]
struct Found {
    planted: u64,
    lanes: u64,
    files: u64,
    files_by_right: u64,
    watched: u64,
    allowed: u64,
}

// === impl Search ===

impl Search {
    fn of(planted: &[Planted]) -> Result<Search, String> {
        let automaton = AhoCorasick::new(planted.iter().map(|secret| secret.token.as_bytes()));
        let automaton = automaton.map_err(|error| format!("the search: {error}"))?;
        Ok(Search { list: planted.to_vec(), automaton })
    }

    /// Each secret that stands in the bytes, once.
    fn found_in(&self, bytes: &[u8]) -> Vec<&Planted> {
        let found = self.automaton.find_overlapping_iter(bytes);
        let found: BTreeSet<usize> = found.map(|one| one.pattern().as_usize()).collect();
        found.into_iter().filter_map(|index| self.list.get(index)).collect()
    }

    /// How many secrets stand in the bytes.
    fn count(&self, bytes: &[u8]) -> u64 {
        self.found_in(bytes).len() as u64
    }
}

/// Searches everything and notes what was found where it may not be.
pub(crate) fn search(
    prepared: &Prepared,
    site: &Site,
    (entries, plans): (&[Entry], &BTreeMap<String, String>),
    figures: &mut Figures,
) -> Result<(), String> {
    let planted = &Search::of(site.traffic.planted())?;
    let opened: BTreeMap<&str, BTreeSet<String>> =
        plans.iter().map(|(digest, plan)| (digest.as_str(), opened_by(plan))).collect();
    let mut found = Found { planted: planted.list.len() as u64, ..Found::default() };
    search_lanes(site, &opened, planted, &mut found)?;
    search_files(prepared, &opened_to_views(entries, &opened), planted, &mut found)?;
    let client = Client::of(&prepared.folder)?;
    let pages = ["/", "/status.json", "/metrics", "/health/ready"];
    for page in pages {
        found.watched += planted.count(client.get(page)?.as_bytes());
    }
    for watched in ["samsyn.log", "ledger", "exchange"] {
        let look = &mut |bytes: &[u8]| found.watched += planted.count(bytes);
        each_file(&prepared.folder.join(watched), look)?;
    }
    let control = [Lane::Bundle, Lane::Register, Lane::Entitlement];
    for lane in [Lane::Disclosure, Lane::Receipt].into_iter().chain(control) {
        for fetched in messages(site, &lane)? {
            found.watched += planted.count(&fetched.message.value.unwrap_or_default());
        }
    }
    figures.count("secrets.planted", found.planted);
    figures.count("secrets.released_by_a_plan", found.allowed);
    figures.count("secrets.on_lanes_without_the_right", found.lanes);
    figures.count("secrets.in_files_without_the_right", found.files);
    figures.count("secrets.in_files_by_right", found.files_by_right);
    figures.count("secrets.in_logs_metrics_pages_entries_ledger_state", found.watched);
    Ok(())
}

fn messages(site: &Site, lane: &Lane) -> Result<Vec<Fetched>, String> {
    whole_lane(site.house.carrier.as_ref(), lane).map_err(say("a lane"))
}

/// A secret may stand in a message only where the message's own plan lets its field leave.
fn search_lanes(
    site: &Site,
    opened: &BTreeMap<&str, BTreeSet<String>>,
    planted: &Search,
    found: &mut Found,
) -> Result<(), String> {
    for lane in site.house.carrier.lanes().map_err(say("the lanes"))? {
        let Lane::Release { view, .. } = &lane else { continue };
        for fetched in messages(site, &lane)? {
            let value = fetched.message.value.clone().unwrap_or_default();
            let plan = fetched.message.header("samsyn_plan").unwrap_or_default();
            let opened = opened.get(&*String::from_utf8_lossy(plan));
            for secret in planted.found_in(&value) {
                let may = opened.is_some_and(|paths| paths.contains(&path_of(secret)));
                if may && !is_never(view, secret) {
                    found.allowed += 1;
                } else {
                    found.lanes += 1;
                }
            }
        }
    }
    Ok(())
}

/// Fields that left for a view in any form, by type of record.
type Opened = BTreeMap<ViewId, BTreeSet<(RecordType, String)>>;

/// What the plans opened by which something was released to each view.
fn opened_to_views(entries: &[Entry], opened: &BTreeMap<&str, BTreeSet<String>>) -> Opened {
    let mut plans: BTreeSet<(&ViewId, RecordType, String)> = BTreeSet::new();
    for entry in entries {
        let Some(record_type) = entry.shared().record_type else { continue };
        let left = entry.rows().iter().filter(|row| row.outcome == Outcome::Released);
        plans.extend(left.map(|row| (&row.view, record_type, row.plan.to_string())));
    }
    let mut views = Opened::new();
    for (view, record_type, plan) in plans {
        let paths = opened.get(plan.as_str()).into_iter().flatten().cloned();
        let of_view = views.entry(view.clone()).or_default();
        of_view.extend(paths.map(|path| (record_type, path)));
    }
    views
}

/// A secret may stand in a delivered file only where some plan of the view let its field leave.
fn search_files(
    prepared: &Prepared,
    opened: &Opened,
    planted: &Search,
    found: &mut Found,
) -> Result<(), String> {
    for recipient in &prepared.recipients {
        let opened = opened.get(&recipient.view);
        let may = |secret: &Planted| {
            let field = (secret.record_type, path_of(secret));
            opened.is_some_and(|fields| fields.contains(&field))
                && !is_never(&recipient.view, secret)
        };
        each_file(&recipient.folder, &mut |bytes| {
            for secret in planted.found_in(bytes) {
                *(if may(secret) { &mut found.files_by_right } else { &mut found.files }) += 1;
            }
        })?;
    }
    Ok(())
}

/// Free text never reaches the open views, whatever a plan says.
fn is_never(view: &ViewId, secret: &Planted) -> bool {
    secret.free_text && NEVER_FREE_TEXT.contains(&view.as_str())
}

/// The field a secret was planted in, as plans name it.
fn path_of(secret: &Planted) -> String {
    secret.path.replace("[0]", "[]")
}

/// Fields that a plan lets leave in any form.
fn opened_by(plan: &str) -> BTreeSet<String> {
    let plan: serde_json::Value = serde_json::from_str(plan).unwrap_or_default();
    let fields = plan.get("fields").and_then(serde_json::Value::as_array);
    let opened = fields.into_iter().flatten().filter_map(|field| {
        let word = |name: &str| field.get(name).and_then(serde_json::Value::as_str);
        word("outcome").filter(|outcome| *outcome != "withhold")?;
        word("path").map(str::to_owned)
    });
    opened.collect()
}

/// Looks at every file below a folder, or at one file.
pub(super) fn each_file(path: &Path, look: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    if !path.is_dir() {
        return match fs::read(path) {
            Ok(bytes) => {
                look(&bytes);
                Ok(())
            }
            // Taken away between the listing and now.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(format!("a file to be searched: {error}")),
        };
    }
    for entry in fs::read_dir(path).map_err(say("a folder to be searched"))? {
        each_file(&entry.map_err(say("a folder to be searched"))?.path(), look)?;
    }
    Ok(())
}

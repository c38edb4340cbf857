//! The search for planted secrets: on every lane and file that a recipient can read, and in all
//! that people and programs see besides. A secret may stand only where a plan released its field.

use super::expectations::Figures;
use super::figures::all;
use super::prepare::Prepared;
use super::walk::Site;
use crate::client::Client;
use aho_corasick::AhoCorasick;
use carrier::{Carrier, Lane};
use kit::Planted;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Views that never carry free text, whatever a plan says.
const NEVER_FREE_TEXT: [&str; 3] = ["municipality-licence", "buyer-private", "public-register"];

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
}

/// Searches everything and notes what was found where it may not be.
pub(crate) fn search(
    prepared: &Prepared,
    site: &Site,
    plans: &BTreeMap<String, String>,
    figures: &mut Figures,
) -> Result<(), String> {
    let planted = &Search::of(site.traffic.planted())?;
    let mut found = Found { planted: planted.list.len() as u64, ..Found::default() };
    search_lanes(site, plans, planted, &mut found);
    search_files(prepared, planted, &mut found)?;
    let client = Client::of(&prepared.folder)?;
    let pages = ["/", "/status.json", "/metrics", "/health/ready"];
    for page in pages {
        found.watched += count(client.get(page)?.as_bytes(), planted);
    }
    for watched in ["samsyn.log", "ledger", "exchange"] {
        found.watched += count_in(&prepared.folder.join(watched), planted);
    }
    for lane in [Lane::Disclosure, Lane::Receipt, Lane::Bundle, Lane::Register] {
        for fetched in all(site, &lane) {
            found.watched += count(&fetched.message.value.unwrap_or_default(), planted);
        }
    }
    figures.count("secrets.planted", found.planted);
    figures.count("secrets.released_by_a_plan", found.allowed);
    figures.count("secrets.on_lanes_without_the_right", found.lanes);
    figures.count("secrets.in_files_without_the_right", found.files);
    figures.count("secrets.in_logs_metrics_pages_entries_ledger_state", found.watched);
    Ok(())
}

fn search_lanes(
    site: &Site,
    plans: &BTreeMap<String, String>,
    planted: &Search,
    found: &mut Found,
) {
    for lane in site.house.carrier.lanes().unwrap_or_default() {
        let Lane::Release { view, .. } = &lane else { continue };
        let never = NEVER_FREE_TEXT.contains(&view.as_str());
        for fetched in all(site, &lane) {
            let value = fetched.message.value.clone().unwrap_or_default();
            let header = fetched.message.header("samsyn_plan").unwrap_or_default();
            let plan = plans.get(&String::from_utf8_lossy(header).into_owned());
            for secret in planted.found_in(&value) {
                let opened = plan.is_some_and(|plan| releases(plan, secret.path));
                if opened && !(never && secret.free_text) {
                    found.allowed += 1;
                } else {
                    found.lanes += 1;
                }
            }
        }
    }
}

/// Delivered files may hold what their lane holds; those of the three open views no free text.
fn search_files(prepared: &Prepared, planted: &Search, found: &mut Found) -> Result<(), String> {
    let free: Vec<Planted> =
        planted.list.iter().filter(|secret| secret.free_text).cloned().collect();
    let free = Search::of(&free)?;
    for recipient in &prepared.recipients {
        if NEVER_FREE_TEXT.contains(&recipient.view.as_str()) {
            found.files += count_in(&recipient.folder, &free);
        }
    }
    Ok(())
}

/// Whether a plan lets this field leave in any form.
fn releases(plan: &str, path: &str) -> bool {
    let path = path.replace("[0]", "[]");
    let Ok(plan) = serde_json::from_str::<serde_json::Value>(plan) else { return false };
    let fields = plan.get("fields").and_then(serde_json::Value::as_array);
    fields.into_iter().flatten().any(|field| {
        let word = |name: &str| field.get(name).and_then(serde_json::Value::as_str);
        word("path") == Some(&path) && word("outcome").is_some_and(|word| word != "withhold")
    })
}

fn count(bytes: &[u8], planted: &Search) -> u64 {
    planted.found_in(bytes).len() as u64
}

/// Every file below a folder, or one file.
fn count_in(path: &Path, planted: &Search) -> u64 {
    if path.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        return entries.map(|entry| count_in(&entry.path(), planted)).sum();
    }
    fs::read(path).map_or(0, |bytes| count(&bytes, planted))
}

//! What the demo prints: per recipient what was released, withheld and reduced, by class and
//! basis; one sanction as each recipient holds it; the answers; the proof; expected and seen.

use super::expectations::{Figures, Line};
use super::figures::entries;
use super::held::version_of;
use super::prepare::{Prepared, say};
use super::walk::Site;
use super::{measures, secrets};
use crate::audit_lanes::audit_site;
use crate::client::Client;
use crate::look_up::{explain_text, who_got_text};
use crate::status::columns;
use crate::verify::verify;
use audit::{Entry, EntryKind, Outcome};
use carrier::Lane;
use kit::Sent;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{RecordType, ViewId};

/// Prints everything and notes the figures.
#[expect(clippy::print_stdout, reason = "the demo's output")]
pub(crate) fn all_of(
    prepared: &Prepared,
    site: &Site,
    figures: &mut Figures,
) -> Result<(), String> {
    let entries = entries(site);
    let plans = plans(&entries);
    for recipient in &prepared.recipients {
        println!("{:22} {} ({})", recipient.view, recipient.name, recipient.orgnr);
    }
    println!("\n{}", site.house.status().table());
    println!("{}", recipients(&entries, &plans, figures));
    println!("{}", measures::table(prepared, site, figures)?);
    let shown = showcase(&entries, site.traffic.showcase());
    println!("{}", side_by_side(site, prepared, ("company", shown), figures));
    let person = showcase(&entries, site.traffic.showcase_sole_proprietor());
    println!("{}", side_by_side(site, prepared, ("person", person), figures));
    questions(prepared, site, shown, figures)?;
    prove(prepared, figures)?;
    secrets::search(prepared, site, (&entries, &plans), figures)
}

/// Descriptions of the plans by their digest, from the entries that announced them.
fn plans(entries: &[Entry]) -> BTreeMap<String, String> {
    let changes = entries.iter().filter(|entry| entry.kind() == EntryKind::Change);
    changes
        .filter_map(|entry| {
            let digest = entry.shared().subject.as_deref()?.strip_prefix("plan:")?;
            Some((digest.to_owned(), entry.detail()?.to_owned()))
        })
        .collect()
}

/// Figures of one view.
#[derive(Default)]
struct Tally {
    records: BTreeMap<Outcome, u64>,
    fields: BTreeMap<(String, &'static str), u64>,
    bases: BTreeSet<String>,
}

fn recipients(
    entries: &[Entry],
    plans: &BTreeMap<String, String>,
    figures: &mut Figures,
) -> String {
    let classes = classes();
    let mut views: BTreeMap<ViewId, Tally> = BTreeMap::new();
    let mut parsed: BTreeMap<String, Value> = BTreeMap::new();
    for entry in entries {
        for row in entry.rows() {
            let tally = views.entry(row.view.clone()).or_default();
            *tally.records.entry(row.outcome).or_default() += 1;
            let digest = row.plan.to_string();
            let plan = parsed.entry(digest.clone()).or_insert_with(|| {
                let text = plans.get(&digest).map(String::as_str).unwrap_or_default();
                serde_json::from_str(text).unwrap_or_default()
            });
            if row.outcome == Outcome::Released {
                tally.add(entry.shared().record_type, plan, &classes);
            }
        }
    }
    let mut text =
        String::from("What each view got (fields by class: released / reduced / withheld)\n");
    for (view, tally) in &views {
        text += &tally.text(view);
        let count = |outcome| tally.records.get(&outcome).copied().unwrap_or_default();
        figures.count(format!("view.{view}.released"), count(Outcome::Released));
        figures.count(format!("view.{view}.withheld"), count(Outcome::Withheld));
        figures.count(format!("view.{view}.withdrawn"), count(Outcome::Withdrawn));
    }
    text
}

type Classes = BTreeMap<(RecordType, String), String>;

fn classes() -> Classes {
    let mut classes = Classes::new();
    for record_type in RecordType::ALL {
        for field in records::schema(*record_type).fields() {
            let class = field.class().map_or("none".to_owned(), |class| class.to_string());
            classes.insert((*record_type, field.path().to_owned()), class);
        }
    }
    classes
}

// === impl Tally ===

impl Tally {
    fn add(&mut self, record_type: Option<RecordType>, plan: &Value, classes: &Classes) {
        let fields = plan.get("fields").and_then(Value::as_array).into_iter().flatten();
        for field in fields {
            let word = |name: &str| field.get(name).and_then(Value::as_str).unwrap_or_default();
            let outcome = match word("outcome") {
                "release" => "released",
                "withhold" => "withheld",
                _ => "reduced",
            };
            let path = record_type.map(|record_type| (record_type, word("path").to_owned()));
            let class = path.and_then(|path| classes.get(&path)).cloned().unwrap_or_default();
            *self.fields.entry((class, outcome)).or_default() += 1;
            let bases = field.get("bases").and_then(Value::as_array).into_iter().flatten();
            self.bases.extend(bases.filter_map(|basis| basis.as_str().map(str::to_owned)));
        }
    }

    fn text(&self, view: &ViewId) -> String {
        let of = |outcome| self.records.get(&outcome).copied().unwrap_or_default();
        let mut text = format!(
            "\n{view}: {} released, {} withheld, {} withdrawn; bases {}\n",
            of(Outcome::Released),
            of(Outcome::Withheld),
            of(Outcome::Withdrawn),
            self.bases.iter().cloned().collect::<Vec<_>>().join(" "),
        );
        let classes: BTreeSet<&String> = self.fields.keys().map(|(class, _)| class).collect();
        for class in classes {
            let count =
                |outcome| self.fields.get(&(class.clone(), outcome)).copied().unwrap_or_default();
            let (released, reduced) = (count("released"), count("reduced"));
            text += &format!("  {class:4} {released:>8} / {reduced} / {}\n", count("withheld"));
        }
        text
    }
}

/// The first entry of the sanction that is shown side by side.
fn showcase<'a>(entries: &'a [Entry], sent: Option<&Sent>) -> Option<&'a Entry> {
    let sent = sent?;
    let subject = sent.record.header().subject?.to_string();
    entries.iter().find(|entry| {
        let shared = entry.shared();
        let source = shared.source.as_ref().map(|source| source.as_str());
        source == Some(sent.authority.as_str())
            && shared.record_type == Some(RecordType::Sanction)
            && shared.subject.as_ref() == Some(&subject)
    })
}

fn side_by_side(
    site: &Site,
    prepared: &Prepared,
    (of, shown): (&str, Option<&Entry>),
    figures: &mut Figures,
) -> String {
    let Some(record) = shown.and_then(|entry| entry.shared().record_id) else {
        return "no sanction to show side by side".to_owned();
    };
    let mut columns_of: Vec<BTreeMap<String, String>> = Vec::new();
    let mut head = vec!["field"];
    for recipient in prepared.recipients.iter().filter(|one| one.shown) {
        let lane = Lane::Release {
            view: recipient.view.clone(),
            recipient: recipient.addressed.then_some(recipient.orgnr),
        };
        head.push(recipient.view.as_str());
        columns_of.push(version_of(site, &lane, &record.to_string()));
    }
    let holding = columns_of.iter().filter(|column| !column.is_empty()).count();
    figures.count(format!("showcase.{of}.recipients_holding"), holding as u64);
    let distinct: BTreeSet<_> = columns_of.iter().collect();
    figures.count(format!("showcase.{of}.distinct_versions"), distinct.len() as u64);
    for (view, column) in head.iter().skip(1).zip(&columns_of) {
        figures.count(format!("showcase.{of}.{view}"), column.len() as u64);
    }
    let fields: BTreeSet<&String> = columns_of.iter().flat_map(BTreeMap::keys).collect();
    let rows = fields.iter().map(|field| {
        let cell = |column: &BTreeMap<String, String>| match column.get(*field) {
            Some(value) => cut(value),
            None => "·".to_owned(),
        };
        std::iter::once(cut(field)).chain(columns_of.iter().map(cell)).collect()
    });
    let what = match of {
        "person" => "The same about a sole proprietor, whom its source stamped a company",
        _ => "One sanction as each recipient holds it (· = not there)",
    };
    format!("{what}\n{}", columns(&head, rows))
}

/// At most so many letters, so that six columns fit a screen.
fn cut(text: &str) -> String {
    const MOST: usize = 34;
    let plain = text.chars().filter(|letter| !letter.is_control());
    let mut short: String = plain.clone().take(MOST).collect();
    if plain.count() > MOST {
        short.push('…');
    }
    short
}

/// Asks as a person would, over the admin port.
#[expect(clippy::print_stdout, reason = "the demo's output")]
fn questions(
    prepared: &Prepared,
    site: &Site,
    shown: Option<&Entry>,
    figures: &mut Figures,
) -> Result<(), String> {
    let Some(shown) = shown else { return Err("there is no sanction to ask about".to_owned()) };
    let client = Client::of(&prepared.folder)?;
    let subject = shown.shared().subject.clone().unwrap_or_default();
    let entry = shown.id().to_string();
    let by = [("asker", "demo"), ("reason", "demonstrasjon")];
    let ask = |words: &[(&str, &str)]| -> Result<Value, String> {
        let answer = client.ask(&[words, &by].concat())?;
        serde_json::from_str(&answer).map_err(say("an answer"))
    };
    let answer = ask(&[("ask", "who-got"), ("subject", &subject)])?;
    println!("samsyn who-got {subject} --reason demonstrasjon\n{}\n", who_got_text(&answer));
    let found = answer.get("found").and_then(Value::as_array).into_iter().flatten();
    let access = |entry: &&Value| entry.get("kind").and_then(Value::as_str) == Some("access");
    figures.count("who_got.entries", found.filter(|entry| !access(entry)).count() as u64);
    let all = entries(site);
    let about = all.iter().filter(|entry| {
        entry.shared().subject.as_ref() == Some(&subject) && entry.kind() != EntryKind::Access
    });
    figures.count("who_got.entries.expected", about.count() as u64);
    let answer = ask(&[("ask", "explain"), ("entry", &entry)])?;
    let text = explain_text(&answer, Some("tilda-supervisor"));
    println!("samsyn explain {entry} --view tilda-supervisor --reason demonstrasjon\n{text}\n");
    figures.held("explain.cites_a_basis", text.contains("FVL") || text.contains("AKRIM"));
    let receipt = ask(&[("ask", "receipt"), ("entry", &entry), ("view", "akrim-core")])?;
    std::fs::write(prepared.folder.join("receipt.json"), receipt.to_string())
        .map_err(say("the receipt"))
}

/// Has the ledger and the receipt checked by the independent verifier.
#[expect(clippy::print_stdout, reason = "the demo's output")]
fn prove(prepared: &Prepared, figures: &mut Figures) -> Result<(), String> {
    for (what, subject) in [("ledger", "ledger/public"), ("receipt", "receipt.json")] {
        let verdict = verify(what, &prepared.folder.join(subject), &prepared.folder)?;
        println!("samsyn-verify {what} {subject}\n{}", verdict.said);
        figures.held(format!("verify.{what}"), verdict.held);
    }
    let report = audit_site(prepared)?;
    println!("samsyn audit-lanes\n{report}");
    figures.count("checker.findings", report.found());
    figures.count("checker.releases", report.releases);
    figures.count("checker.worked_out", report.worked_out);
    Ok(())
}

/// Prints expected and seen; whether all held. What did not comes last, where it is looked for.
#[expect(clippy::print_stdout, reason = "the demo's output")]
pub(crate) fn expectations(lines: &[Line]) -> bool {
    let (held, not): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.held);
    let rows = held.into_iter().chain(not).map(|line| {
        let mark = if line.held { "ok" } else { "NOT" };
        vec![mark.to_owned(), line.expected.clone(), line.seen.clone(), line.about.clone()]
    });
    println!("{}", columns(&["", "expected", "seen", "what"], rows));
    let held = lines.iter().filter(|line| line.held).count();
    println!("{held} of {} expectations held", lines.len());
    held == lines.len()
}

/// Says where the site can be seen.
#[expect(clippy::print_stdout, reason = "the demo's output")]
pub(crate) fn stays_up(site: &Site) {
    println!("\nThe site stays up until Ctrl-C:\n  http://{}/", site.running.address());
    println!("  samsyn status | who-got | explain | receipt  --site var/demo");
}

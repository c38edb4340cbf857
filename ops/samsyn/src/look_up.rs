//! Verbs that ask a running site: status, who-got, explain, receipt. Every look-up carries a
//! reason and is recorded before it is answered.

use crate::client::Client;
use crate::status::{Status, columns};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What every look-up needs.
#[derive(Debug, clap::Args)]
struct Asker {
    /// Folder of the site.
    #[arg(long, default_value = "var/demo")]
    site: PathBuf,
    /// Why you ask; written into the ledger.
    #[arg(long)]
    reason: String,
    /// Prints the answer as JSON.
    #[arg(long)]
    json: bool,
}

/// `samsyn who-got`.
#[derive(Debug, clap::Args)]
pub(crate) struct WhoGot {
    /// Organisation number, or the source's object id.
    subject: String,
    #[command(flatten)]
    asker: Asker,
}

/// `samsyn explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// Id of the disclosure entry.
    entry: String,
    /// Explains one view only.
    #[arg(long)]
    view: Option<String>,
    #[command(flatten)]
    asker: Asker,
}

/// `samsyn receipt`.
#[derive(Debug, clap::Args)]
pub(crate) struct Receipt {
    /// Id of the disclosure entry.
    entry: String,
    /// The view.
    view: String,
    /// The recipient, for an addressed view.
    #[arg(long, default_value = "")]
    recipient: String,
    #[command(flatten)]
    asker: Asker,
}

pub(crate) fn status(site: &Path, json: bool) -> ExitCode {
    let text = Client::of(site).and_then(|client| client.get("/status.json"));
    show(text.and_then(|text| {
        if json {
            return Ok(text);
        }
        let status: Status = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(status.table())
    }))
}

pub(crate) fn who_got(arguments: &WhoGot) -> ExitCode {
    let words = [("ask", "who-got"), ("subject", arguments.subject.as_str())];
    show(ask(&arguments.asker, &words).map(|answer| {
        if arguments.asker.json { answer.to_string() } else { who_got_text(&answer) }
    }))
}

pub(crate) fn explain(arguments: &Explain) -> ExitCode {
    let words = [("ask", "explain"), ("entry", arguments.entry.as_str())];
    show(ask(&arguments.asker, &words).map(|answer| {
        if arguments.asker.json {
            return answer.to_string();
        }
        explain_text(&answer, arguments.view.as_deref())
    }))
}

pub(crate) fn receipt(arguments: &Receipt) -> ExitCode {
    let words = [
        ("ask", "receipt"),
        ("entry", arguments.entry.as_str()),
        ("view", arguments.view.as_str()),
        ("recipient", arguments.recipient.as_str()),
    ];
    show(ask(&arguments.asker, &words).map(|answer| answer.to_string()))
}

fn ask(asker: &Asker, words: &[(&str, &str)]) -> Result<Value, String> {
    let client = Client::of(&asker.site)?;
    let person = std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned());
    let mut form = words.to_vec();
    form.push(("asker", &person));
    form.push(("reason", &asker.reason));
    let answer = client.ask(&form)?;
    serde_json::from_str(&answer).map_err(|error| error.to_string())
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the verb's answer")]
fn show(answer: Result<String, String>) -> ExitCode {
    match answer {
        Ok(text) => {
            println!("{}", printable(&text));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", printable(&error));
            ExitCode::FAILURE
        }
    }
}

/// Text without control characters: names in answers come from outside.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Who got what, one line for each row that left.
pub(crate) fn who_got_text(answer: &Value) -> String {
    let mut lines = Vec::new();
    for entry in list(answer, "found") {
        for row in list(entry, "rows") {
            if text(row, "outcome") == "withheld" {
                continue;
            }
            lines.push(vec![
                text(entry, "at").to_owned(),
                text(entry, "source").to_owned(),
                text(entry, "record_type").to_owned(),
                entry.get("version").map(Value::to_string).unwrap_or_default(),
                text(row, "outcome").to_owned(),
                text(row, "view").to_owned(),
                text(row, "recipient").to_owned(),
                under(row),
                text(row, "purpose").to_owned(),
                text(entry, "entry").to_owned(),
            ]);
        }
    }
    let head =
        ["at", "from", "type", "v", "outcome", "view", "recipient", "under", "purpose", "entry"];
    let count = lines.len();
    let table = columns(&head, lines.into_iter());
    format!("{table}{count} disclosures. This look-up is recorded as {}.", text(answer, "recorded"))
}

/// By which entitlements, each with its basis, as `s-17 (KONS)`.
fn under(row: &Value) -> String {
    let one = |under: &Value| format!("{} ({})", text(under, "entitlement"), text(under, "basis"));
    list(row, "under").iter().map(one).collect::<Vec<_>>().join(", ")
}

/// An entry explained: facts, and for each view what left under which basis and what stayed.
pub(crate) fn explain_text(answer: &Value, only: Option<&str>) -> String {
    let Some(entry) = answer.get("entry") else { return String::new() };
    let mut out = format!(
        "entry {}  {}  {} from {}, version {}\nbundle {}\nfacts {}\n",
        text(entry, "entry"),
        text(entry, "at"),
        text(entry, "record_type"),
        text(entry, "source"),
        entry.get("version").map(Value::to_string).unwrap_or_default(),
        text(entry, "bundle"),
        facts(entry),
    );
    for row in list(entry, "rows") {
        if only.is_some_and(|view| view != text(row, "view")) {
            continue;
        }
        out += &format!(
            "\n{} {}: {} for {}\n",
            text(row, "view"),
            text(row, "recipient"),
            text(row, "outcome"),
            text(row, "purpose"),
        );
        if !list(row, "under").is_empty() {
            out += &format!("  entitled by {}\n", under(row));
        }
        let plans = list(answer, "plans").iter();
        let plan = plans.filter(|plan| text(plan, "digest") == text(row, "plan"));
        for plan in plan.filter_map(|plan| plan.get("plan")) {
            out += &plan_text(plan);
        }
    }
    out + &format!("\nThis look-up is recorded as {}.", text(answer, "recorded"))
}

fn facts(entry: &Value) -> String {
    let facts = entry.get("facts").and_then(Value::as_object);
    let words = facts.into_iter().flatten();
    let words = words.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
    words.collect::<Vec<_>>().join(" ")
}

fn plan_text(plan: &Value) -> String {
    let record = plan.get("record").unwrap_or(&Value::Null);
    let reason = text(record, "reason");
    if !reason.is_empty() {
        return format!("  withheld: {reason}\n");
    }
    let rows = list(plan, "fields").iter().map(|field| {
        let bases: Vec<&str> = list(field, "bases").iter().filter_map(Value::as_str).collect();
        let reason = text(field, "reason").to_owned();
        let because = if bases.is_empty() { reason } else { bases.join(", ") };
        vec![
            format!("  {}", text(field, "path")),
            text(field, "outcome").to_owned(),
            because,
            text(field, "rule").to_owned(),
        ]
    });
    columns(&["  field", "outcome", "because", "rule"], rows)
}

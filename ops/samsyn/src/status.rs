//! The status of a site: authorities and views, as a table, a page and JSON. Metadata only; never
//! a value of a finding.

use askama::Template;
use serde::{Deserialize, Serialize};

/// Everything the status tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    /// When it was taken, RFC 3339, UTC.
    pub(crate) at: String,
    /// Bundle in force: name, version and digest; none while nothing may be released.
    pub(crate) bundle: Option<String>,
    /// Errors of a newer bundle that was refused.
    pub(crate) refused_bundle: Vec<String>,
    /// Whether all that was handed in has been ruled and delivered.
    pub(crate) settled: bool,
    /// Entries in the ledger.
    pub(crate) ledger_entries: u64,
    /// Findings ruled each second, over the last seconds.
    pub(crate) per_second: u64,
    /// By source.
    pub(crate) authorities: Vec<AuthorityLine>,
    /// By view and recipient.
    pub(crate) views: Vec<ViewLine>,
    /// By kind of lane whose messages go by age.
    #[serde(default)]
    pub(crate) kept: Vec<KeptLine>,
}

/// One source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthorityLine {
    /// The source.
    pub(crate) source: String,
    /// Rows or records read by its connector.
    pub(crate) read: u64,
    /// Findings taken in by the exchange.
    pub(crate) taken_in: u64,
    /// Refused at the connector's door.
    pub(crate) refused: u64,
    /// Set aside by the exchange.
    pub(crate) quarantined: u64,
    /// Waiting in the spool.
    pub(crate) spool: u64,
    /// When its newest finding was taken in, RFC 3339, or empty.
    pub(crate) last_seen: String,
    /// An error's code and words, or empty.
    pub(crate) error: String,
}

/// The oldest message of a kind of lane, against the limit of the bundle in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLine {
    /// The kind.
    pub(crate) lane: String,
    /// When its oldest message was appended, RFC 3339.
    pub(crate) oldest: String,
    /// Days that messages stay once they may go.
    pub(crate) days: u32,
}

/// One view, or one addressed recipient of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ViewLine {
    /// The view.
    pub(crate) view: String,
    /// The recipient the connector delivers to, or empty.
    pub(crate) recipient: String,
    /// Records released onto the lane.
    pub(crate) released: u64,
    /// Records withheld.
    pub(crate) withheld: u64,
    /// Records withdrawn.
    pub(crate) withdrawn: u64,
    /// Records delivered and acknowledged.
    pub(crate) delivered: u64,
    /// Records on the lane and not yet delivered.
    pub(crate) lag: u64,
}

#[derive(Template)]
#[template(path = "status.html")]
struct Page<'a> {
    status: &'a Status,
}

// === impl Status ===

impl Status {
    /// The page for people: one table each for authorities and views, read-only, without script.
    pub(crate) fn page(&self) -> Result<String, askama::Error> {
        Page { status: self }.render()
    }

    /// The tables for a terminal.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "{}  bundle {}  ledger {} entries  {} findings/s  {}\n\n",
            self.at,
            self.bundle.as_deref().unwrap_or("none: nothing is released"),
            self.ledger_entries,
            self.per_second,
            if self.settled { "settled" } else { "working" },
        );
        text += &columns(
            &["authority", "read", "in", "refused", "quarantine", "spool", "last seen", "error"],
            self.authorities.iter().map(AuthorityLine::cells),
        );
        text += "\n";
        text += &columns(
            &["view", "recipient", "released", "withheld", "withdrawn", "delivered", "lag"],
            self.views.iter().map(ViewLine::cells),
        );
        text += "\n";
        text += &columns(
            &["lanes", "oldest", "kept days"],
            self.kept
                .iter()
                .map(|line| vec![line.lane.clone(), line.oldest.clone(), line.days.to_string()]),
        );
        for error in &self.refused_bundle {
            text += &format!("\nrefused bundle: {error}\n");
        }
        text
    }
}

// === impl AuthorityLine ===

impl AuthorityLine {
    fn cells(&self) -> Vec<String> {
        vec![
            self.source.clone(),
            self.read.to_string(),
            self.taken_in.to_string(),
            self.refused.to_string(),
            self.quarantined.to_string(),
            self.spool.to_string(),
            self.last_seen.clone(),
            self.error.clone(),
        ]
    }
}

// === impl ViewLine ===

impl ViewLine {
    fn cells(&self) -> Vec<String> {
        vec![
            self.view.clone(),
            self.recipient.clone(),
            self.released.to_string(),
            self.withheld.to_string(),
            self.withdrawn.to_string(),
            self.delivered.to_string(),
            self.lag.to_string(),
        ]
    }
}

/// Left-aligned columns, two spaces apart.
pub(crate) fn columns(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let all: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        all.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let mut text = String::new();
    for row in &all {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = width(column).unwrap_or_default();
            line += &format!("{cell:width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

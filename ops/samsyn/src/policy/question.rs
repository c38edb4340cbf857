//! The flags of a question: view, record type, sender, facts, day.

use super::{Refused, today};
use ruling::{Bundle, Inquiry};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use vocabulary::{AuthorityId, BasisId, RecordType, ViewId};

/// Who sends what into which view, on which day.
#[derive(Debug, clap::Args)]
pub(crate) struct Flags {
    /// The view.
    #[arg(long)]
    view: String,
    /// The authority that sends, by its code.
    #[arg(long, default_value = "DAT", value_name = "CODE")]
    sender: String,
    /// Facts as `name=value,…`; one that is not stated takes its strictest value.
    #[arg(long, default_value = "", value_name = "FACTS")]
    facts: String,
    /// The day, as 2026-11-23; today where it is not given.
    #[arg(long, value_name = "DATE")]
    day: Option<String>,
    /// An inactive basis taken as active, to see what it would open.
    #[arg(long = "on", value_name = "BASIS")]
    on: Vec<String>,
    /// An active basis taken as inactive.
    #[arg(long = "off", value_name = "BASIS")]
    off: Vec<String>,
}

fn word<T: FromStr>(what: &str, text: &str) -> Result<T, Refused> {
    text.parse().map_err(|_| Refused::line(format!("{what} `{text}` is not known")))
}

// === impl Flags ===

impl Flags {
    /// Record types of the view, for those who name none.
    pub(super) fn record_types(&self, bundle: &Bundle) -> Result<Vec<RecordType>, Refused> {
        let view: ViewId = word("view", &self.view)?;
        let found = bundle.view(&view).map(|view| view.record_types.clone());
        found.ok_or_else(|| {
            let known = bundle.views().iter().map(|view| view.id.as_str()).collect::<Vec<_>>();
            Refused::line(format!("view `{view}` is not known; there are {}", known.join(", ")))
        })
    }

    /// The question about one record type. Facts that the type does not have are left out where
    /// several types are asked about, and refused where it is the only one.
    pub(super) fn inquiry(
        &self,
        bundle: &Bundle,
        record_type: RecordType,
        alone: bool,
    ) -> Result<Inquiry, Refused> {
        let mut facts = self.facts()?;
        if let Some(schema) = bundle.schema(record_type).filter(|_| !alone) {
            let own = schema.facts().facts();
            facts.retain(|name, _| own.iter().any(|fact| fact.name() == name));
        }
        let mut inquiry = Inquiry::new(
            word("view", &self.view)?,
            record_type,
            word::<AuthorityId>("sender", &self.sender)?,
            facts,
            self.day()?,
        );
        inquiry.on = bases(&self.on)?;
        inquiry.off = bases(&self.off)?;
        Ok(inquiry)
    }

    fn facts(&self) -> Result<BTreeMap<String, String>, Refused> {
        let pairs = self.facts.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let split = |pair: &str| {
            let (name, value) = pair.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        };
        pairs
            .map(|pair| {
                split(pair).ok_or_else(|| Refused::line(format!("`{pair}` is not name=value")))
            })
            .collect()
    }

    fn day(&self) -> Result<i32, Refused> {
        let Some(text) = &self.day else { return Ok(today()) };
        let date: jiff::civil::Date = word("day", text)?;
        let days = date.since(jiff::civil::date(1970, 1, 1)).map(|span| span.get_days());
        days.map_err(|_| Refused::line(format!("day `{text}` is out of range")))
    }
}

fn bases(words: &[String]) -> Result<BTreeSet<BasisId>, Refused> {
    words.iter().map(|text| word("basis", text)).collect()
}

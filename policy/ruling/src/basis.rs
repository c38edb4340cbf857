//! Legal bases: `bases.toml`, the law as a table. Opens nothing alone; a rule must cite it.

use crate::error::{Cause, Error};
use crate::limits::MAX_BASES;
use crate::text;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use vocabulary::{BasisId, GroupId, Purpose};

/// The word for every group, purpose or regime.
pub(crate) const ANY: &str = "any";

/// What a provision does to secrecy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It opens: a permit may cite it.
    Opens,
    /// It closes, or defines what is secret: a forbid may cite it.
    Limits,
    /// An agreement of the participants, not law; of bundle `tilda-2026` alone.
    Practice,
}

/// Whether the subject may be told of a disclosure that stands on the basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visible {
    /// At once.
    Yes,
    /// When it no longer harms the control.
    Delayed,
    /// Never.
    No,
}

/// One provision: who to whom, for what, under which laws of secrecy, from when to when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Its id in rules and entries.
    pub id: BasisId,
    /// What it does.
    pub kind: Kind,
    /// The provision as a lawyer cites it.
    pub citation: String,
    /// What it opens or closes, in a sentence.
    pub text: String,
    /// Where to read it.
    pub link: String,
    /// Sender groups; `any` is every sender the bundle names.
    pub from: Vec<GroupId>,
    /// Sender groups that a doubt or the law itself takes out.
    pub except_from: Vec<GroupId>,
    /// Recipient groups; `any` is every recipient.
    pub to: Vec<GroupId>,
    /// Purposes.
    pub purposes: Vec<Purpose>,
    /// Laws of secrecy it opens.
    pub regimes: Vec<String>,
    /// What the recipient must show: case, consent.
    pub requirements: Vec<String>,
    /// First day in force; none where it opens nothing.
    pub valid_from: Option<i32>,
    /// Last day in force; none while no end is known.
    pub valid_to: Option<i32>,
    /// Whether the subject is told.
    pub visible_to_subject: Visible,
    /// S sourced, W well known, U uncertain, P proposal.
    pub confidence: String,
    /// Whether rules may use it.
    pub active: bool,
    /// Why it is not active, or what a part of it is waiting for.
    pub reason: Option<String>,
    pub(crate) line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    basis: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Spanned<BasisId>,
    kind: Kind,
    citation: String,
    text: String,
    link: String,
    #[serde(default)]
    from: Vec<GroupId>,
    #[serde(default)]
    except_from: Vec<GroupId>,
    #[serde(default)]
    to: Vec<GroupId>,
    #[serde(default)]
    purposes: Vec<Purpose>,
    #[serde(default)]
    regimes: Vec<String>,
    #[serde(default)]
    requirements: Vec<String>,
    valid_from: Option<toml::value::Datetime>,
    valid_to: Option<toml::value::Datetime>,
    visible_to_subject: Visible,
    confidence: String,
    active: bool,
    reason: Option<String>,
}

/// The file bases stand in.
pub(crate) const FILE: &str = "bases.toml";

// === impl Basis ===

impl Basis {
    /// Whether it is in force that day.
    pub fn in_force(&self, day: i32) -> bool {
        self.valid_from.is_some_and(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether it is in force on some day from `first` on.
    pub(crate) fn in_force_from(&self, first: i32) -> bool {
        self.valid_from.is_some() && self.valid_to.is_none_or(|to| first <= to)
    }

    /// Whether a sender in these groups may use it.
    pub(crate) fn leads_from(&self, groups: &BTreeSet<GroupId>) -> bool {
        among(&self.from, groups) && !self.except_from.iter().any(|group| groups.contains(group))
    }

    /// Whether it leads to a recipient in these groups.
    pub(crate) fn leads_to(&self, groups: &BTreeSet<GroupId>) -> bool {
        among(&self.to, groups)
    }

    /// Whether it serves the purpose.
    pub(crate) fn serves(&self, purpose: &Purpose) -> bool {
        self.purposes.iter().any(|word| word.as_str() == ANY || word == purpose)
    }

    /// Whether it opens what is held under this law of secrecy.
    pub(crate) fn opens_regime(&self, regime: &str) -> bool {
        self.regimes.iter().any(|word| word == ANY || word == regime)
    }
}

fn among(named: &[GroupId], groups: &BTreeSet<GroupId>) -> bool {
    named.iter().any(|group| group.as_str() == ANY || groups.contains(group))
}

/// Reads the file.
pub(crate) fn read(text: &str, errors: &mut Vec<Error>) -> BTreeMap<BasisId, Basis> {
    let mut bases = BTreeMap::new();
    let Some(file) = text::toml::<File>(FILE, text, errors) else { return bases };
    if file.basis.len() > MAX_BASES {
        errors.push(Error::at(FILE, 1, Cause::Limit { what: "bases", limit: MAX_BASES }));
        return bases;
    }
    for row in file.basis {
        let line = text::line(text, row.id.span().start);
        let basis = basis(row, line);
        for what in lacking(&basis) {
            errors.push(Error::at(FILE, line, Cause::Lacks { what }).of(basis.id.as_str()));
        }
        if let Some(twin) = bases.insert(basis.id.clone(), basis) {
            let cause = Cause::Twice { what: "basis" };
            errors.push(Error::at(FILE, line, cause).of(twin.id.as_str()));
        }
    }
    bases
}

fn basis(row: Row, line: usize) -> Basis {
    Basis {
        id: row.id.into_inner(),
        kind: row.kind,
        citation: row.citation,
        text: row.text,
        link: row.link,
        from: row.from,
        except_from: row.except_from,
        to: row.to,
        purposes: row.purposes,
        regimes: row.regimes,
        requirements: row.requirements,
        valid_from: row.valid_from.as_ref().and_then(text::days),
        valid_to: row.valid_to.as_ref().and_then(text::days),
        visible_to_subject: row.visible_to_subject,
        confidence: row.confidence,
        active: row.active,
        reason: row.reason,
        line,
    }
}

/// What a row of its kind and state must have and this one has not.
fn lacking(basis: &Basis) -> Vec<&'static str> {
    let mut lacking = Vec::new();
    if !basis.active && basis.reason.as_deref().is_none_or(str::is_empty) {
        lacking.push("reason why it is not active");
    }
    if basis.citation.is_empty() {
        lacking.push("citation");
    }
    if basis.active && basis.kind != Kind::Limits {
        for (missing, what) in [
            (basis.from.is_empty(), "sender group (from)"),
            (basis.to.is_empty(), "recipient group (to)"),
            (basis.purposes.is_empty(), "purpose"),
            (basis.regimes.is_empty(), "regime"),
            (basis.valid_from.is_none(), "first day in force (valid_from, a plain date)"),
        ] {
            if missing {
                lacking.push(what);
            }
        }
    }
    lacking
}

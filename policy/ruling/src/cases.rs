//! Cases: legal questions with the answer expected, read from `cases/*.toml` and asked.
//! What the answer is was decided elsewhere; a case only compares.

use crate::bundle::Bundle;
use crate::error::{Cause, Error};
use crate::files::BundleFiles;
use crate::inquiry::{Answered, Inquiry};
use crate::limits::MAX_CASES;
use crate::outcome::RecordOutcome;
use crate::selector::Selector;
use crate::text;
use crate::view::Audience;
use avro_tree::FieldId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use vocabulary::{AuthorityId, BasisId, RecordType, ViewId};

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The legal question.
    pub name: String,
    /// File inside the bundle.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What was expected and not so; empty when the case holds.
    pub failures: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// What becomes of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Release,
    Withhold,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: Spanned<String>,
    /// Why the answer is so, for the reader.
    #[serde(default)]
    why: String,
    views: Vec<ViewId>,
    record_type: RecordType,
    senders: Vec<AuthorityId>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    day: Option<toml::value::Datetime>,
    #[serde(default)]
    on: BTreeSet<BasisId>,
    #[serde(default)]
    off: BTreeSet<BasisId>,
    /// Whether the recipient holds what an entitled view asks for; such a view's case must say so,
    /// another's must not.
    entitlement: Option<bool>,
    record: Expected,
    /// All of these leave.
    #[serde(default)]
    leaves: Vec<String>,
    /// None of these leaves.
    #[serde(default)]
    stays: Vec<String>,
    /// Of what the record says, these leave and nothing else.
    only: Option<Vec<String>>,
    /// Forms by path.
    #[serde(default)]
    forms: BTreeMap<String, String>,
    /// Everything that leaves stands on these bases alone.
    #[serde(default)]
    bases: Vec<BasisId>,
}

/// Asks every case of the bundle.
pub fn run_cases(bundle: &Bundle, files: &BundleFiles) -> Result<Vec<CaseResult>, Vec<Error>> {
    let mut errors = Vec::new();
    let mut results = Vec::new();
    for (file, bytes) in files.within("cases/", ".toml") {
        let Ok(text) = str::from_utf8(bytes) else {
            errors.push(Error::at(file, 1, Cause::Missing));
            continue;
        };
        let Some(read) = text::toml::<File>(file, text, &mut errors) else { continue };
        if results.len() + read.case.len() > MAX_CASES {
            let cause = Cause::Limit { what: "cases", limit: MAX_CASES };
            errors.push(Error::at(file, 1, cause));
            break;
        }
        for case in &read.case {
            let line = text::line(text, case.name.span().start);
            let name = case.name.get_ref().clone();
            match run(bundle, case) {
                Ok(failures) => {
                    results.push(CaseResult { name, file: file.to_owned(), line, failures });
                }
                Err(reason) => {
                    errors.push(Error::at(file, line, Cause::Case { reason }).of(&name));
                }
            }
        }
    }
    if errors.is_empty() { Ok(results) } else { Err(errors) }
}

/// What does not hold; or why the case cannot be asked.
fn run(bundle: &Bundle, case: &Case) -> Result<Vec<String>, String> {
    let day = match &case.day {
        None => bundle.first_day(),
        Some(day) => text::days(day).ok_or("its day is not a plain date")?,
    };
    if case.views.is_empty() || case.senders.is_empty() {
        return Err("it names no view or no sender".to_owned());
    }
    let mut failures = Vec::new();
    for view in &case.views {
        let entitled = entitled(bundle, view, case.entitlement)?;
        for sender in &case.senders {
            let inquiry = Inquiry {
                view: view.clone(),
                record_type: case.record_type,
                sender: sender.clone(),
                facts: case.facts.clone(),
                day,
                on: case.on.clone(),
                off: case.off.clone(),
                entitled,
            };
            let answered = bundle.answer(&inquiry).map_err(|error| error.cause().to_string())?;
            let found = judge(case, &answered)?;
            failures.extend(found.into_iter().map(|text| format!("{view} from {sender}: {text}")));
        }
    }
    // `why` is for people; reading it here keeps it from being dead.
    let _ = &case.why;
    Ok(failures)
}

/// Whether a case's recipient holds what the view asks for; or why it cannot be asked.
fn entitled(bundle: &Bundle, view: &ViewId, stated: Option<bool>) -> Result<bool, String> {
    let audience = bundle.view(view).map(|view| view.audience);
    match (audience == Some(Audience::Entitled), stated) {
        (true, Some(entitled)) => Ok(entitled),
        (true, None) => Err(format!("view {view} asks: say entitlement = true or false")),
        (false, None) => Ok(true),
        (false, Some(_)) => Err(format!("view {view} asks for no entitlement")),
    }
}

fn judge(case: &Case, answered: &Answered<'_>) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    let released = answered.ruling.releases();
    if released != (case.record == Expected::Release) {
        failures.push(match &answered.ruling.record {
            RecordOutcome::Release => "the record leaves".to_owned(),
            RecordOutcome::Withhold(reason) => format!("the record stays ({reason:?})"),
        });
        return Ok(failures);
    }
    let leaving: BTreeSet<FieldId> = answered.ruling.released().collect();
    let path = |id: FieldId| answered.schema.field(id).path();
    for word in &case.leaves {
        let chosen = Selector::parse(word)?.leaves(answered)?;
        if chosen.is_empty() {
            failures.push(format!("`{word}` matches nothing under these facts"));
        }
        let stay = chosen.difference(&leaving);
        failures.extend(stay.map(|id| format!("{} stays: {}", path(*id), why(answered, *id))));
    }
    for word in &case.stays {
        let chosen = Selector::parse(word)?.leaves(answered)?;
        let leave = chosen.intersection(&leaving);
        failures.extend(leave.map(|id| format!("{} leaves: {}", path(*id), why(answered, *id))));
    }
    if let Some(only) = &case.only {
        let mut chosen = BTreeSet::new();
        for word in only {
            chosen.extend(Selector::parse(word)?.leaves(answered)?);
        }
        let said = Selector::said(answered);
        for id in chosen.difference(&leaving) {
            failures.push(format!("{} stays: {}", path(*id), why(answered, *id)));
        }
        for id in leaving.intersection(&said).filter(|id| !chosen.contains(id)) {
            failures.push(format!("{} leaves too: {}", path(*id), why(answered, *id)));
        }
    }
    forms_and_bases(case, answered, &leaving, &mut failures)?;
    Ok(failures)
}

fn forms_and_bases(
    case: &Case,
    answered: &Answered<'_>,
    leaving: &BTreeSet<FieldId>,
    failures: &mut Vec<String>,
) -> Result<(), String> {
    for (path, form) in &case.forms {
        let id = answered.schema.field_by_path(path);
        let id = id.ok_or_else(|| format!("field `{path}` is not known"))?;
        let word = answered.ruling.field(id).word();
        if word != *form {
            failures.push(format!("{path} is `{word}`, not `{form}`"));
        }
    }
    if case.bases.is_empty() {
        return Ok(());
    }
    for id in leaving {
        let grounds = answered.ruling.field(*id).grounds();
        let other = grounds.and_then(|g| g.bases().iter().find(|b| !case.bases.contains(b)));
        if let Some(basis) = other {
            let path = answered.schema.field(*id).path();
            failures.push(format!("{path} stands on {basis} too"));
        }
    }
    Ok(())
}

fn why(answered: &Answered<'_>, id: FieldId) -> String {
    match answered.ruling.field(id) {
        crate::FieldOutcome::Withhold { reason } => format!("{reason:?}"),
        outcome => outcome.grounds().map(|g| format!("rule {}", g.rule())).unwrap_or_default(),
    }
}

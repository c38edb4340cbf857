//! Explains one field: its class and what changed it, the rule that decided, the law behind it, and
//! which single fact would turn the answer. Explains what `decide` found; decides nothing.

use crate::basis::{Basis, Visible};
use crate::bundle::Bundle;
use crate::error::{Cause, Error};
use crate::inquiry::{Answered, Inquiry};
use crate::outcome::{FieldOutcome, Reason, RecordOutcome, RecordReason, RuleId};
use crate::rule::Rule;
use crate::text::date;
use avro_tree::FieldId;
use std::fmt;
use vocabulary::FieldClass;

/// One step of a field's class: the contract's first, then one for each modifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The class after the step.
    pub class: FieldClass,
    /// Modifier and its law; none for the contract's class.
    pub modifier: Option<(String, String)>,
}

/// A rule as it stands in the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its id.
    pub id: RuleId,
    /// File inside the bundle.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// The statement.
    pub text: String,
    /// Its `@note`.
    pub note: Option<String>,
}

/// Everything there is to say about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The path of the field.
    pub path: String,
    /// Its English name, and the paragraph that the contract gives.
    pub english: Option<String>,
    /// The paragraph that the contract gives.
    pub paragraph: Option<String>,
    /// Every fact with its value.
    pub facts: Vec<(String, String)>,
    /// How its class came about; empty for an unclassified field.
    pub steps: Vec<Step>,
    /// What becomes of the record.
    pub record: RecordOutcome,
    /// What becomes of the field.
    pub outcome: FieldOutcome,
    /// The answer in words.
    pub answer: String,
    /// The rule that decided, where one did.
    pub rule: Option<RuleText>,
    /// The legal bases it stands on.
    pub bases: Vec<Basis>,
    /// Single changes that would turn the answer.
    pub turns: Vec<String>,
}

/// Explains what becomes of one field.
pub fn explain(bundle: &Bundle, inquiry: &Inquiry, path: &str) -> Result<Explanation, Error> {
    let answered = bundle.answer(inquiry)?;
    let id = answered.schema.field_by_path(path).ok_or_else(|| {
        let cause = Cause::Unknown { what: "field", word: path.to_owned() };
        Error::at("(question)", 1, cause)
    })?;
    let field = answered.schema.field(id);
    let outcome = answered.ruling.field(id).clone();
    let rule = decider(bundle, &outcome);
    let bases = match (outcome.grounds(), rule) {
        (Some(grounds), _) => grounds.bases().to_vec(),
        (None, Some(rule)) => rule.bases.clone(),
        (None, None) => Vec::new(),
    };
    Ok(Explanation {
        path: field.path().to_owned(),
        english: field.english().map(str::to_owned),
        paragraph: field.paragraph().map(str::to_owned),
        facts: answered.facts.clone(),
        steps: steps(&answered, id),
        record: answered.ruling.record.clone(),
        answer: answer(&answered, id),
        rule: rule.map(|rule| RuleText {
            id: rule.id.clone(),
            file: rule.file.clone(),
            line: rule.line,
            text: rule.text.clone(),
            note: rule.note.clone(),
        }),
        bases: bases.iter().filter_map(|id| bundle.basis(id)).cloned().collect(),
        turns: turns(bundle, inquiry, &answered, id),
        outcome,
    })
}

/// The rule that decided a field, where one did.
fn decider<'a>(bundle: &'a Bundle, outcome: &FieldOutcome) -> Option<&'a Rule> {
    let id = match outcome {
        FieldOutcome::Withhold { reason: Reason::Forbidden(rule) } => rule,
        FieldOutcome::Withhold { .. } => return None,
        open => open.grounds()?.rule(),
    };
    bundle.numbers.get(id.as_str()).and_then(|number| bundle.rules.get(*number))
}

fn steps(answered: &Answered<'_>, id: FieldId) -> Vec<Step> {
    let Some(decider) = &answered.decider else { return Vec::new() };
    let steps = decider.class(id, &answered.values).into_iter();
    steps
        .map(|(class, modifier)| Step {
            class,
            modifier: modifier.map(|modifier| (modifier.id.clone(), modifier.law.clone())),
        })
        .collect()
}

/// The answer in words.
pub(crate) fn answer(answered: &Answered<'_>, id: FieldId) -> String {
    let path = |id: FieldId| answered.schema.field(id).path();
    let field = match answered.ruling.field(id) {
        FieldOutcome::Release { .. } => "leaves as it is".to_owned(),
        FieldOutcome::Transform { form, .. } => format!("leaves as {form}"),
        FieldOutcome::Items { keep, .. } => {
            format!("leaves where {} is {}", path(keep.field), keep.values.join(" or "))
        }
        FieldOutcome::Withhold { reason } => match reason {
            Reason::NoPermit => "stays: no rule opens it".to_owned(),
            Reason::Forbidden(rule) => format!("stays: forbidden by rule {rule}"),
            Reason::Within(outer) => format!("stays: it lies in {}, which stays", path(*outer)),
            Reason::Empty => "stays: nothing that lies in it leaves".to_owned(),
            Reason::Unclassified => "stays: the contract gives it no class".to_owned(),
            Reason::Ambiguous => "stays: two rules disagree on its form".to_owned(),
            Reason::Error => "stays: deciding failed".to_owned(),
            Reason::UnknownSender => "stays: the bundle does not know the sender".to_owned(),
            Reason::Traces => "stays: its texts point to a person".to_owned(),
            Reason::NotEntitled => "stays: there is no entitlement that opens the view".to_owned(),
        },
    };
    match &answered.ruling.record {
        RecordOutcome::Withhold(reason) if answered.ruling.field(id).leaves() => {
            let why = match reason {
                RecordReason::Frozen(frozen) => format!("{} would stay", path(*frozen)),
                RecordReason::Empty => "nothing but the envelope would leave".to_owned(),
                RecordReason::Error => "deciding failed".to_owned(),
                RecordReason::UnknownSender => "the sender is unknown".to_owned(),
                RecordReason::NotEntitled => "there is no entitlement".to_owned(),
            };
            format!("stays with the whole record, since {why}; by itself it {field}")
        }
        _ => field,
    }
}

/// Single facts that would turn a withheld field into one that leaves, or the other way round.
fn turns(bundle: &Bundle, inquiry: &Inquiry, answered: &Answered<'_>, id: FieldId) -> Vec<String> {
    let leaves =
        |answered: &Answered<'_>| answered.ruling.releases() && answered.ruling.field(id).leaves();
    let now = leaves(answered);
    let verb = if now { "stay" } else { "leave" };
    let mut turns = Vec::new();
    for fact in answered.schema.facts().facts() {
        let mut values = Vec::new();
        for value in fact.values() {
            let mut other = inquiry.clone();
            other.facts.insert(fact.name().to_owned(), value.clone());
            if bundle.answer(&other).is_ok_and(|other| leaves(&other) != now) {
                values.push(value.as_str());
            }
        }
        if !values.is_empty() {
            let values = values.join(" or ");
            turns.push(format!("it would {verb} if {} were {values}", fact.name()));
        }
    }
    turns
}

// === impl Explanation ===

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let english = self.english.as_deref().unwrap_or("no English name");
        writeln!(f, "{} ({english}) {}", self.path, self.answer)?;
        let facts = self.facts.iter().map(|(name, value)| format!("{name} = {value}"));
        writeln!(f, "  facts   {}", facts.collect::<Vec<_>>().join(", "))?;
        for step in &self.steps {
            match &step.modifier {
                None => {
                    let paragraph = self.paragraph.as_deref().unwrap_or("contract");
                    writeln!(f, "  class   {} by the contract ({paragraph})", step.class)?;
                }
                Some((id, law)) => writeln!(f, "          {} by {id}: {law}", step.class)?,
            }
        }
        if let Some(rule) = &self.rule {
            writeln!(f, "  rule    {} ({}:{})", rule.id, rule.file, rule.line)?;
            if let Some(note) = &rule.note {
                writeln!(f, "          {note}")?;
            }
        }
        for basis in &self.bases {
            basis_lines(f, basis)?;
        }
        for turn in &self.turns {
            writeln!(f, "  turn    {turn}")?;
        }
        Ok(())
    }
}

fn basis_lines(f: &mut fmt::Formatter<'_>, basis: &Basis) -> fmt::Result {
    writeln!(f, "  basis   {}: {}", basis.id, basis.citation)?;
    writeln!(f, "          {}", basis.text)?;
    if basis.valid_from.is_some() {
        let list = |groups: &[vocabulary::GroupId]| {
            groups.iter().map(|group| group.as_str()).collect::<Vec<_>>().join(", ")
        };
        let except = match basis.except_from.as_slice() {
            [] => String::new(),
            except => format!(" except {}", list(except)),
        };
        let until = basis.valid_to.map_or_else(String::new, |to| format!(" until {}", date(to)));
        let from = basis.valid_from.map(date).unwrap_or_default();
        writeln!(
            f,
            "          from {}{except} to {}, in force since {from}{until}",
            list(&basis.from),
            list(&basis.to),
        )?;
        let told = match basis.visible_to_subject {
            Visible::Yes => "the subject is told",
            Visible::Delayed => "the subject is told when it no longer harms the control",
            Visible::No => "the subject is not told",
        };
        writeln!(f, "          {told}")?;
    }
    writeln!(f, "          {}", basis.link)
}

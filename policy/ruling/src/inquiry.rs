//! One question as people ask it, in words, and its answer. Traffic never asks this way: it looks
//! rulings up by number.

use crate::applies::Period;
use crate::bundle::Bundle;
use crate::decide::{Decider, Values};
use crate::error::{Cause, Error};
use crate::outcome::{Reason, RecordReason, Ruling};
use crate::rulings::refused;
use crate::view::Audience;
use avro_tree::Schema;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{AuthorityId, BasisId, RecordType, ViewId};

/// Who sends what, with which facts, into which view, on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// The view.
    pub view: ViewId,
    /// The record type.
    pub record_type: RecordType,
    /// The authority that sends.
    pub sender: AuthorityId,
    /// Facts by name; one that is not stated takes its strictest value.
    pub facts: BTreeMap<String, String>,
    /// Days since 1970-01-01.
    pub day: i32,
    /// Inactive bases taken as active, to see what they would open.
    pub on: BTreeSet<BasisId>,
    /// Active bases taken as inactive.
    pub off: BTreeSet<BasisId>,
    /// Whether the recipient of an entitled view holds what it asks for, under all of its bases;
    /// of another view nothing is asked.
    pub entitled: bool,
}

/// The answer, with what is needed to explain it.
pub struct Answered<'a> {
    pub(crate) decider: Option<Decider<'a>>,
    pub(crate) schema: &'a Arc<Schema>,
    pub(crate) values: Values,
    /// Every fact with its value, the sender's law of secrecy among them.
    pub facts: Vec<(String, String)>,
    /// The ruling.
    pub ruling: Ruling,
}

// === impl Inquiry ===

impl Inquiry {
    /// A question without switches, of a recipient that holds what the view asks for.
    pub fn new(
        view: ViewId,
        record_type: RecordType,
        sender: AuthorityId,
        facts: BTreeMap<String, String>,
        day: i32,
    ) -> Inquiry {
        let (on, off) = (BTreeSet::new(), BTreeSet::new());
        Inquiry { view, record_type, sender, facts, day, on, off, entitled: true }
    }

    /// The facts as the combination of this number states them.
    pub fn facts_of(schema: &Schema, combination: u16) -> BTreeMap<String, String> {
        let space = schema.facts();
        let stated = space.facts().iter().zip(space.values(combination));
        stated
            .filter_map(|(fact, value)| {
                let word = fact.values().get(usize::from(value))?;
                Some((fact.name().to_owned(), word.clone()))
            })
            .collect()
    }

    /// The number of the combination of facts this question states.
    fn combination(&self, schema: &Schema) -> Result<u16, Cause> {
        let unknown = |what, word: &str| Cause::Unknown { what, word: word.to_owned() };
        let space = schema.facts();
        let known = |name: &&String| !space.facts().iter().any(|fact| fact.name() == *name);
        if let Some(name) = self.facts.keys().find(known) {
            return Err(unknown("fact of this record type", name));
        }
        let mut values = Vec::with_capacity(space.facts().len());
        for fact in space.facts() {
            values.push(match self.facts.get(fact.name()) {
                None => fact.strictest(),
                Some(word) => fact
                    .values()
                    .iter()
                    .position(|value| value == word)
                    .and_then(|at| u8::try_from(at).ok())
                    .ok_or_else(|| unknown("value of a fact", word))?,
            });
        }
        Ok(space.index(&values).unwrap_or_else(|| space.strictest()))
    }
}

// === impl Bundle ===

impl Bundle {
    /// Answers one question. A sender that the bundle does not know is an answer (nothing leaves);
    /// a view, record type, fact or basis that it does not know is a refusal.
    pub fn answer(&self, inquiry: &Inquiry) -> Result<Answered<'_>, Error> {
        let refuse = |cause| Error::at("(question)", 1, cause);
        let unknown = |what, word: &str| refuse(Cause::Unknown { what, word: word.to_owned() });
        let view =
            self.view(&inquiry.view).ok_or_else(|| unknown("view", inquiry.view.as_str()))?;
        let kind = inquiry.record_type;
        let schema = self.schema(kind).filter(|_| view.record_types.contains(&kind));
        let schema = schema.ok_or_else(|| unknown("record type of the view", kind.as_str()))?;
        let switched = inquiry.on.iter().chain(&inquiry.off);
        if let Some(basis) = switched.into_iter().find(|id| self.basis(id).is_none()) {
            return Err(unknown("basis", basis.as_str()));
        }
        let combination = inquiry.combination(schema).map_err(refuse)?;
        let period =
            Period { day: Some(inquiry.day), on: inquiry.on.clone(), off: inquiry.off.clone() };
        let sender = self.sender_class(&inquiry.sender);
        let mut answered = Answered {
            decider: Decider::new(self, view, kind, period),
            schema,
            values: Values::new(),
            facts: Inquiry::facts_of(schema, combination).into_iter().collect(),
            ruling: refused(schema, &Reason::UnknownSender, RecordReason::UnknownSender),
        };
        let shut = view.audience == Audience::Entitled && !inquiry.entitled;
        if let (Some(decider), Some(sender)) = (&mut answered.decider, sender) {
            answered.ruling = match shut {
                true => refused(schema, &Reason::NotEntitled, RecordReason::NotEntitled),
                false => decider.ruling(sender, combination),
            };
            answered.values = decider.values(sender, combination);
            answered.facts = self.fact_words(schema, sender, combination);
        }
        Ok(answered)
    }
}

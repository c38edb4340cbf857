//! Asks Cedar: which of the given rules hold for one field, one purpose and one set of facts.
//! The only file that evaluates; it draws no conclusion from what it hears but this one: any error
//! Cedar reports is passed on as such, since Cedar itself skips a rule that fails.

use crate::part::Parts;
use crate::rule::Rule;
use crate::words::{ABSENT, SENDER, Words};
use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;
use vocabulary::{FieldClass, GroupId, Purpose, RecordType};

/// What Cedar says: rules that hold, by their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) permits: Vec<usize>,
    pub(crate) forbid: Option<usize>,
}

/// Deciding failed: whatever else was said does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed;

/// The field a question is about, as far as rules can see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FieldKind {
    pub(crate) class: FieldClass,
    pub(crate) parts: Parts,
    /// Its path, where some rule names it.
    pub(crate) path: Option<String>,
}

/// Who asks, and what kind of field about: the same for many questions.
pub(crate) struct About {
    principal: EntityUid,
    resource: EntityUid,
    entities: Entities,
}

/// One question.
pub(crate) struct Question<'a> {
    pub(crate) about: &'a About,
    pub(crate) purpose: &'a Purpose,
    pub(crate) sender: &'a [GroupId],
    /// The value of each fact of [`Words::facts`], in order; none where the record lacks it.
    pub(crate) facts: &'a [Option<u8>],
}

/// Rules handed to Cedar together.
pub(crate) struct Hand {
    set: PolicySet,
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, Failed> {
    let name = EntityTypeName::from_str(kind).map_err(|_| Failed)?;
    Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

// === impl About ===

impl About {
    /// A member in the groups, and a field of the kind in records of the type.
    pub(crate) fn of(
        groups_of: &[GroupId],
        record_type: RecordType,
        kind: &FieldKind,
    ) -> Result<About, Failed> {
        let principal = uid("Recipient", "member")?;
        let resource = uid("Field", kind.path.as_deref().unwrap_or(""))?;
        let mut parents = HashSet::from([
            uid("Class", kind.class.as_str())?,
            uid("RecordType", record_type.as_str())?,
        ]);
        for part in kind.parts.iter() {
            parents.insert(uid("Part", part.as_str())?);
        }
        let entities = [
            Entity::new_no_attrs(principal.clone(), groups(groups_of)?),
            Entity::new_no_attrs(resource.clone(), parents),
        ];
        let entities = Entities::from_entities(entities, None).map_err(|_| Failed)?;
        Ok(About { principal, resource, entities })
    }
}

// === impl Hand ===

impl Hand {
    pub(crate) fn of<'a>(rules: impl Iterator<Item = &'a Rule>) -> Result<Hand, Failed> {
        let mut set = PolicySet::new();
        for rule in rules {
            set.add(rule.policy.clone()).map_err(|_| Failed)?;
        }
        Ok(Hand { set })
    }

    /// Asks. `numbers` gives the number of a rule by its id.
    pub(crate) fn ask(
        &self,
        question: &Question<'_>,
        words: &Words,
        numbers: &BTreeMap<String, usize>,
    ) -> Result<Answer, Failed> {
        let about = question.about;
        let request = Request::new(
            about.principal.clone(),
            uid("Action", question.purpose.as_str())?,
            about.resource.clone(),
            question.context(words)?,
            None,
        )
        .map_err(|_| Failed)?;
        let response = Authorizer::new().is_authorized(&request, &self.set, &about.entities);
        let diagnostics = response.diagnostics();
        if diagnostics.errors().next().is_some() {
            return Err(Failed);
        }
        let mut said: Vec<usize> = Vec::new();
        for id in diagnostics.reason() {
            let id: &str = id.as_ref();
            said.push(*numbers.get(id).ok_or(Failed)?);
        }
        said.sort_unstable();
        Ok(match response.decision() {
            cedar_policy::Decision::Allow => Answer { permits: said, forbid: None },
            cedar_policy::Decision::Deny => {
                Answer { permits: Vec::new(), forbid: said.first().copied() }
            }
        })
    }
}

// === impl Question ===

impl Question<'_> {
    fn context(&self, words: &Words) -> Result<Context, Failed> {
        let mut pairs = Vec::with_capacity(words.facts.len() + 1);
        let sender = groups(self.sender)?.into_iter().map(RestrictedExpression::new_entity_uid);
        pairs.push((SENDER.to_owned(), RestrictedExpression::new_set(sender)));
        for (fact, value) in words.facts.iter().zip(self.facts) {
            let value = value.map(usize::from).and_then(|value| fact.values.get(value));
            let value = uid(&fact.type_name(), value.map_or(ABSENT, String::as_str))?;
            pairs.push((fact.name.clone(), RestrictedExpression::new_entity_uid(value)));
        }
        Context::from_pairs(pairs).map_err(|_| Failed)
    }
}

fn groups(ids: &[GroupId]) -> Result<HashSet<EntityUid>, Failed> {
    ids.iter().map(|id| uid("Group", id.as_str())).collect()
}

/// What strict validation against the contract finds wrong: the rule's id and the reason.
pub(crate) fn validate(words: &Words, rules: &[Rule]) -> Vec<(String, String)> {
    let schema = match Schema::from_str(&words.cedar_schema()) {
        Ok(schema) => schema,
        Err(error) => return vec![(String::new(), error.to_string())],
    };
    let Ok(hand) = Hand::of(rules.iter()) else { return vec![(String::new(), String::new())] };
    let result = Validator::new(schema).validate(&hand.set, ValidationMode::Strict);
    let wrong = result.validation_errors().map(|e| (e.policy_id().to_string(), e.to_string()));
    let mut found: Vec<(String, String)> = wrong.collect();
    for warning in result.validation_warnings() {
        if let cedar_policy::ValidationWarning::ImpossiblePolicy(never) = warning {
            found.push((never.policy_id().to_string(), "its condition can never hold".to_owned()));
        }
    }
    found
}

//! Invariants: named statements of what never reaches whom, read from `invariants.toml` and checked
//! over every sender, every combination of facts and every day, when the bundle loads.

use crate::bundle::Bundle;
use crate::error::{Broken, Cause, Error};
use crate::limits::MAX_INVARIANTS;
use crate::outcome::Ruling;
use crate::part::{Part, Parts};
use crate::rulings::{RulingId, Rulings};
use crate::text;
use avro_tree::{FieldId, Schema};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use vocabulary::{BasisId, FieldClass, GroupId, Purpose, RecordType, ViewId};

/// What never reaches whom. Lists narrow; an empty list is everything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Never {
    pub(crate) name: Spanned<String>,
    /// Classes, declared or under the facts.
    #[serde(default)]
    pub(crate) classes: Vec<FieldClass>,
    #[serde(default)]
    pub(crate) parts: Vec<Part>,
    /// Fields with one of these parts are left out.
    #[serde(default)]
    pub(crate) except_parts: Vec<Part>,
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Only what leaves by one of these bases.
    #[serde(default)]
    pub(crate) bases: Vec<BasisId>,
    /// What leaves by one of these bases alone is left out.
    #[serde(default)]
    pub(crate) except_bases: Vec<BasisId>,
    #[serde(default)]
    pub(crate) groups: Vec<GroupId>,
    #[serde(default)]
    pub(crate) except_groups: Vec<GroupId>,
    #[serde(default)]
    pub(crate) views: Vec<ViewId>,
    #[serde(default)]
    pub(crate) record_types: Vec<RecordType>,
    #[serde(default)]
    pub(crate) when: BTreeMap<String, Vec<String>>,
    /// Senders in one of these groups.
    #[serde(default)]
    pub(crate) from: Vec<GroupId>,
}

/// Bases that never serve a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Barred {
    pub(crate) name: Spanned<String>,
    pub(crate) bases: Vec<BasisId>,
    pub(crate) purposes: Vec<Purpose>,
}

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invariants {
    #[serde(default)]
    pub(crate) never: Vec<Never>,
    #[serde(default)]
    pub(crate) barred: Vec<Barred>,
}

/// The file invariants stand in.
pub(crate) const FILE: &str = "invariants.toml";

/// Reads the file.
pub(crate) fn read(text: &str, errors: &mut Vec<Error>) -> Invariants {
    let read: Invariants = text::toml(FILE, text, errors).unwrap_or_default();
    if read.never.len() + read.barred.len() > MAX_INVARIANTS {
        let cause = Cause::Limit { what: "invariants", limit: MAX_INVARIANTS };
        errors.push(Error::at(FILE, 1, cause));
    }
    read
}

fn refuse(name: &Spanned<String>, text: &str, cause: Cause) -> Error {
    Error::at(FILE, text::line(text, name.span().start), cause).of(name.get_ref())
}

/// Words that nothing declares, and bases that serve a purpose they are barred from.
pub(crate) fn check_words(bundle: &Bundle, text: &str, errors: &mut Vec<Error>) {
    let unknown = |what, word: &str| Cause::Unknown { what, word: word.to_owned() };
    for never in &bundle.invariants.never {
        let mut wrong = Vec::new();
        let groups = never.groups.iter().chain(&never.except_groups).chain(&never.from);
        for group in groups.filter(|group| !bundle.words.groups.contains(group)) {
            wrong.push(unknown("group", group.as_str()));
        }
        let bases = never.bases.iter().chain(&never.except_bases);
        for basis in bases.filter(|basis| !bundle.bases.contains_key(*basis)) {
            wrong.push(unknown("basis", basis.as_str()));
        }
        for view in never.views.iter().filter(|view| bundle.view(view).is_none()) {
            wrong.push(unknown("view", view.as_str()));
        }
        for field in never.fields.iter().filter(|field| !bundle.words.fields.contains(*field)) {
            wrong.push(unknown("field", field));
        }
        for (fact, values) in &never.when {
            match bundle.words.fact(fact) {
                None => wrong.push(unknown("fact", fact)),
                Some((_, known)) => {
                    let bad = values.iter().filter(|value| known.number(value).is_none());
                    wrong.extend(bad.map(|value| unknown("value of a fact", value)));
                }
            }
        }
        errors.extend(wrong.into_iter().map(|cause| refuse(&never.name, text, cause)));
    }
    for barred in &bundle.invariants.barred {
        for basis in &barred.bases {
            let Some(row) = bundle.bases.get(basis) else {
                errors.push(refuse(&barred.name, text, unknown("basis", basis.as_str())));
                continue;
            };
            for purpose in barred.purposes.iter().filter(|purpose| row.serves(purpose)) {
                let name = barred.name.get_ref().clone();
                let (basis, purpose) = (basis.to_string(), purpose.to_string());
                let cause = Cause::Barred { basis, purpose, name };
                errors.push(refuse(&barred.name, text, cause));
            }
        }
    }
}

/// Every invariant over all rulings of one view and record type.
pub(crate) fn check(bundle: &Bundle, text: &str, rulings: &Rulings, errors: &mut Vec<Error>) {
    let Some(schema) = bundle.schema(rulings.record_type()) else { return };
    for never in &bundle.invariants.never {
        if !concerns(bundle, never, rulings) {
            continue;
        }
        for (id, facts) in reached(bundle, never, rulings, schema) {
            let ruling = rulings.ruling(id);
            let broken = ruling.released().find(|field| covers(never, schema, ruling, *field));
            if let Some(field) = broken {
                let by = ruling.field(field).grounds();
                let cause = Cause::Invariant(Box::new(Broken {
                    name: never.name.get_ref().clone(),
                    field: schema.field(field).path().to_owned(),
                    record_type: rulings.record_type().to_string(),
                    view: rulings.view().to_string(),
                    rule: by.map(|grounds| grounds.rule().to_string()).unwrap_or_default(),
                    facts,
                }));
                errors.push(refuse(&never.name, text, cause));
                break;
            }
        }
    }
}

fn concerns(bundle: &Bundle, never: &Never, rulings: &Rulings) -> bool {
    let Some(view) = bundle.view(rulings.view()) else { return false };
    let within = |groups: &[GroupId]| {
        let above = view.groups.iter().flat_map(|group| bundle.groups.above(group));
        above.into_iter().any(|group| groups.contains(&group))
    };
    (never.views.is_empty() || never.views.contains(&view.id))
        && (never.groups.is_empty() || within(&never.groups))
        && !within(&never.except_groups)
        && (never.record_types.is_empty() || never.record_types.contains(&rulings.record_type()))
}

/// Distinct rulings under which the invariant speaks, each with an example of its facts.
fn reached(
    bundle: &Bundle,
    never: &Never,
    rulings: &Rulings,
    schema: &Schema,
) -> BTreeMap<RulingId, String> {
    let mut found = BTreeMap::new();
    for sender in bundle.senders.classes() {
        let groups = bundle.senders.groups(sender);
        let sends = |from: &BTreeSet<GroupId>| never.from.iter().any(|group| from.contains(group));
        if !never.from.is_empty() && !groups.is_some_and(sends) {
            continue;
        }
        for facts in 0..u16::try_from(rulings.combinations()).unwrap_or(u16::MAX) {
            let id = rulings.id(Some(sender), facts);
            if found.contains_key(&id) {
                continue;
            }
            let words = bundle.fact_words(schema, sender, facts);
            let holds = never.when.iter().all(|(fact, values)| {
                words.iter().any(|(name, value)| name == fact && values.contains(value))
            });
            if holds {
                let words = words.iter().map(|(name, value)| format!("{name} = {value}"));
                found.insert(id, words.collect::<Vec<_>>().join(", "));
            }
        }
    }
    found
}

fn covers(never: &Never, schema: &Schema, ruling: &Ruling, id: FieldId) -> bool {
    let field = schema.field(id);
    let parts = Parts::of(schema, id);
    let class = |class: Option<FieldClass>| class.is_some_and(|c| never.classes.contains(&c));
    let grounds = ruling.field(id).grounds();
    let by = |basis: &BasisId| grounds.is_some_and(|grounds| grounds.bases().contains(basis));
    let excepted = |basis: &BasisId| never.except_bases.contains(basis);
    let left_out = grounds.is_some_and(|grounds| grounds.bases().iter().all(excepted));
    // The envelope tells that a record exists, which is judged by what else of it leaves.
    let envelope = parts.has(Part::Envelope) && !never.parts.contains(&Part::Envelope);
    // What holds others is judged by what it holds: its fields are looked at one by one.
    let holds = schema.children(id).next().is_some();
    let skipped = envelope || (holds && never.fields.is_empty());
    !skipped
        && !left_out
        && (never.bases.is_empty() || never.bases.iter().any(by))
        && (never.classes.is_empty() || class(field.class()) || class(ruling.class(id)))
        && (never.parts.is_empty() || never.parts.iter().any(|part| parts.has(*part)))
        && !never.except_parts.iter().any(|part| parts.has(*part))
        && (never.fields.is_empty() || never.fields.iter().any(|path| path == field.path()))
}

//! What must hold of rules, bases, views and modifiers before any of them is asked: every word
//! known, every permit on a basis that can carry it. Decides nothing about a finding.

use crate::applies::{cited, concerns, covers, profiles, purposes};
use crate::audience;
use crate::basis::{self, ANY, Basis, Kind};
use crate::bundle::Bundle;
use crate::engine;
use crate::error::{Cause, Error};
use crate::manifest;
use crate::modifier;
use crate::rule::{Rule, Whom, named};
use crate::view::{self, View};
use crate::words::{REGIME, SENDER};
use vocabulary::{GroupId, RecordType};

/// The one bundle that may stand on an agreement.
const AGREEMENT_BUNDLE: &str = "tilda-2026";

/// Every fault that needs no evaluation.
pub(crate) fn check(bundle: &Bundle, errors: &mut Vec<Error>) {
    manifest_words(bundle, errors);
    for basis in bundle.bases.values() {
        basis_words(bundle, basis, errors);
    }
    for view in &bundle.views {
        view_words(bundle, view, errors);
        audience::check(bundle, view, errors);
    }
    modifier_words(bundle, errors);
    for rule in &bundle.rules {
        literals(bundle, rule, errors);
        citations(bundle, rule, errors);
        members(bundle, rule, errors);
        if rule.permit && !rule.dormant {
            grounds(bundle, rule, errors);
        }
    }
    // Cedar's own complaints last: a word refused above is refused there too, less plainly.
    if errors.is_empty() {
        for (id, reason) in engine::validate(&bundle.words, &bundle.rules) {
            let reason = reason.replace('\n', " ");
            errors.push(match bundle.rules.iter().find(|rule| rule.id.as_str() == id) {
                Some(rule) => rule.refuse(Cause::Invalid { reason }),
                None => Error::at("rules/", 1, Cause::Invalid { reason }),
            });
        }
    }
}

fn unknown(what: &'static str, word: &str) -> Cause {
    Cause::Unknown { what, word: word.to_owned() }
}

/// Groups of the list that are not declared; `any` is always known.
fn unknown_groups<'a>(
    bundle: &'a Bundle,
    groups: impl IntoIterator<Item = &'a GroupId>,
) -> impl Iterator<Item = Cause> {
    let groups = groups.into_iter().filter(|group| group.as_str() != ANY);
    groups
        .filter(|group| !bundle.words.groups.contains(group))
        .map(|group| unknown("group", group.as_str()))
}

fn known_regime(bundle: &Bundle, regime: &str) -> bool {
    let known = |(_, fact): (usize, &crate::words::FactWords)| fact.number(regime).is_some();
    regime == ANY || bundle.words.fact(REGIME).is_some_and(known)
}

fn manifest_words(bundle: &Bundle, errors: &mut Vec<Error>) {
    let manifest = &bundle.manifest;
    let mut refuse = |cause| errors.push(Error::at(manifest::FILE, 1, cause));
    unknown_groups(bundle, manifest.home_regimes.iter().map(|home| &home.group))
        .for_each(&mut refuse);
    for open in &manifest.open_registers {
        let known =
            open.source.authority().is_ok_and(|code| bundle.groups.authority(&code).is_some());
        if !known {
            refuse(unknown("source", open.source.as_str()));
        }
    }
    for (at, named) in manifest.entitlement_sources.iter().enumerate() {
        // A name in capital letters is an authority's; others are sources of their own.
        let known = named.source.authority();
        if known.is_ok_and(|code| bundle.groups.authority(&code).is_none()) {
            refuse(unknown("source", named.source.as_str()));
        }
        if manifest.entitlement_sources.iter().skip(at + 1).any(|other| other == named) {
            refuse(Cause::Twice { what: "source of entitlements" });
        }
    }
}

fn basis_words(bundle: &Bundle, basis: &Basis, errors: &mut Vec<Error>) {
    let mut refuse =
        |cause| errors.push(Error::at(basis::FILE, basis.line, cause).of(basis.id.as_str()));
    let groups = basis.from.iter().chain(&basis.to).chain(&basis.except_from);
    unknown_groups(bundle, groups).for_each(&mut refuse);
    for regime in basis.regimes.iter().filter(|regime| !known_regime(bundle, regime)) {
        refuse(unknown("regime", regime));
    }
    if basis.kind == Kind::Practice && bundle.manifest.name != AGREEMENT_BUNDLE {
        refuse(Cause::Agreement { basis: basis.id.to_string() });
    }
}

fn view_words(bundle: &Bundle, view: &View, errors: &mut Vec<Error>) {
    let mut refuse =
        |cause| errors.push(Error::at(view::FILE, view.line, cause).of(view.id.as_str()));
    unknown_groups(bundle, &view.groups).for_each(&mut refuse);
    for id in &view.bases {
        match bundle.bases.get(id) {
            None => refuse(unknown("basis", id.as_str())),
            Some(basis) => {
                let name = id.to_string();
                for purpose in view.purposes.iter().filter(|purpose| !basis.serves(purpose)) {
                    refuse(Cause::Purpose {
                        basis: name.clone(),
                        purpose: purpose.to_string(),
                        view: view.id.to_string(),
                    });
                }
            }
        }
    }
    for record_type in view.record_types.iter().filter(|kind| bundle.schema(**kind).is_none()) {
        refuse(unknown("record type", record_type.as_str()));
    }
    for (record_type, paths) in &view.formerly {
        let carried = view.record_types.contains(record_type);
        let schema = bundle.schema(*record_type).filter(|_| carried);
        let known = |path: &&String| schema.is_some_and(|of| of.field_by_path(path).is_some());
        for path in paths.iter().filter(|path| !known(path)) {
            refuse(unknown("field", path));
        }
    }
}

fn modifier_words(bundle: &Bundle, errors: &mut Vec<Error>) {
    for modifier in &bundle.modifiers {
        let mut refuse = |cause| {
            let error = Error::at(modifier::FILE, modifier.line, cause);
            errors.push(error.of(&modifier.id));
        };
        for (fact, values) in &modifier.when {
            let Some((_, known)) = bundle.words.fact(fact) else {
                refuse(unknown("fact", fact));
                continue;
            };
            for value in values.iter().filter(|value| known.number(value).is_none()) {
                refuse(unknown("value of a fact", value));
            }
            for record_type in &modifier.record_types {
                if !has_fact(bundle, *record_type, fact) {
                    refuse(unknown("fact of one of these record types", fact));
                }
            }
        }
    }
}

/// Whether records of a type have a fact; all have a law of secrecy.
pub(crate) fn has_fact(bundle: &Bundle, record_type: RecordType, fact: &str) -> bool {
    let facts = bundle.schema(record_type).map(|schema| schema.facts().facts());
    fact == REGIME || facts.is_some_and(|facts| facts.iter().any(|own| own.name() == fact))
}

/// Every entity a rule names must be one the contract or the bundle declares.
fn literals(bundle: &Bundle, rule: &Rule, errors: &mut Vec<Error>) {
    let words = &bundle.words;
    for (kind, id) in rule.policy.entity_literals().iter().map(named) {
        let (what, known) = match kind.as_str() {
            "Group" => ("group", words.groups.iter().any(|group| group.as_str() == id)),
            "Action" => ("purpose", words.purposes.iter().any(|word| word.as_str() == id)),
            "Field" => ("field", words.fields.contains(&id)),
            "Class" => ("class", id.parse::<vocabulary::FieldClass>().is_ok()),
            "Part" => ("part", crate::part::Part::parse(&id).is_some()),
            "RecordType" => {
                ("record type", words.record_types.iter().any(|word| word.as_str() == id))
            }
            // Who asks is checked by `members`.
            "Recipient" => continue,
            other => match words.facts.iter().find(|fact| fact.type_name() == other) {
                Some(fact) => {
                    let known = fact.number(&id).is_some() || id == crate::words::ABSENT;
                    ("value of a fact", known)
                }
                None => {
                    errors.push(rule.refuse(unknown("kind of word", other)));
                    continue;
                }
            },
        };
        if !known {
            errors.push(rule.refuse(unknown(what, &id)));
        }
    }
    for fact in &rule.looks.context {
        if fact != SENDER && words.fact(fact).is_none() {
            errors.push(rule.refuse(unknown("fact", fact)));
        }
    }
}

/// What a rule cites must exist, be of a kind that does what the rule does, and be active.
fn citations(bundle: &Bundle, rule: &Rule, errors: &mut Vec<Error>) {
    for id in &rule.bases {
        let Some(basis) = bundle.bases.get(id) else {
            errors.push(rule.refuse(unknown("basis", id.as_str())));
            continue;
        };
        let name = id.to_string();
        if rule.permit && basis.kind == Kind::Limits {
            let why = "it closes; only a forbid may cite it".to_owned();
            errors.push(rule.refuse(Cause::Inactive { basis: name, why }));
        } else if !basis.active && !rule.dormant {
            let why = basis.reason.clone().unwrap_or_default();
            errors.push(rule.refuse(Cause::Inactive { basis: name, why }));
        } else if basis.active && basis.kind != Kind::Limits {
            if !basis.in_force_from(bundle.manifest.first_day) {
                errors.push(rule.refuse(Cause::Dated { basis: name }));
            } else if rule.dormant {
                let why = "the basis is active, so the rule need not sleep".to_owned();
                errors.push(rule.refuse(Cause::Inactive { basis: name, why }));
            }
        }
    }
}

/// In a view that is one lane for all, no outcome may depend on which member asks.
fn members(bundle: &Bundle, rule: &Rule, errors: &mut Vec<Error>) {
    let asks = rule.looks.principal || rule.whom == Whom::One;
    for view in &bundle.views {
        let some_only = match &rule.whom {
            Whom::Group(group) if concerns(bundle, rule, view) => {
                !view.groups.iter().all(|of| bundle.groups.above(of).contains(group))
            }
            _ => false,
        };
        let of_view = purposes(rule, view).next().is_some()
            && (!rule.permit || cited(bundle, rule, view).next().is_some());
        if some_only || (asks && of_view) {
            errors.push(rule.refuse(Cause::Member { view: view.id.to_string() }));
        }
    }
}

/// The bases a permit cites must lead from someone to every member of each view that uses it, for
/// each purpose it speaks of there.
fn grounds(bundle: &Bundle, rule: &Rule, errors: &mut Vec<Error>) {
    let mut used = false;
    for view in bundle.views.iter().filter(|view| concerns(bundle, rule, view)) {
        used = true;
        let cited: Vec<&Basis> = cited(bundle, rule, view).collect();
        for basis in &cited {
            if let Some(purpose) = purposes(rule, view).find(|purpose| !basis.serves(purpose)) {
                errors.push(rule.refuse(Cause::Purpose {
                    basis: basis.id.to_string(),
                    purpose: purpose.to_string(),
                    view: view.id.to_string(),
                }));
            }
        }
        let from_someone = bundle.senders.classes().any(|class| {
            let groups = bundle.senders.groups(class);
            let lead = |groups| cited.iter().copied().filter(|b| b.leads_from(groups)).collect();
            groups.is_some_and(|groups| {
                let open: Vec<&Basis> = lead(groups);
                covers(&open, &profiles(bundle, view))
            })
        });
        if !from_someone {
            errors.push(rule.refuse(Cause::Direction { view: view.id.to_string() }));
        }
    }
    if !used {
        errors.push(rule.refuse(Cause::Unused));
    }
}

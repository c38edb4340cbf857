//! From bundle files to a checked bundle. Every fault that can be found is reported, not the first.

use crate::applies::Period;
use crate::bundle::Bundle;
use crate::compile::compile_for;
use crate::decide::Decider;
use crate::error::{Cause, Error};
use crate::files::BundleFiles;
use crate::limits::{MAX_BUNDLE_BYTES, MAX_FILES, MAX_REFUSALS};
use crate::rule::{self, Rule, named};
use crate::rulings::Rulings;
use crate::view::View;
use crate::weigh::Conflict;
use crate::words::{SENDER, Words, sender_groups};
use crate::{basis, check, invariant, manifest, modifier, view};
use avro_tree::{FieldId, Schema};
use standing::{Groups, Senders};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{GroupId, RecordType, ViewId};

/// The file groups stand in.
const GROUPS: &str = "groups.toml";

impl Bundle {
    /// Checks a bundle against the contract's record types.
    ///
    /// Rulings of every view, record type, sender and combination of facts are compiled once here,
    /// as if every active basis were in force, to check invariants and find the fields that a view
    /// can ever release; adding a basis never reveals less, so this covers every day. The bundle
    /// keeps them for the days they are right for, which are most.
    pub fn load(
        files: &BundleFiles,
        schemas: &[(RecordType, Arc<Schema>)],
    ) -> Result<Bundle, Vec<Error>> {
        let mut errors = Vec::new();
        let mut bundle = read(files, schemas, &mut errors).ok_or_else(|| few(errors.clone()))?;
        bundle.addressees = bundle.by_area();
        check::check(&bundle, &mut errors);
        let invariants = files.text(invariant::FILE).unwrap_or_default();
        invariant::check_words(&bundle, invariants, &mut errors);
        if errors.is_empty() {
            bundle.checked = exhaust(&bundle, invariants, &mut errors);
            bundle.releasable = releasable(&bundle);
        }
        if errors.is_empty() { Ok(bundle) } else { Err(few(errors)) }
    }
}

fn few(mut errors: Vec<Error>) -> Vec<Error> {
    errors.truncate(MAX_REFUSALS);
    errors
}

pub(crate) fn read(
    files: &BundleFiles,
    schemas: &[(RecordType, Arc<Schema>)],
    errors: &mut Vec<Error>,
) -> Option<Bundle> {
    if let Some(error) = too_large(files) {
        errors.push(error);
        return None;
    }
    let mut text = |file: &str| {
        let text = files.text(file);
        if text.is_none() {
            errors.push(Error::at(file, 1, Cause::Missing));
        }
        text.unwrap_or_default()
    };
    let texts = [manifest::FILE, GROUPS, basis::FILE, view::FILE, modifier::FILE, invariant::FILE];
    let [of_manifest, of_groups, of_bases, of_views, of_modifiers, of_invariants] =
        texts.map(&mut text);
    if !errors.is_empty() {
        return None;
    }
    let groups = Groups::parse(of_groups)
        .map_err(|error| errors.push(Error::at(GROUPS, error.line(), Cause::Groups(error))))
        .ok();
    let manifest = manifest::read(of_manifest, errors);
    let bases = basis::read(of_bases, errors);
    let views = view::read(of_views, errors);
    let modifiers = modifier::read(of_modifiers, errors);
    let invariants = invariant::read(of_invariants, errors);
    let rules = rules(files, errors);
    let (groups, manifest) = (groups?, manifest?);
    if !errors.is_empty() {
        return None;
    }
    let schemas: BTreeMap<RecordType, Arc<Schema>> = schemas.iter().cloned().collect();
    let relevant = sender_groups(bases.values(), &manifest, groups_in(&rules));
    let number = |(at, rule): (usize, &Rule)| (rule.id.to_string(), at);
    Some(Bundle {
        digest: files.digest(),
        senders: Senders::of(&groups, &relevant),
        words: Words::gather(&schemas, &groups, &views, &manifest),
        numbers: rules.iter().enumerate().map(number).collect(),
        releasable: BTreeMap::new(),
        checked: BTreeMap::new(),
        addressees: BTreeMap::new(),
        manifest,
        groups,
        bases,
        views,
        modifiers,
        rules,
        invariants,
        schemas,
    })
}

fn too_large(files: &BundleFiles) -> Option<Error> {
    let bytes: usize = files.0.values().map(Vec::len).sum();
    let bounds = [(files.0.len(), MAX_FILES, "files"), (bytes, MAX_BUNDLE_BYTES, "bytes")];
    let mut broken = bounds.into_iter().filter(|(found, limit, _)| found > limit);
    let (_, limit, what) = broken.next()?;
    Some(Error::at(manifest::FILE, 1, Cause::Limit { what, limit }))
}

fn rules(files: &BundleFiles, errors: &mut Vec<Error>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (path, bytes) in files.within("rules/", ".cedar") {
        match str::from_utf8(bytes) {
            Ok(text) => rule::read(path, text, &mut rules, errors),
            Err(_) => errors.push(Error::at(path, 1, Cause::Missing)),
        }
    }
    rules
}

/// Ids of one kind of entity that a rule names.
fn literals<'a>(rule: &'a Rule, kind: &'a str) -> impl Iterator<Item = String> + 'a {
    let all = rule.policy.entity_literals().into_iter().map(|uid| named(&uid));
    all.filter(move |(of, _)| of == kind).map(|(_, id)| id)
}

/// Groups of senders that rules ask about.
fn groups_in(rules: &[Rule]) -> impl Iterator<Item = GroupId> {
    let asks = |rule: &&Rule| rule.looks.everything || rule.looks.context.contains(SENDER);
    let ids = rules.iter().filter(asks).flat_map(|rule| literals(rule, "Group"));
    ids.filter_map(|id| id.parse().ok())
}

/// By view and record type.
type Each<T> = BTreeMap<(ViewId, RecordType), T>;

/// Compiles everything once, for every day: finds what only evaluation can find.
fn exhaust(bundle: &Bundle, invariants: &str, errors: &mut Vec<Error>) -> Each<Arc<Rulings>> {
    let mut checked = BTreeMap::new();
    for view in &bundle.views {
        for record_type in &view.record_types {
            let Some(mut decider) = Decider::new(bundle, view, *record_type, Period::default())
            else {
                continue;
            };
            let rulings = compile_for(&mut decider);
            conflicts(&decider, view, errors);
            if rulings.releasable().is_empty() && !waits(bundle, view) {
                let (view_id, record_type) = (view.id.to_string(), record_type.to_string());
                let cause = Cause::Closed { view: view_id, record_type };
                errors.push(Error::at(view::FILE, view.line, cause).of(view.id.as_str()));
            }
            invariant::check(bundle, invariants, &rulings, errors);
            checked.insert((view.id.clone(), *record_type), Arc::new(rulings));
        }
    }
    checked
}

/// Whether a view waits for its law: every basis it carries is in the file, and none is active.
fn waits(bundle: &Bundle, view: &View) -> bool {
    let active = |id| bundle.bases.get(id).is_some_and(|basis| basis.active);
    !view.bases.iter().any(active)
}

/// The fields that each view's schema holds: what some ruling lets leave, and what was let once.
fn releasable(bundle: &Bundle) -> Each<BTreeSet<FieldId>> {
    let fields = bundle.checked.iter().map(|(key, rulings)| {
        let mut fields = rulings.releasable();
        if let (Some(schema), Some(view)) = (bundle.schema(key.1), bundle.view(&key.0)) {
            let formerly = view.formerly.get(&key.1).into_iter().flatten();
            let kept = formerly.filter_map(|path| schema.field_by_path(path));
            fields.extend(kept.flat_map(|id| schema.lineage(id)));
        }
        (key.clone(), fields)
    });
    fields.collect()
}

fn conflicts(decider: &Decider<'_>, view: &View, errors: &mut Vec<Error>) {
    let path = |id| decider.schema.field(id).path().to_owned();
    for conflict in &decider.conflicts {
        let (at, cause) = match conflict {
            Conflict::Ambiguous(one, other, field) => {
                let other = decider.rule(*other).map(|rule| rule.id.to_string());
                let other = other.unwrap_or_default();
                (one, Cause::Ambiguous { other, field: path(*field) })
            }
            Conflict::Unfit(one, field) => {
                let rule = decider.rule(*one);
                let form = rule.and_then(|rule| rule.form).map(|form| form.to_string());
                let form = form.unwrap_or_else(|| "items".to_owned());
                (one, Cause::Form { form, field: path(*field) })
            }
        };
        if let Some(rule) = decider.rule(*at) {
            errors.push(rule.refuse(cause));
        }
    }
    if decider.failures > 0 {
        let (view_id, record_type) = (view.id.to_string(), decider.record_type.to_string());
        let cause = Cause::Failed { view: view_id, record_type };
        errors.push(Error::at(view::FILE, view.line, cause).of(view.id.as_str()));
    }
}

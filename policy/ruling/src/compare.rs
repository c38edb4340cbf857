//! What a new bundle would let out that the one in force does not. Anything that cannot be compared
//! counts as widening.

use crate::basis::Visible;
use crate::bundle::Bundle;
use crate::compile::compile_held;
use crate::error::{Cause, Error};
use crate::limits::{MAX_REFUSALS, MAX_WIDENINGS};
use crate::outcome::Ruling;
use crate::rulings::{RulingId, Rulings};
use crate::view::{self, Audience, View};
use avro_tree::Schema;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use vocabulary::{AuthorityId, RecordType};

/// How a new bundle stands to the one in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// It lets nothing out that the other does not: one approval.
    Narrowing,
    /// It lets out more, in these places: two approvals by different approvers.
    Widening(Vec<Widening>),
}

/// One place where a new bundle lets out more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Widening {
    /// What widens: a view, or `bundle`.
    pub place: String,
    /// What is let out, in words.
    pub what: String,
}

// === impl Comparison ===

impl Comparison {
    /// How many approvals by different approvers the new bundle needs.
    pub const fn approvals(&self) -> usize {
        match self {
            Comparison::Narrowing => 1,
            Comparison::Widening(_) => 2,
        }
    }

    /// A bundle where none is in force: all of it is new.
    pub fn first(bundle: &Bundle) -> Comparison {
        let what = "no bundle is in force".to_owned();
        Comparison::Widening(vec![Widening { place: bundle.name().to_owned(), what }])
    }
}

impl fmt::Display for Widening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Compares a new bundle with the one in force, for `day` and every later day on which a basis of
/// either comes into force or lapses.
pub fn compare(old: &Bundle, new: &Bundle, day: i32) -> Comparison {
    let mut found = BTreeSet::new();
    bundle_wide(old, new, &mut found);
    let mut days = BTreeSet::from([day]);
    for bundle in [old, new] {
        let mut at = day;
        while let Some(turn) = bundle.turns(at) {
            days.insert(turn);
            at = turn;
        }
    }
    for view in &new.views {
        match old.view(&view.id) {
            None => {
                let what = "the view is new".to_owned();
                found.insert(Widening { place: view.id.to_string(), what });
            }
            Some(before) => {
                audience(old, new, before, view, &mut found);
                for record_type in &view.record_types {
                    for day in &days {
                        rulings(old, new, before, view, *record_type, *day, &mut found);
                    }
                }
            }
        }
    }
    if found.is_empty() {
        return Comparison::Narrowing;
    }
    Comparison::Widening(found.into_iter().take(MAX_WIDENINGS).collect())
}

/// Fields that a view's schema would lose to a new bundle. The contract is the same for both, so a
/// schema can differ in nothing else than the fields it holds, and those added are nullable: one
/// that loses none has only grown. A view or record type that is gone has no schema to keep.
pub fn shrinks(old: &Bundle, new: &Bundle) -> Result<(), Vec<Error>> {
    let mut errors = Vec::new();
    for ((id, record_type), after) in &new.releasable {
        let key = (id.clone(), *record_type);
        let (Some(before), Some(was), Some(schema), Some(view)) = (
            old.releasable.get(&key),
            old.schema(*record_type),
            new.schema(*record_type),
            new.view(id),
        ) else {
            continue;
        };
        let kept: BTreeSet<&str> = after.iter().map(|id| schema.field(*id).path()).collect();
        let lost = before.iter().map(|id| was.field(*id).path());
        for field in lost.filter(|path| !kept.contains(path)).map(str::to_owned) {
            let cause = Cause::Shrinks { record_type: record_type.to_string(), field };
            errors.push(Error::at(view::FILE, view.line, cause).of(id.as_str()));
        }
    }
    errors.truncate(MAX_REFUSALS);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn bundle_wide(old: &Bundle, new: &Bundle, found: &mut BTreeSet<Widening>) {
    let mut add = |what: String| found.insert(Widening { place: "bundle".to_owned(), what });
    for open in new.open_registers().iter().filter(|open| !old.open_registers().contains(open)) {
        add(format!("{} may stamp already_published on {}", open.source, open.record_type));
    }
    let known = old.entitlement_sources();
    for named in new.entitlement_sources().iter().filter(|named| !known.contains(named)) {
        add(format!("{} may speak for a {}", named.source, named.kind));
    }
    let (before, after) = (old.retention(), new.retention());
    for (lane, before, after) in [
        ("intake", before.intake_days, after.intake_days),
        ("release", before.release_days, after.release_days),
        ("a-krim", before.akrim_days, after.akrim_days),
        ("disclosure", before.disclosure_days, after.disclosure_days),
        ("quarantine", before.quarantine_days, after.quarantine_days),
    ] {
        if after > before {
            add(format!("{lane} data are kept {after} days, not {before}"));
        }
    }
    let told = |visible: Visible| match visible {
        Visible::Yes => 2,
        Visible::Delayed => 1,
        Visible::No => 0,
    };
    for basis in new.bases() {
        if let Some(before) = old.basis(&basis.id)
            && told(basis.visible_to_subject) < told(before.visible_to_subject)
        {
            add(format!("the subject is told less of disclosures by {}", basis.id));
        }
    }
}

fn audience(
    old: &Bundle,
    new: &Bundle,
    before: &View,
    after: &View,
    found: &mut BTreeSet<Widening>,
) {
    let mut add = |what: String| found.insert(Widening { place: after.id.to_string(), what });
    let was = (before.audience, before.entitlement);
    if was != (after.audience, after.entitlement) && before.audience != Audience::Group {
        add("addressed otherwise than before".to_owned());
    }
    if after.audience != Audience::Group && new.by_gateway(after) != old.by_gateway(before) {
        add("reached in another way than before".to_owned());
    }
    for purpose in after.purposes.iter().filter(|purpose| !before.purposes.contains(purpose)) {
        add(format!("may be used for {purpose}"));
    }
    let known: BTreeSet<_> = old.members(&after.id).into_iter().collect();
    for member in new.members(&after.id) {
        let area = |bundle: &Bundle| bundle.groups.organisation(&member)?.municipality;
        if !known.contains(&member) {
            add(format!("{member} becomes a recipient"));
        } else if after.audience == Audience::OwnArea && area(old) != area(new) {
            add(format!("{member} becomes the recipient of another area"));
        }
    }
}

fn rulings(
    old: &Bundle,
    new: &Bundle,
    before: &View,
    after: &View,
    record_type: RecordType,
    day: i32,
    found: &mut BTreeSet<Widening>,
) {
    let place = after.id.to_string();
    let (Some(was), Some(schema)) = (old.schema(record_type), new.schema(record_type)) else {
        return;
    };
    if was.text() != schema.text() {
        let what = format!("the contract of {record_type} changed");
        found.insert(Widening { place, what });
        return;
    }
    for held in new.choices(after) {
        let was = compile_held(old, before, record_type, day, &held);
        let now = compile_held(new, after, record_type, day, &held);
        rulings_held(old, new, (&was, &now), schema, &place, found);
    }
}

fn rulings_held(
    old: &Bundle,
    new: &Bundle,
    (was, now): (&Rulings, &Rulings),
    schema: &Schema,
    place: &str,
    found: &mut BTreeSet<Widening>,
) {
    let record_type = now.record_type();
    for ((a, b), example) in pairs(old, new, was, now) {
        let (a, b) = (was.ruling(a), now.ruling(b));
        for path in revealed(schema, a, b) {
            // One line a field: which sender and facts first showed it is not part of its identity.
            let what = format!("{record_type}: {path} leaves");
            let already = |w: &Widening| w.place == place && w.what.starts_with(&what);
            if !found.iter().any(already) {
                let what = format!("{what} ({example})");
                found.insert(Widening { place: place.to_owned(), what });
            }
        }
    }
}

/// Distinct pairs of old and new ruling over all authorities and facts, each with an example.
fn pairs(
    old: &Bundle,
    new: &Bundle,
    was: &Rulings,
    now: &Rulings,
) -> BTreeMap<(RulingId, RulingId), String> {
    let mut pairs = BTreeMap::new();
    let codes: BTreeSet<&AuthorityId> = new.senders.authorities().map(|(code, _)| code).collect();
    let mut classes = BTreeMap::new();
    for code in codes {
        let both = (old.sender_class(code), new.sender_class(code));
        classes.entry(both).or_insert(code);
    }
    for ((before, after), code) in classes {
        for facts in 0..u16::try_from(now.combinations()).unwrap_or(u16::MAX) {
            let pair = (was.id(before, facts), now.id(after, facts));
            pairs.entry(pair).or_insert_with(|| {
                let words = match (after, new.schema(now.record_type())) {
                    (Some(class), Some(schema)) => new.fact_words(schema, class, facts),
                    _ => Vec::new(),
                };
                let words = words.iter().map(|(name, value)| format!("{name} = {value}"));
                format!("from {code}, {}", words.collect::<Vec<_>>().join(", "))
            });
        }
    }
    pairs
}

/// Fields that the new ruling reveals and the old one does not, or not as much of.
fn revealed<'a>(
    schema: &'a Schema,
    was: &'a Ruling,
    now: &'a Ruling,
) -> impl Iterator<Item = &'a str> {
    let more = |id: &avro_tree::FieldId| {
        !was.releases() || was.field(*id).reveals_at_least(now.field(*id)) != Some(true)
    };
    now.released().filter(more).map(|id| schema.field(id).path())
}

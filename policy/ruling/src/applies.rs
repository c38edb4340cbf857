//! Which rules apply at all, before any field is looked at: by the legal bases they cite.
//!
//! A permit applies when, of the bases it cites, those in force that day, for this sender, law of
//! secrecy and the view's purposes lead to every member of the view. A forbid always applies.

use crate::basis::Basis;
use crate::bundle::Bundle;
use crate::rule::{Rule, Whom};
use crate::view::View;
use standing::SenderClass;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use vocabulary::{BasisId, GroupId, Purpose};

/// Which days count, and what a case switches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Period {
    /// One day; none is every day from the bundle's first.
    pub(crate) day: Option<i32>,
    /// Inactive bases taken as active.
    pub(crate) on: BTreeSet<BasisId>,
    /// Active bases taken as inactive.
    pub(crate) off: BTreeSet<BasisId>,
}

/// Rules that apply, each with the bases it then stands on (none for a forbid).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Applicable(pub(crate) Vec<(usize, Vec<BasisId>)>);

/// Answers by sender class and law of secrecy; equal answers share a number.
pub(crate) struct Applicability<'a> {
    bundle: &'a Bundle,
    view: &'a View,
    period: Period,
    /// Distinct sets of groups of the view's members.
    profiles: BTreeSet<BTreeSet<GroupId>>,
    numbers: BTreeMap<(SenderClass, String), usize>,
    sets: Vec<Rc<Applicable>>,
}

// === impl Period ===

impl Period {
    /// One day, nothing switched.
    pub(crate) fn on_day(day: i32) -> Period {
        Period { day: Some(day), ..Period::default() }
    }

    fn open(&self, basis: &Basis, first_day: i32) -> bool {
        let active = basis.active && !self.off.contains(&basis.id);
        // A basis that a case switches on counts as in force where it has no first day yet.
        let switched = self.on.contains(&basis.id);
        let in_force = match self.day {
            Some(day) => basis.in_force(day),
            None => basis.in_force_from(first_day),
        };
        (active && in_force) || (switched && (in_force || basis.valid_from.is_none()))
    }
}

// === impl Applicable ===

impl Applicable {
    /// Numbers of the rules.
    pub(crate) fn rules(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(number, _)| *number)
    }

    /// The bases a rule stands on.
    pub(crate) fn bases(&self, number: usize) -> &[BasisId] {
        let found = self.0.iter().find(|(rule, _)| *rule == number);
        found.map_or(&[], |(_, bases)| bases.as_slice())
    }
}

// === impl Applicability ===

impl<'a> Applicability<'a> {
    pub(crate) fn new(bundle: &'a Bundle, view: &'a View, period: Period) -> Applicability<'a> {
        Applicability {
            bundle,
            view,
            period,
            profiles: profiles(bundle, view),
            numbers: BTreeMap::new(),
            sets: Vec::new(),
        }
    }

    /// The number of what applies for a sender under a law of secrecy.
    pub(crate) fn number(&mut self, sender: SenderClass, regime: &str) -> usize {
        let key = (sender, regime.to_owned());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let found = self.find(sender, regime);
        let number = self.sets.iter().position(|set| **set == found).unwrap_or_else(|| {
            self.sets.push(Rc::new(found));
            self.sets.len() - 1
        });
        self.numbers.insert(key, number);
        number
    }

    /// What applies, by its number.
    pub(crate) fn get(&self, number: usize) -> Rc<Applicable> {
        self.sets.get(number).cloned().unwrap_or_default()
    }

    fn find(&self, sender: SenderClass, regime: &str) -> Applicable {
        let mut found = Applicable::default();
        let Some(groups) = self.bundle.senders.groups(sender) else { return found };
        for (number, rule) in self.bundle.rules.iter().enumerate() {
            if !concerns(self.bundle, rule, self.view) {
                continue;
            }
            if !rule.permit {
                found.0.push((number, Vec::new()));
                continue;
            }
            let open: Vec<&Basis> = cited(self.bundle, rule, self.view)
                .filter(|basis| self.period.open(basis, self.bundle.manifest.first_day))
                .filter(|basis| basis.leads_from(groups) && basis.opens_regime(regime))
                .filter(|basis| purposes(rule, self.view).all(|purpose| basis.serves(purpose)))
                .collect();
            if covers(&open, &self.profiles) {
                let bases = open.iter().map(|basis| basis.id.clone()).collect();
                found.0.push((number, bases));
            }
        }
        found
    }
}

/// The distinct sets of groups that members of a view are in; a group without members counts as
/// one member that is in nothing else.
pub(crate) fn profiles(bundle: &Bundle, view: &View) -> BTreeSet<BTreeSet<GroupId>> {
    let mut profiles = BTreeSet::new();
    for group in &view.groups {
        let members = bundle.groups.members_of(group).map(|member| member.groups.clone());
        profiles.extend(members);
        if bundle.groups.members_of(group).next().is_none() {
            profiles.insert(bundle.groups.above(group));
        }
    }
    profiles
}

/// Whether the bases together lead to every member; no basis leads to nobody.
pub(crate) fn covers(bases: &[&Basis], profiles: &BTreeSet<BTreeSet<GroupId>>) -> bool {
    !bases.is_empty()
        && profiles.iter().all(|profile| bases.iter().any(|basis| basis.leads_to(profile)))
}

/// The bases a rule cites that the view carries.
pub(crate) fn cited<'a>(
    bundle: &'a Bundle,
    rule: &'a Rule,
    view: &'a View,
) -> impl Iterator<Item = &'a Basis> {
    let carried = rule.bases.iter().filter(|id| view.bases.contains(id));
    carried.filter_map(|id| bundle.bases.get(id))
}

/// The purposes of the view that the rule speaks of.
pub(crate) fn purposes<'a>(rule: &'a Rule, view: &'a View) -> impl Iterator<Item = &'a Purpose> {
    view.purposes.iter().filter(|purpose| rule.serves(purpose))
}

/// Whether a rule speaks of the view: of its groups, a purpose of it, and (a permit) a basis of it.
pub(crate) fn concerns(bundle: &Bundle, rule: &Rule, view: &View) -> bool {
    let whom = match &rule.whom {
        Whom::Anyone => true,
        Whom::Group(group) => view.groups.iter().any(|of| bundle.groups.above(of).contains(group)),
        Whom::One => false,
    };
    let basis = !rule.permit || cited(bundle, rule, view).next().is_some();
    whom && basis && purposes(rule, view).next().is_some()
}

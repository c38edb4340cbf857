//! A loaded bundle: everything checked, ready to be asked and compiled. Reads no directory.

use crate::audience::Areas;
use crate::basis::Basis;
use crate::invariant::Invariants;
use crate::manifest::{EntitlementSource, Manifest, OpenRegister, Retention};
use crate::modifier::Modifier;
use crate::rule::Rule;
use crate::rulings::Rulings;
use crate::view::View;
use crate::words::{REGIME, Words};
use avro_tree::{FieldId, Schema};
use standing::{Groups, SenderClass, Senders};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{AuthorityId, BasisId, Digest, GroupId, RecordType, SourceId, ViewId};

/// A bundle that passed every check.
#[derive(Debug, Clone)]
pub struct Bundle {
    pub(crate) digest: Digest,
    pub(crate) manifest: Manifest,
    pub(crate) groups: Groups,
    pub(crate) senders: Senders,
    pub(crate) bases: BTreeMap<BasisId, Basis>,
    pub(crate) views: Vec<View>,
    pub(crate) modifiers: Vec<Modifier>,
    pub(crate) rules: Vec<Rule>,
    /// Number of a rule by its id.
    pub(crate) numbers: BTreeMap<String, usize>,
    pub(crate) words: Words,
    pub(crate) invariants: Invariants,
    pub(crate) schemas: BTreeMap<RecordType, Arc<Schema>>,
    pub(crate) releasable: BTreeMap<(ViewId, RecordType), BTreeSet<FieldId>>,
    /// The rulings it was checked with: as if every basis were in force that ever is.
    pub(crate) checked: BTreeMap<(ViewId, RecordType), Arc<Rulings>>,
    /// Members of each own-area view by their own area.
    pub(crate) addressees: Areas,
}

// === impl Bundle ===

impl Bundle {
    /// The digest that approvals sign, and that every entry names.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Its name, such as `national-2026`.
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Its version; a newer bundle of the same name has a higher one.
    pub fn version(&self) -> u64 {
        self.manifest.version
    }

    /// The first day it is meant for, in days since 1970-01-01.
    pub fn first_day(&self) -> i32 {
        self.manifest.first_day
    }

    /// Every view.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// The view of this id.
    pub fn view(&self, id: &ViewId) -> Option<&View> {
        self.views.iter().find(|view| view.id == *id)
    }

    /// Every organisation and group the bundle knows.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Every legal basis, inactive ones too, by id.
    pub fn bases(&self) -> impl Iterator<Item = &Basis> {
        self.bases.values()
    }

    /// The legal basis of this id.
    pub fn basis(&self, id: &BasisId) -> Option<&Basis> {
        self.bases.get(id)
    }

    /// The first day after `day` on which some active basis comes into force or lapses: rulings
    /// compiled for `day` hold until the day before. None when none ever does.
    pub fn turns(&self, day: i32) -> Option<i32> {
        let active = self.bases.values().filter(|basis| basis.active);
        active
            .flat_map(|basis| [basis.valid_from, basis.valid_to.map(|last| last.saturating_add(1))])
            .flatten()
            .filter(|turn| *turn > day)
            .min()
    }

    /// The rulings it was checked with, where they are those of `day`: where no basis that ever is
    /// in force is out of force that day.
    pub(crate) fn checked(
        &self,
        view: &View,
        record_type: RecordType,
        day: i32,
    ) -> Option<Arc<Rulings>> {
        let first = self.manifest.first_day;
        let mut active = self.bases.values().filter(|basis| basis.active);
        let same = active.all(|basis| basis.in_force(day) == basis.in_force_from(first));
        let own = self.view(&view.id) == Some(view);
        let key = (view.id.clone(), record_type);
        if same && own { self.checked.get(&key).cloned() } else { None }
    }

    /// How long each lane keeps what it holds.
    pub fn retention(&self) -> &Retention {
        &self.manifest.retention
    }

    /// The open registers.
    pub fn open_registers(&self) -> &[OpenRegister] {
        &self.manifest.open_registers
    }

    /// Sources whose word counts for entitlements.
    pub fn entitlement_sources(&self) -> &[EntitlementSource] {
        &self.manifest.entitlement_sources
    }

    /// Whether this source's mapping may stamp `already_published` on this record type.
    pub fn may_stamp_published(&self, source: &SourceId, record_type: RecordType) -> bool {
        let mut registers = self.manifest.open_registers.iter();
        registers.any(|open| open.source == *source && open.record_type == record_type)
    }

    /// The class an authority sends in; none when the bundle does not name it.
    pub fn sender_class(&self, authority: &AuthorityId) -> Option<SenderClass> {
        self.senders.class(authority)
    }

    /// How many sender classes there are.
    pub fn sender_classes(&self) -> usize {
        self.senders.count()
    }

    /// Every authority with its sender class.
    pub fn senders(&self) -> &Senders {
        &self.senders
    }

    /// The contract a record type is ruled by.
    pub fn schema(&self, record_type: RecordType) -> Option<&Arc<Schema>> {
        self.schemas.get(&record_type)
    }

    /// The fields that a view can ever release, on any day: those its view schema holds.
    pub fn releasable(&self, view: &ViewId, record_type: RecordType) -> BTreeSet<FieldId> {
        self.releasable.get(&(view.clone(), record_type)).cloned().unwrap_or_default()
    }

    /// Groups that a member of the view is in by being one: its own and those they lie within.
    pub(crate) fn role(&self, view: &View) -> Vec<GroupId> {
        let above = view.groups.iter().flat_map(|group| self.groups.above(group));
        above.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Every fact of a record by name, its law of secrecy among them.
    pub(crate) fn fact_words(
        &self,
        schema: &Schema,
        sender: SenderClass,
        facts: u16,
    ) -> Vec<(String, String)> {
        let space = schema.facts();
        let stated = space.facts().iter().zip(space.values(facts)).filter_map(|(fact, value)| {
            let word = fact.values().get(usize::from(value))?;
            Some((fact.name().to_owned(), word.clone()))
        });
        let mut words: Vec<(String, String)> = stated.collect();
        if !words.iter().any(|(name, _)| name == REGIME)
            && let Some(groups) = self.senders.groups(sender)
        {
            words.push((REGIME.to_owned(), self.manifest.home_regime(groups).to_owned()));
        }
        words
    }

    /// Bases that are in the file but open nothing, with the reason.
    pub fn inactive(&self) -> impl Iterator<Item = (&Basis, &str)> {
        let inactive = self.bases.values().filter(|basis| !basis.active);
        inactive.map(|basis| (basis, basis.reason.as_deref().unwrap_or_default()))
    }

    /// How many rules there are: permits, forbids, and of both those that sleep.
    pub fn rule_counts(&self) -> (usize, usize, usize) {
        let permits = self.rules.iter().filter(|rule| rule.permit).count();
        let dormant = self.rules.iter().filter(|rule| rule.dormant).count();
        (permits, self.rules.len() - permits, dormant)
    }

    /// Names of the invariants that were found to hold.
    pub fn invariants(&self) -> impl Iterator<Item = &str> {
        let never = self.invariants.never.iter().map(|never| never.name.get_ref().as_str());
        never.chain(self.invariants.barred.iter().map(|barred| barred.name.get_ref().as_str()))
    }

    /// The citation of a basis, for people; its id where the bundle has none.
    pub fn citation(&self, id: &BasisId) -> String {
        self.bases.get(id).map_or_else(|| id.to_string(), |basis| basis.citation.clone())
    }
}

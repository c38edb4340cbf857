//! Decides: one view, one record type, any sender and facts → a ruling.
//!
//! Cedar is asked once per field kind and value of the facts that the rules in question look at,
//! and handed only rules whose scope can match; all else is looked up. Never run in a record's
//! path.

use crate::applies::{Applicability, Period, concerns};
use crate::bundle::Bundle;
use crate::engine::{About, Answer, Failed, FieldKind, Hand, Question};
use crate::modifier::Modifier;
use crate::outcome::{FieldOutcome, Reason, RecordReason, Ruling};
use crate::part::Parts;
use crate::record_rule;
use crate::rule::{Rule, Which};
use crate::rulings::refused;
use crate::view::View;
use crate::weigh::{Conflict, weigh};
use crate::words::{REGIME, SENDER};
use avro_tree::{FieldId, Schema};
use standing::SenderClass;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use vocabulary::{FieldClass, GroupId, RecordType};

/// Values of all facts of the bundle, in its order; none where the record type lacks one.
pub(crate) type Values = Vec<Option<u8>>;

/// Which facts matter: a bit for each of the bundle's, and one for the sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mask {
    facts: u64,
    sender: bool,
}

/// The rules that one field kind can meet, and the facts that they look at. Equal sets of rules
/// share a number, so that the same question is put to Cedar once whoever sends.
struct Meeting {
    number: usize,
    rules: Vec<usize>,
    mask: Mask,
}

type Asked = Result<Answer, Failed>;
/// Field kind, number of a set of rules, purpose, values of the facts that matter, and the sender
/// if it matters.
type AskKey = (usize, usize, usize, Values, Option<SenderClass>);

/// Decides for one view and record type.
pub(crate) struct Decider<'a> {
    pub(crate) bundle: &'a Bundle,
    pub(crate) view: &'a View,
    pub(crate) schema: &'a Schema,
    pub(crate) record_type: RecordType,
    /// Groups a member of the view is in, by being one.
    role: Vec<GroupId>,
    parts: Vec<Parts>,
    modifiers: Vec<&'a Modifier>,
    modifier_mask: Mask,
    applicability: Applicability<'a>,
    kinds: Vec<FieldKind>,
    kind_numbers: BTreeMap<FieldKind, usize>,
    /// Paths that rules of the view name: what sets a field apart from others of its kind.
    named: BTreeSet<&'a str>,
    meetings: BTreeMap<(usize, usize), Rc<Meeting>>,
    sets: BTreeMap<Vec<usize>, usize>,
    about: BTreeMap<usize, Rc<About>>,
    hands: BTreeMap<Vec<usize>, Rc<Hand>>,
    answers: BTreeMap<AskKey, Rc<Asked>>,
    masks: BTreeMap<usize, Mask>,
    pub(crate) conflicts: BTreeSet<Conflict>,
    pub(crate) failures: usize,
}

// === impl Decider ===

impl<'a> Decider<'a> {
    /// None when the bundle does not know the record type.
    pub(crate) fn new(
        bundle: &'a Bundle,
        view: &'a View,
        record_type: RecordType,
        period: Period,
    ) -> Option<Decider<'a>> {
        let schema = bundle.schema(record_type)?;
        let modifiers: Vec<&Modifier> =
            bundle.modifiers.iter().filter(|modifier| modifier.concerns(record_type)).collect();
        let of_view = bundle.rules.iter().filter(|rule| concerns(bundle, rule, view));
        let mut decider = Decider {
            bundle,
            view,
            schema,
            record_type,
            role: bundle.role(view),
            parts: schema.field_ids().map(|id| Parts::of(schema, id)).collect(),
            modifier_mask: Mask::default(),
            modifiers,
            applicability: Applicability::new(bundle, view, period),
            kinds: Vec::new(),
            kind_numbers: BTreeMap::new(),
            named: of_view.flat_map(|rule| &rule.fields).map(String::as_str).collect(),
            meetings: BTreeMap::new(),
            sets: BTreeMap::new(),
            about: BTreeMap::new(),
            hands: BTreeMap::new(),
            answers: BTreeMap::new(),
            masks: BTreeMap::new(),
            conflicts: BTreeSet::new(),
            failures: 0,
        };
        let facts = decider.modifiers.iter().flat_map(|modifier| modifier.when.keys());
        decider.modifier_mask = decider.mask_of(facts.map(String::as_str));
        Some(decider)
    }

    /// The values of every fact for a sender and a combination of the record type's own facts.
    pub(crate) fn values(&self, sender: SenderClass, facts: u16) -> Values {
        let own = self.schema.facts();
        let stated = own.values(facts);
        let words = &self.bundle.words;
        let mut values: Values = vec![None; words.facts.len()];
        for (fact, value) in own.facts().iter().zip(stated) {
            let word = fact.values().get(usize::from(value));
            if let (Some((at, known)), Some(word)) = (words.fact(fact.name()), word)
                && let Some(slot) = values.get_mut(at)
            {
                *slot = known.number(word);
            }
        }
        if let Some((at, known)) = words.fact(REGIME)
            && let Some(slot) = values.get_mut(at)
            && slot.is_none()
            && let Some(groups) = self.bundle.senders.groups(sender)
        {
            *slot = known.number(self.bundle.manifest.home_regime(groups));
        }
        values
    }

    /// What tells one ruling from another: the rules that apply, and the facts they look at.
    pub(crate) fn key(&mut self, sender: SenderClass, facts: u16) -> AskKey {
        let values = self.values(sender, facts);
        let applicable = self.applicability.number(sender, self.word(&values, REGIME));
        let mask = match self.masks.get(&applicable) {
            Some(mask) => *mask,
            None => {
                let rules: Vec<usize> = self.applicability.get(applicable).rules().collect();
                let mask = self.modifier_mask.and(self.mask_of_rules(&rules));
                *self.masks.entry(applicable).or_insert(mask)
            }
        };
        (0, applicable, 0, mask.keep(&values), mask.sender.then_some(sender))
    }

    /// The ruling.
    pub(crate) fn ruling(&mut self, sender: SenderClass, facts: u16) -> Ruling {
        let values = self.values(sender, facts);
        let applicable = self.applicability.number(sender, self.word(&values, REGIME));
        let mut fields = Vec::with_capacity(self.schema.fields().len());
        let mut classes = Vec::with_capacity(self.schema.fields().len());
        for id in self.schema.field_ids() {
            let class = self.class(id, &values).last().map(|(class, _)| *class);
            classes.push(class);
            match self.outcome(id, class, applicable, sender, &values) {
                Ok(outcome) => fields.push(outcome),
                Err(Failed) => {
                    self.failures += 1;
                    return refused(self.schema, &Reason::Error, RecordReason::Error);
                }
            }
        }
        record_rule::apply(self.schema, fields, classes)
    }

    /// The classes a field goes through: the contract's, then one for each modifier that changes
    /// it. Empty for an unclassified field.
    pub(crate) fn class(
        &self,
        id: FieldId,
        values: &Values,
    ) -> Vec<(FieldClass, Option<&'a Modifier>)> {
        let field = self.schema.field(id);
        let Some(class) = field.class() else { return Vec::new() };
        let mut steps = vec![(class, None)];
        if field.frozen() {
            return steps;
        }
        let parts = self.parts.get(id.index()).copied().unwrap_or_default();
        let mut class = class;
        for modifier in self.modifiers.iter().copied() {
            let holds = || modifier.holds(|fact| Some(self.word(values, fact)));
            if modifier.changes(class, parts) && modifier.becomes != class && holds() {
                class = modifier.becomes;
                steps.push((class, Some(modifier)));
            }
        }
        steps
    }

    /// The word of a fact; [`crate::words::ABSENT`] where the record has none.
    pub(crate) fn word(&self, values: &Values, fact: &str) -> &'a str {
        let Some((at, known)) = self.bundle.words.fact(fact) else { return crate::words::ABSENT };
        let value = values.get(at).copied().flatten();
        let word = value.and_then(|value| known.values.get(usize::from(value)));
        word.map_or(crate::words::ABSENT, String::as_str)
    }

    fn outcome(
        &mut self,
        id: FieldId,
        class: Option<FieldClass>,
        applicable: usize,
        sender: SenderClass,
        values: &Values,
    ) -> Result<FieldOutcome, Failed> {
        let Some(class) = class else {
            return Ok(FieldOutcome::Withhold { reason: Reason::Unclassified });
        };
        let kind = self.kind(id, class);
        let mut least: Option<FieldOutcome> = None;
        for purpose in 0..self.view.purposes.len() {
            let answer = self.ask(kind, applicable, purpose, sender, values)?;
            let applicable = self.applicability.get(applicable);
            let weighed = weigh(self, id, &answer, &applicable);
            let (outcome, conflicts) = weighed;
            self.conflicts.extend(conflicts);
            // A record of the view may be used for each of its purposes, so each must allow it.
            least = Some(match least {
                None => outcome,
                Some(before) => match before.reveals_at_least(&outcome) {
                    Some(true) => outcome,
                    Some(false) => before,
                    None => FieldOutcome::Withhold { reason: Reason::Ambiguous },
                },
            });
        }
        Ok(least.unwrap_or(FieldOutcome::Withhold { reason: Reason::NoPermit }))
    }

    fn kind(&mut self, id: FieldId, class: FieldClass) -> usize {
        let path = self.schema.field(id).path();
        let kind = FieldKind {
            class,
            parts: self.parts.get(id.index()).copied().unwrap_or_default(),
            path: self.named.contains(path).then(|| path.to_owned()),
        };
        if let Some(number) = self.kind_numbers.get(&kind) {
            return *number;
        }
        self.kinds.push(kind.clone());
        *self.kind_numbers.entry(kind).or_insert(self.kinds.len() - 1)
    }

    fn ask(
        &mut self,
        kind: usize,
        applicable: usize,
        purpose: usize,
        sender: SenderClass,
        values: &Values,
    ) -> Result<Answer, Failed> {
        let meeting = self.meeting(kind, applicable);
        let mask = meeting.mask;
        let sender_key = mask.sender.then_some(sender);
        let key = (kind, meeting.number, purpose, mask.keep(values), sender_key);
        if let Some(answer) = self.answers.get(&key) {
            return answer.as_ref().clone();
        }
        let answer = self.put(kind, &meeting.rules, purpose, sender, values);
        self.answers.insert(key, Rc::new(answer.clone()));
        answer
    }

    /// Puts the question to Cedar.
    fn put(
        &mut self,
        kind: usize,
        rules: &[usize],
        purpose: usize,
        sender: SenderClass,
        values: &Values,
    ) -> Result<Answer, Failed> {
        let bundle = self.bundle;
        let purpose = self.view.purposes.get(purpose).ok_or(Failed)?;
        let serve = |number: &&usize| bundle.rules.get(**number).is_some_and(|r| r.serves(purpose));
        let rules: Vec<usize> = rules.iter().filter(serve).copied().collect();
        if rules.is_empty() {
            return Ok(Answer::default());
        }
        if !self.hands.contains_key(&rules) {
            let hand = Hand::of(rules.iter().filter_map(|number| bundle.rules.get(*number)))?;
            self.hands.insert(rules.clone(), Rc::new(hand));
        }
        if !self.about.contains_key(&kind) {
            let asked = self.kinds.get(kind).ok_or(Failed)?;
            let about = About::of(&self.role, self.record_type, asked)?;
            self.about.insert(kind, Rc::new(about));
        }
        let about = self.about.get(&kind).ok_or(Failed)?;
        let hand = self.hands.get(&rules).ok_or(Failed)?;
        let sender: Vec<GroupId> =
            bundle.senders.groups(sender).into_iter().flatten().cloned().collect();
        let question = Question { about, purpose, sender: &sender, facts: values };
        hand.ask(&question, &bundle.words, &bundle.numbers)
    }

    fn meeting(&mut self, kind: usize, applicable: usize) -> Rc<Meeting> {
        if let Some(meeting) = self.meetings.get(&(kind, applicable)) {
            return Rc::clone(meeting);
        }
        let applies = self.applicability.get(applicable);
        let rules = applies.rules();
        let rules: Vec<usize> = match self.kinds.get(kind) {
            Some(kind) => rules.filter(|number| self.meets(*number, kind)).collect(),
            None => Vec::new(),
        };
        let next = self.sets.len();
        let number = *self.sets.entry(rules.clone()).or_insert(next);
        let meeting = Rc::new(Meeting { number, mask: self.mask_of_rules(&rules), rules });
        self.meetings.insert((kind, applicable), Rc::clone(&meeting));
        meeting
    }

    /// Whether a rule's scope and conditions can match fields of this kind.
    fn meets(&self, number: usize, kind: &FieldKind) -> bool {
        let Some(rule) = self.bundle.rules.get(number) else { return false };
        let scope = match &rule.which {
            Which::Any => true,
            Which::Class(class) => *class == kind.class,
            Which::Part(part) => kind.parts.has(*part),
            Which::Type(record_type) => *record_type == self.record_type,
            Which::Field(path) => kind.path.as_ref() == Some(path),
        };
        scope && rule.conditions.reach(kind, self.record_type)
    }

    fn mask_of_rules(&self, rules: &[usize]) -> Mask {
        let rules = rules.iter().filter_map(|number| self.bundle.rules.get(*number));
        rules.fold(Mask::default(), |mask, rule| {
            let looks = &rule.looks;
            let seen = self.mask_of(looks.context.iter().map(String::as_str));
            mask.and(if looks.everything { Mask::ALL } else { seen })
        })
    }

    fn mask_of<'w>(&self, facts: impl Iterator<Item = &'w str>) -> Mask {
        let mut mask = Mask::default();
        for fact in facts {
            match self.bundle.words.fact(fact) {
                Some((at, _)) => mask.facts |= 1u64.checked_shl(at as u32).unwrap_or(u64::MAX),
                None if fact == SENDER => mask.sender = true,
                None => mask = Mask::ALL,
            }
        }
        mask
    }

    /// The rule of this number.
    pub(crate) fn rule(&self, number: usize) -> Option<&'a Rule> {
        self.bundle.rules.get(number)
    }
}

// === impl Mask ===

impl Mask {
    const ALL: Mask = Mask { facts: u64::MAX, sender: true };

    fn and(self, other: Mask) -> Mask {
        Mask { facts: self.facts | other.facts, sender: self.sender || other.sender }
    }

    /// The values that matter; those that do not are blanked.
    fn keep(self, values: &Values) -> Values {
        let matters = |at: usize| {
            u32::try_from(at).is_ok_and(|at| self.facts.checked_shr(at).unwrap_or(0) & 1 == 1)
        };
        // A value that does not matter and an absent one look alike here; the mask is the same for
        // all keys that are compared, so no two questions are mistaken for each other.
        values.iter().enumerate().map(|(at, value)| value.filter(|_| matters(at))).collect()
    }
}

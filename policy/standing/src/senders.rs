//! Classes of senders: authorities that the law treats alike. Which groups matter is told by the
//! caller.

use crate::Groups;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{AuthorityId, GroupId};

/// Index of a distinct set of sender groups within one bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderClass(u16);

/// Every authority's class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Senders {
    sets: Vec<BTreeSet<GroupId>>,
    by_code: BTreeMap<AuthorityId, SenderClass>,
}

// === impl SenderClass ===

impl SenderClass {
    /// The class at this index of its bundle's list.
    pub const fn new(index: u16) -> Self {
        SenderClass(index)
    }

    /// The index, below [`Senders::count`] of the same bundle.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

// === impl Senders ===

impl Senders {
    /// See [`Groups::senders`].
    pub fn of(groups: &Groups, relevant: &BTreeSet<GroupId>) -> Senders {
        let mut numbered: BTreeMap<BTreeSet<GroupId>, Vec<AuthorityId>> = BTreeMap::new();
        for member in groups.members() {
            if let Some(code) = &member.code {
                let set = member.groups.intersection(relevant).cloned().collect();
                numbered.entry(set).or_default().push(code.clone());
            }
        }
        let mut senders = Senders { sets: Vec::new(), by_code: BTreeMap::new() };
        // INVARIANT: a bundle has at most MAX_MEMBERS authorities, so a class fits 16 bits.
        for (class, (set, codes)) in (0..u16::MAX).map(SenderClass).zip(numbered) {
            senders.sets.push(set);
            senders.by_code.extend(codes.into_iter().map(|code| (code, class)));
        }
        senders
    }

    /// The class of an authority; none when the bundle does not name it.
    pub fn class(&self, code: &AuthorityId) -> Option<SenderClass> {
        self.by_code.get(code).copied()
    }

    /// How many classes there are.
    pub fn count(&self) -> usize {
        self.sets.len()
    }

    /// Every class.
    pub fn classes(&self) -> impl Iterator<Item = SenderClass> + use<> {
        (0..u16::try_from(self.sets.len()).unwrap_or(u16::MAX)).map(SenderClass)
    }

    /// The groups a class is in; none for a class of another bundle.
    pub fn groups(&self, class: SenderClass) -> Option<&BTreeSet<GroupId>> {
        self.sets.get(class.index())
    }

    /// Every authority with its class.
    pub fn authorities(&self) -> impl Iterator<Item = (&AuthorityId, SenderClass)> {
        self.by_code.iter().map(|(code, class)| (code, *class))
    }
}

//! Groups, their members, and questions about them. How the file is read stands in `parse`.

use crate::{Error, Senders, parse};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{AuthorityId, GroupId, MunicipalityNumber, OrgNumber};

/// One group: recipients (G1 … G12), senders that a law names, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id in rules and bases.
    pub id: GroupId,
    /// Its name for people.
    pub name: String,
    /// Groups it lies wholly within.
    pub within: Vec<GroupId>,
    /// Whether its members ask the gateway, having no connector and so no lane of their own.
    pub gateway: bool,
}

/// One organisation of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The authority's code, when it can send.
    pub code: Option<AuthorityId>,
    /// The organisation number, when it can receive.
    pub orgnr: Option<OrgNumber>,
    /// Its name for people.
    pub name: String,
    /// Its groups and every group those lie within.
    pub groups: BTreeSet<GroupId>,
    /// Its own area, when it is a municipality.
    pub municipality: Option<MunicipalityNumber>,
}

/// An organisation that may receive, in its groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    orgnr: OrgNumber,
    groups: BTreeSet<GroupId>,
    municipality: Option<MunicipalityNumber>,
}

/// Every group and member of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    pub(crate) groups: BTreeMap<GroupId, Group>,
    pub(crate) members: Vec<Member>,
    pub(crate) by_number: BTreeMap<OrgNumber, usize>,
    pub(crate) by_code: BTreeMap<AuthorityId, usize>,
}

// === impl Recipient ===

impl Recipient {
    /// The organisation number.
    pub fn orgnr(&self) -> OrgNumber {
        self.orgnr
    }

    /// Its groups and every group those lie within.
    pub fn groups(&self) -> &BTreeSet<GroupId> {
        &self.groups
    }

    /// Whether it is in the group.
    pub fn is_in(&self, group: &GroupId) -> bool {
        self.groups.contains(group)
    }

    /// Its own area, when it is a municipality.
    pub fn municipality(&self) -> Option<MunicipalityNumber> {
        self.municipality
    }
}

// === impl Groups ===

impl Groups {
    /// Reads `groups.toml`.
    pub fn parse(text: &str) -> Result<Groups, Error> {
        parse::groups(text)
    }

    /// Every group, by id.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// The group of this id.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.get(id)
    }

    /// The group and every group it lies within; empty for a group that is not declared.
    pub fn above(&self, id: &GroupId) -> BTreeSet<GroupId> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let Some(group) = self.groups.get(id)
                && found.insert(id.clone())
            {
                open.extend(&group.within);
            }
        }
        found
    }

    /// Every member, in the order of the file.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Members of the group, of groups within it too.
    pub fn members_of(&self, id: &GroupId) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.groups.contains(id))
    }

    /// The authority of this code.
    pub fn authority(&self, code: &AuthorityId) -> Option<&Member> {
        self.by_code.get(code).and_then(|index| self.members.get(*index))
    }

    /// The organisation of this number.
    pub fn organisation(&self, orgnr: &OrgNumber) -> Option<&Member> {
        self.by_number.get(orgnr).and_then(|index| self.members.get(*index))
    }

    /// The recipient of this number; none when no row names it.
    pub fn recipient(&self, orgnr: &OrgNumber) -> Option<Recipient> {
        self.organisation(orgnr).map(|member| Recipient {
            orgnr: *orgnr,
            groups: member.groups.clone(),
            municipality: member.municipality,
        })
    }

    /// The authorities sorted by which of the `relevant` groups they are in: authorities that no
    /// rule can tell apart share a class.
    pub fn senders(&self, relevant: &BTreeSet<GroupId>) -> Senders {
        Senders::of(self, relevant)
    }
}

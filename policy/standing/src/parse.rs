//! Reads `groups.toml` and refuses what cannot be. Answers no questions about groups itself.

use crate::Error;
use crate::groups::{Group, Groups, Member};
use crate::limits::{MAX_DEPTH, MAX_GROUPS, MAX_MEMBERS};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use vocabulary::{AuthorityId, GroupId, MunicipalityNumber, OrgNumber};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    group: Vec<GroupRow>,
    #[serde(default)]
    member: Vec<MemberRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    id: Spanned<GroupId>,
    name: String,
    #[serde(default)]
    within: Vec<GroupId>,
    #[serde(default)]
    gateway: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberRow {
    name: Spanned<String>,
    code: Option<AuthorityId>,
    orgnr: Option<OrgNumber>,
    groups: Vec<GroupId>,
    municipality: Option<MunicipalityNumber>,
}

/// The line, counted from 1, on which a byte of the text lies.
fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

pub(crate) fn groups(text: &str) -> Result<Groups, Error> {
    let file: File = toml::from_str(text).map_err(|error| Error::Shape {
        line: error.span().map_or(1, |span| line(text, span.start)),
        reason: error.message().to_owned(),
    })?;
    let mut read = Groups {
        groups: declared(text, file.group)?,
        members: Vec::new(),
        by_number: BTreeMap::new(),
        by_code: BTreeMap::new(),
    };
    if file.member.len() > MAX_MEMBERS {
        return Err(Error::TooMany { limit: MAX_MEMBERS, what: "members" });
    }
    for row in file.member {
        add(text, &mut read, row)?;
    }
    Ok(read)
}

fn declared(text: &str, rows: Vec<GroupRow>) -> Result<BTreeMap<GroupId, Group>, Error> {
    if rows.len() > MAX_GROUPS {
        return Err(Error::TooMany { limit: MAX_GROUPS, what: "groups" });
    }
    let mut groups = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for row in rows {
        let line = line(text, row.id.span().start);
        let GroupRow { id, name, within, gateway } = row;
        let id = id.into_inner();
        let group = Group { id: id.clone(), name, within, gateway };
        if groups.insert(id.clone(), group).is_some() {
            return Err(Error::Twice { line, what: "group" });
        }
        lines.insert(id, line);
    }
    for (id, line) in lines {
        rooted(&groups, &id, line)?;
    }
    Ok(groups)
}

/// Follows a group upwards, level by level: every group named must exist, and the way must end.
fn rooted(groups: &BTreeMap<GroupId, Group>, id: &GroupId, line: usize) -> Result<(), Error> {
    let mut level = BTreeSet::from([id.clone()]);
    for _ in 0..=MAX_DEPTH {
        let mut next = BTreeSet::new();
        for id in &level {
            let unknown = || Error::UnknownGroup { line, group: id.to_string() };
            next.extend(groups.get(id).ok_or_else(unknown)?.within.iter().cloned());
        }
        if next.is_empty() {
            return Ok(());
        }
        level = next;
    }
    Err(Error::Ring { line, group: id.to_string() })
}

fn add(text: &str, read: &mut Groups, row: MemberRow) -> Result<(), Error> {
    let line = line(text, row.name.span().start);
    if row.groups.is_empty() || (row.code.is_none() && row.orgnr.is_none()) {
        return Err(Error::Bare { line });
    }
    let mut groups = BTreeSet::new();
    for id in &row.groups {
        let above = read.above(id);
        if above.is_empty() {
            return Err(Error::UnknownGroup { line, group: id.to_string() });
        }
        groups.extend(above);
    }
    let index = read.members.len();
    if let Some(code) = &row.code
        && read.by_code.insert(code.clone(), index).is_some()
    {
        return Err(Error::Twice { line, what: "authority code" });
    }
    if let Some(orgnr) = row.orgnr
        && read.by_number.insert(orgnr, index).is_some()
    {
        return Err(Error::Twice { line, what: "organisation number" });
    }
    let name = row.name.into_inner();
    let MemberRow { code, orgnr, municipality, .. } = row;
    read.members.push(Member { code, orgnr, name, groups, municipality });
    Ok(())
}

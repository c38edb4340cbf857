//! Views: audience, purposes, bases and record types, read from `views.toml`.
//! Which of their members asks is not known here; a view's rulings are the same for all of them.

use crate::error::{Cause, Error};
use crate::limits::MAX_VIEWS;
use crate::text;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use vocabulary::{BasisId, EntitlementKind, GroupId, Purpose, RecordType, ViewId};

/// Who of a view's groups may see a record of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every member: one lane.
    Group,
    /// A municipality whose own area the subject lies in, by the register copy; unknown is nobody.
    OwnArea,
    /// A member that holds a live entitlement for the subject, the purpose and the basis.
    Entitled,
    /// The member whose organisation number stands in the record's field for the addressee.
    Addressee,
    /// The person the record is about, by pseudonym; reached by the gateway alone.
    OwnRecord,
}

impl Audience {
    /// The word in `views.toml`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Audience::Group => "group",
            Audience::OwnArea => "own_area",
            Audience::Entitled => "entitled",
            Audience::Addressee => "addressee",
            Audience::OwnRecord => "own_record",
        }
    }
}

/// One view of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its id, part of the lane's topic.
    pub id: ViewId,
    /// Its title for people.
    pub title: String,
    /// The measure of the action plan it serves.
    pub measure: String,
    /// Who of its groups may see a record.
    pub audience: Audience,
    /// What a recipient of an entitled view must hold; none for another audience.
    pub entitlement: Option<EntitlementKind>,
    /// Recipient groups.
    pub groups: Vec<GroupId>,
    /// Purposes a record of the view may be used for; a rule must allow each.
    pub purposes: Vec<Purpose>,
    /// Bases that may open anything here.
    pub bases: Vec<BasisId>,
    /// Record types it carries.
    pub record_types: Vec<RecordType>,
    /// By record type, fields that nothing opens any more and that its schema keeps, always null:
    /// who reads the view's lane reads the old and the new bundle's records by one schema.
    pub formerly: BTreeMap<RecordType, Vec<String>>,
    /// Line of `views.toml`.
    pub(crate) line: usize,
}

// === impl View ===

impl View {
    /// What the view asks of a recipient beyond being a member, in the words of a basis's
    /// requirements.
    pub(crate) fn asks(&self) -> Option<&'static str> {
        match self.audience {
            Audience::Entitled => self.entitlement.map(EntitlementKind::as_str),
            Audience::OwnRecord => Some(OWN_RECORD),
            Audience::Group | Audience::OwnArea | Audience::Addressee => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    view: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Spanned<ViewId>,
    title: String,
    measure: String,
    audience: Audience,
    entitlement: Option<EntitlementKind>,
    groups: Vec<GroupId>,
    purposes: Vec<Purpose>,
    bases: Vec<BasisId>,
    record_types: Vec<RecordType>,
    #[serde(default)]
    formerly: BTreeMap<RecordType, Vec<String>>,
}

/// The requirement that a person asks for what is about that person.
const OWN_RECORD: &str = "own record";

/// The file views stand in.
pub(crate) const FILE: &str = "views.toml";

/// Reads the file. What views name is checked where it is known.
pub(crate) fn read(text: &str, errors: &mut Vec<Error>) -> Vec<View> {
    let Some(file) = text::toml::<File>(FILE, text, errors) else { return Vec::new() };
    if file.view.len() > MAX_VIEWS {
        errors.push(Error::at(FILE, 1, Cause::Limit { what: "views", limit: MAX_VIEWS }));
        return Vec::new();
    }
    let mut views: Vec<View> = Vec::with_capacity(file.view.len());
    for row in file.view {
        let line = text::line(text, row.id.span().start);
        let id = row.id.into_inner();
        let mut refuse = |cause| errors.push(Error::at(FILE, line, cause).of(id.as_str()));
        if views.iter().any(|view| view.id == id) {
            refuse(Cause::Twice { what: "view" });
        }
        for (missing, what) in [
            (row.groups.is_empty(), "group"),
            (row.purposes.is_empty(), "purpose"),
            (row.bases.is_empty(), "basis"),
            (row.record_types.is_empty(), "record type"),
            (
                row.audience == Audience::Entitled && row.entitlement.is_none(),
                "entitlement: consent, contract or case",
            ),
        ] {
            if missing {
                refuse(Cause::Lacks { what });
            }
        }
        if let Some(kind) = row.entitlement.filter(|_| row.audience != Audience::Entitled) {
            let what = "entitlement of a view that asks for none";
            refuse(Cause::Unknown { what, word: kind.to_string() });
        }
        views.push(View {
            id,
            title: row.title,
            measure: row.measure,
            audience: row.audience,
            entitlement: row.entitlement,
            groups: row.groups,
            purposes: row.purposes,
            bases: row.bases,
            record_types: row.record_types,
            formerly: row.formerly,
            line,
        });
    }
    views
}

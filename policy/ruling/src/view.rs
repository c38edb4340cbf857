//! Views: audience, purposes, bases and record types, read from `views.toml`.
//! Which of their members asks is not known here; a view's rulings are the same for all of them.

use crate::error::{Cause, Error};
use crate::limits::MAX_VIEWS;
use crate::text;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use vocabulary::{BasisId, GroupId, Purpose, RecordType, ViewId};

/// Who of a view's groups may see a record of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every member: one lane.
    Group,
    /// A municipality whose own area the subject lies in, by the register copy; unknown is nobody.
    OwnArea,
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
    groups: Vec<GroupId>,
    purposes: Vec<Purpose>,
    bases: Vec<BasisId>,
    record_types: Vec<RecordType>,
    #[serde(default)]
    formerly: BTreeMap<RecordType, Vec<String>>,
}

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
        ] {
            if missing {
                refuse(Cause::Lacks { what });
            }
        }
        views.push(View {
            id,
            title: row.title,
            measure: row.measure,
            audience: row.audience,
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

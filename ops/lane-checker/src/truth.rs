//! The matrices of the bundles that were in force, by digest and day, and what the checker itself
//! must know of one: which text is which record type, which words a combination of facts is.

use crate::Error;
use crate::limits::{MATRICES, MAX_MATRIX};
use serde::Deserialize;
use shadow::Oracle;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{
    BasisId, Digest, EntitlementKind, MunicipalityNumber, OrgNumber, Purpose, RecordType, SourceId,
    SubjectKind, ViewId,
};

/// What may leave, as far as it is known.
#[derive(Default)]
pub struct Truths {
    pub(crate) all: Vec<Truth>,
    numbers: BTreeMap<(Digest, i64), usize>,
}

/// One matrix.
pub(crate) struct Truth {
    pub(crate) oracle: Oracle,
    pub(crate) types: BTreeMap<RecordType, TypeTruth>,
    /// Views that are one lane for all, by record type.
    pub(crate) groups: BTreeSet<(ViewId, RecordType)>,
    /// Whom each view may address; none where a matrix of an older program does not say.
    pub(crate) audiences: BTreeMap<ViewId, Audience>,
    entitlement_sources: Vec<SourceRow>,
}

/// Who of a view's members may see a record of it.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asked {
    Group,
    OwnArea,
    Entitled,
    Addressee,
    OwnRecord,
}

/// Whom a view may address.
#[derive(Deserialize)]
pub(crate) struct Audience {
    view: ViewId,
    pub(crate) audience: Asked,
    /// Whether all of its records lie on one lane that the gateway alone reads.
    pub(crate) gateway: bool,
    members: Vec<MemberRow>,
    pub(crate) entitlement: Option<EntitlementKind>,
    pub(crate) purposes: Vec<Purpose>,
    pub(crate) required: Vec<BasisId>,
}

#[derive(Deserialize)]
pub(crate) struct MemberRow {
    orgnr: OrgNumber,
    /// Its own area, when it is a municipality.
    pub(crate) municipality: Option<MunicipalityNumber>,
}

#[derive(Deserialize)]
struct SourceRow {
    source: SourceId,
    kind: EntitlementKind,
}

/// What is known of a record type.
pub(crate) struct TypeTruth {
    text: String,
    combinations: Vec<Vec<String>>,
    /// Place of the subject's kind among the facts.
    kind: Option<usize>,
    /// Paths of the fields that hold whom a record is addressed to, and the person it is about.
    pub(crate) addressee: Option<String>,
    pub(crate) data_subject: Option<String>,
}

#[derive(Deserialize)]
struct Text {
    digest: Digest,
    /// `2026-11-23`.
    day: String,
    record_types: Vec<TypeRow>,
    views: Vec<ViewRow>,
    #[serde(default)]
    audiences: Vec<Audience>,
    #[serde(default)]
    entitlement_sources: Vec<SourceRow>,
}

#[derive(Deserialize)]
struct TypeRow {
    record_type: RecordType,
    schema: String,
    facts: Vec<FactRow>,
    combinations: Vec<Vec<String>>,
    #[serde(default)]
    addressee: Option<String>,
    #[serde(default)]
    data_subject: Option<String>,
}

#[derive(Deserialize)]
struct FactRow {
    name: String,
}

#[derive(Deserialize)]
struct ViewRow {
    view: ViewId,
    record_type: RecordType,
    audience: String,
}

// === impl Truths ===

impl Truths {
    /// Takes what `samsyn policy export` prints for one bundle, as of the day it names: it is the
    /// truth from that day on, until another of the same bundle is.
    pub fn add(&mut self, matrix: &str) -> Result<(), Error> {
        if self.all.len() >= MATRICES || matrix.len() as u64 > MAX_MATRIX {
            return Err(Error::Matrix);
        }
        let text: Text = serde_json::from_str(matrix).map_err(|_| Error::Matrix)?;
        let oracle = Oracle::parse(matrix).map_err(|_| Error::Matrix)?;
        let day = day_of(&text.day).ok_or(Error::Matrix)?;
        self.numbers.insert((text.digest, day), self.all.len());
        self.all.push(Truth::new(text, oracle));
        Ok(())
    }

    /// The matrix of a bundle at a moment, by its number.
    pub(crate) fn number(&self, bundle: &Digest, at: i64) -> Option<usize> {
        let day = at.div_euclid(86_400_000_000);
        let upto = self.numbers.range((*bundle, i64::MIN)..=(*bundle, day));
        upto.last().map(|(_, number)| *number)
    }

    /// The record type that a schema's text is the contract's for.
    pub(crate) fn record_type(&self, text: &str) -> Option<RecordType> {
        let mut types = self.all.iter().flat_map(|truth| &truth.types);
        types.find(|(_, known)| known.text == text).map(|(record_type, _)| *record_type)
    }
}

// === impl Truth ===

impl Truth {
    fn new(text: Text, oracle: Oracle) -> Truth {
        let types = text.record_types.into_iter().map(|row| {
            let kind = row.facts.iter().position(|fact| fact.name == "subject_kind");
            let TypeRow { schema: text, combinations, addressee, data_subject, .. } = row;
            (row.record_type, TypeTruth { text, combinations, kind, addressee, data_subject })
        });
        let groups = text.views.into_iter().filter(|row| row.audience == "group");
        Truth {
            oracle,
            types: types.collect(),
            groups: groups.map(|row| (row.view, row.record_type)).collect(),
            audiences: text.audiences.into_iter().map(|row| (row.view.clone(), row)).collect(),
            entitlement_sources: text.entitlement_sources,
        }
    }

    /// Whether a source's word counts for entitlements of a kind.
    pub(crate) fn may_entitle(&self, source: &SourceId, kind: EntitlementKind) -> bool {
        self.entitlement_sources.iter().any(|row| row.source == *source && row.kind == kind)
    }
}

// === impl Audience ===

impl Audience {
    /// The member of this number.
    pub(crate) fn member(&self, orgnr: &OrgNumber) -> Option<&MemberRow> {
        self.members.iter().find(|row| row.orgnr == *orgnr)
    }
}

// === impl TypeTruth ===

impl TypeTruth {
    /// The words of a combination of facts.
    pub(crate) fn words(&self, facts: u16) -> Option<&[String]> {
        self.combinations.get(usize::from(facts)).map(Vec::as_slice)
    }

    /// The kind of subject that a combination says; none where the type does not ask.
    pub(crate) fn kind(&self, facts: u16) -> Option<SubjectKind> {
        self.words(facts)?.get(self.kind?)?.parse().ok()
    }
}

/// Days since 1970-01-01 of a date, by the proleptic Gregorian calendar.
fn day_of(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years from March on, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year / 4 - year / 100 + year / 400;
    Some(year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
pub(crate) fn day(date: &str) -> Option<i64> {
    day_of(date)
}

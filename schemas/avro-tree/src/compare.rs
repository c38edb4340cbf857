//! May a schema follow another? Avro's backward compatibility (a reader of the new one can read the
//! old one's data), and confidentiality: a change that could reveal more is breaking.

mod types;

use crate::Schema;
use crate::node::{Field, FieldId};
use std::fmt;
use vocabulary::FieldClass;

/// What changed at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Change {
    /// The record has another name.
    Renamed,
    /// A new field that old data lacks and no default fills.
    AddedWithoutDefault,
    /// A new field without a class.
    AddedUnclassified,
    /// A new field.
    Added,
    /// A field is gone.
    Removed,
    /// A frozen field is gone or no longer frozen.
    Unfrozen,
    /// A field became frozen, so every view's schema changes.
    Frozen,
    /// The class is wider than before, or another that cannot be compared.
    ClassWidened,
    /// The class is narrower than before.
    ClassNarrowed,
    /// The class is gone.
    Unclassified,
    /// `subject` or `freeText` is gone, or `published` came: rules may open more.
    ProtectionDropped,
    /// `subject` or `freeText` came, or `published` is gone.
    ProtectionAdded,
    /// Values of the old type cannot be read as the new, or mean another thing.
    TypeChanged,
    /// The type is wider, and reads the old values.
    TypePromoted,
    /// A union has a new branch.
    BranchAdded,
    /// A union lost a branch.
    BranchRemoved,
    /// An enum has a new symbol.
    SymbolAdded,
    /// An enum lost a symbol.
    SymbolRemoved,
    /// A fact or one of its values is gone, or its strictest value is another.
    FactChanged,
    /// A fact or a value of it is new.
    FactAdded,
    /// Another field names the addressee or the data subject, or none does any more.
    AddressChanged,
}

impl Change {
    /// Whether a schema with this change may not follow.
    pub const fn is_breaking(self) -> bool {
        !matches!(
            self,
            Change::Added
                | Change::Removed
                | Change::ClassNarrowed
                | Change::ProtectionAdded
                | Change::TypePromoted
                | Change::SymbolAdded
                | Change::FactAdded
        )
    }

    const fn words(self) -> &'static str {
        match self {
            Change::Renamed => "the record is renamed",
            Change::AddedWithoutDefault => "new field without a default",
            Change::AddedUnclassified => "new field without a class",
            Change::Added => "new field",
            Change::Removed => "field removed",
            Change::Unfrozen => "frozen field removed or no longer frozen",
            Change::Frozen => "field became frozen",
            Change::ClassWidened => "class widened",
            Change::ClassNarrowed => "class narrowed",
            Change::Unclassified => "class removed",
            Change::ProtectionDropped => "a protecting mark is dropped",
            Change::ProtectionAdded => "a protecting mark is added",
            Change::TypeChanged => "type changed",
            Change::TypePromoted => "type promoted",
            Change::BranchAdded => "union branch added",
            Change::BranchRemoved => "union branch removed",
            Change::SymbolAdded => "symbol added",
            Change::SymbolRemoved => "symbol removed",
            Change::FactChanged => "fact changed or removed",
            Change::FactAdded => "fact or fact value added",
            Change::AddressChanged => "another field names whom the record is for",
        }
    }
}

/// One change, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The path of the field (of a fact: its name).
    pub path: String,
    /// What changed.
    pub change: Change,
}

/// Every change between two schemas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    findings: Vec<Finding>,
}

impl Verdict {
    /// Every change found, in order of path.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The changes that forbid the step.
    pub fn breaking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.change.is_breaking())
    }

    /// Whether the new schema may follow the old.
    pub fn is_compatible(&self) -> bool {
        self.breaking().next().is_none()
    }

    fn add(&mut self, path: &str, change: Change) {
        self.findings.push(Finding { path: path.to_owned(), change });
    }
}

// === impl Finding ===

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.change.words())
    }
}

/// Compares a schema with the one that is to follow it.
pub fn compare(old: &Schema, new: &Schema) -> Verdict {
    let mut verdict = Verdict::default();
    if old.name() != new.name() {
        verdict.add("", Change::Renamed);
    }
    types::compare(old, old.root(), new, new.root(), "", &mut verdict);
    facts(old, new, &mut verdict);
    address(old, new, &mut verdict);
    verdict.findings.sort();
    verdict.findings.dedup();
    verdict
}

/// Compares the fields of two records that stand at the same place.
fn record(
    (old, olds): (&Schema, &[FieldId]),
    (new, news): (&Schema, &[FieldId]),
    verdict: &mut Verdict,
) {
    let mut seen = vec![];
    for id in news {
        let field = new.field(*id);
        let before = olds.iter().copied().find(|id| {
            let name = old.field(*id).name();
            name == field.name() || field.aliases().iter().any(|alias| alias == name)
        });
        match before {
            Some(before) => {
                seen.push(before);
                marks(old.field(before), field, verdict);
                let (a, b) = (old.field(before).node(), field.node());
                types::compare(old, a, new, b, field.path(), verdict);
            }
            None => added(new, *id, verdict),
        }
    }
    for id in olds.iter().filter(|id| !seen.contains(id)) {
        let field = old.field(*id);
        let change = if field.anchors() { Change::Unfrozen } else { Change::Removed };
        verdict.add(field.path(), change);
    }
}

fn added(new: &Schema, id: FieldId, verdict: &mut Verdict) {
    let field = new.field(id);
    if !field.has_default() {
        verdict.add(field.path(), Change::AddedWithoutDefault);
    }
    if field.frozen() {
        verdict.add(field.path(), Change::Frozen);
    }
    let within = new.field_ids().filter(|other| new.lineage(*other).any(|above| above == id));
    for inner in within {
        let inner = new.field(inner);
        let classified = inner.class().is_some();
        let change = if classified { Change::Added } else { Change::AddedUnclassified };
        verdict.add(inner.path(), change);
    }
}

fn marks(old: &Field, new: &Field, verdict: &mut Verdict) {
    let path = new.path();
    match (old.frozen(), new.frozen()) {
        (true, false) => verdict.add(path, Change::Unfrozen),
        (false, true) => verdict.add(path, Change::Frozen),
        _ => {}
    }
    match (old.class(), new.class()) {
        (a, b) if a == b => {}
        (Some(_), None) => verdict.add(path, Change::Unclassified),
        (Some(a), Some(b)) if reach(b) < reach(a) => verdict.add(path, Change::ClassNarrowed),
        _ => verdict.add(path, Change::ClassWidened),
    }
    for (before, after) in [
        (old.subject(), new.subject()),
        (old.free_text(), new.free_text()),
        (!old.published(), !new.published()),
    ] {
        match (before, after) {
            (true, false) => verdict.add(path, Change::ProtectionDropped),
            (false, true) => verdict.add(path, Change::ProtectionAdded),
            _ => {}
        }
    }
}

/// How far a class reaches: only steps from PUB, and from OFF to a closed class, are surely
/// narrower; two closed classes open to different recipients.
const fn reach(class: FieldClass) -> u8 {
    match class {
        FieldClass::Pub => 2,
        FieldClass::Off => 1,
        _ => 0,
    }
}

/// Whom a record is for: what named nobody may come to name somebody, and that is all.
fn address(old: &Schema, new: &Schema, verdict: &mut Verdict) {
    for (before, after) in
        [(old.addressee(), new.addressee()), (old.data_subject(), new.data_subject())]
    {
        let Some(before) = before.map(|id| old.field(id).path()) else { continue };
        if after.map(|id| new.field(id).path()) != Some(before) {
            verdict.add(before, Change::AddressChanged);
        }
    }
}

fn facts(old: &Schema, new: &Schema, verdict: &mut Verdict) {
    let (before, after) = (old.facts().facts(), new.facts().facts());
    for fact in before {
        let Some(next) = after.iter().find(|next| next.name() == fact.name()) else {
            verdict.add(fact.name(), Change::FactChanged);
            continue;
        };
        let strictest =
            |fact: &crate::Fact| fact.values().get(usize::from(fact.strictest())).cloned();
        let lost = fact.values().iter().any(|value| !next.values().contains(value));
        let moved = old.field(fact.field()).path() != new.field(next.field()).path();
        if lost || moved || strictest(fact) != strictest(next) {
            verdict.add(fact.name(), Change::FactChanged);
        } else if next.values().len() > fact.values().len() {
            verdict.add(fact.name(), Change::FactAdded);
        }
    }
    for fact in after.iter().filter(|fact| before.iter().all(|old| old.name() != fact.name())) {
        verdict.add(fact.name(), Change::FactAdded);
    }
}

//! The words a rule may use, gathered from contract and bundle, and the Cedar schema made of them.

use crate::basis::Basis;
use crate::manifest::Manifest;
use crate::part::Part;
use crate::view::View;
use avro_tree::Schema;
use standing::Groups;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use vocabulary::{FieldClass, GroupId, Purpose, RecordType};

/// The fact that every record has: stated in it, or its sender's own law of secrecy.
pub(crate) const REGIME: &str = "regime";
/// The value of a fact that a record type does not have.
pub(crate) const ABSENT: &str = "absent";
/// The attribute of the context that holds the sender's groups.
pub(crate) const SENDER: &str = "sender";

/// One fact over all record types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FactWords {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// Every word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) purposes: BTreeSet<Purpose>,
    pub(crate) groups: BTreeSet<GroupId>,
    pub(crate) record_types: BTreeSet<RecordType>,
    pub(crate) fields: BTreeSet<String>,
    /// Facts in order of name, [`REGIME`] among them; at most 64.
    pub(crate) facts: Vec<FactWords>,
}

// === impl FactWords ===

impl FactWords {
    /// The entity type of its values in rules: `subject_kind` is `SubjectKind`.
    pub(crate) fn type_name(&self) -> String {
        let steps = self.name.split('_').map(|step| {
            let mut letters = step.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        });
        steps.collect()
    }

    /// The number of a value; none for a word that is not one of them.
    pub(crate) fn number(&self, value: &str) -> Option<u8> {
        self.values.iter().position(|word| word == value).and_then(|at| u8::try_from(at).ok())
    }
}

// === impl Words ===

impl Words {
    pub(crate) fn gather(
        schemas: &BTreeMap<RecordType, Arc<Schema>>,
        groups: &Groups,
        views: &[View],
        manifest: &Manifest,
    ) -> Words {
        let mut facts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        facts.insert(REGIME.to_owned(), manifest.regimes().map(str::to_owned).collect());
        for schema in schemas.values() {
            for fact in schema.facts().facts() {
                let values = facts.entry(fact.name().to_owned()).or_default();
                for value in fact.values() {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
        }
        let fields = schemas.values().flat_map(|schema| schema.fields());
        Words {
            purposes: views.iter().flat_map(|view| view.purposes.iter().cloned()).collect(),
            groups: groups.groups().map(|group| group.id.clone()).collect(),
            record_types: schemas.keys().copied().collect(),
            fields: fields.map(|field| field.path().to_owned()).collect(),
            facts: facts.into_iter().map(|(name, values)| FactWords { name, values }).collect(),
        }
    }

    /// The fact of this name and its number.
    pub(crate) fn fact(&self, name: &str) -> Option<(usize, &FactWords)> {
        self.facts.iter().enumerate().find(|(_, fact)| fact.name == name)
    }

    /// The Cedar schema: what a rule may say, as types.
    pub(crate) fn cedar_schema(&self) -> String {
        let mut out = String::from("entity Group in [Group];\nentity Recipient in [Group];\n");
        let classes = FieldClass::ALL.map(FieldClass::as_str);
        closed(&mut out, "Class", classes);
        closed(&mut out, "Part", Part::ALL.map(Part::as_str));
        closed(&mut out, "RecordType", self.record_types.iter().map(|kind| kind.as_str()));
        let mut context = String::from("sender: Set<Group>");
        for fact in &self.facts {
            let name = fact.type_name();
            closed(&mut out, &name, fact.values.iter().map(String::as_str).chain([ABSENT]));
            // Writing to a String cannot fail.
            let _ = write!(context, ", {}: {name}", fact.name);
        }
        out.push_str("entity Field in [Class, Part, RecordType];\n");
        for purpose in &self.purposes {
            let _ = writeln!(
                out,
                "action \"{purpose}\" appliesTo {{ principal: [Recipient], resource: [Field], \
                 context: {{ {context} }} }};"
            );
        }
        out
    }
}

/// Declares an entity type whose ids are a closed list.
fn closed<'a>(out: &mut String, name: &str, ids: impl IntoIterator<Item = &'a str>) {
    let ids: Vec<String> = ids.into_iter().map(|id| format!("\"{id}\"")).collect();
    let _ = writeln!(out, "entity {name} enum [{}];", ids.join(", "));
}

/// Groups that can tell one sender from another: named by a basis, a home regime, or a rule.
pub(crate) fn sender_groups<'a>(
    bases: impl Iterator<Item = &'a Basis>,
    manifest: &'a Manifest,
    in_rules: impl Iterator<Item = GroupId>,
) -> BTreeSet<GroupId> {
    let of_bases = bases.flat_map(|basis| basis.from.iter().chain(&basis.except_from)).cloned();
    let homes = manifest.home_regimes.iter().map(|home| home.group.clone());
    of_bases.chain(homes).chain(in_rules).collect()
}

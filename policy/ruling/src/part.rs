//! Parts: properties of a field, written in the contract, that rules and modifiers may speak of.

use avro_tree::{FieldId, Schema};
use serde::Deserialize;

/// One property of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Frozen, or holding a frozen field: what every released record carries.
    Envelope,
    /// The facts, and what they lie in.
    Facts,
    /// Points to the subject.
    Subject,
    /// Covered by `already_published`.
    Published,
    /// People write freely in it.
    FreeText,
}

/// The parts of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Parts(u8);

// === impl Part ===

impl Part {
    /// Every part.
    pub const ALL: [Part; 5] =
        [Part::Envelope, Part::Facts, Part::Subject, Part::Published, Part::FreeText];

    /// The word in rules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Envelope => "envelope",
            Part::Facts => "facts",
            Part::Subject => "subject",
            Part::Published => "published",
            Part::FreeText => "free_text",
        }
    }

    /// The part of this word.
    pub(crate) fn parse(text: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.as_str() == text)
    }

    const fn bit(self) -> u8 {
        match self {
            Part::Envelope => 1,
            Part::Facts => 2,
            Part::Subject => 4,
            Part::Published => 8,
            Part::FreeText => 16,
        }
    }
}

// === impl Parts ===

impl Parts {
    /// The parts of a field of the schema.
    pub(crate) fn of(schema: &Schema, id: FieldId) -> Parts {
        let field = schema.field(id);
        let facts = schema
            .facts()
            .facts()
            .iter()
            .filter_map(|fact| schema.lineage(fact.field()).last())
            .any(|root| schema.lineage(id).any(|above| above == root));
        let mut parts = Parts::default();
        for (held, part) in [
            (field.anchors(), Part::Envelope),
            (facts, Part::Facts),
            (field.subject(), Part::Subject),
            (field.published(), Part::Published),
            (field.free_text(), Part::FreeText),
        ] {
            if held {
                parts.0 |= part.bit();
            }
        }
        parts
    }

    /// Whether the field has the part.
    pub(crate) fn has(self, part: Part) -> bool {
        self.0 & part.bit() != 0
    }

    /// Every part the field has.
    pub(crate) fn iter(self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(move |part| self.has(*part))
    }
}

//! Selectors: how cases name fields: a path, `class:PER`, `declared:PER` or `part:free_text`.

use crate::inquiry::Answered;
use crate::part::{Part, Parts};
use crate::record_rule::content;
use avro_tree::{FieldId, Schema};
use std::collections::BTreeSet;
use vocabulary::FieldClass;

/// One selector.
pub(crate) enum Selector<'a> {
    Path(&'a str),
    Class(FieldClass),
    Declared(FieldClass),
    Part(Part),
}

/// Whether a field holds no other: what cases count.
fn leaf(schema: &Schema, id: FieldId) -> bool {
    schema.children(id).next().is_none()
}

// === impl Selector ===

impl<'a> Selector<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Selector<'a>, String> {
        let class = |word: &str| word.parse().map_err(|_| format!("class `{word}` is not known"));
        match text.split_once(':') {
            None => Ok(Selector::Path(text)),
            Some(("class", word)) => class(word).map(Selector::Class),
            Some(("declared", word)) => class(word).map(Selector::Declared),
            Some(("part", word)) => Part::parse(word)
                .map(Selector::Part)
                .ok_or_else(|| format!("part `{word}` is not known")),
            Some(_) => Err(format!("selector `{text}` is not known")),
        }
    }

    /// The fields it chooses that hold no others.
    pub(crate) fn leaves(&self, answered: &Answered<'_>) -> Result<BTreeSet<FieldId>, String> {
        let schema = answered.schema;
        if let Selector::Path(path) = self {
            let id = schema.field_by_path(path);
            return Ok(BTreeSet::from([id.ok_or_else(|| format!("field `{path}` is not known"))?]));
        }
        let chosen = schema.field_ids().filter(|id| leaf(schema, *id)).filter(|id| match self {
            Selector::Path(_) => false,
            Selector::Class(class) => answered.ruling.class(*id) == Some(*class),
            Selector::Declared(class) => schema.field(*id).class() == Some(*class),
            Selector::Part(part) => Parts::of(schema, *id).has(*part),
        });
        Ok(chosen.collect())
    }

    /// What the record says: all but envelope and facts, without fields that hold others.
    pub(crate) fn said(answered: &Answered<'_>) -> BTreeSet<FieldId> {
        let schema = answered.schema;
        schema.field_ids().filter(|id| leaf(schema, *id) && content(schema, *id)).collect()
    }
}

//! What a ruling says: each field released, transformed or withheld, and the record with them.
//!
//! How it is reached stands in `compile`; turning it into bytes is the work of `release`.

use crate::record_rule;
use avro_tree::{FieldId, Schema};
use std::fmt;
use std::sync::Arc;
use vocabulary::{BasisId, FieldClass};

/// The `@id` of a rule, unique in its bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(crate) Arc<str>);

/// Why a field is open: the rule that opened it and the legal bases the rule cites.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grounds {
    pub(crate) rule: RuleId,
    pub(crate) bases: Vec<BasisId>,
}

/// A coarser form in which a value may leave; its Avro type stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A date or time as the first of its month.
    Month,
    /// A date or time as 1 January of its year.
    Year,
    /// A place as its municipality.
    Municipality,
    /// A name as its initials.
    Initials,
    /// A keyed pseudonym, different in each view.
    Pseudonym,
    /// A fixed mask.
    Mask,
    /// An amount as the lower bound of its bucket of this width.
    Bucket(i64),
}

/// Which elements of an array leave: those whose field holds one of the values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keep {
    /// A field directly within the array's items: an enum, or a string.
    pub field: FieldId,
    /// Values that let an element pass.
    pub values: Vec<String>,
}

/// Why a field is withheld.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No permit opens it: the default.
    NoPermit,
    /// A forbid closes it, whatever permits say.
    Forbidden(RuleId),
    /// It lies in a field that is withheld.
    Within(FieldId),
    /// Nothing that lies in it leaves.
    Empty,
    /// The contract gives it no class.
    Unclassified,
    /// Two permits open it in forms that cannot be compared.
    Ambiguous,
    /// Something went wrong while deciding; the whole ruling is withheld.
    Error,
    /// The bundle does not know the sender.
    UnknownSender,
    /// People write freely in it, and in this record they wrote what points to a person.
    Traces,
    /// The one who asks holds no entitlement that opens the view.
    NotEntitled,
}

/// What becomes of one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldOutcome {
    /// It leaves as it is.
    Release {
        /// Why.
        grounds: Arc<Grounds>,
    },
    /// It leaves in a coarser form.
    Transform {
        /// The form.
        form: Form,
        /// Why.
        grounds: Arc<Grounds>,
    },
    /// Of an array, some elements leave; the fields within have outcomes of their own.
    Items {
        /// Which elements.
        keep: Keep,
        /// Why.
        grounds: Arc<Grounds>,
    },
    /// It stays.
    Withhold {
        /// Why.
        reason: Reason,
    },
}

/// Why a record is withheld.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordReason {
    /// A frozen field, which every view must carry, is not released.
    Frozen(FieldId),
    /// Nothing but envelope and facts would leave.
    Empty,
    /// Something went wrong while deciding.
    Error,
    /// The bundle does not know the sender.
    UnknownSender,
    /// The one who asks holds no entitlement that opens the view.
    NotEntitled,
}

/// What becomes of the record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordOutcome {
    /// It leaves, with the fields that do.
    Release,
    /// It stays, whatever its fields' outcomes say.
    Withhold(RecordReason),
}

/// The answer for one (view, record type, sender class, facts).
///
/// INVARIANT: `fields` and `classes` have one entry for each field of the schema, in its order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ruling {
    /// What becomes of the record.
    pub record: RecordOutcome,
    /// What becomes of each field, by [`FieldId`].
    pub fields: Vec<FieldOutcome>,
    /// The class each field has under these facts; none where the contract gives none.
    pub classes: Vec<Option<FieldClass>>,
}

// === impl RuleId ===

impl RuleId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// === impl Grounds ===

impl Grounds {
    /// The rule.
    pub fn rule(&self) -> &RuleId {
        &self.rule
    }

    /// The legal bases it cites, at least one.
    pub fn bases(&self) -> &[BasisId] {
        &self.bases
    }
}

// === impl Form ===

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Month => f.write_str("month"),
            Form::Year => f.write_str("year"),
            Form::Municipality => f.write_str("municipality"),
            Form::Initials => f.write_str("initials"),
            Form::Pseudonym => f.write_str("pseudonym"),
            Form::Mask => f.write_str("mask"),
            Form::Bucket(width) => write!(f, "bucket {width}"),
        }
    }
}

impl Form {
    /// Reads the word of `@transform`; none when it is not in the closed list.
    pub(crate) fn parse(text: &str) -> Option<Form> {
        Some(match text.trim() {
            "month" => Form::Month,
            "year" => Form::Year,
            "municipality" => Form::Municipality,
            "initials" => Form::Initials,
            "pseudonym" => Form::Pseudonym,
            "mask" => Form::Mask,
            other => {
                let width: i64 = other.strip_prefix("bucket ")?.trim().parse().ok()?;
                return (width > 0).then_some(Form::Bucket(width));
            }
        })
    }
}

// === impl FieldOutcome ===

impl FieldOutcome {
    /// Whether any form of the value leaves.
    pub fn leaves(&self) -> bool {
        !matches!(self, FieldOutcome::Withhold { .. })
    }

    /// Why it leaves; none when it does not.
    pub fn grounds(&self) -> Option<&Grounds> {
        match self {
            FieldOutcome::Release { grounds }
            | FieldOutcome::Transform { grounds, .. }
            | FieldOutcome::Items { grounds, .. } => Some(grounds),
            FieldOutcome::Withhold { .. } => None,
        }
    }

    /// Whether this reveals at least what `other` does: the order in which the most revealing
    /// permitted form wins. None when the two cannot be compared.
    pub fn reveals_at_least(&self, other: &FieldOutcome) -> Option<bool> {
        use FieldOutcome::{Items, Release, Transform, Withhold};
        Some(match (self, other) {
            (_, Withhold { .. }) | (Release { .. }, _) => true,
            (Withhold { .. }, _) | (_, Release { .. }) => false,
            (Transform { form: a, .. }, Transform { form: b, .. }) if a == b => true,
            (Transform { form: Form::Month, .. }, Transform { form: Form::Year, .. }) => true,
            (Transform { form: Form::Year, .. }, Transform { form: Form::Month, .. }) => false,
            (Items { keep: a, .. }, Items { keep: b, .. }) if a == b => true,
            _ => return None,
        })
    }

    /// The word that the matrix, cases and explanations use.
    pub fn word(&self) -> String {
        match self {
            FieldOutcome::Release { .. } => "release".to_owned(),
            FieldOutcome::Transform { form, .. } => form.to_string(),
            FieldOutcome::Items { .. } => "items".to_owned(),
            FieldOutcome::Withhold { .. } => "withhold".to_owned(),
        }
    }
}

// === impl Ruling ===

impl Ruling {
    /// The outcome of a field; withheld for a field the ruling does not know.
    pub fn field(&self, id: FieldId) -> &FieldOutcome {
        const UNKNOWN: FieldOutcome = FieldOutcome::Withhold { reason: Reason::NoPermit };
        self.fields.get(id.index()).unwrap_or(&UNKNOWN)
    }

    /// The class a field has under these facts.
    pub fn class(&self, id: FieldId) -> Option<FieldClass> {
        self.classes.get(id.index()).copied().flatten()
    }

    /// The same answer for a record in whose free texts a person's number or address was found:
    /// no free text of it leaves. None when none left anyway.
    pub fn without_texts(&self, schema: &Schema) -> Option<Ruling> {
        let mut fields = self.fields.clone();
        let mut changed = false;
        for (id, outcome) in schema.field_ids().zip(&mut fields) {
            if schema.field(id).free_text() && outcome.leaves() {
                *outcome = FieldOutcome::Withhold { reason: Reason::Traces };
                changed = true;
            }
        }
        (changed && self.releases())
            .then(|| record_rule::apply(schema, fields, self.classes.clone()))
    }

    /// Whether the record leaves.
    pub fn releases(&self) -> bool {
        self.record == RecordOutcome::Release
    }

    /// The fields that leave, in order; empty when the record is withheld.
    pub fn released(&self) -> impl Iterator<Item = FieldId> + '_ {
        let fields = if self.releases() { self.fields.as_slice() } else { &[] };
        (0..u16::MAX).map(FieldId::new).zip(fields).filter(|(_, o)| o.leaves()).map(|(id, _)| id)
    }
}

//! All rulings of one view and record type, each distinct one stored once. Decides nothing itself.

use crate::outcome::{FieldOutcome, Reason, RecordOutcome, RecordReason, Ruling};
use avro_tree::{FieldId, Schema};
use standing::SenderClass;
use std::collections::BTreeSet;
use vocabulary::{Digest, RecordType, ViewId};

/// Index of a distinct ruling within its [`Rulings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RulingId(pub(crate) u32);

/// Every (sender class, fact combination) of one view and record type, with its ruling.
///
/// INVARIANT: the first ruling withholds everything; it answers for an unknown sender and for
/// facts out of range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rulings {
    pub(crate) bundle: Digest,
    pub(crate) view: ViewId,
    pub(crate) record_type: RecordType,
    pub(crate) facts: usize,
    pub(crate) distinct: Vec<Ruling>,
    pub(crate) index: Vec<RulingId>,
}

// === impl RulingId ===

impl RulingId {
    /// The ruling that withholds everything.
    pub const REFUSED: RulingId = RulingId(0);

    /// The index in [`Rulings::distinct`].
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

// === impl Rulings ===

impl Rulings {
    /// The bundle these follow from.
    pub fn bundle(&self) -> Digest {
        self.bundle
    }

    /// The view.
    pub fn view(&self) -> &ViewId {
        &self.view
    }

    /// The record type.
    pub fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The ruling for a sender, none where the bundle does not know it, and a combination of facts.
    pub fn id(&self, sender: Option<SenderClass>, facts: u16) -> RulingId {
        let facts = usize::from(facts);
        match sender {
            Some(sender) if facts < self.facts => {
                let at = sender.index().saturating_mul(self.facts).saturating_add(facts);
                self.index.get(at).copied().unwrap_or(RulingId::REFUSED)
            }
            _ => RulingId::REFUSED,
        }
    }

    /// The ruling of this id.
    ///
    /// # Panics
    /// For an id of other rulings that is out of range here.
    #[expect(clippy::indexing_slicing, reason = "an id of other rulings is a mistake in code")]
    pub fn ruling(&self, id: RulingId) -> &Ruling {
        &self.distinct[id.index()]
    }

    /// The ruling for a sender and a combination of facts.
    pub fn get(&self, sender: Option<SenderClass>, facts: u16) -> &Ruling {
        self.ruling(self.id(sender, facts))
    }

    /// Every distinct ruling; a [`RulingId`] is an index into it.
    pub fn distinct(&self) -> &[Ruling] {
        &self.distinct
    }

    /// How many combinations of facts each sender class has.
    pub fn combinations(&self) -> usize {
        self.facts
    }

    /// The fields that some ruling lets leave.
    pub fn releasable(&self) -> BTreeSet<FieldId> {
        self.distinct.iter().flat_map(Ruling::released).collect()
    }
}

/// The ruling that withholds everything, for one reason.
pub(crate) fn refused(schema: &Schema, reason: &Reason, record: RecordReason) -> Ruling {
    let fields = schema.fields();
    Ruling {
        record: RecordOutcome::Withhold(record),
        fields: vec![FieldOutcome::Withhold { reason: reason.clone() }; fields.len()],
        classes: fields.iter().map(avro_tree::Field::class).collect(),
    }
}

//! From fields to record: what lies in a withheld field stays, a container with nothing in it
//! stays, and a record leaves only with all of its envelope and something to say.

use crate::outcome::{FieldOutcome, Reason, RecordOutcome, RecordReason, Ruling};
use crate::part::{Part, Parts};
use avro_tree::{FieldId, Schema};
use vocabulary::FieldClass;

/// Completes a ruling from each field's own outcome.
pub(crate) fn apply(
    schema: &Schema,
    mut fields: Vec<FieldOutcome>,
    classes: Vec<Option<FieldClass>>,
) -> Ruling {
    close_within(schema, &mut fields);
    close_empty(schema, &mut fields);
    let record = match withheld(schema, &fields) {
        Some(reason) => RecordOutcome::Withhold(reason),
        None => RecordOutcome::Release,
    };
    Ruling { record, fields, classes }
}

fn leaves(fields: &[FieldOutcome], id: FieldId) -> bool {
    fields.get(id.index()).is_some_and(FieldOutcome::leaves)
}

/// A field leaves only when all it lies in does. Fields come depth first, so parents come first.
fn close_within(schema: &Schema, fields: &mut [FieldOutcome]) {
    for id in schema.field_ids() {
        let stays = schema.lineage(id).skip(1).filter(|above| !leaves(fields, *above)).last();
        if let (Some(outer), Some(outcome)) = (stays, fields.get_mut(id.index()))
            && outcome.leaves()
        {
            *outcome = FieldOutcome::Withhold { reason: Reason::Within(outer) };
        }
    }
}

/// A container leaves only with something in it: an empty one would tell that there was something.
fn close_empty(schema: &Schema, fields: &mut [FieldOutcome]) {
    let mut holds = vec![false; fields.len()];
    let mut fills = vec![false; fields.len()];
    // Backwards, so that what a container holds is settled before the container.
    let ids: Vec<FieldId> = schema.field_ids().collect();
    for id in ids.into_iter().rev() {
        let container = holds.get(id.index()).copied().unwrap_or_default();
        let filled = fills.get(id.index()).copied().unwrap_or_default();
        if let Some(outcome) = fields.get_mut(id.index())
            && outcome.leaves()
            && container
            && !filled
        {
            *outcome = FieldOutcome::Withhold { reason: Reason::Empty };
        }
        if let Some(parent) = schema.field(id).parent() {
            if let Some(holds) = holds.get_mut(parent.index()) {
                *holds = true;
            }
            if leaves(fields, id)
                && let Some(fills) = fills.get_mut(parent.index())
            {
                *fills = true;
            }
        }
    }
}

/// Why the record stays, if it does.
fn withheld(schema: &Schema, fields: &[FieldOutcome]) -> Option<RecordReason> {
    let released =
        |id: FieldId| matches!(fields.get(id.index()), Some(FieldOutcome::Release { .. }));
    if let Some(frozen) = schema.field_ids().find(|id| schema.field(*id).frozen() && !released(*id))
    {
        return Some(RecordReason::Frozen(frozen));
    }
    let says = schema.field_ids().any(|id| leaves(fields, id) && content(schema, id));
    (!says).then_some(RecordReason::Empty)
}

/// Whether a field is what a record says, rather than its envelope or facts.
pub(crate) fn content(schema: &Schema, id: FieldId) -> bool {
    let parts = Parts::of(schema, id);
    !parts.has(Part::Envelope) && !parts.has(Part::Facts)
}

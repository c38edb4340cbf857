//! A ruling as actions on bytes, field by field. What an action does to bytes is `avro-span`'s
//! knowledge.

use crate::Error;
use avro_span::{Action, Form, Predicate};
use avro_tree::{FieldId, Schema};
use ruling::{FieldOutcome, Ruling};
use std::collections::BTreeSet;

/// One action for each field of the schema, in its order.
pub(crate) type PlanActions = Vec<Action>;

/// The actions of a ruling that releases.
pub(crate) fn of(
    schema: &Schema,
    ruling: &Ruling,
    releasable: &BTreeSet<FieldId>,
) -> Result<PlanActions, Error> {
    schema
        .field_ids()
        .map(|id| {
            if !releasable.contains(&id) && !schema.field(id).frozen() {
                return Ok(Action::Drop);
            }
            action(ruling.field(id))
                .ok_or_else(|| Error::Unenforceable { path: schema.field(id).path().to_owned() })
        })
        .collect()
}

fn action(outcome: &FieldOutcome) -> Option<Action> {
    Some(match outcome {
        FieldOutcome::Release { .. } => Action::Keep,
        FieldOutcome::Withhold { .. } => Action::Null,
        FieldOutcome::Transform { form, .. } => Action::Transform(match form {
            ruling::Form::Month => Form::Month,
            ruling::Form::Year => Form::Year,
            ruling::Form::Municipality => Form::Municipality,
            ruling::Form::Initials => Form::Initials,
            ruling::Form::Pseudonym => Form::Pseudonym,
            ruling::Form::Mask => Form::Mask,
            ruling::Form::Bucket(width) => Form::Bucket(*width),
        }),
        FieldOutcome::Items { keep, .. } => {
            Action::Items(Predicate::new(keep.field, keep.values.clone()))
        }
    })
}

//! Weighs the permits that hold for one field: the most revealing form wins, a forbid always does.

use crate::applies::Applicable;
use crate::decide::Decider;
use crate::engine::Answer;
use crate::outcome::{FieldOutcome, Form, Grounds, Keep, Reason};
use crate::rule::Rule;
use avro_tree::{FieldId, Logical, Node, Schema};
use std::sync::Arc;

/// A fault found while weighing, for the loader: rules by number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Conflict {
    /// Two rules open a field in forms that cannot be compared.
    Ambiguous(usize, usize, FieldId),
    /// A rule opens a field in a form that does not fit its type.
    Unfit(usize, FieldId),
}

/// The outcome that an answer of Cedar means for a field, and the faults met on the way. A permit
/// whose form does not fit opens nothing.
pub(crate) fn weigh(
    decider: &Decider<'_>,
    id: FieldId,
    answer: &Answer,
    applicable: &Applicable,
) -> (FieldOutcome, Vec<Conflict>) {
    let mut conflicts = Vec::new();
    if let Some(rule) = answer.forbid.and_then(|number| decider.rule(number)) {
        let reason = Reason::Forbidden(rule.id.clone());
        return (FieldOutcome::Withhold { reason }, conflicts);
    }
    let mut offers: Vec<(usize, &Rule, FieldOutcome)> = Vec::new();
    for number in &answer.permits {
        let Some(rule) = decider.rule(*number) else { continue };
        let bases = applicable.bases(*number).to_vec();
        let grounds = Arc::new(Grounds { rule: rule.id.clone(), bases });
        match offer(decider.schema, id, rule, grounds) {
            Some(outcome) => offers.push((*number, rule, outcome)),
            None => conflicts.push(Conflict::Unfit(*number, id)),
        }
    }
    let outcome = match most_revealing(&offers) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => FieldOutcome::Withhold { reason: Reason::NoPermit },
        Err((one, other)) => {
            conflicts.push(Conflict::Ambiguous(one, other, id));
            FieldOutcome::Withhold { reason: Reason::Ambiguous }
        }
    };
    (outcome, conflicts)
}

/// What a rule offers for a field; none when its form does not fit.
fn offer(schema: &Schema, id: FieldId, rule: &Rule, grounds: Arc<Grounds>) -> Option<FieldOutcome> {
    if let Some((name, values)) = &rule.items {
        let field = schema.children(id).find(|child| schema.field(*child).name() == name)?;
        let array = matches!(schema.value_node(id), Node::Array(_));
        let keep = Keep { field, values: values.clone() };
        return (array && rule.form.is_none()).then_some(FieldOutcome::Items { keep, grounds });
    }
    match rule.form {
        None => Some(FieldOutcome::Release { grounds }),
        Some(form) => fits(schema, id, form).then_some(FieldOutcome::Transform { form, grounds }),
    }
}

fn fits(schema: &Schema, id: FieldId, form: Form) -> bool {
    let node = schema.value_node(id);
    if schema.field(id).frozen() {
        return false;
    }
    match form {
        Form::Month | Form::Year => matches!(
            node,
            Node::Int(Some(Logical::Date))
                | Node::Long(Some(Logical::TimestampMillis | Logical::TimestampMicros))
        ),
        Form::Municipality | Form::Initials | Form::Pseudonym | Form::Mask => {
            matches!(node, Node::String(None))
        }
        Form::Bucket(_) => matches!(node, Node::Int(None) | Node::Long(None)),
    }
}

/// The offer that reveals most; where several cannot be compared, the one of the highest `@rank`.
/// Of equal offers the first rule's stands. Err names two rules that nothing decides between.
fn most_revealing(
    offers: &[(usize, &Rule, FieldOutcome)],
) -> Result<Option<FieldOutcome>, (usize, usize)> {
    let mut top: Vec<&(usize, &Rule, FieldOutcome)> = Vec::new();
    for offer in offers {
        let beaten = |by: &FieldOutcome, it: &FieldOutcome| by.reveals_at_least(it) == Some(true);
        if top.iter().any(|held| beaten(&held.2, &offer.2)) {
            continue;
        }
        top.retain(|held| !beaten(&offer.2, &held.2));
        top.push(offer);
    }
    top.sort_by_key(|(_, rule, _)| std::cmp::Reverse(rule.rank));
    match top.as_slice() {
        [] => Ok(None),
        [(_, _, outcome)] => Ok(Some(outcome.clone())),
        [(_, first, outcome), (_, second, _), ..] if first.rank > second.rank => {
            Ok(Some(outcome.clone()))
        }
        [(one, _, _), (other, _, _), ..] => Err((*one.min(other), *one.max(other))),
    }
}

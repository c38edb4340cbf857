//! Whether a rule's conditions can hold for a field at all, judged by what they say of the field
//! alone: its class, parts, record type and path. Of everything else a condition looks at it knows
//! nothing, and then it says so. Cedar is spared rules that cannot hold; it decides all others.

use crate::engine::FieldKind;
use crate::part::Part;
use serde_json::Value;
use vocabulary::RecordType;

/// The conditions of a rule in Cedar's JSON form.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Conditions(Vec<Condition>);

/// One of them: `when` must hold, `unless` must not.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    must: bool,
    body: Value,
}

// === impl Conditions ===

impl Conditions {
    /// Reads them off a rule's JSON form.
    pub(crate) fn of(rule: &Value) -> Conditions {
        let conditions = rule.get("conditions").and_then(Value::as_array);
        let condition = |condition: &Value| Condition {
            must: condition.get("kind").and_then(Value::as_str) == Some("when"),
            body: condition.get("body").cloned().unwrap_or_default(),
        };
        Conditions(conditions.into_iter().flatten().map(condition).collect())
    }

    /// Whether they can hold for fields of the kind, whatever the facts are.
    pub(crate) fn reach(&self, kind: &FieldKind, record_type: RecordType) -> bool {
        let field = Of { kind, record_type };
        self.0.iter().all(|condition| field.says(&condition.body) != Some(!condition.must))
    }
}

/// The field that is spoken of.
struct Of<'a> {
    kind: &'a FieldKind,
    record_type: RecordType,
}

// === impl Of ===

impl Of<'_> {
    /// What an expression is for the field; none where it looks at more than the field.
    fn says(&self, expression: &Value) -> Option<bool> {
        let (word, body) = expression.as_object()?.iter().next()?;
        let side = |name: &str| body.get(name);
        let both =
            || (side("left").and_then(|s| self.says(s)), side("right").and_then(|s| self.says(s)));
        match word.as_str() {
            "&&" => match both() {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            "||" => match both() {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            "!" => self.says(side("arg")?).map(|said| !said),
            "in" | "==" if is_resource(side("left")?) => self.is_one_of(side("right")?),
            _ => None,
        }
    }

    /// Whether the field is the entity, or one of the set.
    fn is_one_of(&self, right: &Value) -> Option<bool> {
        if let Some(set) = right.get("Set").and_then(Value::as_array) {
            let each: Option<Vec<bool>> = set.iter().map(|one| self.is_one_of(one)).collect();
            return each.map(|each| each.contains(&true));
        }
        let entity = right.pointer("/Value/__entity")?;
        let id = entity.get("id").and_then(Value::as_str)?;
        Some(match entity.get("type").and_then(Value::as_str)? {
            "Class" => self.kind.class.as_str() == id,
            "Part" => Part::parse(id).is_some_and(|part| self.kind.parts.has(part)),
            "RecordType" => self.record_type.as_str() == id,
            "Field" => self.kind.path.as_deref() == Some(id),
            _ => return None,
        })
    }
}

fn is_resource(value: &Value) -> bool {
    value.get("Var").and_then(Value::as_str) == Some("resource")
}

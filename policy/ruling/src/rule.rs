//! One rule: a Cedar statement with its place, its citations and what its scope can match.
//! Whether it holds is asked of Cedar, in `decide`; whether it may stand is checked in `check`.

use crate::error::{Cause, Error};
use crate::limits::{MAX_RULE_BYTES, MAX_RULES};
use crate::outcome::{Form, RuleId};
use crate::part::Part;
use crate::reach::Conditions;
use crate::statements::{Statement, statements};
use cedar_policy::{
    ActionConstraint, Effect, EntityUid, Policy, PolicyId, PrincipalConstraint, ResourceConstraint,
};
use serde_json::Value;
use std::collections::BTreeSet;
use vocabulary::{BasisId, FieldClass, GroupId, Purpose, RecordType};

/// Annotations a rule may carry.
const ANNOTATIONS: [&str; 7] = ["id", "basis", "note", "transform", "items", "rank", "dormant"];

/// Whom a rule's scope speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whom {
    Anyone,
    Group(GroupId),
    /// One organisation by name: an addressed view's alone.
    One,
}

/// Which fields a rule's scope can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Which {
    Any,
    Class(FieldClass),
    Part(Part),
    Type(RecordType),
    Field(String),
}

/// What the conditions of a rule look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Looks {
    /// Attributes of the context, the sender's groups among them.
    pub(crate) context: BTreeSet<String>,
    /// The context as a whole.
    pub(crate) everything: bool,
    /// Who asks.
    pub(crate) principal: bool,
}

/// One rule of the bundle.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) id: RuleId,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) permit: bool,
    pub(crate) policy: Policy,
    pub(crate) bases: Vec<BasisId>,
    pub(crate) note: Option<String>,
    pub(crate) form: Option<Form>,
    pub(crate) items: Option<(String, Vec<String>)>,
    pub(crate) rank: Option<u32>,
    pub(crate) dormant: bool,
    pub(crate) whom: Whom,
    /// None is every purpose.
    pub(crate) purposes: Option<Vec<Purpose>>,
    pub(crate) which: Which,
    pub(crate) looks: Looks,
    pub(crate) conditions: Conditions,
    /// Paths of the fields it names.
    pub(crate) fields: Vec<String>,
}

// === impl Rule ===

impl Rule {
    /// A refusal at this rule.
    pub(crate) fn refuse(&self, cause: Cause) -> Error {
        Error::at(&self.file, self.line, cause).of(self.id.as_str())
    }

    /// Whether its scope speaks of the purpose.
    pub(crate) fn serves(&self, purpose: &Purpose) -> bool {
        self.purposes.as_ref().is_none_or(|purposes| purposes.contains(purpose))
    }
}

/// Reads every rule of one file; a faulty statement is refused and left out.
pub(crate) fn read(file: &str, text: &str, rules: &mut Vec<Rule>, errors: &mut Vec<Error>) {
    let found = match statements(text) {
        Ok(found) => found,
        Err(line) => {
            let reason = "a statement does not end with a semicolon".to_owned();
            errors.push(Error::at(file, line, Cause::Unreadable { reason }));
            return;
        }
    };
    for statement in found {
        if rules.len() >= MAX_RULES {
            let cause = Cause::Limit { what: "rules", limit: MAX_RULES };
            return errors.push(Error::at(file, statement.line, cause));
        }
        match rule(file, &statement) {
            Ok(rule) if rules.iter().any(|other| other.id == rule.id) => {
                errors.push(rule.refuse(Cause::Twice { what: "rule" }));
            }
            Ok(rule) => rules.push(rule),
            Err(cause) => {
                let error = Error::at(file, statement.line, cause);
                errors.push(match statement.id() {
                    Some(id) => error.of(id),
                    None => error,
                });
            }
        }
    }
}

fn rule(file: &str, statement: &Statement<'_>) -> Result<Rule, Cause> {
    if statement.text.len() > MAX_RULE_BYTES {
        return Err(Cause::Limit { what: "bytes in one rule", limit: MAX_RULE_BYTES });
    }
    let policy = Policy::parse(None, statement.text)
        .map_err(|error| Cause::Unreadable { reason: error.to_string().replace('\n', " ") })?;
    if let Some((word, _)) = policy.annotations().find(|(key, _)| !ANNOTATIONS.contains(key)) {
        return Err(Cause::Unknown { what: "annotation", word: word.to_owned() });
    }
    let id = policy.annotation("id").filter(|id| !id.is_empty());
    let id = RuleId(id.ok_or(Cause::Lacks { what: "@id" })?.into());
    let permit = policy.effect() == Effect::Permit;
    let json = policy.to_json().map_err(|error| Cause::Invalid { reason: error.to_string() })?;
    let bases = bases(&policy)?;
    if bases.is_empty() {
        return Err(Cause::Lacks { what: "@basis" });
    }
    Ok(Rule {
        file: file.to_owned(),
        line: statement.line,
        text: statement.text.to_owned(),
        permit,
        bases,
        note: policy.annotation("note").map(str::to_owned),
        form: policy.annotation("transform").map(form).transpose()?,
        items: policy.annotation("items").map(items).transpose()?,
        rank: policy.annotation("rank").map(rank).transpose()?,
        dormant: policy.annotation("dormant").is_some(),
        whom: whom(&policy)?,
        purposes: purposes(&policy)?,
        which: which(&policy)?,
        looks: looks(&json),
        conditions: Conditions::of(&json),
        fields: fields(&policy),
        policy: policy.new_id(PolicyId::new(id.as_str())),
        id,
    })
}

fn fields(policy: &Policy) -> Vec<String> {
    let literals = policy.entity_literals().into_iter().map(|uid| named(&uid));
    literals.filter(|(kind, _)| kind == "Field").map(|(_, path)| path).collect()
}

fn bases(policy: &Policy) -> Result<Vec<BasisId>, Cause> {
    let words = policy.annotation("basis").unwrap_or_default().split(',').map(str::trim);
    let words = words.filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| unknown("basis", word))).collect()
}

fn form(text: &str) -> Result<Form, Cause> {
    Form::parse(text).ok_or_else(|| unknown("form", text))
}

fn rank(text: &str) -> Result<u32, Cause> {
    text.parse().map_err(|_| unknown("rank", text))
}

/// `@items("status = godkjent | avslaatt")`
fn items(text: &str) -> Result<(String, Vec<String>), Cause> {
    let (field, values) = text.split_once('=').ok_or_else(|| unknown("item rule", text))?;
    let values = values.split('|').map(|value| value.trim().to_owned()).collect();
    Ok((field.trim().to_owned(), values))
}

fn unknown(what: &'static str, word: &str) -> Cause {
    Cause::Unknown { what, word: word.to_owned() }
}

/// The type and id of an entity that a rule names.
pub(crate) fn named(uid: &EntityUid) -> (String, String) {
    (uid.type_name().to_string(), uid.id().unescaped().to_owned())
}

fn whom(policy: &Policy) -> Result<Whom, Cause> {
    match policy.principal_constraint() {
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => Ok(Whom::Anyone),
        PrincipalConstraint::In(uid) | PrincipalConstraint::IsIn(_, uid) => {
            let (kind, id) = named(&uid);
            match kind.as_str() {
                "Group" => Ok(Whom::Group(id.parse().map_err(|_| unknown("group", &id))?)),
                _ => Ok(Whom::One),
            }
        }
        PrincipalConstraint::Eq(_) => Ok(Whom::One),
    }
}

fn purposes(policy: &Policy) -> Result<Option<Vec<Purpose>>, Cause> {
    let uids = match policy.action_constraint() {
        ActionConstraint::Any => return Ok(None),
        ActionConstraint::Eq(uid) => vec![uid],
        ActionConstraint::In(uids) => uids,
    };
    let words = uids.iter().map(|uid| named(uid).1);
    words
        .map(|word| word.parse().map_err(|_| unknown("purpose", &word)))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn which(policy: &Policy) -> Result<Which, Cause> {
    let uid = match policy.resource_constraint() {
        ResourceConstraint::Any | ResourceConstraint::Is(_) => return Ok(Which::Any),
        ResourceConstraint::In(uid)
        | ResourceConstraint::IsIn(_, uid)
        | ResourceConstraint::Eq(uid) => uid,
    };
    let (kind, id) = named(&uid);
    Ok(match kind.as_str() {
        "Class" => Which::Class(id.parse().map_err(|_| unknown("class", &id))?),
        "Part" => Which::Part(Part::parse(&id).ok_or_else(|| unknown("part", &id))?),
        "RecordType" => Which::Type(id.parse().map_err(|_| unknown("record type", &id))?),
        "Field" => Which::Field(id),
        _ => return Err(unknown("resource", &kind)),
    })
}

/// What the conditions look at, read from the rule's JSON form.
fn looks(json: &Value) -> Looks {
    let mut looks = Looks::default();
    if let Some(conditions) = json.get("conditions") {
        look(conditions, &mut looks);
    }
    looks
}

fn look(value: &Value, looks: &mut Looks) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| look(value, looks)),
        Value::Object(fields) => {
            for (key, value) in fields {
                let of_context = value.pointer("/left/Var").and_then(Value::as_str);
                match (key.as_str(), of_context, value.get("attr").and_then(Value::as_str)) {
                    ("." | "has", Some("context"), Some(attribute)) => {
                        looks.context.insert(attribute.to_owned());
                    }
                    ("Var", _, _) => match value.as_str() {
                        Some("context") => looks.everything = true,
                        Some("principal") => looks.principal = true,
                        _ => {}
                    },
                    // A literal's own words are no variables.
                    ("Value", _, _) => {}
                    _ => look(value, looks),
                }
            }
        }
        _ => {}
    }
}

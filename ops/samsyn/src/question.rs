//! Questions to the ledger: each is first recorded by the exchange's commit, then answered once
//! the ledger holds its entry. Answers are JSON; rendering them is the command line's work.

use crate::house::{House, time};
use audit::{Entry, Inquiry, Question, Row};
use serde_json::{Value, json};
use std::time::Duration;
use vocabulary::Digest;

/// Longest wait for a question to be recorded and integrated.
const PATIENCE: Duration = Duration::from_secs(8);

/// A question in words, as it came.
pub(crate) struct Asked {
    pub(crate) ask: String,
    pub(crate) subject: String,
    pub(crate) entry: String,
    pub(crate) view: String,
    pub(crate) recipient: String,
    pub(crate) asker: String,
    pub(crate) reason: String,
}

const WORDS: &str = "EXCH-204";
const WRITTEN: &str = "EXCH-205";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{WORDS}: the question is not understood: {0}")]
    Words(&'static str),
    #[error("{code}: {0}", code = .0.code())]
    Refused(#[from] exchanged::Refusal),
    #[error("{code}: {0}", code = .0.code())]
    Ledger(#[from] ledgerd::Error),
    #[error("{code}: {0}", code = .0.code())]
    Vault(#[from] audit_vault::Error),
    #[error("{WRITTEN}: the answer could not be written")]
    Written,
}

/// Records the question, then answers it.
pub(crate) fn answer(house: &House, asked: &Asked) -> Result<String, Error> {
    let question = question(asked)?;
    let inquiry = Inquiry {
        question: question.clone(),
        asker: asked.asker.clone(),
        reason: asked.reason.clone(),
    };
    let recorded = house.desk.record(inquiry, PATIENCE)?;
    let reader = house.reader()?;
    let access = ledgerd::recorded(&reader, &recorded, PATIENCE)?;
    let answer = match question {
        Question::WhoGot { .. } => {
            let answers = reader.who_got(&access, 0)?;
            let found: Vec<Value> =
                answers.found.iter().map(|found| entry(found.leaf, &found.entry)).collect();
            json!({ "recorded": recorded, "found": found, "next": answers.next })
        }
        Question::Explain { .. } => {
            let explained = reader.explain(&access)?;
            let plans: Vec<Value> = explained.plans.iter().map(plan).collect();
            json!({
                "recorded": recorded,
                "entry": entry(explained.answer.leaf, &explained.answer.entry),
                "plans": plans,
            })
        }
        Question::Receipt { .. } => {
            let receipt = reader.receipt(&access, &house.ledger_key)?;
            return receipt.to_json().map_err(|_| Error::Written);
        }
        _ => return Err(Error::Words("ask who-got, explain or receipt")),
    };
    serde_json::to_string(&answer).map_err(|_| Error::Written)
}

fn question(asked: &Asked) -> Result<Question, Error> {
    let entry = || asked.entry.parse().map_err(|_| Error::Words("entry is an entry's id"));
    match asked.ask.as_str() {
        "who-got" if !asked.subject.is_empty() => {
            Ok(Question::WhoGot { subject: asked.subject.clone() })
        }
        "explain" => Ok(Question::Explain { entry: entry()? }),
        "receipt" => Ok(Question::Receipt {
            entry: entry()?,
            view: asked.view.parse().map_err(|_| Error::Words("view is a view's name"))?,
            recipient: match asked.recipient.as_str() {
                "" => None,
                number => Some(number.parse().map_err(|_| Error::Words("recipient is a number"))?),
            },
        }),
        _ => Err(Error::Words("ask who-got, explain or receipt")),
    }
}

fn entry(leaf: u64, entry: &Entry) -> Value {
    let shared = entry.shared();
    json!({
        "leaf": leaf,
        "entry": entry.id(),
        "kind": entry.kind().as_str(),
        "at": time(shared.at),
        "source": shared.source,
        "record": shared.record_id,
        "record_type": shared.record_type,
        "version": shared.version,
        "change": shared.change,
        "facts": facts(entry),
        "bundle": shared.bundle,
        "detail": entry.detail(),
        "rows": entry.rows().iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    json!({
        "view": row.view,
        "recipient": row.recipient,
        "purpose": row.purpose,
        "plan": row.plan,
        "outcome": row.outcome.as_str(),
        "under": row.under,
    })
}

fn plan((digest, detail): &(Digest, String)) -> Value {
    let detail: Value = serde_json::from_str(detail).unwrap_or(Value::Null);
    json!({ "digest": digest, "plan": detail })
}

/// The facts of an entry in words, by the contract.
fn facts(entry: &Entry) -> Value {
    let shared = entry.shared();
    let Some(record_type) = shared.record_type else { return Value::Null };
    let schema = records::schema(record_type);
    let space = schema.facts();
    let words = space.facts().iter().zip(space.values(shared.facts)).map(|(fact, value)| {
        let word = fact.values().get(usize::from(value)).cloned().unwrap_or_default();
        (fact.name().to_owned(), Value::String(word))
    });
    Value::Object(words.collect())
}

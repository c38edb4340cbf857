//! The facts of a record, read from its values and made strict. Written apart from the exchange's
//! own reading of them, on purpose.

use crate::matrix::{FactRow, Oracle};
use apache_avro::types::Value;
use vocabulary::{ChangeKind, RecordType, RetentionState, SourceId, SubjectKind};

/// From the freest to the strictest kind of subject.
const KINDS: [SubjectKind; 6] = [
    SubjectKind::Facility,
    SubjectKind::Legal,
    SubjectKind::PersonalLinked,
    SubjectKind::Person,
    SubjectKind::SoleProprietor,
    SubjectKind::Unknown,
];

/// The word at a path of names; none when anything on the way is null, missing or no word.
pub fn word<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    let mut at = value;
    for name in path.split('.') {
        let Value::Record(fields) = plain(at) else { return None };
        at = &fields.iter().find(|(field, _)| field == name)?.1;
    }
    match plain(at) {
        Value::Enum(_, word) | Value::String(word) => Some(word),
        _ => None,
    }
}

/// A value without the union around it.
pub(crate) fn plain(value: &Value) -> &Value {
    match value {
        Value::Union(_, inner) => plain(inner),
        value => value,
    }
}

/// Whether nobody may hold the record, whatever the rules say.
pub(crate) fn is_closed(value: &Value) -> bool {
    let gone = [ChangeKind::Retract.as_str(), ChangeKind::Restrict.as_str()];
    let live = Some(RetentionState::Live.as_str());
    word(value, "konvolutt.bevaringstilstand") != live
        || word(value, "konvolutt.endringstype").is_none_or(|change| gone.contains(&change))
}

/// Whether the record is taken back.
pub(crate) fn is_withdrawn(value: &Value) -> bool {
    word(value, "konvolutt.endringstype") == Some(ChangeKind::Retract.as_str())
}

/// The version that a record says it is.
pub fn version(value: &Value) -> Option<u64> {
    let Value::Record(fields) = plain(value) else { return None };
    let (_, envelope) = fields.iter().find(|(name, _)| name == "konvolutt")?;
    let Value::Record(fields) = plain(envelope) else { return None };
    match fields.iter().find(|(name, _)| name == "versjon")? {
        (_, Value::Long(version)) => u64::try_from(*version).ok(),
        (_, Value::Int(version)) => u64::try_from(*version).ok(),
        _ => None,
    }
}

/// The words that the record is ruled by.
pub(crate) fn effective(
    oracle: &Oracle,
    facts: &[FactRow],
    record_type: RecordType,
    source: &SourceId,
    kind: SubjectKind,
    value: &Value,
) -> Vec<String> {
    let open = (source.as_str().to_owned(), record_type.as_str().to_owned());
    let words = facts.iter().map(|fact| {
        let stamped = word(value, &fact.path).unwrap_or(&fact.strictest);
        match fact.name.as_str() {
            "subject_kind" => stricter(stamped, kind).to_owned(),
            "already_published" if !oracle.open.contains(&open) => fact.strictest.clone(),
            _ => stamped.to_owned(),
        }
    });
    words.collect()
}

/// How strict a kind of subject is: the freest is 0.
pub fn strictness(kind: SubjectKind) -> usize {
    KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len())
}

/// The stricter of a stamped word and our own kind; a word that is none is the strictest.
fn stricter(stamped: &str, own: SubjectKind) -> &'static str {
    let known = KINDS.into_iter().find(|kind| kind.as_str() == stamped);
    let stamped = known.unwrap_or(SubjectKind::Unknown);
    if strictness(stamped) > strictness(own) { stamped.as_str() } else { own.as_str() }
}

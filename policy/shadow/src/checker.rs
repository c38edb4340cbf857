//! Holding what was released against what may be: one record, one view at a time.

use crate::Error;
use crate::facts::{effective, is_closed, is_withdrawn, plain};
use crate::filter::{Filter, named};
use crate::matrix::Oracle;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{BasisId, RecordType, SourceId, SubjectKind, ViewId, trace};

/// Shortest text that is looked for in what was released: shorter ones stand anywhere.
const SHORTEST: usize = 8;

/// An oracle made ready to check many records.
pub struct Checker<'o> {
    oracle: &'o Oracle,
    readers: BTreeMap<RecordType, GenericDatumReader<'o>>,
    writers: BTreeMap<(&'o ViewId, RecordType), GenericDatumWriter<'o>>,
}

/// A record as its source sent it, and what our own register says of its subject.
#[derive(Debug)]
pub struct Case<'a> {
    /// Its type.
    pub record_type: RecordType,
    /// Its source.
    pub source: &'a SourceId,
    /// Kind of its subject by the register copy.
    pub kind: SubjectKind,
    /// The record, decoded.
    pub value: &'a Value,
    /// The bases under which the recipient of an entitled view is entitled; empty is all of them,
    /// as for any other view.
    pub held: BTreeSet<BasisId>,
}

/// What a view may hold of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Nothing,
    /// Exactly this datum of the view's schema.
    Datum {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Texts of the record that must not stand in it.
        withheld: Vec<String>,
    },
}

// === impl Checker ===

impl<'o> Checker<'o> {
    /// Makes an oracle ready; what a record type or view needs is made when it is first met.
    pub fn new(oracle: &'o Oracle) -> Checker<'o> {
        Checker { oracle, readers: BTreeMap::new(), writers: BTreeMap::new() }
    }

    /// Decodes a record.
    pub fn read(&mut self, record_type: RecordType, datum: &[u8]) -> Result<Value, Error> {
        let reader = match self.readers.entry(record_type) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let truth = self.oracle.types.get(&record_type).ok_or(Error::Unknown)?;
                let reader = GenericDatumReader::builder(&truth.schema).build();
                new.insert(reader.map_err(|_| Error::Matrix)?)
            }
        };
        let mut rest = datum;
        let value = reader.read_value(&mut rest).map_err(|_| Error::Datum)?;
        if rest.is_empty() { Ok(value) } else { Err(Error::Datum) }
    }

    fn write(
        &mut self,
        view: &'o ViewId,
        kind: RecordType,
        value: Value,
    ) -> Result<Vec<u8>, Error> {
        let writer = match self.writers.entry((view, kind)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let truth = self.oracle.views.get(&(view.clone(), kind)).ok_or(Error::Unknown)?;
                let writer = GenericDatumWriter::builder(&truth.schema).build();
                new.insert(writer.map_err(|_| Error::Matrix)?)
            }
        };
        writer.write_value_to_vec(value).map_err(|_| Error::View)
    }

    /// The words that a record is ruled by, in the order of its type's facts.
    pub fn words(&self, case: &Case<'_>) -> Result<Vec<String>, Error> {
        let Case { record_type, source, kind, value, .. } = case;
        let types = self.oracle.types.get(record_type).ok_or(Error::Unknown)?;
        Ok(effective(self.oracle, &types.facts, *record_type, source, *kind, value))
    }

    /// Whether a withdrawal, a datum of a view's schema, says that it is one and nothing else but
    /// what every view carries.
    pub fn withdrawal(
        &mut self,
        view: &ViewId,
        record_type: RecordType,
        datum: &[u8],
    ) -> Result<(), Error> {
        let truth = self.oracle.views.get(&(view.clone(), record_type)).ok_or(Error::Unknown)?;
        let reader = GenericDatumReader::builder(&truth.schema).build();
        let mut rest = datum;
        let value = reader.and_then(|reader| reader.read_value(&mut rest));
        let value = value.map_err(|_| Error::Datum)?;
        match () {
            () if !rest.is_empty() => Err(Error::Datum),
            () if !is_withdrawn(&value) => Err(Error::Outcome),
            () if says_more(&value) => Err(Error::Leak),
            () => Ok(()),
        }
    }

    /// What a view may hold of a record.
    pub fn expected(&mut self, case: &Case<'_>, view: &ViewId) -> Result<Expected, Error> {
        let Case { record_type, source, value, held, .. } = case;
        let types = self.oracle.types.get(record_type).ok_or(Error::Unknown)?;
        let known = self.oracle.views.get_key_value(&(view.clone(), *record_type));
        let ((view, _), truth) = known.ok_or(Error::Unknown)?;
        let authority = source.authority().map_err(|_| Error::Unknown)?;
        let Some(sender) = self.oracle.senders.get(authority.as_str()) else {
            return Ok(Expected::Nothing);
        };
        if is_closed(value) {
            return Ok(Expected::Nothing);
        }
        let combination = types.combinations.get(&self.words(case)?).ok_or(Error::Unknown)?;
        let rows = truth.rulings(held);
        let number = rows.senders.get(*sender).and_then(|of| of.get(*combination));
        let mut number = *number.ok_or(Error::Unknown)?;
        if points_to_a_person(value, "", &types.free_texts) {
            number = *rows.silent.get(number).ok_or(Error::Unknown)?;
        }
        let ruling = rows.rulings.get(number).ok_or(Error::Unknown)?;
        let Some(leaving) = ruling else { return Ok(Expected::Nothing) };
        let mut filter = Filter { leaving, named: BTreeMap::new() };
        named(&truth.schema, &mut filter.named);
        let kept = filter.keep(value, &truth.schema, "")?;
        let (mut all, mut open) = (Vec::new(), Vec::new());
        texts(value, &mut all);
        texts(&kept, &mut open);
        let stands = |text: &&str| open.iter().any(|open| open.contains(*text));
        let withheld = all.into_iter().filter(|text| !stands(text)).map(str::to_owned).collect();
        let bytes = self.write(view, *record_type, kept)?;
        Ok(Expected::Datum { bytes, withheld })
    }

    /// Whether what was released, a datum without its frame or nothing, is what may be.
    pub fn check(
        &mut self,
        case: &Case<'_>,
        view: &ViewId,
        released: Option<&[u8]>,
    ) -> Result<(), Error> {
        match (self.expected(case, view)?, released) {
            (Expected::Nothing, None) => Ok(()),
            (Expected::Datum { bytes, withheld }, Some(released)) => {
                let holds = |text: &String| {
                    released.windows(text.len()).any(|found| found == text.as_bytes())
                };
                match () {
                    () if withheld.iter().any(holds) => Err(Error::Leak),
                    () if bytes != released => Err(Error::Bytes),
                    () => Ok(()),
                }
            }
            _ => Err(Error::Outcome),
        }
    }
}

/// Whether anything stands that a view need not carry.
fn says_more(value: &Value) -> bool {
    match value {
        Value::Union(_, inner) => **inner != Value::Null,
        Value::Record(fields) => fields.iter().any(|(_, value)| says_more(value)),
        Value::Array(items) => !items.is_empty(),
        Value::Map(items) => !items.is_empty(),
        _ => false,
    }
}

/// Whether a text in one of these places holds a person's number or address.
fn points_to_a_person(value: &Value, path: &str, places: &BTreeSet<String>) -> bool {
    match plain(value) {
        Value::Record(fields) => fields.iter().any(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            points_to_a_person(value, &path, places)
        }),
        Value::Array(items) => {
            let path = format!("{path}[]");
            items.iter().any(|item| points_to_a_person(item, &path, places))
        }
        Value::String(text) => {
            places.contains(path.trim_end_matches("[]")) && trace(text.as_bytes()).is_some()
        }
        _ => false,
    }
}

/// Every text of a record that is long enough to be looked for.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match plain(value) {
        Value::Record(fields) => fields.iter().for_each(|(_, value)| texts(value, found)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::String(text) if text.len() >= SHORTEST => found.push(text),
        _ => {}
    }
}

//! The matrix as it is read from JSON: which fields leave, for every view, class of senders and
//! combination of facts. Nothing is worked out here.

use crate::Error;
use apache_avro::Schema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{BasisId, RecordType, ViewId};

/// The version of the format that is read.
const VERSION: u32 = 1;

/// All that is known of a bundle.
#[derive(Debug)]
pub struct Oracle {
    pub(crate) types: BTreeMap<RecordType, TypeTruth>,
    pub(crate) views: BTreeMap<(ViewId, RecordType), ViewTruth>,
    pub(crate) senders: BTreeMap<String, usize>,
    pub(crate) open: BTreeSet<(String, String)>,
}

/// A record type: its schema and what its facts are.
#[derive(Debug)]
pub(crate) struct TypeTruth {
    pub(crate) schema: Schema,
    pub(crate) facts: Vec<FactRow>,
    /// Paths of the fields that people write freely in.
    pub(crate) free_texts: BTreeSet<String>,
    /// The words of each combination, and its number.
    pub(crate) combinations: BTreeMap<Vec<String>, usize>,
}

/// One view over one record type.
#[derive(Debug)]
pub(crate) struct ViewTruth {
    pub(crate) schema: Schema,
    pub(crate) rulings: RulingRows,
    /// For a recipient entitled under only these bases.
    pub(crate) partial: Vec<PartialRow>,
}

/// The rulings of a view over a record type.
#[derive(Debug, Deserialize)]
pub(crate) struct RulingRows {
    pub(crate) rulings: Vec<Option<BTreeMap<String, How>>>,
    /// By ruling, the one for a record whose free texts point to a person.
    pub(crate) silent: Vec<usize>,
    pub(crate) senders: Vec<Vec<usize>>,
}

/// The same for a recipient of an entitled view that holds only these of its bases.
#[derive(Debug, Deserialize)]
pub(crate) struct PartialRow {
    pub(crate) held: BTreeSet<BasisId>,
    #[serde(flatten)]
    pub(crate) rulings: RulingRows,
}

/// How a field leaves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum How {
    /// `release`, or the word of a coarser form.
    Word(String),
    /// Of an array, the elements whose field holds one of the values.
    Items {
        /// Path of the field.
        field: String,
        /// The values.
        values: Vec<String>,
    },
}

/// A fact of a record type.
#[derive(Debug, Deserialize)]
pub(crate) struct FactRow {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) strictest: String,
}

#[derive(Deserialize)]
struct Text {
    matrix: u32,
    senders: BTreeMap<String, usize>,
    open_registers: Vec<OpenRow>,
    record_types: Vec<TypeRow>,
    views: Vec<ViewRow>,
}

#[derive(Deserialize)]
struct OpenRow {
    source: String,
    record_type: String,
}

#[derive(Deserialize)]
struct TypeRow {
    record_type: RecordType,
    schema: String,
    facts: Vec<FactRow>,
    free_texts: BTreeSet<String>,
    combinations: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct ViewRow {
    view: ViewId,
    record_type: RecordType,
    schema: String,
    #[serde(flatten)]
    rulings: RulingRows,
    #[serde(default)]
    partial: Vec<PartialRow>,
}

// === impl ViewTruth ===

impl ViewTruth {
    /// The rulings for a recipient entitled under these bases; for none named, under all.
    pub(crate) fn rulings(&self, held: &BTreeSet<BasisId>) -> &RulingRows {
        let partial = self.partial.iter().find(|row| row.held == *held);
        partial.map_or(&self.rulings, |row| &row.rulings)
    }
}

// === impl Oracle ===

impl Oracle {
    /// Reads what `samsyn policy export` prints.
    pub fn parse(text: &str) -> Result<Oracle, Error> {
        let text: Text = serde_json::from_str(text).map_err(|_| Error::Matrix)?;
        if text.matrix != VERSION {
            return Err(Error::Matrix);
        }
        let schema = |text: &str| Schema::parse_str(text).map_err(|_| Error::Matrix);
        let mut types = BTreeMap::new();
        for row in text.record_types {
            let numbered = row.combinations.into_iter().zip(0..);
            let truth = TypeTruth {
                schema: schema(&row.schema)?,
                facts: row.facts,
                free_texts: row.free_texts,
                combinations: numbered.collect(),
            };
            types.insert(row.record_type, truth);
        }
        let mut views = BTreeMap::new();
        for row in text.views {
            let truth = ViewTruth {
                schema: schema(&row.schema)?,
                rulings: row.rulings,
                partial: row.partial,
            };
            views.insert((row.view, row.record_type), truth);
        }
        let open = text.open_registers.into_iter().map(|row| (row.source, row.record_type));
        Ok(Oracle { types, views, senders: text.senders, open: open.collect() })
    }

    /// The views over a record type.
    pub fn views(&self, record_type: RecordType) -> impl Iterator<Item = &ViewId> {
        let of = self.views.keys().filter(move |(_, kind)| *kind == record_type);
        of.map(|(view, _)| view)
    }

    /// The schema by which records of a type are written.
    pub fn schema(&self, record_type: RecordType) -> Option<&Schema> {
        self.types.get(&record_type).map(|truth| &truth.schema)
    }
}

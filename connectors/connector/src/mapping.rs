//! A mapping: how one source's tables become records of the contract. Data, checked against the
//! contract when loaded; it reads no file and decides nothing about confidentiality.

mod check;
#[cfg(test)]
mod tests;
mod text;

use crate::{Error, cell::Reader, cell::Value, path::Path};
use avro_tree::Schema;
use std::collections::BTreeSet;
use std::sync::Arc;
use vocabulary::{OrgNumber, RecordType, SourceId};

/// A checked mapping of one source.
#[derive(Debug)]
pub struct Mapping {
    pub(crate) source: SourceId,
    pub(crate) producer: OrgNumber,
    pub(crate) delimiter: Option<char>,
    pub(crate) kinds: Vec<Arc<Kind>>,
}

/// One kind of record a source hands in.
#[derive(Debug)]
pub struct Kind {
    pub(crate) producer: OrgNumber,
    pub(crate) name: String,
    pub(crate) record_type: RecordType,
    pub(crate) schema: Arc<Schema>,
    pub(crate) files: Vec<String>,
    /// Keys of an envelope under which its objects stand, lower case.
    pub(crate) lists: Vec<String>,
    /// Keys that hold objects or lists of mapped values, as patterns.
    pub(crate) containers: BTreeSet<String>,
    pub(crate) object: Column,
    pub(crate) operation: Option<OperationColumn>,
    pub(crate) collected: Option<Column>,
    pub(crate) stamps: Vec<Stamp>,
    pub(crate) fields: Vec<Field>,
}

/// A column of the source: its name and other spellings, all lower case.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) names: Vec<String>,
    /// Whether a table may lack it.
    pub(crate) optional: bool,
}

/// The column that says what a row does.
#[derive(Debug)]
pub(crate) struct OperationColumn {
    pub(crate) column: Column,
    /// Words for "this is the object as it now stands", lower case.
    pub(crate) state: Vec<String>,
    /// Words for "the object is gone", lower case.
    pub(crate) gone: Vec<String>,
}

/// A value that every record of the kind carries.
#[derive(Debug)]
pub(crate) struct Stamp {
    pub(crate) to: Path,
    pub(crate) value: Value,
}

/// A column read into a field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) column: Column,
    pub(crate) to: Path,
    pub(crate) read: Reader,
    /// Cells, lower case, that mean the same as an empty one.
    pub(crate) unset: Vec<String>,
    pub(crate) required: bool,
    /// Whether a change of the cell makes a new version.
    pub(crate) content: bool,
}

// === impl Mapping ===

impl Mapping {
    /// Loads a mapping and checks it against the contract. `form_of` gives the text of a form of
    /// export that several sources share, by its name.
    pub fn load(text: &str, form_of: impl Fn(&str) -> Option<String>) -> Result<Mapping, Error> {
        check::mapping(text::mapping(text)?, &form_of)
    }

    /// The source it is for.
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// The authority that stands as producer of its records.
    pub fn producer(&self) -> OrgNumber {
        self.producer
    }

    /// The delimiter of its tables, where the mapping fixes one.
    pub fn delimiter(&self) -> Option<char> {
        self.delimiter
    }

    /// Its kinds of record.
    pub fn kinds(&self) -> &[Arc<Kind>] {
        &self.kinds
    }

    /// The kind that takes a file of this name: the one with the longest matching beginning.
    pub fn kind_of_file(&self, name: &str) -> Result<&Arc<Kind>, Error> {
        let name = name.to_lowercase();
        let reach = |kind: &Kind| {
            let matching = kind.files.iter().filter(|lead| name.starts_with(lead.as_str()));
            matching.map(String::len).max()
        };
        let best = self.kinds.iter().filter_map(|kind| Some((reach(kind)?, kind)));
        best.max_by_key(|(length, _)| *length).map(|(_, kind)| kind).ok_or(Error::Kind)
    }

    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Option<&Arc<Kind>> {
        self.kinds.iter().find(|kind| kind.name == name)
    }
}

// === impl Kind ===

impl Kind {
    /// Its name within the mapping; object ids are unique within it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of its records.
    pub fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The contract its records are written by.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }
}

// === impl Kind, for refusals ===

impl Kind {
    /// The column that fills a path of the contract, for the owner who has to mend it.
    pub(crate) fn column_of(&self, path: &str) -> &str {
        let field = self.fields.iter().find(|field| field.to.in_contract() == path);
        field.map_or("", |field| field.column.name())
    }

    /// Whether every version must have the field: it is frozen in the contract.
    pub(crate) fn is_frozen(&self, field: &Field) -> bool {
        let id = self.schema.field_by_path(&field.to.in_contract());
        id.is_some_and(|id| self.schema.field(id).frozen())
    }

    /// Whether a pattern of keys is read, or holds what is.
    pub(crate) fn knows(&self, path: &str) -> bool {
        let named = |field: &Field| field.column.names.iter().any(|name| name == path);
        self.containers.contains(path) || self.fields.iter().any(named)
    }
}

// === impl Column ===

impl Column {
    /// The name the mapping gives it.
    pub(crate) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

//! Checks a mapping against the contract: every path exists, every reader and stamp gives what
//! the field can hold, nothing is written twice. Which facts a source may stamp is the bundle's
//! knowledge.

use super::text::{self, ColumnText, FieldText, KindText, MappingText, OperationText};
use super::{Column, Field, Kind, Mapping, OperationColumn, Stamp};
use crate::{Error, cell::Reader, cell::Value, limits, path::Path};
use avro_tree::{Logical, Node, Schema};
use std::{collections::BTreeSet, sync::Arc};
use vocabulary::OrgNumber;

/// What the machine fills in itself, in every kind of record.
const OWN: [&str; 8] = [
    "konvolutt.postId",
    "konvolutt.versjon",
    "konvolutt.endringstype",
    "konvolutt.tilsynsmyndighet",
    "konvolutt.registrertTidspunkt",
    "konvolutt.posttype",
    "konvolutt.skjemaversjon",
    "subjekt.objektId",
];

/// Checks the whole file.
pub(super) fn mapping(
    text: MappingText,
    form_of: &dyn Fn(&str) -> Option<String>,
) -> Result<Mapping, Error> {
    let MappingText { source, producer, mut delimiter, form, kinds: wanted, mut kind } = text;
    if let Some(name) = form {
        let unknown = || Error::Form { form: name.clone() };
        let form = text::form(&form_of(&name).ok_or_else(unknown)?)?;
        delimiter = delimiter.or(form.delimiter);
        if !wanted.iter().all(|wanted| form.kind.iter().any(|kind| kind.name == *wanted)) {
            return Err(unknown());
        }
        kind.extend(form.kind.into_iter().filter(|kind| wanted.contains(&kind.name)));
    }
    if kind.is_empty() || kind.len() > limits::KINDS {
        return Err(Error::Limit { what: "kinds of record" });
    }
    let mut names = BTreeSet::new();
    let mut kinds = Vec::new();
    for kind in kind {
        if !names.insert(kind.name.clone()) {
            return Err(Error::Taken { kind: kind.name, path: String::new() });
        }
        kinds.push(Arc::new(check_kind(kind, producer)?));
    }
    Ok(Mapping { source, producer, delimiter, kinds })
}

fn check_kind(text: KindText, producer: OrgNumber) -> Result<Kind, Error> {
    let schema = records::schema(text.record_type);
    if text.field.len() + text.stamp.len() > limits::FIELDS {
        return Err(Error::Limit { what: "fields of a kind" });
    }
    let mut taken: BTreeSet<String> = OWN.iter().map(|path| (*path).to_owned()).collect();
    let place = Place { kind: &text.name, schema: &schema };
    let mut stamps = Vec::new();
    for (path, value) in &text.stamp {
        let to = place.claim(path, &mut taken)?;
        if to.repeats() > 0 {
            return Err(place.shape(&to, "a stamp in every element"));
        }
        stamps.push(Stamp { value: place.stamp(&to, value)?, to });
    }
    let mut fields = Vec::new();
    for field in text.field {
        fields.push(place.field(field, &mut taken)?);
    }
    let columns = fields.iter().flat_map(|field: &Field| &field.column.names);
    Ok(Kind {
        containers: columns.flat_map(|name| containers(name)).collect(),
        lists: lower(text.lists),
        producer,
        name: text.name.clone(),
        record_type: text.record_type,
        files: lower(text.files),
        object: column(text.object)?,
        operation: text.operation.map(operation).transpose()?,
        collected: text.collected.map(column).transpose()?,
        stamps,
        fields,
        schema,
    })
}

/// What holds a value: of `a.b[].c` it is `a`, `a.b` and `a.b[]`.
fn containers(column: &str) -> BTreeSet<String> {
    let ends = column.char_indices().filter(|(_, letter)| matches!(letter, '.' | '['));
    let mut held: BTreeSet<String> =
        ends.filter_map(|(end, _)| column.get(..end)).map(str::to_owned).collect();
    held.remove("");
    held
}

fn lower(words: Vec<String>) -> Vec<String> {
    words.into_iter().map(|word| word.trim().to_lowercase()).collect()
}

fn named(name: String, aliases: Vec<String>, optional: bool) -> Result<Column, Error> {
    if aliases.len() > limits::ALIASES {
        return Err(Error::Limit { what: "aliases of a column" });
    }
    let names = lower(std::iter::once(name).chain(aliases).collect());
    Ok(Column { names, optional })
}

fn column(text: ColumnText) -> Result<Column, Error> {
    named(text.column, text.aliases, text.optional)
}

fn operation(text: OperationText) -> Result<OperationColumn, Error> {
    let column = named(text.column, text.aliases, text.optional)?;
    Ok(OperationColumn { column, state: lower(text.state), gone: lower(text.gone) })
}

/// Where a check stands: a kind and its contract.
struct Place<'a> {
    kind: &'a str,
    schema: &'a Schema,
}

// === impl Place ===

impl Place<'_> {
    fn unknown(&self, path: &str) -> Error {
        Error::Path { kind: self.kind.to_owned(), path: path.to_owned() }
    }

    fn shape(&self, path: &Path, gives: &'static str) -> Error {
        Error::Shape { kind: self.kind.to_owned(), path: path.to_string(), gives }
    }

    /// Parses a path and sees that nothing else writes there.
    fn claim(&self, path: &str, taken: &mut BTreeSet<String>) -> Result<Path, Error> {
        let to: Path = path.parse().map_err(|_| self.unknown(path))?;
        if !taken.insert(to.to_string()) {
            return Err(Error::Taken { kind: self.kind.to_owned(), path: path.to_owned() });
        }
        Ok(to)
    }

    fn node(&self, to: &Path) -> Result<&Node, Error> {
        let id = self.schema.field_by_path(&to.in_contract());
        Ok(self.schema.value_node(id.ok_or_else(|| self.unknown(to.as_str()))?))
    }

    fn stamp(&self, to: &Path, value: &toml::Value) -> Result<Value, Error> {
        match (self.node(to)?, value) {
            (Node::String(_), toml::Value::String(text)) => Ok(Value::Text(text.clone())),
            (Node::Enum { symbols, .. }, toml::Value::String(text)) if symbols.contains(text) => {
                Ok(Value::Text(text.clone()))
            }
            (Node::Int(None), toml::Value::Integer(number)) if i32::try_from(*number).is_ok() => {
                Ok(Value::Whole(*number))
            }
            (Node::Long(None), toml::Value::Integer(number)) => Ok(Value::Whole(*number)),
            (Node::Boolean, toml::Value::Boolean(flag)) => Ok(Value::Flag(*flag)),
            _ => Err(self.shape(to, "this stamp")),
        }
    }

    fn field(&self, text: FieldText, taken: &mut BTreeSet<String>) -> Result<Field, Error> {
        let to = self.claim(&text.to, taken)?;
        let node = self.node(&to)?;
        // Of a list, those of its elements.
        let word = if let Node::Array(items) = node { self.schema.node(*items) } else { node };
        let symbols = match word {
            Node::Enum { symbols, .. } => symbols.as_slice(),
            _ => &[],
        };
        let read = text.read.resolved(symbols);
        self.fits(&read, node, &to)?;
        let column = named(text.column, text.aliases, text.optional)?;
        if !column.names.iter().all(|name| name.matches("[]").count() == to.repeats()) {
            return Err(self.shape(&to, "as many lists as its column"));
        }
        Ok(Field {
            column,
            unset: lower(text.unset),
            required: text.required,
            content: text.content,
            read,
            to,
        })
    }

    /// Whether the node can hold all that the reader may give.
    fn fits(&self, read: &Reader, node: &Node, to: &Path) -> Result<(), Error> {
        let small = |number: &i64| i32::try_from(*number).is_ok();
        let (holds, gives) = match (read, node) {
            (Reader::Text | Reader::Orgnr | Reader::Municipality, node) => {
                (matches!(node, Node::String(_)), "text")
            }
            (Reader::Address(_), node) => (matches!(node, Node::String(_)), "part of an address"),
            (Reader::Date(_) | Reader::Day, node) => {
                (*node == Node::Int(Some(Logical::Date)), "a date")
            }
            (Reader::Time, node) => (*node == Node::Long(Some(Logical::TimestampMicros)), "a time"),
            (Reader::Integer { min, max }, Node::Int(None)) => {
                (small(min) && small(max), "whole numbers so large")
            }
            (Reader::Integer { .. }, node) => (*node == Node::Long(None), "a whole number"),
            (Reader::Kroner, node) => (*node == Node::Long(None), "an amount"),
            (Reader::YesNo, node) => (*node == Node::Boolean, "yes or no"),
            (Reader::Code(table), Node::Enum { symbols, .. }) => {
                (table.values().all(|word| symbols.contains(word)), "every word of the code table")
            }
            (Reader::Code(table), node) => {
                let text = matches!(node, Node::String(_)) && !table.is_empty();
                (text && table.len() <= limits::CODES, "a word of a code table")
            }
            (Reader::List { of, .. }, Node::Array(items)) => {
                return self.fits(of, self.schema.node(*items), to);
            }
            (Reader::Symbol, _) => (false, "a symbol"),
            (Reader::List { .. }, _) => (false, "a list"),
        };
        if holds { Ok(()) } else { Err(self.shape(to, gives)) }
    }
}

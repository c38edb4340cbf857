//! The walk over a record's values: a field that the matrix lists as leaving is kept, any other is
//! null where the view's schema has it. Knows values only; bytes are the library's.

use crate::Error;
use crate::facts::plain;
use crate::matrix::How;
use apache_avro::Schema;
use apache_avro::types::Value;
use std::collections::BTreeMap;

/// What leaves, and the types that the view's schema names.
pub(crate) struct Filter<'a> {
    pub(crate) leaving: &'a BTreeMap<String, How>,
    pub(crate) named: BTreeMap<String, &'a Schema>,
}

/// Every type a schema declares, by full name.
pub(crate) fn named<'a>(schema: &'a Schema, found: &mut BTreeMap<String, &'a Schema>) {
    match schema {
        Schema::Ref { .. } => return,
        Schema::Record(record) => {
            record.fields.iter().for_each(|field| named(&field.schema, found));
        }
        Schema::Array(array) => named(&array.items, found),
        Schema::Union(union) => union.variants().iter().for_each(|one| named(one, found)),
        _ => {}
    }
    if let Some(name) = schema.name() {
        found.insert(name.fullname(None), schema);
    }
}

// === impl Filter ===

impl Filter<'_> {
    /// What is kept of a value whose type in the view is `view` and whose path is `path`.
    pub(crate) fn keep(&self, value: &Value, view: &Schema, path: &str) -> Result<Value, Error> {
        match (value, self.declared(view)?) {
            (Value::Record(fields), Schema::Record(record)) => {
                let kept = record.fields.iter().map(|field| {
                    let found = fields.iter().find(|(name, _)| *name == field.name);
                    let (name, value) = found.ok_or(Error::View)?;
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    Ok((name.clone(), self.field(value, &field.schema, &path)?))
                });
                Ok(Value::Record(kept.collect::<Result<_, Error>>()?))
            }
            (Value::Array(items), Schema::Array(array)) => {
                let path = format!("{path}[]");
                let kept = items.iter().map(|item| self.keep(item, &array.items, &path));
                Ok(Value::Array(kept.collect::<Result<_, Error>>()?))
            }
            (Value::Record(_) | Value::Array(_) | Value::Map(_) | Value::Union(..), _) => {
                Err(Error::View)
            }
            (leaf, _) => Ok(leaf.clone()),
        }
    }

    /// A field: as it is where every view must carry it, else nullable.
    fn field(&self, value: &Value, view: &Schema, path: &str) -> Result<Value, Error> {
        let Schema::Union(union) = view else { return self.keep(value, view, path) };
        let [Schema::Null, inner] = union.variants() else { return Err(Error::View) };
        let null = || Value::Union(0, Box::new(Value::Null));
        let value = plain(value);
        let (Some(how), false) = (self.leaving.get(path), *value == Value::Null) else {
            return Ok(null());
        };
        let kept = match how {
            How::Word(word) if word == "release" => self.keep(value, inner, path)?,
            How::Word(word) => match coarser(word, value)? {
                Some(value) => value,
                None => return Ok(null()),
            },
            How::Items { field, values } => {
                self.keep(&chosen(value, path, field, values)?, inner, path)?
            }
        };
        Ok(Value::Union(1, Box::new(kept)))
    }

    fn declared<'s>(&'s self, schema: &'s Schema) -> Result<&'s Schema, Error> {
        match schema {
            Schema::Ref { name } => {
                self.named.get(&name.fullname(None)).copied().ok_or(Error::View)
            }
            schema => Ok(schema),
        }
    }
}

/// The elements of an array whose field holds one of the values.
fn chosen(value: &Value, path: &str, field: &str, values: &[String]) -> Result<Value, Error> {
    let Value::Array(items) = value else { return Err(Error::View) };
    let within = field.strip_prefix(path).and_then(|rest| rest.strip_prefix("[]"));
    let within = within.ok_or(Error::Form)?.trim_start_matches('.');
    let holds = |item: &&Value| {
        let word = if within.is_empty() { text(item) } else { crate::facts::word(item, within) };
        word.is_some_and(|word| values.iter().any(|value| value == word))
    };
    Ok(Value::Array(items.iter().filter(holds).cloned().collect()))
}

fn text(value: &Value) -> Option<&str> {
    match plain(value) {
        Value::Enum(_, word) | Value::String(word) => Some(word),
        _ => None,
    }
}

/// A value in a coarser form; none when it has none. Of texts no form is made here.
fn coarser(form: &str, value: &Value) -> Result<Option<Value>, Error> {
    if let Some(width) = form.strip_prefix("bucket ") {
        let width: i64 = width.parse().map_err(|_| Error::Form)?;
        return bucket(width, value).ok_or(Error::Form).map(Some);
    }
    let Value::Date(day) = value else { return Err(Error::Form) };
    let (year, month) = year_and_month(*day);
    let first = match form {
        "month" => first_day(year, month),
        "year" => first_day(year, 1),
        _ => return Err(Error::Form),
    };
    Ok(i32::try_from(first).ok().map(Value::Date))
}

/// The least number of its step of that width.
fn bucket(width: i64, value: &Value) -> Option<Value> {
    let least = |number: i64| {
        let over = number.checked_rem(width)?;
        number.checked_sub(if over < 0 { over + width } else { over })
    };
    match value {
        Value::Int(number) => least((*number).into())?.try_into().ok().map(Value::Int),
        Value::Long(number) => least(*number).map(Value::Long),
        _ => None,
    }
}

/// Year and month of a day counted from 1970-01-01, by looking for it.
fn year_and_month(day: i32) -> (i64, i64) {
    let day = i64::from(day);
    let mut year = 1970 + day / 366;
    while first_day(year, 1) > day {
        year -= 1;
    }
    while first_day(year + 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| first_day(year, *month) <= day);
    (year, month.unwrap_or(1))
}

/// The first day of a month, counted from 1970-01-01.
fn first_day(year: i64, month: i64) -> i64 {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = year - 1;
    let leaps = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: i64 = days.iter().take(usize::try_from(month - 1).unwrap_or(0)).sum();
    let leap_day = i64::from(month > 2 && leap(year));
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    before * 365 + leaps + months + leap_day - 719_162
}

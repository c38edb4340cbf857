//! Records bent out of shape within their schema: facts of any combination, fields missing, lists
//! empty or doubled, texts of any length. Keeps the envelope's identity, which seals cover.

use apache_avro::Schema;
use apache_avro::types::Value;
use kit::Random;
use std::collections::BTreeMap;

/// Texts that are put in place of others.
const TEXTS: [&str; 6] = [
    "",
    "ø",
    "et navn som ikke finnes",
    "«tekst» på sørsamisk: gåetie",
    "ring 912 34 567 om dette",
    "skriv til kari@eksempel.example",
];

/// Whom it is about, to whom and from whom stays readable: else it is set aside, not filtered.
const NAMED: [&str; 3] = ["tildaenhet", "mottaker", "arbeidstakerPseudonym"];

/// A schema with the types it names.
pub(crate) struct Shape<'s> {
    schema: &'s Schema,
    named: BTreeMap<String, &'s Schema>,
}

// === impl Shape ===

impl<'s> Shape<'s> {
    pub(crate) fn of(schema: &'s Schema) -> Shape<'s> {
        let mut named = BTreeMap::new();
        name(schema, &mut named);
        Shape { schema, named }
    }

    /// Bends a record. The first level's `fakta` are drawn anew, so that every combination occurs.
    pub(crate) fn scramble(&self, value: &mut Value, random: &mut Random) {
        let (Value::Record(fields), Schema::Record(record)) = (value, self.schema) else { return };
        for ((name, value), field) in fields.iter_mut().zip(&record.fields) {
            match name.as_str() {
                "fakta" => self.draw(value, &field.schema, random),
                "konvolutt" => {}
                name if NAMED.contains(&name) => {}
                _ => self.bend(value, &field.schema, random),
            }
        }
    }

    fn resolved(&self, schema: &'s Schema) -> &'s Schema {
        match schema {
            Schema::Ref { name } => self.named.get(&name.fullname(None)).copied().unwrap_or(schema),
            schema => schema,
        }
    }

    /// Every fact any of its symbols, or null.
    fn draw(&self, value: &mut Value, schema: &'s Schema, random: &mut Random) {
        let (Value::Record(fields), Schema::Record(record)) = (value, self.resolved(schema)) else {
            return;
        };
        for ((_, value), field) in fields.iter_mut().zip(&record.fields) {
            let Schema::Union(union) = &field.schema else { continue };
            for (branch, variant) in (0..).zip(union.variants()) {
                let Schema::Enum(symbols) = self.resolved(variant) else { continue };
                let number = random.below(symbols.symbols.len() + 1);
                *value = match symbols.symbols.get(number) {
                    Some(symbol) => {
                        let number = u32::try_from(number).unwrap_or_default();
                        Value::Union(branch, Box::new(Value::Enum(number, symbol.clone())))
                    }
                    None => null(union.variants()),
                };
            }
        }
    }

    fn bend(&self, value: &mut Value, schema: &'s Schema, random: &mut Random) {
        match (value, self.resolved(schema)) {
            (value @ Value::Union(..), Schema::Union(union)) => {
                if random.percent(10) {
                    *value = null(union.variants());
                }
                let Value::Union(branch, inner) = value else { return };
                let variant = usize::try_from(*branch).ok().and_then(|at| union.variants().get(at));
                if let Some(variant) = variant {
                    self.bend(inner, variant, random);
                }
            }
            (Value::Record(fields), Schema::Record(record)) => {
                for ((name, value), field) in fields.iter_mut().zip(&record.fields) {
                    if !NAMED.contains(&name.as_str()) {
                        self.bend(value, &field.schema, random);
                    }
                }
            }
            (Value::Array(items), Schema::Array(array)) => {
                match random.below(10) {
                    0 => items.clear(),
                    1 => items.extend(items.clone()),
                    _ => {}
                }
                items.iter_mut().for_each(|item| self.bend(item, &array.items, random));
            }
            (Value::String(text), _) if random.percent(5) => {
                let again = 1 + random.below(12);
                *text = vec![random.pick(&TEXTS); again].join("; ");
            }
            _ => {}
        }
    }
}

/// Null, where the union has it.
fn null(variants: &[Schema]) -> Value {
    let branch = variants.iter().position(|variant| *variant == Schema::Null);
    let branch = branch.and_then(|branch| u32::try_from(branch).ok()).unwrap_or_default();
    Value::Union(branch, Box::new(Value::Null))
}

fn name<'s>(schema: &'s Schema, found: &mut BTreeMap<String, &'s Schema>) {
    match schema {
        Schema::Ref { .. } => return,
        Schema::Record(record) => record.fields.iter().for_each(|one| name(&one.schema, found)),
        Schema::Array(array) => name(&array.items, found),
        Schema::Union(union) => union.variants().iter().for_each(|one| name(one, found)),
        _ => {}
    }
    if let Some(of) = schema.name() {
        found.insert(of.fullname(None), schema);
    }
}

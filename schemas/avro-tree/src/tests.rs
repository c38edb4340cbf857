//! Properties of parsing, facts, view schemas and verdicts.

mod changes;
mod facts;
mod parsing;
mod person;
mod views;

use crate::Schema;

/// A record of these fields.
fn record(fields: &str) -> Schema {
    let text = format!(r#"{{"type":"record","name":"a.R","fields":[{fields}]}}"#);
    Schema::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A nullable string with a class.
fn field(name: &str, class: &str) -> String {
    let rest = r#""type":["null","string"],"default":null"#;
    format!(r#"{{"name":"{name}",{rest},"class":"{class}"}}"#)
}

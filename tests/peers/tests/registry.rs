//! The registry's client against a real registry, Apicurio, over real HTTP: what is registered, what
//! is refused, and that a registry that is down, held still, wrong or huge is an error and no guess.
#![cfg(test)]

#[path = "registry/call.rs"]
mod call;
#[path = "registry/faults.rs"]
mod faults;
#[path = "registry/schemas.rs"]
mod schemas;

use peers::Apicurio;
use std::sync::OnceLock;

/// One registry for all that does not bend it; each test under subjects of its own.
fn registry() -> &'static Apicurio {
    static REGISTRY: OnceLock<Apicurio> = OnceLock::new();
    REGISTRY.get_or_init(|| Apicurio::start().unwrap())
}

/// A record of this name with these fields, each nullable.
fn record(name: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(field, class)| {
        serde_json::json!({
            "name": field, "type": ["null", "string"], "default": null, "class": class,
        })
    });
    let fields: Vec<_> = fields.collect();
    serde_json::json!({ "type": "record", "name": name, "fields": fields }).to_string()
}

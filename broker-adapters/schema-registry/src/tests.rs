//! The client against a registry in memory that can be down, late, wrong or huge.

mod cached;
mod far;
mod faults;
mod rules;

use far::Far;
use std::sync::Arc;

pub(super) const SUBJECT: &str = "no.samsyn.test.Post";

/// A record of these fields; all but the first may be left out by a reader.
pub(super) fn record(fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, class)| {
            let mut field = serde_json::json!({
                "name": name, "type": ["null", "string"], "default": null,
            });
            if !class.is_empty() {
                field["class"] = (*class).into();
            }
            field
        })
        .collect();
    serde_json::json!({ "type": "record", "name": SUBJECT, "fields": fields }).to_string()
}

pub(super) fn site() -> (crate::Client, Arc<Far>) {
    let far = Arc::new(Far::default());
    (crate::Client::new(Arc::clone(&far)), far)
}

//! Every ruling of one view and record type. Never run in a record's path.

use crate::bundle::Bundle;
use crate::outcome::{Reason, RecordReason};
use crate::rulings::{Rulings, refused};
use crate::view::View;
use vocabulary::RecordType;

/// Compiles the rulings of one view and record type for one day (days since 1970-01-01).
pub fn compile(bundle: &Bundle, view: &View, record_type: RecordType, day: i32) -> Rulings {
    let _ = day;
    let distinct = bundle
        .schema(record_type)
        .map(|schema| refused(schema, &Reason::UnknownSender, RecordReason::UnknownSender));
    Rulings {
        bundle: bundle.digest(),
        view: view.id.clone(),
        record_type,
        facts: 0,
        distinct: distinct.into_iter().collect(),
        index: Vec::new(),
    }
}

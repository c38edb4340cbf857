//! `samsyn policy explain`: one field, and why.

use super::question::Flags;
use super::{Refused, Which, load, say};
use ruling::explain;
use vocabulary::RecordType;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    question: Flags,
    /// The record type.
    #[arg(long, value_name = "TYPE")]
    record_type: String,
    /// Paths of fields, such as `subjekt.navn`.
    #[arg(required = true, value_name = "FIELD")]
    fields: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (_, bundle) = load(&arguments.which.bundle)?;
    let text = &arguments.record_type;
    let unknown = |_| Refused::line(format!("record type `{text}` is not known"));
    let record_type: RecordType = text.parse().map_err(unknown)?;
    let inquiry = arguments.question.inquiry(&bundle, record_type, true)?;
    for field in &arguments.fields {
        say(explain(&bundle, &inquiry, field)?);
    }
    Ok(())
}

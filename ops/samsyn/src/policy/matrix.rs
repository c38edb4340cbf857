//! `samsyn policy matrix`: the page a data-protection officer signs off.

use super::question::Flags;
use super::{Refused, Which, load, say};
use ruling::matrix;
use vocabulary::RecordType;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    question: Flags,
    /// One record type; every one of the view where it is not given.
    #[arg(long, value_name = "TYPE")]
    record_type: Option<String>,
    /// Prints CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (_, bundle) = load(&arguments.which.bundle)?;
    let record_types = match &arguments.record_type {
        Some(text) => {
            let unknown = |_| Refused::line(format!("record type `{text}` is not known"));
            vec![text.parse::<RecordType>().map_err(unknown)?]
        }
        None => arguments.question.record_types(&bundle)?,
    };
    let alone = record_types.len() == 1;
    let mut pages = Vec::new();
    for record_type in record_types {
        let inquiry = arguments.question.inquiry(&bundle, record_type, alone)?;
        pages.push((record_type, matrix(&bundle, &inquiry)?));
    }
    if arguments.json {
        let all: Vec<_> = pages.iter().map(|(_, page)| page.json()).collect();
        say(serde_json::Value::from(all));
        return Ok(());
    }
    for (at, (record_type, page)) in pages.iter().enumerate() {
        if arguments.csv {
            csv(at, *record_type, &page.csv());
        } else {
            say(page.text());
        }
    }
    Ok(())
}

/// One table for all record types, with the type as first column.
fn csv(at: usize, record_type: RecordType, table: &str) {
    for (line, row) in table.lines().enumerate() {
        match line {
            0 if at == 0 => say(format!("record_type,{row}")),
            0 => {}
            _ => say(format!("{record_type},{row}")),
        }
    }
}

//! `samsyn policy export`: every ruling of a bundle as JSON, for programs that check ours.

use super::{Refused, Which, load, say, today};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Refused> {
    let (_, bundle) = load(&arguments.which.bundle)?;
    let refused = |error: avro_tree::Error| Refused::line(format!("{}: {error}", error.code()));
    say(ruling::export(&bundle, today()).map_err(refused)?);
    Ok(())
}

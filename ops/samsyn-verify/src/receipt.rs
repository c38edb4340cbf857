//! `samsyn-verify receipt`: that one recipient's row is in the ledger.

use crate::files::{read_key, read_text};
use crate::limits::MAX_RECEIPT_BYTES;
use crate::moment;
use crate::outcome::{Error, Outcome};
use audit::Receipt;
use seal::VerifyingKey;
use std::path::{Path, PathBuf};

/// Check a receipt.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The receipt (JSON).
    file: PathBuf,
    /// The ledger's public key (PEM), from another source than the receipt.
    #[arg(long)]
    key: PathBuf,
}

pub(crate) fn check(arguments: &Arguments) -> Result<Outcome, Error> {
    let key = read_key(&arguments.key)?;
    let mut outcome = Outcome::default();
    proved(&arguments.file, &key, &mut outcome)?;
    Ok(outcome)
}

/// The receipt of a file if it holds; what it proves, or what is wrong, goes into the outcome.
pub(crate) fn proved(
    file: &Path,
    key: &VerifyingKey,
    outcome: &mut Outcome,
) -> Result<Option<Receipt>, Error> {
    let text = read_text(file, MAX_RECEIPT_BYTES)?;
    let receipt = match Receipt::from_json(&text) {
        Ok(receipt) => receipt,
        Err(error) => {
            outcome.problem("VERIFY-011", error);
            return Ok(None);
        }
    };
    match receipt.verify(key) {
        Err(error) => {
            outcome.problem("VERIFY-012", error);
            Ok(None)
        }
        Ok(proven) => {
            let row = &receipt.row;
            outcome.fact("ledger", &proven.checkpoint.origin);
            outcome.fact("checkpoint", moment::text(proven.checkpoint.at));
            outcome.fact("entry", proven.leaf.id());
            outcome.fact("recorded", moment::text(proven.leaf.at));
            outcome.fact("outcome", row.outcome.as_str());
            outcome.fact("view", &row.view);
            if let Some(recipient) = &row.recipient {
                outcome.fact("recipient", recipient);
            }
            outcome.fact("purpose", &row.purpose);
            outcome.fact("plan", row.plan);
            Ok(Some(receipt))
        }
    }
}

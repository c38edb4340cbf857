//! Waiting for the evidence that a question is recorded. Recording it is the exchange's work,
//! answering it the vault's.

use crate::Error;
use crate::limits::ASK_AGAIN;
use audit_vault::{Access, Reader};
use std::time::{Duration, Instant};
use vocabulary::EntryId;

/// Waits until the ledger holds the entry that records the question.
pub fn recorded(reader: &Reader, entry: &EntryId, timeout: Duration) -> Result<Access, Error> {
    let begun = Instant::now();
    loop {
        match reader.access(entry) {
            Ok(access) => return Ok(access),
            Err(audit_vault::Error::Unrecorded) if begun.elapsed() < timeout => {
                std::thread::sleep(ASK_AGAIN);
            }
            Err(audit_vault::Error::Unrecorded) => return Err(Error::Slow),
            Err(error) => return Err(error.into()),
        }
    }
}

//! `samsyn-verify record`: that delivered records are exactly what the exchange released, and
//! what a receipt commits to. Reads the NDJSON files that a connector delivers.

use crate::files::read_key;
use crate::limits::MAX_LINE_BYTES;
use crate::outcome::{Error, Outcome};
use crate::receipt::proved;
use audit::Receipt;
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{Seal, VerifyingKey, release_leaf, sha256, verify_leaf};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use vocabulary::{EntryId, OrgNumber, RecordId, ViewId};

/// Check delivered records.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Records as delivered (NDJSON, one a line, with headers and bytes).
    file: PathBuf,
    /// The exchange's public key (PEM), from another source than the records.
    #[arg(long)]
    exchange_key: PathBuf,
    /// The recipient, for records of an addressed view.
    #[arg(long)]
    recipient: Option<OrgNumber>,
    /// A receipt for one of the records (JSON).
    #[arg(long, requires = "key")]
    receipt: Option<PathBuf>,
    /// The ledger's public key (PEM), for the receipt.
    #[arg(long, requires = "receipt")]
    key: Option<PathBuf>,
}

/// What a line says of itself, as far as the seal covers it.
struct Record {
    view: ViewId,
    record_id: RecordId,
    version: u64,
    entry: EntryId,
    seal: Seal,
    bytes: Vec<u8>,
}

pub(crate) fn check(arguments: &Arguments) -> Result<Outcome, Error> {
    let exchange = read_key(&arguments.exchange_key)?;
    let mut outcome = Outcome::default();
    let receipt = match (&arguments.receipt, &arguments.key) {
        (Some(file), Some(key)) => proved(file, &read_key(key)?, &mut outcome)?,
        _ => None,
    };
    let (mut records, mut matched) = (0_u64, 0_u64);
    let name = || arguments.file.display().to_string();
    let file = File::open(&arguments.file).map_err(|error| Error::File(name(), error))?;
    let mut lines = BufReader::new(file);
    for number in 1_u64.. {
        let mut line = Vec::new();
        let read = (&mut lines).take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        match read.map_err(|error| Error::File(name(), error))? {
            0 => break,
            read if read as u64 == MAX_LINE_BYTES => return Err(Error::Large(name())),
            _ => {}
        }
        records += 1;
        let Some(record) = Record::parse(&line) else {
            let text = format!("line {number}: no record with headers, seal and bytes");
            outcome.problem("VERIFY-013", text);
            continue;
        };
        if !record.is_sealed(&exchange, arguments.recipient.as_ref()) {
            outcome
                .problem("VERIFY-014", format!("line {number}: the exchange's seal does not hold"));
        }
        let ours = |receipt: &&Receipt| record.is_told_by(receipt);
        if let Some(receipt) = receipt.as_ref().filter(ours) {
            matched += 1;
            if !receipt.covers(&record.bytes) {
                let text = format!("line {number}: not the bytes that the receipt commits to");
                outcome.problem("VERIFY-015", text);
            }
        }
    }
    outcome.fact("records", records);
    if receipt.is_some() {
        outcome.fact("receipted", matched);
        if matched == 0 {
            outcome.problem("VERIFY-015", "the receipt is for none of the records");
        }
    }
    Ok(outcome)
}

// === impl Record ===

impl Record {
    fn parse(line: &[u8]) -> Option<Self> {
        let line: Value = serde_json::from_slice(line).ok()?;
        let header = |name: &str| line.get("headers")?.get(name)?.as_str();
        let binary = |value: Option<&Value>| STANDARD.decode(value?.as_str()?).ok();
        let (record_id, version) = header("ce_id")?.rsplit_once('-')?;
        let seal = binary(line.get("binary_headers")?.get("samsyn_seal"))?;
        Some(Record {
            view: header("samsyn_view")?.parse().ok()?,
            record_id: record_id.parse().ok()?,
            version: version.parse().ok()?,
            entry: header("samsyn_entry")?.parse().ok()?,
            seal: Seal::decode(&seal).ok()?,
            bytes: binary(line.get("bytes"))?,
        })
    }

    fn is_sealed(&self, key: &VerifyingKey, recipient: Option<&OrgNumber>) -> bool {
        let Record { view, record_id, version, entry, .. } = self;
        let value = sha256(&[&self.bytes]);
        let recipient = recipient.map(OrgNumber::as_str);
        let leaf = release_leaf(view, recipient, record_id, *version, entry, &value);
        verify_leaf(key, &leaf, &self.seal).is_ok()
    }

    /// Whether a receipt is of this record's entry and view.
    fn is_told_by(&self, receipt: &Receipt) -> bool {
        let entry = audit::Leaf::decode(&receipt.leaf).map(|leaf| leaf.id());
        entry == Ok(self.entry) && receipt.row.view == self.view
    }
}

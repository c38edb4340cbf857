//! Receipts: what one recipient (or data subject) needs to prove offline that its row is in the
//! ledger. A receipt shows that one row only.

use crate::leaf::Leaf;
use crate::limits::{MAX_PROOF, MAX_RECEIPT_BYTES};
use crate::proof::verify_inclusion;
use crate::row::{Outcome, Row, SALT_LEN, Under};
use crate::{Checkpoint, Error};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::VerifyingKey;
use seal::tree::root_from_path;
use serde::{Deserialize, Serialize};
use vocabulary::{Digest, EntryId, OrgNumber, Purpose, ViewId};

const FORMAT: &str = "samsyn-receipt-v1";

/// One row of one entry with its way into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The row.
    pub row: Row,
    /// Place of the row, and rows in the entry.
    pub row_place: (u64, u64),
    /// From the row to the leaf's row root.
    pub row_path: Vec<Digest>,
    /// The leaf as it lies in the ledger.
    pub leaf: Vec<u8>,
    /// Its place in the ledger.
    pub leaf_index: u64,
    /// From the leaf to the checkpoint's root.
    pub path: Vec<Digest>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// What a receipt proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The leaf: when, by whom, which number.
    pub leaf: Leaf,
    /// The checkpoint it is in.
    pub checkpoint: Checkpoint,
}

/// The receipt's file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    entry: EntryId,
    row: RowFile,
    row_index: u64,
    row_count: u64,
    row_path: Vec<Digest>,
    leaf: String,
    leaf_index: u64,
    leaf_path: Vec<Digest>,
    checkpoint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    view: ViewId,
    recipient: Option<OrgNumber>,
    epoch: u32,
    purpose: Purpose,
    plan: Digest,
    outcome: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    under: Vec<Under>,
    salt: String,
    commitment: Digest,
}

// === impl Receipt ===

impl Receipt {
    /// Checks all of it against the ledger's key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Proven, Error> {
        let leaf = Leaf::decode(&self.leaf)?;
        let (index, count) = self.row_place;
        match root_from_path(&self.row.leaf(), index, count, &self.row_path) {
            Some(root) if root == leaf.rows => {}
            _ => return Err(Error::RowProof),
        }
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let hash = Leaf::hash(&self.leaf);
        let tree = (checkpoint.size, &checkpoint.root);
        verify_inclusion(&hash, self.leaf_index, tree, &self.path)?;
        Ok(Proven { leaf, checkpoint })
    }

    /// Whether the row commits to these released bytes.
    pub fn covers(&self, released: &[u8]) -> bool {
        self.row.outcome.leaves() && Row::commit(&self.row.salt, released) == self.row.commitment
    }

    /// The receipt's file: JSON.
    pub fn to_json(&self) -> Result<String, Error> {
        let file = File {
            format: FORMAT.to_owned(),
            entry: Leaf::decode(&self.leaf)?.id(),
            row: RowFile::of(&self.row),
            row_index: self.row_place.0,
            row_count: self.row_place.1,
            row_path: self.row_path.clone(),
            leaf: STANDARD.encode(&self.leaf),
            leaf_index: self.leaf_index,
            leaf_path: self.path.clone(),
            checkpoint: self.checkpoint.clone(),
        };
        serde_json::to_string_pretty(&file).map_err(|_| Error::Receipt)
    }

    /// Reads a receipt's file. Says nothing about validity.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_RECEIPT_BYTES {
            return Err(Error::Limit);
        }
        let file: File = serde_json::from_str(text).map_err(|_| Error::Receipt)?;
        if file.format != FORMAT {
            return Err(Error::Version);
        }
        let leaf = STANDARD.decode(&file.leaf).map_err(|_| Error::Receipt)?;
        let long = file.row_path.len() > MAX_PROOF || file.leaf_path.len() > MAX_PROOF;
        if long || Leaf::decode(&leaf)?.id() != file.entry {
            return Err(Error::Receipt);
        }
        Ok(Receipt {
            row: file.row.into_row()?,
            row_place: (file.row_index, file.row_count),
            row_path: file.row_path,
            leaf,
            leaf_index: file.leaf_index,
            path: file.leaf_path,
            checkpoint: file.checkpoint,
        })
    }
}

// === impl RowFile ===

impl RowFile {
    fn of(row: &Row) -> Self {
        RowFile {
            view: row.view.clone(),
            recipient: row.recipient,
            epoch: row.epoch,
            purpose: row.purpose.clone(),
            plan: row.plan,
            outcome: row.outcome.as_str().to_owned(),
            under: row.under.clone(),
            salt: STANDARD.encode(row.salt),
            commitment: row.commitment,
        }
    }

    fn into_row(self) -> Result<Row, Error> {
        let salt = STANDARD.decode(&self.salt).map_err(|_| Error::Receipt)?;
        let salt: [u8; SALT_LEN] = salt.try_into().map_err(|_| Error::Receipt)?;
        let outcome = [Outcome::Released, Outcome::Withdrawn, Outcome::Withheld]
            .into_iter()
            .find(|outcome| outcome.as_str() == self.outcome)
            .ok_or(Error::Receipt)?;
        let RowFile { view, recipient, epoch, purpose, plan, under, commitment, .. } = self;
        Ok(Row { view, recipient, epoch, purpose, plan, outcome, under, salt, commitment })
    }
}

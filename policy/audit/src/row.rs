//! What one view or one recipient got of a finding: a row of its entry, and the small tree the
//! rows hang in. Which outcome a view gets was decided in `ruling`.

use crate::Error;
use crate::limits::MAX_UNDER;
use crate::wire::{Reader, Writer};
use seal::tree::{Tree, leaf_hash};
use serde::{Deserialize, Serialize};
use vocabulary::{BasisId, Digest, EntitlementId, OrgNumber, Purpose, ViewId};

const ROW_DOMAIN: &[u8] = b"samsyn-row-v2";

/// Length of a salt in bytes.
pub const SALT_LEN: usize = 16;

/// What a view got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A new version of the record.
    Released,
    /// Word that it may no longer hold the record.
    Withdrawn,
    /// Nothing.
    Withheld,
}

/// One view's part of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The view.
    pub view: ViewId,
    /// The recipient of an addressed view; none for a group lane.
    pub recipient: Option<OrgNumber>,
    /// Membership epoch of the lane.
    pub epoch: u32,
    /// The purpose the view stands for.
    pub purpose: Purpose,
    /// Digest of the plan: which fields, bases and rules.
    pub plan: Digest,
    /// What the view got.
    pub outcome: Outcome,
    /// What a released row of an entitled view stands on, one for each basis; none elsewhere.
    pub under: Vec<Under>,
    /// Keeps the commitment from being guessed; deleted at the end of retention.
    pub salt: [u8; SALT_LEN],
    /// SHA-256 of salt and released bytes; zero when withheld.
    pub commitment: Digest,
}

/// The entitlement under which a recipient got a record, by its id alone, and the legal basis that
/// asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// The entitlement.
    pub entitlement: EntitlementId,
    /// The basis.
    pub basis: BasisId,
}

// === impl Outcome ===

impl Outcome {
    /// The word for people and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Released => "released",
            Outcome::Withdrawn => "withdrawn",
            Outcome::Withheld => "withheld",
        }
    }

    /// Whether a message left for the view.
    pub const fn leaves(self) -> bool {
        !matches!(self, Outcome::Withheld)
    }
}

// === impl Row ===

impl Row {
    /// The commitment to released bytes under a salt.
    pub fn commit(salt: &[u8; SALT_LEN], released: &[u8]) -> Digest {
        seal::sha256(&[salt, released])
    }

    /// The commitment of a row that released nothing.
    pub const NOTHING: Digest = Digest::new([0; Digest::LEN]);

    /// The row's leaf in its entry's tree.
    pub fn leaf(&self) -> Digest {
        leaf_hash(&[ROW_DOMAIN, &self.encode()])
    }

    /// The tree over all rows of an entry.
    pub fn tree(rows: &[Row]) -> Tree {
        Tree::new(rows.iter().map(Row::leaf).collect())
    }

    /// The row as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        self.write(&mut out);
        out.finish()
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.text(self.view.as_str())
            .option(self.recipient.as_ref(), |out, orgnr| out.text(orgnr.as_str()))
            .raw(&self.epoch.to_be_bytes())
            .text(self.purpose.as_str())
            .raw(self.plan.as_bytes())
            .byte(match self.outcome {
                Outcome::Released => 1,
                Outcome::Withdrawn => 2,
                Outcome::Withheld => 3,
            })
            .raw(&self.salt)
            .raw(self.commitment.as_bytes())
            // INVARIANT: at most MAX_UNDER.
            .byte(u8::try_from(self.under.len()).unwrap_or(u8::MAX));
        for under in &self.under {
            out.text(under.entitlement.as_str()).text(under.basis.as_str());
        }
    }

    pub(crate) fn read(bytes: &mut Reader<'_>) -> Result<Self, Error> {
        let mut row = Row {
            view: bytes.parsed()?,
            recipient: bytes.option(Reader::parsed)?,
            epoch: bytes.word()?,
            purpose: bytes.parsed()?,
            plan: bytes.digest()?,
            outcome: match bytes.byte()? {
                1 => Outcome::Released,
                2 => Outcome::Withdrawn,
                3 => Outcome::Withheld,
                _ => return Err(Error::Malformed),
            },
            salt: bytes.array()?,
            commitment: bytes.digest()?,
            under: Vec::new(),
        };
        let count = usize::from(bytes.byte()?);
        if count > MAX_UNDER {
            return Err(Error::Malformed);
        }
        for _ in 0..count {
            let (entitlement, basis) = (bytes.parsed()?, bytes.parsed()?);
            row.under.push(Under { entitlement, basis });
        }
        Ok(row)
    }
}

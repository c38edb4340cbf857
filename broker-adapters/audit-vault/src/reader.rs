//! Answers from the ledger, beside its writer: who got what, what an entry says, a receipt. Every
//! question must be recorded first: [`Access`] is the evidence, and the ledger itself gives it.

use crate::Error;
use crate::files::{Layout, PublicFiles};
use crate::index::{Index, Stored};
use crate::keys::{Keys, tag};
use crate::limits::MAX_ANSWERS;
use audit::{Checkpoint, Entry, EntryKind, Inquiry, Question, Receipt, Row};
use audit::{inclusion, plan_subject, read_checkpoint};
use seal::VerifyingKey;
use std::path::Path;
use vocabulary::{Digest, EntryId, Secret};

/// Reads a vault; any number may, from any process.
pub struct Reader {
    files: PublicFiles,
    index: Index,
    keys: Keys,
    secret: Secret<[u8; 32]>,
}

/// Evidence that the ledger holds the entry which records this question. Made by
/// [`Reader::access`] only; answers only what it asks.
#[derive(Debug)]
pub struct Access {
    entry: EntryId,
    inquiry: Inquiry,
}

/// An entry found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its place in the ledger.
    pub leaf: u64,
    /// What it says.
    pub entry: Entry,
}

/// A page of entries about a subject, in the ledger's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The entries.
    pub found: Vec<Answer>,
    /// Where to go on, if there are more.
    pub next: Option<u64>,
}

/// An entry with the plans its rows cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The entry.
    pub answer: Answer,
    /// Plans by digest: the detail that was recorded when each was compiled.
    pub plans: Vec<(Digest, String)>,
}

// === impl Access ===

impl Access {
    /// The entry that records the question.
    pub fn entry(&self) -> &EntryId {
        &self.entry
    }

    /// What is asked, by whom and why.
    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }
}

// === impl Reader ===

impl Reader {
    /// Opens a vault to read; `index_secret` is the writer's.
    pub fn open(folder: &Path, index_secret: Secret<[u8; 32]>) -> Result<Self, Error> {
        let layout = Layout::new(folder);
        Ok(Reader {
            files: layout.public(),
            index: Index::open_to_read(&layout.index())?,
            keys: Keys::open_to_read(&layout.keys())?,
            secret: index_secret,
        })
    }

    /// The public files.
    pub fn files(&self) -> &PublicFiles {
        &self.files
    }

    /// Leaves integrated.
    pub fn size(&self) -> Result<u64, Error> {
        Ok(self.index.state()?.size)
    }

    /// The evidence that a question is recorded; refused until the ledger holds its entry.
    pub fn access(&self, entry: &EntryId) -> Result<Access, Error> {
        let stored = self.index.by_id(entry)?.ok_or(Error::Unrecorded)?;
        let answer = self.open_body(stored).map_err(|_| Error::Unrecorded)?;
        let inquiry = Inquiry::of(&answer.entry).ok_or(Error::Unrecorded)?;
        Ok(Access { entry: *entry, inquiry })
    }

    /// Entries about the subject that the access asks for, from a place in the ledger on.
    pub fn who_got(&self, access: &Access, from: u64) -> Result<Answers, Error> {
        let Question::WhoGot { subject } = &access.inquiry.question else {
            return Err(Error::Unrecorded);
        };
        let mut leaves = self.about(subject, from)?;
        let next = leaves.get(MAX_ANSWERS).copied();
        leaves.truncate(MAX_ANSWERS);
        let stored = leaves.into_iter().filter_map(|leaf| self.index.by_leaf(leaf).transpose());
        // A body whose time ran out while we were reading is no answer and no error.
        let found = stored
            .map(|stored| match self.open_body(stored?) {
                Err(Error::Unknown) => Ok(None),
                other => other.map(Some),
            })
            .filter_map(Result::transpose);
        Ok(Answers { found: found.collect::<Result<_, _>>()?, next })
    }

    /// The entry that the access asks for, with its plans.
    pub fn explain(&self, access: &Access) -> Result<Explained, Error> {
        let Question::Explain { entry } = &access.inquiry.question else {
            return Err(Error::Unrecorded);
        };
        let answer = self.entry(entry)?;
        let mut digests: Vec<Digest> = answer.entry.rows().iter().map(|row| row.plan).collect();
        digests.sort_unstable();
        digests.dedup();
        let mut plans = Vec::new();
        for digest in digests {
            if let Some(detail) = self.plan(&digest)? {
                plans.push((digest, detail));
            }
        }
        Ok(Explained { answer, plans })
    }

    /// The receipt that the access asks for, under the newest checkpoint of the ledger's key.
    pub fn receipt(&self, access: &Access, key: &VerifyingKey) -> Result<Receipt, Error> {
        let Question::Receipt { entry, view, recipient } = &access.inquiry.question else {
            return Err(Error::Unrecorded);
        };
        let Answer { leaf, entry } = self.entry(entry)?;
        let wanted = |row: &Row| row.view == *view && row.recipient == *recipient;
        let place = entry.rows().iter().position(wanted).ok_or(Error::Unknown)?;
        let row = entry.rows().get(place).ok_or(Error::Unknown)?.clone();
        let checkpoint = read_checkpoint(&self.files)?.ok_or(Error::Unknown)?;
        let size = Checkpoint::open(&checkpoint, key)?.size;
        if leaf >= size {
            return Err(Error::Unknown);
        }
        Ok(Receipt {
            row,
            row_place: (place as u64, entry.rows().len() as u64),
            row_path: Row::tree(entry.rows()).path(place).ok_or(Error::Unknown)?,
            leaf: entry.leaf().encode(),
            leaf_index: leaf,
            path: inclusion(&self.files, leaf, size)?,
            checkpoint,
        })
    }

    fn entry(&self, id: &EntryId) -> Result<Answer, Error> {
        self.open_body(self.index.by_id(id)?.ok_or(Error::Unknown)?)
    }

    /// Places of the entries about a subject, in order, at most one more than a page.
    fn about(&self, subject: &str, from: u64) -> Result<Vec<u64>, Error> {
        let mut leaves = Vec::new();
        let size = self.index.state()?.size;
        for (_, _, key) in self.keys.all()? {
            leaves.extend(self.index.tagged(&tag(&self.secret, &key, subject), from, size)?);
        }
        leaves.sort_unstable();
        leaves.truncate(MAX_ANSWERS + 1);
        Ok(leaves)
    }

    fn plan(&self, digest: &Digest) -> Result<Option<String>, Error> {
        for leaf in self.about(&plan_subject(digest), 0)? {
            let Some(stored) = self.index.by_leaf(leaf)? else { continue };
            let entry = self.open_body(stored)?.entry;
            if entry.kind() == EntryKind::Change {
                return Ok(entry.detail().map(str::to_owned));
            }
        }
        Ok(None)
    }

    fn open_body(&self, stored: Stored) -> Result<Answer, Error> {
        let body = stored.body.ok_or(Error::Unknown)?;
        let key = self.keys.get(stored.period)?.ok_or(Error::Unknown)?;
        let leaf = audit::Leaf::decode(&stored.bytes)?;
        let entry = Entry::decode(&key.open(leaf.id().as_bytes(), &body)?)?;
        // The body must be the one the tree commits to.
        if entry.leaf() == leaf {
            Ok(Answer { leaf: stored.leaf, entry })
        } else {
            Err(Error::Torn)
        }
    }
}

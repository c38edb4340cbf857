//! Numbering of entries and pairing with what they cover. Whether a commit then succeeds is the
//! carrier's; a number whose commit was aborted is given back.

use crate::Error;
use crate::entry::{Draft, Entry, EntryKind, Shared};
use crate::leaf::{WriterName, entry_id};
use crate::question::Inquiry;
use crate::row::{Outcome, Row, SALT_LEN};
use seal::Salts;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{Digest, EntryId, OrgNumber, Timestamp, ViewId};

/// Something that leaves for a view. Outside tests: release's `Released`, the gateway's answer.
pub trait Disclosed {
    /// The view it leaves for.
    fn view(&self) -> &ViewId;
    /// The recipient of an addressed view.
    fn recipient(&self) -> Option<OrgNumber>;
    /// The released bytes, as they lie on the lane.
    fn value(&self) -> &[u8];
    /// What its lane gets.
    fn into_leaving(self) -> Leaving;
}

/// A disclosure taken apart for its lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The view it leaves for.
    pub view: ViewId,
    /// The recipient of an addressed view.
    pub recipient: Option<OrgNumber>,
    /// The key on its lane.
    pub key: Vec<u8>,
    /// The released bytes.
    pub value: Vec<u8>,
    /// The headers on its lane.
    pub headers: Vec<(&'static str, Vec<u8>)>,
}

/// One entry and all that it covers: none for a finding withheld everywhere, an access without
/// an answer, a change. Made by [`Recorder`] only; the one thing a carrier releases from.
#[derive(Debug)]
pub struct Recorded<T: Disclosed> {
    entry: Entry,
    covered: Vec<T>,
}

/// Numbers one writer's entries densely within one run.
#[derive(Debug)]
pub struct Recorder {
    writer: WriterName,
    run: u64,
    next: u64,
    /// Numbers below this one are committed.
    floor: u64,
    salts: Salts,
}

// === impl Recorded ===

impl<T: Disclosed> Recorded<T> {
    /// The entry.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// What it covers.
    pub fn covered(&self) -> &[T] {
        &self.covered
    }

    /// Gives the evidence up, for the carrier's transaction.
    pub fn into_parts(self) -> (Entry, Vec<T>) {
        (self.entry, self.covered)
    }
}

// === impl Recorder ===

impl Recorder {
    /// Starts a run. No two runs of a writer may have the same number: take the start's time.
    pub fn new(writer: &str, run: u64) -> Result<Self, Error> {
        Ok(Recorder { writer: writer.parse()?, run, next: 1, floor: 1, salts: Salts::default() })
    }

    /// Who writes.
    pub fn writer(&self) -> &WriterName {
        &self.writer
    }

    /// The run.
    pub fn run(&self) -> u64 {
        self.run
    }

    /// The number the next entry gets.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The id the next entry gets, for headers and seals of what it will cover.
    pub fn next_id(&self) -> EntryId {
        entry_id(&self.writer, self.run, self.next)
    }

    /// A fresh salt for a row.
    pub fn salt(&mut self) -> Result<[u8; SALT_LEN], Error> {
        Ok(self.salts.draw()?)
    }

    /// Records a ruled finding: every released or withdrawn row covers exactly one thing that
    /// leaves, for the same view and recipient, and commits to its bytes.
    pub fn record<T: Disclosed>(
        &mut self,
        shared: Shared,
        rows: Vec<Row>,
        covered: Vec<T>,
    ) -> Result<Recorded<T>, Error> {
        check(&rows, &covered)?;
        let leaves = rows.iter().any(|row| row.outcome.leaves());
        let kind = if leaves { EntryKind::Release } else { EntryKind::Withheld };
        self.number(Draft { kind, shared, rows, detail: None }, covered)
    }

    /// Records a change: a bundle, a plan, a membership, the start of a run. `detail` is JSON.
    pub fn change<T: Disclosed>(
        &mut self,
        at: Timestamp,
        bundle: Digest,
        detail: String,
    ) -> Result<Recorded<T>, Error> {
        let shared = Shared::bare(at, bundle);
        let kind = EntryKind::Change;
        self.number(Draft { kind, shared, rows: Vec::new(), detail: Some(detail) }, Vec::new())
    }

    /// Records a compiled plan once, so that rows need only its digest. `detail` is JSON.
    pub fn plan<T: Disclosed>(
        &mut self,
        at: Timestamp,
        bundle: Digest,
        plan: &Digest,
        detail: String,
    ) -> Result<Recorded<T>, Error> {
        let mut shared = Shared::bare(at, bundle);
        shared.subject = Some(plan_subject(plan));
        let kind = EntryKind::Change;
        self.number(Draft { kind, shared, rows: Vec::new(), detail: Some(detail) }, Vec::new())
    }

    /// Records that somebody asks. The answer is given only once the ledger holds this entry.
    pub fn access<T: Disclosed>(
        &mut self,
        at: Timestamp,
        bundle: Digest,
        inquiry: &Inquiry,
    ) -> Result<Recorded<T>, Error> {
        let mut shared = Shared::bare(at, bundle);
        shared.subject = inquiry.question.subject().map(str::to_owned);
        let detail = Some(inquiry.to_json()?);
        let kind = EntryKind::Access;
        self.number(Draft { kind, shared, rows: Vec::new(), detail }, Vec::new())
    }

    /// Tells that everything numbered so far is committed.
    pub fn committed(&mut self) {
        self.floor = self.next;
    }

    /// Takes back numbers from `counter` on, after a commit that certainly did not happen. Where
    /// that is not certain, start a new run instead.
    pub fn abandon(&mut self, counter: u64) -> Result<(), Error> {
        if counter < self.floor || counter > self.next {
            return Err(Error::Rewind);
        }
        self.next = counter;
        Ok(())
    }

    fn number<T: Disclosed>(
        &mut self,
        draft: Draft,
        covered: Vec<T>,
    ) -> Result<Recorded<T>, Error> {
        let number = (self.writer.clone(), self.run, self.next);
        let entry = Entry::new(draft, number, self.salts.draw()?)?;
        self.next = self.next.checked_add(1).ok_or(Error::Limit)?;
        Ok(Recorded { entry, covered })
    }
}

/// The subject under which the vault's index finds the entry of a plan.
pub fn plan_subject(plan: &Digest) -> String {
    format!("plan:{plan}")
}

/// Rows and covered are one to one by view and recipient, and each row commits to its bytes.
fn check<T: Disclosed>(rows: &[Row], covered: &[T]) -> Result<(), Error> {
    let mut open = BTreeMap::new();
    for item in covered {
        if open.insert((item.view(), item.recipient()), item.value()).is_some() {
            return Err(Error::Rows);
        }
    }
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((&row.view, row.recipient)) {
            return Err(Error::Rows);
        }
        let expected = match row.outcome {
            Outcome::Withheld => Row::NOTHING,
            Outcome::Released | Outcome::Withdrawn => {
                let value = open.remove(&(&row.view, row.recipient)).ok_or(Error::Rows)?;
                Row::commit(&row.salt, value)
            }
        };
        if expected != row.commitment {
            return Err(Error::Commitment);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(Error::Rows) }
}

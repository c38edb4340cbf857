//! What the exchange tells the sources of this process: read off the receipt lane into a book on
//! disk, then into each source's own folder. It corrects nothing and forgets nothing that was not
//! told.

mod book;

use crate::source::{Pass, Service, Source};
use crate::{Error, limits};
use book::Book;
use carrier::{Lane, Limit, Notice, Offset};
use connector_files::tell_source;
use connector_http::{Told as Line, told_lines};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use vocabulary::SourceId;

/// The sources that are told, and how far the lane has been read.
pub(crate) struct Told {
    folder: PathBuf,
    /// Where each source's own folder is.
    inboxes: BTreeMap<SourceId, PathBuf>,
    service: Service,
    book: Option<Book>,
    next: Offset,
    /// Sources whose folder does not yet hold all that the book does.
    due: BTreeSet<SourceId>,
    /// When a source's folder was last brought up to the book.
    told: BTreeMap<SourceId, Instant>,
    passes: u32,
    held: Option<&'static str>,
}

// === impl Told ===

impl Told {
    pub(crate) fn new(folder: &Path, sources: &[settings::Source], service: Service) -> Told {
        let inboxes = sources.iter().map(|source| (source.id.clone(), source.inbox.clone()));
        Told {
            folder: folder.to_owned(),
            inboxes: inboxes.collect(),
            service,
            book: None,
            next: Offset(0),
            due: BTreeSet::new(),
            told: BTreeMap::new(),
            passes: 0,
            held: None,
        }
    }

    /// Reads on and tells whom it concerns. What holds it back is told once and tried again.
    pub(crate) fn pass(&mut self, sources: &BTreeMap<SourceId, &Mutex<Source>>) -> Pass {
        if self.held.is_some() && self.passes > 0 {
            self.passes -= 1;
            return Pass::Idle;
        }
        let read = self.read();
        let told = self.tell(sources);
        let held = read.as_ref().err().or(told.as_ref().err()).map(Error::code);
        if let Some(code) = held.filter(|_| held != self.held) {
            tracing::error!(code, "a source cannot be told of its records");
        }
        self.passes = limits::RETRY_PASSES;
        self.held = held;
        read.unwrap_or(Pass::Idle)
    }

    /// How many fields a source has been told of.
    pub(crate) fn count(&self, source: &SourceId) -> u64 {
        self.book.as_ref().and_then(|book| book.count(source).ok()).unwrap_or_default()
    }

    /// What a source was told, newest first, with its own names of the objects; none while it is
    /// held.
    pub(crate) fn of(
        &self,
        id: &SourceId,
        source: &Mutex<Source>,
    ) -> Result<Option<Vec<Line>>, Error> {
        let book = self.book.as_ref().ok_or(Error::Unavailable)?;
        let mut lines = book.of(id)?;
        let source = source.lock().unwrap_or_else(PoisonError::into_inner);
        for line in &mut lines {
            match source.object(&line.record) {
                Some(object) => line.object = object,
                None => return Ok(None),
            }
        }
        Ok(Some(lines))
    }

    fn read(&mut self) -> Result<Pass, Error> {
        if self.inboxes.is_empty() {
            return Ok(Pass::Idle);
        }
        if self.book.is_none() {
            let book = Book::open(&self.folder)?;
            self.next = book.position()?;
            // A folder may lack what the last run wrote into the book only.
            self.due.extend(self.inboxes.keys().cloned());
            self.book = Some(book);
        }
        let Some(book) = &mut self.book else { return Ok(Pass::Idle) };
        let limit = Limit { records: limits::RECEIPTS, ..Limit::default() };
        let read = self.service.carrier.read(&Lane::Receipt, self.next, limit)?;
        let Some(last) = read.last() else { return Ok(Pass::Idle) };
        let next = last.offset.next();
        let ours = |(source, _): &(SourceId, Notice)| self.inboxes.contains_key(source);
        let of_ours = read.iter().filter_map(|fetched| Notice::of(&fetched.message)).filter(ours);
        let notices: Vec<(SourceId, Notice)> = of_ours.collect();
        if !notices.is_empty() || next.0 - book.noted().0 >= limits::RECEIPTS_NOTE {
            book.note(next, &notices)?;
        }
        let mut fields: BTreeMap<SourceId, u64> = BTreeMap::new();
        for (source, notice) in notices {
            *fields.entry(source).or_insert(0) += notice.traces.len() as u64;
        }
        for (source, fields) in fields {
            tracing::warn!(%source, fields, "free texts point to persons");
            self.due.insert(source);
        }
        self.next = next;
        Ok(Pass::Worked)
    }

    /// Brings the folders up to the book. One that cannot be written, or whose source is held,
    /// stays due and holds up no other.
    fn tell(&mut self, sources: &BTreeMap<SourceId, &Mutex<Source>>) -> Result<(), Error> {
        let mut failed = Ok(());
        for id in std::mem::take(&mut self.due) {
            let count = self.count(&id);
            self.service.counts.told(&id, count);
            let told =
                if self.is_now(&id, count) { self.tell_one(&id, sources) } else { Ok(false) };
            match told {
                Ok(true) if count > 0 => _ = self.told.insert(id, Instant::now()),
                Ok(true) => {}
                Ok(false) => _ = self.due.insert(id),
                Err(error) => {
                    self.due.insert(id);
                    failed = Err(error);
                }
            }
        }
        failed
    }

    /// Whether it is time. Each telling writes the source's whole file anew, so one that is long is
    /// told only so often.
    fn is_now(&self, id: &SourceId, count: u64) -> bool {
        let rested = |told: &Instant| told.elapsed() >= limits::TELL;
        count <= limits::TOLD_AT_ONCE || self.told.get(id).is_none_or(rested)
    }

    /// Whether the source's folder holds what the book does.
    fn tell_one(
        &self,
        id: &SourceId,
        sources: &BTreeMap<SourceId, &Mutex<Source>>,
    ) -> Result<bool, Error> {
        let (Some(inbox), Some(source)) = (self.inboxes.get(id), sources.get(id)) else {
            return Ok(true);
        };
        let Some(lines) = self.of(id, source)? else { return Ok(false) };
        if !lines.is_empty() {
            tell_source(inbox, &told_lines(&lines))?;
        }
        Ok(true)
    }
}

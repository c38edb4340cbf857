//! An open source: its mapping, machine, key, spool and drop folder. One pass takes a chunk of rows
//! into the spool; what is in it leaves by a way of its own, so that taking in never waits for the
//! carrier.

use super::file::{self, FileWork};
use super::{Pass, Service};
use crate::Error;
use crate::error::CLOCK_WENT_BACK;
use crate::keys::{read, signing_key};
use crate::limits::{BEHIND_MICROS, CLOCK_SLACK_MICROS};
use crate::secret::record_secret;
use crate::spool::{Batch, Spool};
use crate::status::{SourceStatus, TakenFile};
use carrier::Lane;
use connector::{Machine, Mapping};
use connector_files::Folder;
use seal::SigningKey;
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::{RecordType, Timestamp};

/// Files told in a status.
const STATUS_FILES: u32 = 20;

/// A source that can be served.
pub(super) struct Door {
    pub(super) settings: settings::Source,
    pub(super) service: Service,
    pub(super) mapping: Mapping,
    pub(super) machine: Machine,
    pub(super) key: SigningKey,
    pub(super) spool: Spool,
    pub(super) folder: Folder,
    /// Ids under which the carrier knows contracts, as far as they were needed.
    pub(super) schemas: BTreeMap<RecordType, u32>,
    under_way: Option<FileWork>,
    strange: usize,
    waiting: usize,
    clock_told: bool,
    taken_anew: bool,
    /// Records that the exchange has not taken, and when that was last counted.
    pub(super) behind: u64,
    behind_at: i64,
    /// Whether records left since.
    left: bool,
}

// === impl Door ===

impl Door {
    /// Opens all that belongs to the source.
    pub(super) fn open(
        folder: &Path,
        settings: &settings::Source,
        service: &Service,
    ) -> Result<Door, Error> {
        let mapping = mapping(settings)?;
        let key = signing_key(&settings.key)?;
        let spool = Spool::open(folder, &settings.id, &settings.limits)?;
        let machine = Machine::new(settings.id.clone(), record_secret(folder)?);
        let mut door = Door {
            folder: Folder::new(&settings.inbox, settings.limits.file_bytes),
            settings: settings.clone(),
            service: service.clone(),
            mapping,
            machine,
            key,
            spool,
            schemas: BTreeMap::new(),
            under_way: None,
            strange: 0,
            waiting: 0,
            clock_told: false,
            taken_anew: true,
            behind: 0,
            behind_at: 0,
            left: false,
        };
        door.settle()?;
        Ok(door)
    }

    /// One pass over what was dropped.
    pub(super) fn serve(&mut self) -> (Pass, Option<Error>) {
        let taken = self.take();
        let worked = matches!(taken, Ok(true));
        (if worked { Pass::Worked } else { Pass::Idle }, taken.err())
    }

    /// The carrier has a batch: the spool lets go of it.
    pub(super) fn submitted(&mut self, batch: &Batch) -> Result<(), Error> {
        self.spool.release(batch)?;
        self.left = true;
        self.service.counts.published(&self.settings.id, &batch.types);
        Ok(())
    }

    /// Whether it should be counted again how many records the exchange has not taken; then it is.
    pub(super) fn is_counted(&mut self) -> bool {
        let now = self.service.clock.now().as_micros();
        let due = now.abs_diff(self.behind_at) >= BEHIND_MICROS.unsigned_abs();
        let counted = due && self.settings.http && (self.left || self.behind > 0);
        if counted {
            (self.behind_at, self.left) = (now, false);
        }
        counted
    }

    /// Copies how it stands.
    pub(super) fn report(&mut self, status: &mut SourceStatus) {
        let pending = self.spool.pending();
        status.tally = self.spool.tally();
        status.spool_records = pending.records;
        status.spool_bytes = pending.bytes;
        status.strange = self.strange;
        status.files_waiting = self.waiting + usize::from(self.under_way.is_some());
        let last = self.spool.time();
        status.last_seen = (status.tally.rows > 0).then_some(last);
        if std::mem::take(&mut self.taken_anew) {
            let taken = self.spool.taken(STATUS_FILES).unwrap_or_default();
            let taken = taken.into_iter().map(|(file, at, tally)| TakenFile { file, at, tally });
            status.taken = taken.collect();
        }
        let counts = &self.service.counts;
        let id = &self.settings.id;
        counts.spool(id, pending.records, pending.bytes, self.settings.limits.spool_bytes);
        counts.times(id, self.service.clock.now(), status.last_seen);
    }

    /// The time rows are accepted at: the clock's, but never before what was accepted last.
    pub(super) fn now(&mut self) -> Timestamp {
        let (now, last) = (self.service.clock.now(), self.spool.time());
        let back = last.as_micros().saturating_sub(now.as_micros());
        if back > CLOCK_SLACK_MICROS && !self.clock_told {
            let source = &self.settings.id;
            tracing::error!(%source, code = CLOCK_WENT_BACK, "the clock went backwards");
        }
        self.clock_told = back > CLOCK_SLACK_MICROS;
        now.max(last)
    }

    /// Learns the id under which the carrier knows the contract of a record type.
    pub(super) fn know_schema(&mut self, record_type: RecordType) -> Result<(), Error> {
        if !self.schemas.contains_key(&record_type) {
            let schema = records::schema(record_type);
            let lane = Lane::Intake(self.settings.id.clone());
            let carrier = &self.service.carrier;
            let id = carrier.register_schema(&lane, schema.name(), schema.text())?;
            self.schemas.insert(record_type, id);
        }
        Ok(())
    }

    /// Forgets files that are no longer there; what was refused of them is told first.
    fn settle(&mut self) -> Result<(), Error> {
        for (name, digest) in self.spool.under_way()? {
            if !self.folder.holds(&name) {
                file::settle(&mut self.spool, &self.folder, &name, &digest)?;
            }
        }
        Ok(())
    }

    /// Takes a chunk of the file under way, or begins the next.
    fn take(&mut self) -> Result<bool, Error> {
        let mut work = match self.under_way.take() {
            Some(work) => work,
            None => match self.next_file()? {
                Some(work) => work,
                None => return Ok(false),
            },
        };
        if work.is_finished() {
            self.taken_anew = true;
            work.finish(self)?;
            return Ok(true);
        }
        if let Err(full) = self.spool.room() {
            self.under_way = Some(work);
            return Err(full);
        }
        match work.chunk(self) {
            Ok(()) => {
                self.under_way = Some(work);
                Ok(true)
            }
            Err(error) => {
                // What was read ahead is dropped; the file is taken up where the spool says.
                self.spool.reload()?;
                Err(error)
            }
        }
    }

    /// Looks for a file that is ready. One that can never be taken is put among the refused.
    fn next_file(&mut self) -> Result<Option<FileWork>, Error> {
        let look = self.folder.look()?;
        if look.strange.len() > self.strange {
            let source = &self.settings.id;
            tracing::warn!(%source, code = "FILE-003", count = look.strange.len(), "left alone");
        }
        self.strange = look.strange.len();
        self.waiting = look.ready.len() + look.growing;
        let Some(name) = look.ready.first() else { return Ok(None) };
        self.waiting -= 1;
        match FileWork::open(self, name) {
            Ok(work) => Ok(Some(work)),
            Err(error) if is_final(&error) => {
                let (source, code) = (&self.settings.id, error.code());
                tracing::warn!(%source, code, file = name, "file refused");
                self.folder.refuse(name, code, &error.to_string())?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a file is itself at fault.
fn is_final(error: &Error) -> bool {
    match error {
        Error::Files(error) => error.is_final(),
        Error::Mapping(_) => true,
        _ => false,
    }
}

/// The source's mapping; a form it borrows lies in `forms` beside it.
fn mapping(settings: &settings::Source) -> Result<Mapping, Error> {
    let text = |path: &Path| String::from_utf8(read(path)?).ok();
    let forms = settings.mapping.parent().map(|folder| folder.join("forms"));
    let form = |name: &str| {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        text(&forms.as_ref().filter(|_| plain)?.join(format!("{name}.toml")))
    };
    let mapping = Mapping::load(&text(&settings.mapping).ok_or(Error::MappingFile)?, form)?;
    if *mapping.source() == settings.id { Ok(mapping) } else { Err(Error::MappingFile) }
}

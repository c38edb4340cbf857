//! One source under service: opened, its files taken, its spool handed to the carrier. What
//! holds it back is told once by code and concerns no other source.

mod door;
mod file;
mod hand_in;
mod taking;

use crate::metrics::Counts;
use crate::spool::Batch;
use crate::status::SourceStatus;
use crate::{Error, limits};
use carrier::Carrier;
use connector_http::{Answer, Error as Refused, Handed};
use daemon::Clock;
use door::Door;
use std::path::Path;
use std::sync::Arc;
use vocabulary::{OrgNumber, RecordId};

/// What every source is served with.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) carrier: Arc<dyn Carrier>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counts: Counts,
}

/// A source of the settings.
pub(crate) struct Source {
    settings: settings::Source,
    folder: std::path::PathBuf,
    service: Service,
    state: State,
    /// Why the carrier did not take what waits.
    unsubmitted: Option<Error>,
    status: SourceStatus,
}

enum State {
    /// Not opened yet, or isolated.
    Closed {
        /// Passes left until the next try.
        passes: u32,
        /// What holds it.
        by: Option<Error>,
    },
    Open(Box<Door>),
}

/// Whether a pass did anything, so that another should follow at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// There may be more to do.
    Worked,
    /// Nothing to do just now.
    Idle,
}

// === impl Source ===

impl Source {
    pub(crate) fn new(folder: &Path, settings: settings::Source, service: Service) -> Source {
        Source {
            folder: folder.join("sources").join(settings.id.as_str()),
            status: SourceStatus::new(&settings.id),
            settings,
            service,
            state: State::Closed { passes: 0, by: None },
            unsubmitted: None,
        }
    }

    /// How it stands.
    pub(crate) fn status(&self) -> &SourceStatus {
        &self.status
    }

    /// Takes in what was handed over HTTP, for the caller whose organisation it is.
    pub(crate) fn hand_in(
        &mut self,
        caller: OrgNumber,
        handed: &Handed,
    ) -> Result<(Answer, bool), Refused> {
        if !self.settings.http {
            return Err(Refused::Source);
        }
        let State::Open(door) = &mut self.state else { return Err(Refused::Held) };
        if door.mapping.producer() != caller {
            return Err(Refused::Source);
        }
        let handed = door.hand_in(handed);
        door.report(&mut self.status);
        handed.map_err(|reason| match reason {
            hand_in::Reason::Caller(refused) => refused,
            hand_in::Reason::Source(error) => {
                self.tell(&error);
                Refused::Held
            }
        })
    }

    /// Whether the caller may ask what it was told over HTTP.
    pub(crate) fn answers(&self, caller: OrgNumber) -> Result<(), Refused> {
        match &self.state {
            _ if !self.settings.http => Err(Refused::Source),
            State::Closed { .. } => Err(Refused::Held),
            State::Open(door) if door.mapping.producer() != caller => Err(Refused::Source),
            State::Open(_) => Ok(()),
        }
    }

    /// The kind and the source's own id of the object that a record is about; nothing while the
    /// source is held.
    pub(crate) fn object(&self, record: &RecordId) -> Option<Option<(String, String)>> {
        match &self.state {
            State::Closed { .. } => None,
            State::Open(door) => door.spool.object(record).ok(),
        }
    }

    /// The oldest records that wait; to be handed to the carrier while nobody holds the source, for
    /// that may take as long as a broker is away.
    pub(crate) fn batch(&mut self) -> Option<Batch> {
        let State::Open(door) = &mut self.state else { return None };
        let batch = door.spool.batch();
        batch.unwrap_or_else(|error| {
            self.unsubmitted = Some(error);
            None
        })
    }

    /// What became of the batch: the spool lets go of it only when the carrier has it.
    pub(crate) fn submitted(&mut self, batch: &Batch, sent: Result<(), carrier::Error>) -> Pass {
        let State::Open(door) = &mut self.state else { return Pass::Idle };
        let submitted = sent.map_err(Error::from).and_then(|()| door.submitted(batch));
        door.report(&mut self.status);
        self.unsubmitted = submitted.err();
        if self.unsubmitted.is_none() { Pass::Worked } else { Pass::Idle }
    }

    /// Whether it should be counted how many of its records the exchange has not taken.
    pub(crate) fn is_counted(&mut self) -> bool {
        match &mut self.state {
            State::Open(door) => door.is_counted(),
            State::Closed { .. } => false,
        }
    }

    /// So many records are on the lane that the exchange has not taken.
    pub(crate) fn counted(&mut self, behind: u64) {
        if let State::Open(door) = &mut self.state {
            door.behind = behind;
        }
    }

    /// Serves the source once: a chunk of rows into the spool.
    pub(crate) fn pass(&mut self) -> Pass {
        let (pass, held) = self.serve();
        let code = held.as_ref().map(Error::code);
        if code != self.status.held_by {
            match &held {
                Some(error) => self.tell(error),
                None => tracing::info!(source = %self.settings.id, "source goes on"),
            }
            self.status.held_by = code;
        }
        if let State::Open(door) = &mut self.state {
            door.report(&mut self.status);
        }
        pass
    }

    fn serve(&mut self) -> (Pass, Option<Error>) {
        match &mut self.state {
            State::Open(door) => {
                let (pass, held) = door.serve();
                let held = self.unsubmitted.clone().or(held);
                // A damaged spool is left alone: nothing is read from it or written to it.
                if let Some(error @ (Error::Corrupt | Error::Foreign)) = &held {
                    self.state = closed(error.clone());
                    self.unsubmitted = None;
                    return (Pass::Idle, held);
                }
                (pass, held)
            }
            State::Closed { passes, by } if *passes > 0 => {
                *passes -= 1;
                (Pass::Idle, by.clone())
            }
            State::Closed { .. } => match Door::open(&self.folder, &self.settings, &self.service) {
                Ok(door) => {
                    self.state = State::Open(Box::new(door));
                    (Pass::Worked, None)
                }
                Err(error) => {
                    self.state = closed(error.clone());
                    (Pass::Idle, Some(error))
                }
            },
        }
    }

    fn tell(&self, error: &Error) {
        let (source, code) = (&self.settings.id, error.code());
        match error {
            Error::Full => tracing::warn!(%source, code, %error, "intake waits"),
            _ => tracing::error!(%source, code, %error, "source held"),
        }
    }
}

fn closed(by: Error) -> State {
    State::Closed { passes: limits::RETRY_PASSES, by: Some(by) }
}

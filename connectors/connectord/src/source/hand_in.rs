//! Findings handed in over HTTP on their way into the spool: the objects of one request, what they
//! made and the answer are one transaction. Who calls was settled at the door.

use super::door::Door;
use super::taking::{Came, Taking};
use crate::Error;
use crate::spool::Kept;
use connector::{Malformed, Submission};
use connector_http::{Answer, Came as Told, Error as Refused, Handed};
use seal::sha256;
use vocabulary::Digest;

/// Why a request was not taken.
#[derive(Debug)]
pub(super) enum Reason {
    /// The caller's affair, or to be tried again.
    Caller(Refused),
    /// What holds the source.
    Source(Error),
}

// === impl Reason ===

impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        Reason::Source(error)
    }
}

impl From<Refused> for Reason {
    fn from(refused: Refused) -> Self {
        Reason::Caller(refused)
    }
}

impl From<Malformed> for Reason {
    fn from(malformed: Malformed) -> Self {
        Reason::Caller(malformed.into())
    }
}

impl Door {
    /// Takes all objects of a request durably, or tells why none is. The same key and body are
    /// answered as they were the first time.
    pub(super) fn hand_in(&mut self, handed: &Handed) -> Result<(Answer, bool), Reason> {
        let kind = handed.kind.as_deref().map(|name| self.mapping.kind(name).ok_or(Refused::Kind));
        let kind = kind.transpose()?.cloned();
        let digest = digest(handed);
        if let Some(key) = &handed.key
            && let Some(kept) = self.spool.answer(key)?
        {
            let answer = Answer { status: kept.status, body: kept.body };
            return if kept.digest == digest {
                Ok((answer, true))
            } else {
                Err(Refused::KeyTaken)?
            };
        }
        self.spool.room().map_err(|_| Refused::Busy)?;
        if self.behind >= self.settings.limits.intake_records {
            return Err(Refused::Busy)?;
        }
        let submission = Submission::parse(&self.mapping, kind.as_ref(), &handed.body)?;
        match self.take_in(handed, &digest, &submission) {
            Ok(answer) => Ok((answer, false)),
            Err(error) => {
                // What is remembered beside the database is in doubt.
                self.spool.reload()?;
                Err(error)?
            }
        }
    }

    fn take_in(
        &mut self,
        handed: &Handed,
        digest: &Digest,
        submission: &Submission,
    ) -> Result<Answer, Error> {
        for kind in submission.items().iter().filter_map(|item| item.kind().cloned()) {
            self.know_schema(kind.record_type())?;
        }
        let now = self.now();
        let mut taking = Taking::new(&self.settings.id, &self.machine, &self.schemas, now);
        let answer = self.spool.write(|entry| {
            let mut told = Vec::new();
            for (row, item) in (0..).zip(submission.items()) {
                let record_type = item.kind().map(|kind| kind.record_type());
                told.push(match taking.take(entry, record_type, item.read(row, now))? {
                    Came::Accepted(record, version, change) => {
                        Told::Accepted(record, version, change)
                    }
                    Came::Unchanged => Told::Unchanged,
                    Came::NeverSeen => Told::NeverSeen,
                    Came::AlreadyGone => Told::AlreadyGone,
                    Came::Refused(refusals) => Told::Refused(refusals),
                });
            }
            taking.seal(entry, &self.key)?;
            entry.count(taking.tally);
            let answer = Answer::of(&told, handed.language);
            if let Some(key) = &handed.key {
                let Answer { status, body } = answer.clone();
                entry.keep(key, now, &Kept { digest: *digest, status, body })?;
            }
            Ok(answer)
        })?;
        self.service.counts.read(&self.settings.id, &taking.chunks);
        Ok(answer)
    }
}

/// What a key stands for: the kind and the body.
fn digest(handed: &Handed) -> Digest {
    let kind = handed.kind.as_deref().unwrap_or_default();
    sha256(&[&(kind.len() as u64).to_be_bytes(), kind.as_bytes(), &handed.body])
}

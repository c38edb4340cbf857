//! Reading in passing: states, which are read once at a start, and single messages where nobody
//! reads on. On a consumer of its own that holds no lane longer than it is looked at, so that what
//! it asks for waits behind nothing, and whoever follows a lane does not wait for who looks at it.

use crate::cursor::Cursor;
use crate::fetcher::Fetcher;
use crate::figures::Client;
use crate::readers::{Readers, Track, fill};
use carrier::{Error, Fetched, Limit, Offset};
use std::sync::{Arc, PoisonError};

impl Readers {
    /// Reads where nobody follows, and leaves when that is done. What is there is asked of the
    /// broker, so that a lane read to its end before costs one question.
    pub(crate) fn visit(
        &self,
        track: &Track,
        from: Offset,
        limit: Limit,
    ) -> Result<Vec<Fetched>, Error> {
        let mut visit = track.visit.lock().unwrap_or_else(PoisonError::into_inner);
        let told = self.asked(&track.topic)?;
        let mut here = visit.take();
        let has_all = told.0 <= from.0.saturating_add(track.marks) && track.written() <= from;
        if let Some(left) = here.take_if(|cursor| has_all || !cursor.reaches(from)) {
            left.leave(&track.topic)?;
        }
        if has_all {
            return Ok(Vec::new());
        }
        let mut cursor = match here {
            Some(cursor) => cursor,
            None => Cursor::open(&self.visitor()?, &track.topic, from, &self.signal)?,
        };
        let read = fill(track, &mut cursor, told, from, limit);
        if limit.records > 1 && (cursor.has_more() || !cursor.has_reached(told, track.marks)) {
            *visit = Some(cursor);
        } else {
            cursor.leave(&track.topic)?;
        }
        read
    }

    fn visitor(&self) -> Result<Arc<Fetcher>, Error> {
        if let Some(visitor) = self.visitor.get() {
            return Ok(Arc::clone(visitor));
        }
        let started = Arc::new(Fetcher::start(&self.clients, Client::Visitor, 1)?);
        Ok(Arc::clone(self.visitor.get_or_init(|| started)))
    }
}

//! Lanes that will be read on, many at once: one question and one assignment for all of them. One
//! by one, each would wait until the broker has answered the fetch for those before it.

use super::{Places, Readers};
use crate::cursor::Cursor;
use crate::limits;
use carrier::{Error, Lane, Offset};
use std::collections::BTreeMap;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::Instant;
use vocabulary::SourceId;

/// A lane that nobody stood on, held until somebody does.
struct Free<'a> {
    topic: &'a str,
    from: Offset,
    places: MutexGuard<'a, Places>,
}

impl Readers {
    /// Begins to fetch intake lanes that nobody follows yet, each from where it will be read.
    pub(crate) fn follow(&self, intake: &[(SourceId, Offset)]) -> Result<(), Error> {
        self.intake.fetch_max(intake.len(), Ordering::AcqRel);
        // In the order of the lanes, so that of two who do this neither holds what the other waits
        // for.
        let mut tracks = BTreeMap::new();
        for (source, from) in intake {
            let lane = Lane::Intake(source.clone());
            if self.has(&lane)? {
                let track = self.track(&lane);
                tracks.insert(lane, (track, *from));
            }
        }
        let told = self.tell(self.asker()?, tracks.keys(), limits::ANSWER)?;
        let mut free = Vec::with_capacity(tracks.len());
        for (lane, (track, from)) in &tracks {
            let mut places = track.lock();
            if let (true, Some(Ok(end))) = (places.cursors.is_empty(), told.get(lane)) {
                places.told = Some((*end, Instant::now()));
                free.push(Free { topic: &track.topic, from: *from.min(end), places });
            }
        }
        if free.is_empty() {
            return Ok(());
        }
        let begins: Vec<_> = free.iter().map(|one| (one.topic, one.from)).collect();
        let cursors = Cursor::open_all(&self.fetcher(0)?, &begins, &self.signal)?;
        for (mut cursor, Free { mut places, .. }) in cursors.into_iter().zip(free) {
            // Somebody will read here: what comes is kept.
            places.turn += 1;
            cursor.used = places.turn;
            places.cursors.push(cursor);
        }
        Ok(())
    }
}
